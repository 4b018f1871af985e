"""The forms of readers: sign up, type the code, ask for the link, choose language and topics."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.forms import TO_ASCII, PublicForm, Words, check_signs
from advocacy.mail.words import plain_address
from advocacy.subscribers.models import Subscriber, Topic

NO_ADDRESS = _("Enter an e-mail address at which you get mail, such as name@example.org")


def check_address(address: str) -> None:
    try:
        plain_address(address)
    except ValueError:
        raise ValidationError(NO_ADDRESS) from None


def address_field() -> Words:
    return Words(
        label=_("E-mail address"),
        longest=254,
        checks=[check_signs, check_address],
        widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"}),
        error_messages={"required": _("Enter your e-mail address")},
    )


class AddressForm(PublicForm):
    """An e-mail address alone."""

    email = address_field()

    def clean_website(self) -> str:
        if self.data.get("website"):
            raise ValidationError(_("Leave the field that nobody sees empty: it is there to catch machines"))
        return ""


class CodeForm(AddressForm):
    """The address and the code that came to it."""

    code = Words(
        label=_("Code"),
        longest=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
        help_text=_("Six digits. They stand in the mail."),
        error_messages={"required": _("Enter the code from the mail")},
    )

    def clean_code(self) -> str:
        code = "".join(self.cleaned_data["code"].translate(TO_ASCII).split())
        if len(code) != 6 or not (code.isascii() and code.isdigit()):
            raise ValidationError(_("Enter the six digits from the mail"))
        return code


class ChoiceForm(PublicForm):
    """In which language, and of what. `languages` are (code, name) pairs."""

    language = forms.ChoiceField(
        label=_("Language of the bulletin"),
        error_messages={
            "required": _("Choose a language"),
            "invalid_choice": _("Choose a language from the list"),
        },
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none and you hear of everything."),
        error_messages={"invalid_choice": _("Choose topics from the list")},
    )

    def __init__(
        self,
        *args: Any,
        languages: Iterable[tuple[str, str]],
        topics: Iterable[Topic] = (),
        page_language: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(topic.pk): topic for topic in topics}
        self.fields["language"].choices = list(languages)
        self.fields["topics"].choices = [(key, each.name(page_language)) for key, each in self.by_id.items()]
        if not self.by_id:
            del self.fields["topics"]

    def chosen_topics(self) -> list[Topic]:
        return [self.by_id[key] for key in dict.fromkeys(self.cleaned_data.get("topics", ()))]


class SignUpForm(ChoiceForm, AddressForm):
    """Address, language, topics, and the key of the words that were agreed to."""

    consent = forms.Field(required=False, widget=forms.HiddenInput)


class WhyForm(PublicForm):
    """Asked after they left, and never before."""

    why = forms.ChoiceField(
        label=_("Why did you leave?"),
        required=False,
        choices=[("", _("I would rather not say")), *Subscriber.Why.choices],
        error_messages={"invalid_choice": _("Choose from the list")},
    )
