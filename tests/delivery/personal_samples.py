"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.delivery.models import Attempt


def attempt(at):
    return Attempt.objects.create(form="inquiry", network="0" * 32, hour=at)


SAMPLES = {Attempt: attempt}
