"""A letter with its record: addressees, paragraphs, demands and how each of them stands.

What a document showed stays as it was, so everything here takes the day the statuses are of.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, override, pgettext

from advocacy.mail.parts import Demands, MailPart, More, Prose, Saying, absolute
from advocacy.organisation.digits import digits
from advocacy.pictures.cards import Bar, ShareCard
from advocacy.pictures.parts import DocumentPart
from advocacy.publishing.models import HomePart, Version, listed_words, on_our_clocks, zone
from advocacy.richtext import blocks
from campaigns.ledger import NOTHING_HEARD, Entry, Standing, ledger, standings
from campaigns.models.demands import DemandChange, DemandStatus
from campaigns.models.letters import Addressee, DemandWords, LetterContent, end_of

NEWEST_CHANGES = 3
MARKS = {"open": "[ ]", "partly": "[~]", "met": "[x]", "refused": "[-]", "overtaken": "[.]"}


@dataclass(frozen=True)
class DemandRow:
    """A demand as a page shows it."""

    number: int
    label: str
    title: str
    wording: str
    status: str
    status_label: str
    url: str
    changes: tuple[Entry, ...]
    last_checked: date | None
    sample: bool

    @property
    def mark(self) -> str:
        """The status as a sign in plain text."""
        return MARKS[self.status]


@dataclass(frozen=True)
class Paragraph:
    """A numbered block of the letter. `passages` are the words taken from it."""

    number: int
    id: str
    html: SafeString
    passages: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class LetterRecord:
    """What a release shows of the letter it carries."""

    title: str
    url: str
    language: str
    foreign: bool
    addressees: tuple[Addressee, ...]
    passages: tuple[dict[str, Any], ...]
    demands: tuple[DemandRow, ...]
    demands_today: tuple[DemandRow, ...]
    today: date
    counts: dict[str, int]
    pdf: DocumentPart | None

    def mail_parts(self) -> list[MailPart]:
        """The letter as a bulletin shows it, as of the record's day."""
        foreign = self.language if self.foreign else ""
        said = [
            Saying(
                words=passage["text"],
                by=gettext("From paragraph %(number)s of the letter") % {"number": digits(passage["number"])},
                url=absolute(passage["anchor_url"]),
                language=foreign,
            )
            for passage in self.passages
        ]
        asked = (
            [Demands(words=gettext("What the coalition demands"), rows=self.demands, language=foreign)]
            if self.demands
            else []
        )
        # To its page: a mail is kept for years, and its file's address is gone once another file replaces it.
        link = More(words=gettext("Read the entire letter"), url=absolute(self.url))
        return [*addressed(self.addressees), *said, *asked, link]


def letter_record(
    kept: Version, *, current: Version, chosen: Sequence[str], on: date, at: datetime, language: str
) -> LetterRecord:
    """The carried letter: words of `kept`, statuses as of the day `on` and as of `at`."""
    content: LetterContent = kept.content
    heard = ledger([kept.work_id], kept.language)
    here = zone()  # asked once: each answer is a query
    at = at.astimezone(here)
    today = at.date()
    # On its own day, too, a document knows nothing that readers are told later that day.
    then = demand_rows(current, content.demands, standings(heard, on=on, known=min(end_of(on, here), at)))
    now = demand_rows(current, content.demands, standings(heard, on=today, known=at))
    return LetterRecord(
        title=kept.title,
        url=current.url,
        language=kept.language,
        foreign=kept.language != language,
        addressees=content.addressees,
        passages=chosen_passages(content, chosen, current.url),
        demands=then,
        demands_today=now,
        today=today,
        counts=counts(now),
        pdf=current.content.file,  # an older one is not public any more
    )


def addressed(addressees: Sequence[Addressee]) -> list[MailPart]:
    """The sentence that names them, office before name; nothing where there are none."""
    if not addressees:
        return []
    names = [f"{each.office} {each.name}" for each in addressees]
    before, last = gettext(", ").join(names[:-1]), names[-1]
    listed = f"{before}{pgettext('before the last of several names', ' and ')}{last}" if before else last
    end = pgettext("ends a sentence", ".")
    return [Prose(html=format_html("<p>{} {}{}</p>", gettext("The letter is addressed to"), listed, end))]


def chosen_passages(content: LetterContent, chosen: Sequence[str], url: str) -> tuple[dict[str, Any], ...]:
    by_id = {block.id: (number, block) for number, block in enumerate(blocks(content.body), start=1)}
    found = [(by_id[each][0], by_id[each][1]) for each in chosen if each in by_id]
    return tuple(
        {"number": number, "anchor_url": f"{url}#{block.id}", "text": block.text} for number, block in found
    )


def demand_rows(
    version: Version, words: Iterable[DemandWords], stand: dict[str, Standing]
) -> tuple[DemandRow, ...]:
    """The demands in their order, each with its standing and its address below `version`."""
    return tuple(
        demand_row(version, row, stand.get(row.uid, NOTHING_HEARD))
        for row in sorted(words, key=lambda row: row.number)
    )


def demand_row(version: Version, words: DemandWords, standing: Standing) -> DemandRow:
    return DemandRow(
        number=words.number,
        label=words.label,
        title=words.title,
        wording=words.wording,
        status=standing.status,
        status_label=standing.label,
        url=demand_url(version, words.number),
        changes=standing.changes,
        last_checked=standing.last_checked,
        sample=version.work.sample and standing.status != DemandStatus.OPEN,
    )


def demand_url(version: Version, number: int) -> str:
    return reverse(
        "campaigns:demand-detail",
        kwargs={"language": version.language, "slug": version.slug, "number": number},
    )


