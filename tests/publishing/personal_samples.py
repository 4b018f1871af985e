"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.publishing.models import Typing
from tests.accounts.makers import make_user


def typing(at):
    return Typing.objects.create(user=make_user(), kind="release", seen=at, typed=[["title", "Half a title"]])


SAMPLES = {Typing: typing}
