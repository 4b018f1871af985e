"""Open letters: addressees, numbered paragraphs, passages and demands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.printed import day
from advocacy.mail.parts import MailPart, More, Showing, Shown, absolute
from advocacy.pictures.cards import ShareCard
from advocacy.pictures.models import Document
from advocacy.pictures.parts import DocumentPart
from advocacy.publishing.content import Content
from advocacy.publishing.models import HomePart, Publication, Version, Work, listed_words, zone
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.parts import EMPTY, Row
from advocacy.publishing.rows import SortedRow
from advocacy.richtext import RichText, blocks
from advocacy.richtext.fields import RichTextField
from campaigns.models.demands import Demand, DemandChange
from campaigns.models.officeholders import OfficeHolder
from campaigns.models.proposals import DemandProposal


@dataclass(frozen=True, kw_only=True)
class Addressee(Row):
    holder_id: int | None = None
    name: str = ""
    office: str = ""
    institution: str = ""


@dataclass(frozen=True, kw_only=True)
class Passage(Row):
    SAID = ("words",)

    paragraph: str = ""  # the id of the block it stands in
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class DemandWords(Row):
    number: int = 0
    label: str = ""
    title: str = ""
    wording: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterContent(Content):
    addressed_to: str = ""
    headline: str = ""
    body: RichText = EMPTY
    addressees: tuple[Addressee, ...] = ()
    passages: tuple[Passage, ...] = ()
    demands: tuple[DemandWords, ...] = ()
    document_id: int | None = None
    file: DocumentPart | None = None


class Letter(Publication):
    """An open letter. Its demands carry a ledger of what came of them."""

    content_class = LetterContent
    detail_view = "campaigns:letter-detail"
    labels = {**Publication.labels, "file": _("the entire letter (PDF)")}
    nav = NavItem(order=20, label=_("Letters"), url_name="campaigns:letter-list")
    card_template = "parts/card_letter.html"
    share_noun = _("Share this letter")
    new_label = _("New letter")
    can_be_carried = True

    addressed_to = models.CharField(
        _("addressed to"),
        max_length=120,
        blank=True,
        help_text=_("In short, as it reads after “Open letter”: to the United Nations."),
    )
    headline = models.CharField(
        _("headline on the home page"),
        max_length=120,
        blank=True,
        help_text=_("How many demands are met is added to it. Leave it empty to use the title."),
    )
    body = RichTextField(
        _("text"), help_text=_("Each paragraph is numbered; its number never moves within a version.")
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the entire letter (PDF)"),
    )

    NOT_PERSONAL = ("addressed_to", "headline", "body")

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    @property
    def file(self) -> DocumentPart | None:
        return DocumentPart.of(self.document) if self.document else None

    def problems(self, starts: datetime) -> list[str]:
        found = super().problems(starts)
        day = self.dated or starts.astimezone(zone()).date()
        for addressee in self.addressees.select_related("holder"):
            if not addressee.holder.held_on(day):
                found.append(
                    gettext("%(who)s did not hold this office on the letter's date.")
                    % {"who": addressee.holder}
                )
        paragraphs = {block.id: block.text for block in blocks(self.body)}
        for passage in self.passages.all():
            if not passage.stands_in(paragraphs.get(passage.paragraph, "")):
                found.append(gettext("A passage no longer stands in its paragraph: “%s”") % passage.words)
        for wording in self.demands.select_related("demand__work"):
            if wording.demand.public_number not in (None, wording.number):
                found.append(gettext("The number of a demand can't change once it was public: %s") % wording)
        for demand in self.demands_without_words():
            found.append(
                gettext("Demand %(number)d has no wording in this language.") % {"number": demand.number}
            )
        return found

    def demands_without_words(self) -> Any:
        """Demands that the original puts and this text, a translation, does not."""
        original = Demand.objects.filter(
            work=self.work_id, wordings__letter__language=self.work.original_language
        )
        return original.exclude(wordings__letter=self).order_by("number").distinct()

    def published(self, version: Version) -> None:
        from campaigns.models.signatories import Signatory

        Signatory.bind(version)

    def card(self, content: LetterContent) -> dict[str, Any]:
        return {
            "addressed_to": content.addressed_to,
            "demands": {row.uid: row.number for row in content.demands},
        }

    @classmethod
    def label_of(cls, version: Version) -> str:
        return gettext("Open letter")

    @classmethod
    def passage_choices(cls, version: Version) -> list[tuple[str, str]]:
        """(id, text) of each paragraph that another text may quote."""
        return [(block.id, block.text) for block in blocks(version.content.body)]

    @classmethod
    def carried(
        cls,
        kept: Version,
        *,
        current: Version,
        passages: Sequence[str],
        on: date,
        at: datetime,
        language: str,
    ) -> Any:
        """What a release shows of the letter: words of the kept version, statuses as of `on` and as of today."""
        from campaigns.record import letter_record

        return letter_record(kept, current=current, chosen=passages, on=on, at=at, language=language)

    @classmethod
    def mail_parts(cls, version: Version, showing: Showing) -> list[MailPart]:
        if showing.shown != Shown.FULL:
            return super().mail_parts(version, showing)
        from campaigns.record import letter_record

        chosen = list(dict.fromkeys(passage.paragraph for passage in version.content.passages))
        record = letter_record(
            version,
            current=version,
            chosen=chosen,
            on=showing.on,
            at=showing.known,
            language=showing.language,
        )
        return [cls.mail_title(version, showing), *record.mail_parts()]

    @classmethod
    def mail_link(cls, version: Version) -> More:
        return More(words=gettext("Read the letter"), url=absolute(version.url))

    demo_order = 10

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        from campaigns.demo import make_letter

        make_letter()

    @classmethod
    def sample_was_worked_on(cls, work: Work) -> bool:
        changes = DemandChange.objects.filter(demand__work=work, who__isnull=False)
        proposals = DemandProposal.objects.filter(demand__work=work)
        return (
            changes.exists()
            or proposals.exists()
            or work.signatories.filter(entered_by__isnull=False).exists()
        )

    @classmethod
    def remove_demo(cls) -> None:
        from campaigns.demo import remove

        remove()

    @classmethod
    def shared_part(cls, version: Version, part: str) -> tuple[str, str] | None:
        """A demand, by its id on the letter's page: d6."""
        from campaigns.record import demand_title, demand_url

        row = next((row for row in version.content.demands if f"d{row.number}" == part), None)
        return (demand_title(row), demand_url(version, row.number)) if row else None

    @classmethod
    def share_cards(cls, version: Version, at: datetime) -> list[ShareCard]:
        from campaigns.record import cards_of_letter

        return cards_of_letter(version, at)

    @classmethod
    def card_kicker(cls, version: Version) -> str:
        """Open letter to the United Nations, 28 September 2023."""
        addressed = f"{cls.label_of(version)} {version.content.addressed_to}".strip()
        return listed_words(addressed, day(version.dated))

    @classmethod
    def sub_addresses(cls, version: Version, at: datetime) -> list[str]:
        from campaigns.record import demand_url
        from campaigns.views.signatories import signatory_urls

        demands = [demand_url(version, number) for number in sorted(version.card["demands"].values())]
        return [*demands, *signatory_urls(version)]

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> list[HomePart]:
        from campaigns.record import home_hero, what_changed

        newest = Version.objects.listed("letter", language, at).defer(None).first()
        return [home_hero(newest, at), *what_changed(language, at)] if newest else []

    @classmethod
    def page_of(cls, page: Any, version: Version) -> Any:
        from campaigns.views.letters import render_letter

        return render_letter(page, version)

    @classmethod
    def feed_html(cls, version: Version) -> str:
        return version.content.body


