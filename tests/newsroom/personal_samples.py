"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from newsroom.models import Inquiry
from tests.newsroom.makers import make_inquiry


def inquiry(at):
    return make_inquiry(at=at, delete_on=at.date())


SAMPLES = {Inquiry: inquiry}
