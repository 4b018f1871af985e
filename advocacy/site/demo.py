"""The sample site: an organisation that does not exist, its pages, and the samples of every kind."""

from datetime import UTC, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError

from advocacy.organisation.models import Organisation, OrganisationText, Person, PersonText, Term
from advocacy.pictures.models import Document, Picture
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Work
from advocacy.publishing.samples import publish_sample
from advocacy.site import demo_words as words
from advocacy.site.models import Page
from advocacy.site.offers import offers_of_apps

FOUNDED = datetime(2023, 1, 10, 9, 0, tzinfo=UTC)


def is_loaded() -> bool:
    return Work.objects.filter(sample=True).exists()


def load(at: datetime) -> None:
    """Makes everything, as it would have been made on the days it is dated; nothing is dated after `at`."""
    with transaction.atomic():
        if not Organisation.objects.exists():
            make_organisation()
    for kind in sorted(kinds(), key=lambda kind: kind.demo_order):
        with transaction.atomic():
            kind.make_demo(at)
    for make in offers_of_apps("samples", "make_samples"):
        with transaction.atomic():
            make(at)


def make_organisation() -> None:
    organisation = Organisation.objects.create(
        sample=True,
        phone="+374 10 555 01",
        press_email="press@carm.example",
        secure_contact="carm.77",
        calls_logged=False,
        two_people=False,  # one person tries the sample out; the admin says so
        country="AM",
        desk_opens=time(8),
        desk_closes=time(22),
        desk_zone="Asia/Yerevan",
        further_zones=["Europe/Brussels", "America/New_York"],
        duty_phone="+374 10 555 02",
    )
    for language, text in words.ORGANISATION.items():
        OrganisationText.objects.create(organisation=organisation, language=language, **text)
    for position, person in enumerate(words.PEOPLE, start=1):
        make_person(organisation, position, person)
    for term in words.TERMS:
        Term.objects.create(keep_together=True, sample=True, **term)


def make_person(organisation: Organisation, position: int, person: dict[str, Any]) -> None:
    made = Person.objects.create(
        organisation=organisation,
        position=position,
        spoken=person["spoken"],
        phone="+374 10 555 01",
        email="press@carm.example",
        sample=True,
    )
    for language, (name, role) in person["texts"].items():
        PersonText.objects.create(person=made, language=language, name=name, role=role)


def make_pages() -> None:
    for position, page in enumerate(words.PAGES, start=1):
        publish_sample(
            Page,
            FOUNDED,
            title=page["title"],
            slug=page["slug"],
            summary=page["summary"],
            place=page["place"],
            is_method=page.get("is_method", False),
            lists_rules=page.get("lists_rules", False),
            position=position,
            body="".join(page["body"]),
        )


def remove() -> list[str]:
    """Takes out exactly what `load` made. Returns in sentences what stays: whatever somebody has worked on, and
    whatever texts of their own use.

    The organisation goes only while it is still the sample; one that was made real stays.
    """
    kept = [work for work in Work.objects.filter(sample=True).order_by("-pk") if not taken_out(work)]
    for kind in kinds():
        kind.remove_demo()
    for remove_samples in offers_of_apps("samples", "remove_samples"):
        remove_samples()
    for people in (Person, Term, Organisation):
        for row in people.objects.filter(sample=True):
            taken_out(row)
    for item in [*Picture.objects.filter(sample=True), *Document.objects.filter(sample=True)]:
        if not item.is_used():
            taken_out(item)
    return [f"“{work}” stays: it was worked on, or a text of your own uses it." for work in kept]


def taken_out(row: Any) -> bool:
    """Deletes the row with all that hangs on it, or leaves it whole. False where it stays."""
    if isinstance(row, Work) and (row.was_worked_on() or row.kind_class.sample_was_worked_on(row)):
        return False
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, RestrictedError, IntegrityError):
        return False  # something that is no sample refers to it, and what was public is kept
    return True
