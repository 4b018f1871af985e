from django import template

from advocacy.organisation.names import keep_names_together

register = template.Library()


@register.filter
def kept(text: str, organisation) -> str:
    """{{ version.title|kept:chrome.organisation }}: names such as Nagorno-Karabakh stay on one line."""
    return keep_names_together(text, organisation.kept_names)
