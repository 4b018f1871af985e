"""The small forms on an inquiry's page. Each does one thing and says in a few words what it did, for the log."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.models import User
from advocacy.delivery.forms import Words, check_signs
from advocacy.publishing.models import Work
from newsroom.models.inquiries import Inquiry, InquiryNote

LONGEST_NOTE = 2000
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
Outcome = Inquiry.Outcome


def who_may_answer() -> QuerySet[User]:
    """Everybody whose account is open and who may work on inquiries."""
    return User.objects.with_perm("newsroom.change_inquiry", backend=MODEL_BACKEND).order_by(
        "first_name", "last_name", "username"
    )


class AssignForm(forms.Form):
    title = _("Who answers")
    button = _("Give it to this person")
    said = _("It is given to this person now.")

    who = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.none(),
        empty_label="—",
        error_messages={"required": _("Choose a person.")},
    )

    def __init__(self, *args: Any, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(*args, initial={"who": inquiry.taker}, **kwargs)
        self.inquiry = inquiry
        self.fields["who"].queryset = who_may_answer()

    def do(self, who: User, at: datetime) -> str:
        person = self.cleaned_data["who"]
        self.inquiry.assign(person)
        return gettext("Given to %(person)s.") % {"person": person.display_name}


class NoteForm(forms.Form):
    title = _("Notes")
    button = _("Add the note")
    said = _("The note is added.")

    words = Words(
        label=_("New note"),
        longest=LONGEST_NOTE,
        checks=[check_signs],
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=_(
            "For colleagues at the desk. It bears your name, stays as it is, and is deleted with the inquiry."
        ),
        error_messages={"required": _("Write the note first.")},
    )

    def __init__(self, *args: Any, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inquiry = inquiry

    def do(self, who: User, at: datetime) -> str:
        InquiryNote.objects.create(
            inquiry=self.inquiry, who=who, written=at, words=self.cleaned_data["words"]
        )
        return gettext("Added a note.")


class CloseForm(forms.Form):
    title = _("What came of it")

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", "—"), *(choice for choice in Outcome.choices if choice[0] != Outcome.UNRECORDED)],
        error_messages={"required": _("Choose what came of it.")},
    )
    coverage = forms.ModelMultipleChoiceField(
        label=_("Coverage that came of it"),
        queryset=Work.objects.filter(kind="coverage"),
        required=False,
        widget=AutocompleteSelectMultiple(Inquiry._meta.get_field("coverage"), admin.site),
        help_text=_(
            "Articles that stand under Coverage. They can be added later, when the inquiry is closed."
        ),
    )

    def __init__(self, *args: Any, inquiry: Inquiry, **kwargs: Any) -> None:
        initial = {"outcome": inquiry.outcome, "coverage": inquiry.coverage.all()}
        super().__init__(*args, initial=initial, **kwargs)
        self.inquiry = inquiry
        is_closed = inquiry.state == Inquiry.State.CLOSED
        self.button = _("Save what came of it") if is_closed else _("Close the inquiry")
        self.said = _("It is saved.") if is_closed else _("The inquiry is closed.")

    def do(self, who: User, at: datetime) -> str:
        self.inquiry.close(self.cleaned_data["outcome"], self.cleaned_data["coverage"])
        return gettext("Closed: %(outcome)s.") % {"outcome": self.inquiry.get_outcome_display()}
