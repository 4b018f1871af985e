"""The forms of the publish and withdraw pages."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.converters import YEARS


class MomentField(forms.SplitDateTimeField):
    """A date and a time in the organisation's zone. A local time that does not exist or comes twice is refused."""

    widget = forms.SplitDateTimeWidget(
        date_attrs={"type": "date"}, time_attrs={"type": "time"}, date_format="%Y-%m-%d", time_format="%H:%M"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo("UTC")

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
    """When, and a note for the history."""

    NOW, LATER = "now", "later"

    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("At once")), (LATER, _("At a moment that is still ahead"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    moment = MomentField(label=_("Moment"), required=False)
    note = forms.CharField(
        label=_("Note for the history"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Staff see it beside the version; readers do not."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moment"].zone = zone
        self.fields["moment"].help_text = _("Date and time in %(zone)s.") % {"zone": zone.key}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == self.LATER and not cleaned.get("moment") and "moment" not in self.errors:
            self.add_error("moment", _("Enter the date and the time."))
        return cleaned

    @property
    def starts(self) -> datetime | None:
        """The chosen moment, or None for at once."""
        return self.cleaned_data["moment"] if self.cleaned_data["when"] == self.LATER else None


class TranslationForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = choices
