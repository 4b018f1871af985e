"""What public forms have in common: fields that keep what was typed and refuse in whole sentences, a trap for
machines, a stamp; and why a post is not taken whatever stands in it."""

import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http.request import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery import stamps
from advocacy.delivery.pages import Page
from advocacy.organisation.digits import digits

# Arabic and Persian keyboards have digits of their own; ² is none.
DIGITS = set("0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
TO_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn the direction of what follows
BROKEN = "\ufffd"  # stands where what was sent was no UTF-8


def check_signs(text: str) -> None:
    """Refuses what nobody sees in a text: control signs, halves of letters, signs that turn its direction."""
    if any(is_hidden(sign) for sign in text):
        raise ValidationError(_("This holds signs that cannot be shown. Type it anew, without copying it."))


def is_hidden(sign: str) -> bool:
    control = unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\n"
    return control or sign in TURNING or sign == BROKEN


def check_line(text: str) -> None:
    check_signs(text)
    if len(text.splitlines()) > 1:
        raise ValidationError(_("Write this in one line."))


TOO_LONG = _("Write at most %(most)s characters here. You wrote %(wrote)s.")


def at_most(longest: int) -> Callable[[str], None]:
    def check_length(text: str) -> None:
        if len(text) > longest:
            raise ValidationError(TOO_LONG, params={"most": digits(longest), "wrote": digits(len(text))})

    return check_length


class Words(forms.Field):
    """A line or a text. What is too long is refused with its length; a browser would cut it in silence."""

    widget = forms.TextInput

    def __init__(self, *, longest: int, checks: Any = (check_line,), **kwargs: Any) -> None:
        super().__init__(validators=[at_most(longest), *checks], **kwargs)

    def to_python(self, value: Any) -> str:
        return str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n")

    def run_validators(self, value: str) -> None:
        """One sentence is enough."""
        for check in self.validators if value else ():
            check(value)


class PublicForm(forms.Form):
    """A form of the public site. No person fills in `stamp` and `website`: the one is ours (see stamps.py), the
    other catches machines that fill in all."""

    website = forms.Field(required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}))
    stamp = forms.Field(required=False, widget=forms.HiddenInput)

    def problems(self) -> list[dict[str, str]]:
        """The summary over the form: each sentence with the field that it leads to."""
        return [
            {"field_id": self[name].id_for_label, "text": str(sentence)}
            for name in self.fields
            for sentence in self.errors.get(name, ())
        ]


def posted_with_stamp(page: Page, form: str) -> QueryDict:
    """What was posted, with a fresh stamp in place of the one that came with it."""
    posted = page.post.copy() if page.post is not None else QueryDict(mutable=True)
    posted["stamp"] = page.stamp(form)
    return posted


def refused(page: Page, form: str) -> tuple[str, int] | None:
    """Why a post is not taken whatever stands in it: a sentence and a status. None where it may be."""
    if not stamps.is_own_origin(page.origin, page.host):
        sentence = gettext(
            "This was sent from another site. What you wrote is still below. Send it from this page."
        )
        return sentence, 403
    if not page.is_stamped(form):
        sentence = gettext(
            "This page was open for more than three days, or did not come from here. "
            "What you wrote is still below. Send it once more."
        )
        return sentence, 400
    return None