def demand_title(row: DemandRow | DemandWords) -> str:
    return gettext("Demand %(number)s: %(title)s") % {"number": row.number, "title": row.title}


def standing_today(work_id: int, language: str, at: datetime) -> dict[str, Standing]:
    """How the demands of a letter stand at `at`, by their uid."""
    here = on_our_clocks(at)
    return standings(ledger([work_id], language), on=here.date(), known=here)


def counts(rows: Iterable[DemandRow]) -> dict[str, int]:
    """How many demands stand where; every status has a number."""
    found = Counter(row.status for row in rows)
    return {status: found[status] for status in DemandStatus.values}


def sum_in_words(counted: dict[str, int]) -> str:
    """The sum for a headline, computed and never typed: "None met in full."."""
    total, met = sum(counted.values()), counted[DemandStatus.MET]
    if not total:
        return ""
    if met == 0:
        return gettext("None met in full.")
    if met == total:
        return gettext("All met in full.")
    return ngettext("%(met)s met in full.", "%(met)s met in full.", met) % {"met": digits(met)}


def counts_in_words(counted: dict[str, int]) -> str:
    """Every status that some demand has: 6 open, 3 partly met, 1 refused."""
    told = {
        DemandStatus.OPEN: ngettext("%(number)s open", "%(number)s open", counted[DemandStatus.OPEN]),
        DemandStatus.PARTLY: ngettext(
            "%(number)s partly met", "%(number)s partly met", counted[DemandStatus.PARTLY]
        ),
        DemandStatus.MET: ngettext("%(number)s met", "%(number)s met", counted[DemandStatus.MET]),
        DemandStatus.REFUSED: ngettext(
            "%(number)s refused", "%(number)s refused", counted[DemandStatus.REFUSED]
        ),
        DemandStatus.OVERTAKEN: ngettext(
            "%(number)s overtaken", "%(number)s overtaken", counted[DemandStatus.OVERTAKEN]
        ),
    }
    return listed_words(
        *(words % {"number": digits(counted[status])} for status, words in told.items() if counted[status])
    )


def headline_with_sum(version: Version, counted: dict[str, int]) -> str:
    """The letter's name and, in a line of its own, what became of its demands; in the letter's language."""
    title = version.content.headline or version.title
    with override(version.language):
        summed = sum_in_words(counted)
        return gettext("%(headline)s.\n%(sum)s") % {"headline": title, "sum": summed} if summed else title


def cards_of_letter(version: Version, at: datetime) -> list[ShareCard]:
    """The letter with its tally, and each demand with its bar; statuses are today's, as on their pages."""
    rows = demand_rows(
        version, version.content.demands, standing_today(version.work_id, version.language, at)
    )
    counted = counts(rows)
    title = headline_with_sum(version, counted)
    kicker = version.kind_class.card_kicker(version)
    bars = tuple(Bar(digits(row.number), row.status) for row in rows)
    whole = ShareCard(title=title, kicker=kicker, counts=counts_in_words(counted), bars=bars)
    return [whole, *(card_of_demand(row, kicker) for row in rows)]


def card_of_demand(row: DemandRow, kicker: str) -> ShareCard:
    return ShareCard(
        part=f"d{row.number}",
        title=row.title,
        kicker=kicker,
        counts=row.status_label,
        bars=(Bar(digits(row.number), row.status),),
    )


def home_hero(version: Version, at: datetime) -> HomePart:
    """The newest letter in the brand field of the home page, with its tally."""
    rows = demand_rows(
        version, version.content.demands, standing_today(version.work_id, version.language, at)
    )
    counted = counts(rows)
    return HomePart(
        order=0,
        template="campaigns/_home_letter.html",
        hero=True,
        context={
            "version": version,
            "headline": headline_with_sum(version, counted),
            "demands": rows,
            "counts": counted,
        },
    )


def what_changed(language: str, at: datetime) -> list[HomePart]:
    """The newest entries of public letters' ledgers, for the narrow column of the home page.

    A change shows once it is entered, and only while the letter is public in the page's language or its original.
    """
    letters = Version.objects.public(at).filter(kind="letter").once_per_work(language, at)
    newest = DemandChange.objects.filter(Exists(letters.filter(work=OuterRef("demand__work"))), known__lte=at)
    letter = letters.filter(work=OuterRef("demand__work"))
    newest = newest.annotate(
        slug=Subquery(letter.values("slug")[:1]),
        letter_language=Subquery(letter.values("language")[:1]),
        letter_card=Subquery(letter.values("card")[:1]),
        letter_title=Subquery(letter.values("title")[:1]),
    )
    newest = newest.select_related("demand__work").order_by("-on", "-known", "-pk")[: 4 * NEWEST_CHANGES]
    # A demand that stands only at the desk is in no public letter, whatever was already entered about it.
    changes = [change for change in newest if str(change.demand.uid) in change.letter_card["demands"]]
    rows = [changed_row(change) for change in changes[:NEWEST_CHANGES]]
    return (
        [HomePart(order=20, template="campaigns/_home_changes.html", context={"changes": rows}, side=True)]
        if rows
        else []
    )


def changed_row(change: Any) -> dict[str, Any]:
    number = change.letter_card["demands"][str(change.demand.uid)]
    address = {"language": change.letter_language, "slug": change.slug, "number": number}
    return {
        "on": change.on,
        "number": number,
        "letter": change.letter_title,
        "language": change.letter_language,
        "url": reverse("campaigns:demand-detail", kwargs=address),
        "status": change.status,
        "status_label": change.get_status_display(),
        "sample": change.demand.work.sample and change.status != DemandStatus.OPEN,
    }
