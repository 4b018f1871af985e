"""Letters with addressees, passages, demands and signatories; each argument is named, the rest has a default."""

from datetime import UTC, date, datetime

from advocacy.richtext import blocks
from campaigns.models import (
    Demand,
    DemandWording,
    Letter,
    LetterAddressee,
    LetterPassage,
    OfficeHolder,
    Signatory,
)

AT = datetime(2031, 5, 1, 12, tzinfo=UTC)  # ahead of the database's own clock, which guards what is past
DAY = date(2031, 5, 1)
BODY = (
    "<p>We write to you about the Lachin Corridor.</p>"
    "<p>Every call not to use force was ignored, and nobody was held to account.</p>"
    "<p>People are forced from their land.</p>"
)
DEMANDS = ("Recognition", "Aid", "Release")


def make_holder(*, name="António Guterres", office="Secretary-General", held_from=None, held_to=None):
    return OfficeHolder.objects.create(
        name=name, office=office, institution="United Nations", held_from=held_from, held_to=held_to
    )


def make_letter(
    *,
    title="Ten demands",
    language="en",
    work=None,
    body=BODY,
    demands=DEMANDS,
    addressees=(),
    passage="",
    published=True,
    at=AT,
    starts=None,
    **columns,
):
    """A letter with demands by their labels, or by (number, label); public from `starts` on."""
    letter = Letter(title=title, language=language, body=body, **columns)
    if work:
        letter.work = work
    letter.save()
    for number, label in (
        each if isinstance(each, tuple) else (number, each) for number, each in enumerate(demands, start=1)
    ):
        add_demand(letter=letter, number=number, label=label)
    for position, holder in enumerate(addressees, start=1):
        LetterAddressee.objects.create(letter=letter, holder=holder, position=position)
    if passage:
        paragraph = next(block for block in blocks(letter.body) if passage in block.text)
        LetterPassage.objects.create(letter=letter, paragraph=paragraph.id, words=passage, position=1)
    letter = Letter.objects.get(pk=letter.pk)
    letter.stamp()
    if published:
        letter.publish(at=at, starts=starts)
    return letter


def add_demand(*, letter, number, label):
    demand, _made = Demand.objects.get_or_create(work=letter.work, number=number)
    return DemandWording.objects.create(
        letter=letter,
        demand=demand,
        label=label,
        title=f"{label}, in one line",
        wording=f"{label}, as the letter puts it.",
        position=number,
    )


def record(*, letter, number=1, status="met", on=DAY, at=AT, note="The convoy passed.", who=None, **named):
    demand = Demand.objects.get(work=letter.work, number=number)
    return demand.record(
        status=status, on=on, note=note, at=at, who=who, **{"source_url": "https://un.example/1", **named}
    )


def make_signatory(*, letter, name, is_organisation=False, shown=True, **columns):
    return Signatory.objects.create(
        work=letter.work,
        name=name,
        is_organisation=is_organisation,
        shown=shown,
        **{"language": letter.language, "consent": "E-mail", **columns},
    )


def make_many(*, letter, organisations=0, people=0, counted=0):
    """So many signatories whose names are shown, and so many more people who are only counted."""

    def row(name, place, **columns):
        return Signatory(
            work=letter.work, name=name, language=letter.language, consent="Form", position=place, **columns
        )

    Signatory.objects.bulk_create(
        [
            *(row(f"House {n:04}", n, is_organisation=True, shown=True, country="Armenia") for n in range(1, organisations + 1)),
            *(row(f"Person {n:04}", n, shown=True, role="Teacher") for n in range(1, people + 1)),
            *(row(f"Zqsecret {n:04}", n, shown=False) for n in range(1, counted + 1)),
        ]
    )  # fmt: skip
