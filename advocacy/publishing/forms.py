"""The forms of the pages on which a text is published, withdrawn, sent back and so on."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.converters import YEARS

DAY: dict[str, Any] = {"type": "date", "aria-label": _("Day")}
TIME: dict[str, Any] = {"type": "time", "aria-label": _("Time")}


class MomentField(forms.SplitDateTimeField):
    """A date and a time in the organisation's zone. A local time that does not exist or comes twice is refused."""

    widget = forms.SplitDateTimeWidget(
        date_attrs=DAY,
        time_attrs=TIME,
        date_format="%Y-%m-%d",
        time_format="%H:%M",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo("UTC")

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list or None in data_list:
            return None
        if data_list[0].year not in YEARS:  # near either end of the calendar a moment exists in one zone only
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date")
        return in_zone(datetime.combine(*data_list), self.zone)


def in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a clock time in `zone`; ValidationError where the clocks skip it or show it twice."""
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    back = first.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)
    if back != local:
        raise ValidationError(_("The clocks skip this time on that day. Choose another time."))
    raise ValidationError(_("The clocks show this time twice on that day. Choose another time."))


class PublishForm(forms.Form):
    """When, what sort of change it is, and a note for the history. `replaces`: a text is public now."""

    NOW, LATER = "now", "later"
    MINOR, CORRECTION = "minor", "correction"

    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("At once")), (LATER, _("At a moment that is still ahead"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    moment = MomentField(label=_("Moment"), required=False)
    embargo = forms.BooleanField(
        label=_("Under embargo until then"),
        required=False,
        help_text=_(
            "Chosen journalists can then be given passes to read it before. Everybody else waits for the moment."
        ),
    )
    change = forms.ChoiceField(
        label=_("What sort of change it is"),
        choices=[
            (MINOR, _("A minor edit: spelling, style, something added")),
            (CORRECTION, _("A correction: something in the public text was wrong")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is a minor edit or a correction.")},
    )
    correction = forms.CharField(
        label=_("What was wrong"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For readers, in whole sentences and in the language of the text. It stands on the text, "
            "on the page of corrections and in feeds."
        ),
    )
    note = forms.CharField(
        label=_("Note for the history"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Staff see it beside the version; readers do not."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moment"].zone = zone
        self.fields["moment"].help_text = _("Date and time in %(zone)s.") % {"zone": zone.key}
        for name in ("embargo",) if replaces else ("change", "correction"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        later = cleaned.get("when") == self.LATER
        if later and not cleaned.get("moment") and "moment" not in self.errors:
            self.add_error("moment", _("Enter the date and the time."))
        if cleaned.get("embargo") and not later:
            self.add_error("embargo", _("An embargo needs a moment that is still ahead."))
        corrects = cleaned.get("change") == self.CORRECTION
        if corrects and not cleaned.get("correction") and "correction" not in self.errors:
            self.add_error("correction", _("Tell readers what was wrong."))
        if cleaned.get("correction") and cleaned.get("change") == self.MINOR:
            self.add_error(
                "correction", _("A minor edit tells readers nothing. Choose a correction, or empty this.")
            )
        return cleaned

    @property
    def options(self) -> dict[str, Any]:
        """What `Publication.publish` takes."""
        told = self.cleaned_data
        return {
            "starts": told["moment"] if told["when"] == self.LATER else None,
            "note": told["note"],
            "embargo": told.get("embargo", False),
            "correction": told.get("correction", ""),
        }


class Confirmation(forms.Form):
    """Nothing but the button."""


class MessageForm(forms.Form):
    words = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the editor who reads it. It may stay empty."),
    )


class ReasonForm(forms.Form):
    words = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What has to change. Whoever wrote the text reads it beside it."),
        error_messages={"required": _("Say what has to change.")},
    )


class WithdrawForm(forms.Form):
    explanation = forms.CharField(
        label=_("Explanation for readers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands at its address, in the language of the text. It may stay empty."),
    )
    words = forms.CharField(
        label=_("Reason for the history"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Staff see it; readers do not."),
    )


class TranslationForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = choices