def end_of(day: date, where: ZoneInfo | None = None) -> datetime:
    """The last moment of a day in the organisation's zone: a document of a date knows what was known by then."""
    # fold: of an hour that the clocks show twice at the end of a day, the second one is its end.
    return datetime.combine(day, time.max, tzinfo=where or zone()).replace(fold=1)


class LetterAddressee(SortedRow):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="addressees")
    holder = models.ForeignKey(
        OfficeHolder, on_delete=models.PROTECT, related_name="+", verbose_name=_("office-holder")
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta(SortedRow.Meta):
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees, in protocol order")

    def __str__(self) -> str:
        return str(self.holder)

    @property
    def name(self) -> str:
        return self.holder.in_language(self.letter.language).name

    @property
    def office(self) -> str:
        return self.holder.in_language(self.letter.language).office

    @property
    def institution(self) -> str:
        return self.holder.in_language(self.letter.language).institution


class LetterPassage(SortedRow):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="passages")
    paragraph = models.CharField(_("paragraph"), max_length=40)
    words = models.TextField(_("words"), help_text=_("Copied from the paragraph without a change."))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("paragraph", "words")

    class Meta(SortedRow.Meta):
        verbose_name = _("passage")
        verbose_name_plural = _("passages")

    def __str__(self) -> str:
        return self.words[:60]

    def stands_in(self, paragraph: str) -> bool:
        """True where the paragraph holds these very words; line breaks count as spaces."""
        return bool(self.words.strip()) and " ".join(self.words.split()) in " ".join(paragraph.split())
