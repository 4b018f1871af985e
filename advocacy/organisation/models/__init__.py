"""Who speaks on this site, in whose words, and who answers."""

from advocacy.organisation.models.organisation import Organisation, OrganisationText
from advocacy.organisation.models.people import OnCall, Person, PersonText
from advocacy.organisation.models.terms import Term

__all__ = ["OnCall", "Organisation", "OrganisationText", "Person", "PersonText", "Term"]
