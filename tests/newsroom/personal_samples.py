"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from newsroom.models import Inquiry, InquiryNote
from tests.accounts.makers import any_user
from tests.newsroom.makers import make_inquiry


def inquiry(at):
    return make_inquiry(at=at, delete_on=at.date())


def note(at):
    return InquiryNote.objects.create(inquiry=inquiry(at), who=any_user(), written=at, words="Line busy.")


SAMPLES = {Inquiry: inquiry, InquiryNote: note}
