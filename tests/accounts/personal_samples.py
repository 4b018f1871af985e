"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.accounts.models import SignedIn
from tests.accounts.makers import any_user


def signed_in(at):
    return SignedIn.objects.create(user=any_user(), session_key="k" * 32, since=at, seen=at, network="n" * 32)


SAMPLES = {SignedIn: signed_in}
