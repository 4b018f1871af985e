"""Filters for public templates: dates, moments and numbers as the page prints them."""

from typing import Any

from django import template

from advocacy.delivery import printed
from advocacy.organisation.digits import digits

register = template.Library()

# Languages of headlines need not be languages of the site (ISO 639: Arabic, Persian, Hebrew, Urdu, and their like).
RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
register.filter("day", printed.day)
register.filter("short_day", printed.short_day)
register.filter("moment", printed.moment)
register.filter("digits", digits)


@register.filter
def own_name(code: str) -> str:
    """A language's name in itself."""
    from django.conf import settings

    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def address_in(languages: list[dict[str, Any]], code: str) -> str:
    """Where the page stands in a language, of its language links; empty where it does not."""
    return next((link["url"] or "" for link in languages if link["code"] == code), "")


@register.filter
def direction(code: str) -> str:
    """ltr or rtl for a language code."""
    return "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"
