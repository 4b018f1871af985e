"""What apps offer to the pages that are put together here, beside what kinds do.

An app offers a function by having it in a module of its own with the right name: `desk_parts` in `desk.py`,
`home_parts` in `home.py`, `make_samples` and `remove_samples` in `samples.py`.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps


def offers_of_apps(module: str, name: str) -> tuple[Callable[..., Any], ...]:
    """The functions of that name in the modules of that name of all apps but this. It looks into every folder."""
    found = [f"{app.name}.{module}" for app in apps.get_app_configs() if app.name != "advocacy.site"]
    modules = [import_module(path) for path in found if find_spec(path)]
    return tuple(getattr(each, name) for each in modules if hasattr(each, name))
