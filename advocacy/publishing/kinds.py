"""The kinds of publication, found through their base class; no table of kinds stands anywhere."""

from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from advocacy.publishing.models import Publication


@cache
def kinds() -> tuple[type["Publication"], ...]:
    """Every model that builds on Publication, in the order of INSTALLED_APPS.

    Asks the app registry: `__subclasses__()` would miss a kind that builds on another kind.
    """
    from advocacy.publishing.models import Publication

    return tuple(m for m in apps.get_models() if issubclass(m, Publication) and m is not Publication)


def kind_named(name: str) -> type["Publication"]:
    """The kind whose `kind` column says `name`; KeyError where there is none."""
    return {kind.kind_name(): kind for kind in kinds()}[name]
