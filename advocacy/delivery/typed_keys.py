"""Keys that somebody sent, where Django looks a whole list of them up: `pk__in`.

Django itself answers "no such row" to a single number that no column can hold; a list with one in it would
reach the database's driver and fail there, and so would words where the keys are numbers. Forms look lists up:
several choices, the fields with a search, the ticked rows of a list.
"""

from typing import Any

from django.db.models import IntegerField
from django.db.models.lookups import In

LEAST, MOST = -(2**63), 2**63 - 1


@IntegerField.register_lookup
class InKnownNumbers(In):
    """What is no number, or larger than any column, is the key of no row."""

    def get_prep_lookup(self) -> Any:
        if self.rhs_is_direct_value():
            self.rhs = [value for value in self.rhs if can_be_a_key(value)]
        return super().get_prep_lookup()


def can_be_a_key(value: Any) -> bool:
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return False
    return not isinstance(value, int) or LEAST <= value <= MOST
