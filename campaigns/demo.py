"""The sample letter: three addressees, six paragraphs, ten demands and their record, invented signatories."""

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import product
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from advocacy.pictures.models import Document
from advocacy.publishing.models import Version, Work
from advocacy.publishing.samples import publish_sample
from advocacy.richtext import blocks
from campaigns import demo_words as words
from campaigns.models.demands import Demand, DemandWording
from campaigns.models.letters import Letter, LetterAddressee, LetterPassage
from campaigns.models.officeholders import OfficeHolder, OfficeHolderText
from campaigns.models.signatories import Signatory

DELIVERED = datetime(2023, 9, 28, 14, 0, tzinfo=UTC)
LAST_CHECKED = date(2026, 3, 12)
PEOPLE = 312
SHOWN_OF_TEN = 9  # nine of ten people let their name be shown


def make_letter() -> None:
    """The letter in three languages, public since the day it was delivered, with its record and signatories."""
    holders = [make_holder(addressee) for addressee in words.ADDRESSEES]
    document = make_pdf()
    work = publish_letter("en", None, holders, document).work
    for language in words.LETTER:
        if language != "en":
            publish_letter(language, work, holders, document)
    make_record(work, holders)
    make_signatories(work)


def publish_letter(
    language: str, work: Work | None, holders: list[OfficeHolder], document: Document
) -> Version:
    text = words.LETTER[language]
    return publish_sample(
        Letter,
        DELIVERED,
        language=language,
        work=work,
        title=text["title"],
        slug=text["slug"],
        summary=text["summary"],
        addressed_to=text["addressed_to"],
        body="".join(f"<p>{paragraph}</p>" for paragraph in text["body"]),
        document=document,
        rows=lambda letter: add_rows(letter, holders),
    )


def add_rows(letter: Letter, holders: list[OfficeHolder]) -> None:
    for position, holder in enumerate(holders, start=1):
        LetterAddressee.objects.create(letter=letter, holder=holder, position=position)
    passage = words.LETTER[letter.language]["passage"]
    paragraph = next(block for block in blocks(letter.body) if passage in block.text)
    LetterPassage.objects.create(letter=letter, paragraph=paragraph.id, words=passage, position=1)
    for number, (label, title, wording) in enumerate(words.DEMANDS[letter.language], start=1):
        demand, _made = Demand.objects.get_or_create(
            work=letter.work, number=number, defaults={"last_checked": LAST_CHECKED}
        )
        DemandWording.objects.create(
            letter=letter, demand=demand, label=label, title=title, wording=wording, position=number
        )


def make_holder(addressee: dict[str, Any]) -> OfficeHolder:
    name, office, institution = addressee["en"]
    holder, made = OfficeHolder.objects.get_or_create(
        name=name,
        office=office,
        institution=institution,
        defaults={"held_from": addressee["from"], "held_to": addressee["to"], "sample": True},
    )
    if made:
        for language in ("hy", "ar"):
            name, office, institution = addressee[language]
            OfficeHolderText.objects.create(
                holder=holder, language=language, name=name, office=office, institution=institution
            )
    return holder


def make_record(work: Work, holders: list[OfficeHolder]) -> None:
    demands = {demand.number: demand for demand in work.demands.all()}
    for number, status, on, note, who_acted in words.CHANGES:
        demands[number].record(
            status=status,
            on=date.fromisoformat(on),
            note=note,
            who_acted=who_acted,
            addressee=None if who_acted else holders[2],
            source_url="https://example.org/sample-source",
            source_title="Sample source",
            at=datetime.fromisoformat(f"{on}T15:00:00+00:00"),
        )


def make_signatories(work: Work) -> None:
    version = work.versions.get(language="en")
    signed = {
        "work": work,
        "version": version,
        "language": "en",
        "consent": "Invented for the sample",
    }
    organisations = [line.split("|") for line in words.ORGANISATIONS.splitlines()]
    rows = [
        Signatory(name=name, country=country, is_organisation=True, shown=True, position=place, **signed)
        for place, (name, country) in enumerate(organisations, start=1)
    ]
    names = [f"{first} {last}" for last, first in product(words.LAST_NAMES, words.FIRST_NAMES)][:PEOPLE]
    rows += [
        Signatory(
            name=name,
            role=words.ROLES[place % len(words.ROLES)],
            country=words.COUNTRIES[place % len(words.COUNTRIES)],
            shown=place % 10 < SHOWN_OF_TEN,
            position=place,
            **signed,
        )
        for place, name in enumerate(names, start=1)
    ]
    Signatory.objects.bulk_create(rows)


def make_pdf() -> Document:
    """One page that says what it is; a real letter is uploaded by its editors."""
    page = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(page).text(
        (120, 160), "Ten demands for Nagorno-Karabakh. A sample page in place of the letter.", fill=0
    )
    data = BytesIO()
    page.save(data, format="PDF", resolution=150)
    upload = ContentFile(data.getvalue(), name="letter.pdf")
    return Document.objects.take(upload, title="Ten demands for Nagorno-Karabakh", language="en", sample=True)


def remove() -> None:
    """Takes out the office-holders of the sample that no real letter uses."""
    for holder in OfficeHolder.objects.filter(sample=True):
        if not LetterAddressee.objects.filter(holder=holder).exists():
            holder.delete()
