"""Keys that somebody sent, in an address or a form.

Django answers "no such row" to a number that no column can hold where it looks a single one up by the column
itself. By a relation, or in a list (`pk__in`: several choices, the fields with a search, the ticked rows of a
list), such a number would reach the database's driver and fail there, and so would words where keys are numbers.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import IntegerField
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedExact, RelatedIn
from django.db.models.lookups import In

LEAST, MOST = -(2**63), 2**63 - 1


def can_be_a_key(value: Any) -> bool:
    """False for what is larger than any column, and for a text that is no number."""
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return False
    return not isinstance(value, int) or LEAST <= value <= MOST


@IntegerField.register_lookup
class InKnownKeys(In):
    def get_prep_lookup(self) -> Any:
        if self.rhs_is_direct_value():
            self.rhs = [value for value in self.rhs if can_be_a_key(value)]
        return super().get_prep_lookup()


@ForeignObject.register_lookup
class RelatedInKnownKeys(RelatedIn):
    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if self.rhs_is_direct_value():
            self.rhs = [value for value in self.rhs if isinstance(value, str) or can_be_a_key(value)]
        return super().process_rhs(compiler, connection)


@ForeignObject.register_lookup
class RelatedToKnownKey(RelatedExact):
    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if isinstance(self.rhs, int) and not can_be_a_key(self.rhs):
            raise EmptyResultSet
        return super().process_rhs(compiler, connection)
