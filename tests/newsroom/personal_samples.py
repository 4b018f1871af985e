"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from newsroom.models import Inquiry, InquiryNote, PressContact, PressImport
from tests.accounts.makers import any_user
from tests.newsroom.makers import make_contact, make_inquiry


def inquiry(at):
    return make_inquiry(at=at, delete_on=at.date())


def note(at):
    return InquiryNote.objects.create(inquiry=inquiry(at), who=any_user(), written=at, words="Line busy.")


def contact(at):
    return make_contact(name=f"Reporter {PressContact.objects.count()}", consent_on=at.date())


def press_import(at):
    return PressImport.objects.create(
        file_name="list.csv",
        rows=[{"name": "Jonas Weber", "email": "jonas@outlet.example", "consent_on": "2026-03-24"}],
        made=at,
    )


SAMPLES = {Inquiry: inquiry, InquiryNote: note, PressContact: contact, PressImport: press_import}
