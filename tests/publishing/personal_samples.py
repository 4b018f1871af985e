"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.publishing.models import Pass, Typing
from tests.accounts.makers import any_user
from tests.newsroom.makers import make_release


def typing(at):
    return Typing.objects.create(user=any_user(), kind="release", seen=at, typed=[["title", "Half a title"]])


def a_pass(at):
    version = make_release().share_draft(at=at)
    given, _token = Pass.give(version, at=at, expires=at, name="Jonas Weber", email="jonas@lantern.example")
    return given


SAMPLES = {Typing: typing, Pass: a_pass}
