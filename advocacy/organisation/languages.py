"""Languages in models and forms: the site's, those people speak, and a text that has one wording in each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.conf.global_settings import LANGUAGES as KNOWN_LANGUAGES
from django.utils.text import format_lazy
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext_lazy as _


def language_choices() -> list[tuple[str, str]]:
    """A callable, so that a new language in the settings is no migration."""
    return list(settings.LANGUAGES)


def first_language() -> str:
    return settings.LANGUAGE_CODE


def all_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def spoken_choices() -> list[tuple[str, Any]]:
    """The languages a person may speak: the site's first, then all that Django's catalogues name."""
    own = all_languages()
    others = [code for code, _name in KNOWN_LANGUAGES if "-" not in code and code not in own]
    names = dict(KNOWN_LANGUAGES) | dict(settings.LANGUAGES)
    return [(code, gettext_lazy(names[code])) for code in own + others]


def language_name(code: str) -> str:
    """The language's name in the active language: "Armenian" on an English page."""
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def wording(texts: Mapping[str, str], language: str, fallback: str = "") -> str:
    """The wording in `language`, or in the fallback language, or in any."""
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()), "")


class TextPerLanguageWidget(forms.MultiWidget):
    """A line, or a few, for each language of the site."""

    template_name = "organisation/text_per_language.html"

    def __init__(self, rows: int = 1, attrs: dict[str, Any] | None = None):
        def line(code: str) -> forms.Widget:
            info = {"lang": code, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
            return (
                forms.Textarea({**info, "rows": rows})
                if rows > 1
                else forms.TextInput({**info, "class": "vTextField"})
            )

        super().__init__({code: line(code) for code in all_languages()}, attrs)

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, Mapping) else {}  # an address can fill a form in with anything
        return [texts.get(code, "") for code in all_languages()]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        names = dict(settings.LANGUAGES)
        for code, widget in zip(all_languages(), context["widget"]["subwidgets"], strict=True):
            widget["language"] = names[code]
            widget["attrs"].pop("required", None)
        return context


class TextPerLanguageField(forms.MultiValueField):
    """Form field of a JSON column that holds {"en": ..., "hy": ...}; languages left empty are left out."""

    def __init__(self, *, max_length: int, rows: int = 1, **kwargs: Any):
        fields = [forms.CharField(max_length=max_length, required=False) for _code in all_languages()]
        super().__init__(
            fields,
            widget=TextPerLanguageWidget(rows=rows),
            require_all_fields=False,
            **{"required": True, **kwargs},
        )

    def compress(self, values: Sequence[str]) -> dict[str, str]:
        return {code: text for code, text in zip(all_languages(), values, strict=False) if text}


class OrderedChoicesWidget(forms.MultiWidget):
    """One list to choose from for each place in an order."""

    def __init__(self, places: int, attrs: dict[str, Any] | None = None):
        labels = [format_lazy(_("Choice {number}"), number=place) for place in range(1, places + 1)]
        super().__init__([forms.Select({"aria-label": label}) for label in labels], attrs)
        self.places = places

    def decompress(self, value: Sequence[str] | None) -> list[str]:
        chosen = list(value or [])[: self.places]
        return chosen + [""] * (self.places - len(chosen))


class OrderedChoicesField(forms.MultiValueField):
    """Form field of a JSON column with an ordered list; places left empty and repetitions fall out."""

    widget: OrderedChoicesWidget

    def __init__(self, *, choices: Sequence[tuple[str, Any]], places: int, **kwargs: Any):
        options = [("", "—"), *choices]
        fields = [forms.ChoiceField(choices=options, required=False) for _place in range(places)]
        super().__init__(fields, widget=OrderedChoicesWidget(places), require_all_fields=False, **kwargs)
        for widget in self.widget.widgets:
            widget.choices = options

    def compress(self, values: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(value for value in values if value))
