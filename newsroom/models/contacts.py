"""Whom readers of a text may ask: people of the organisation, as their words stood when it was published."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.models import Person
from advocacy.publishing.parts import Row
from advocacy.publishing.rows import SortedRow


@dataclass(frozen=True, kw_only=True)
class Contact(Row):
    person_id: int | None = None
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""


class ContactRow(SortedRow):
    """A person on a text. Each kind says of which text, and so in which language."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta(SortedRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.person)

    @property
    def language(self) -> str:
        """That of the text that names the contact; each kind of row says which text."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        text = self.person.text(self.language)
        return text.name if text else ""

    @property
    def role(self) -> str:
        text = self.person.text(self.language)
        return text.role if text else ""

    @property
    def phone(self) -> str:
        return self.person.phone

    @property
    def email(self) -> str:
        return self.person.email
