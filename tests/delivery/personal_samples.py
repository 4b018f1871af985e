from datetime import timedelta

from advocacy.delivery.models import Attempt


def attempt(at):
    return Attempt.objects.create(form="inquiry", network="0" * 32, hour=at - timedelta(hours=3))


SAMPLES = {Attempt: attempt}
