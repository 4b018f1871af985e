"""An entry of the public navigation, named by a kind (`nav`) or by an app's config (`navigation`)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NavItem:
    """Its place in the order, its label, and the name of its address, which takes the language.

    `press` marks the page on which journalists write in; other pages lead to it. What is not
    `in_header` stands at the foot of every page.
    """

    order: int
    label: Any
    url_name: str
    press: bool = False
    in_header: bool = True
