"""Press releases and statements, and the rows that hang on them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from advocacy.mail.parts import MailPart, More, Prose, Showing, Shown, absolute
from advocacy.organisation.models import Organisation
from advocacy.pictures.cards import ShareCard
from advocacy.pictures.models import Document, Picture
from advocacy.pictures.parts import DocumentPart, PicturePart
from advocacy.publishing.carrying import Carried, carriable_kinds, carried_problems, newest_version
from advocacy.publishing.content import Content
from advocacy.publishing.differences import ADDED, REMOVED, marked
from advocacy.publishing.models import HomePart, Publication, Version, Work, listed_words
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.parts import EMPTY, Row
from advocacy.publishing.rows import SortedRow
from advocacy.richtext import RichText
from advocacy.richtext.fields import RichTextField
from newsroom.models.contacts import Contact, ContactRow


@dataclass(frozen=True, kw_only=True)
class Quote(Row):
    words: str = ""
    speaker: str = ""
    office: str = ""
    after_paragraph: int = 0
    cited_work_id: int | None = None
    cited_paragraph: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attachment(Row):
    document_id: int | None = None
    file: DocumentPart | None = None


@dataclass(frozen=True, kw_only=True)
class Photograph(Row):
    picture_id: int | None = None
    shown: PicturePart | None = None


@dataclass(frozen=True, kw_only=True)
class Related(Row):
    work_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReleaseContent(Content):
    form: str = "release"
    subheadline: str = ""
    place: str = ""
    body: RichText = EMPTY
    quotes: tuple[Quote, ...] = ()
    notes: RichText = EMPTY
    boilerplate: RichText = EMPTY
    contacts: tuple[Contact, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Photograph, ...] = ()
    related: tuple[Related, ...] = ()
    carries: Carried | None = None
    own_boilerplate: RichText = EMPTY

    @property
    def photographs(self) -> list[PicturePart]:
        """What is printed beside the text, each once: the picture of the release first, then the others."""
        found = [self.lead, *(row.shown for row in self.pictures)]
        return list({part.url: part for part in found if part}.values())


def carriable() -> dict[str, Any]:
    return {"kind__in": carriable_kinds()}


class Release(Publication):
    """A text for the press. It may carry a letter, whose words are shown from the letter's own record."""

    class Form(models.TextChoices):
        RELEASE = "release", _("Press release")
        STATEMENT = "statement", _("Statement")

    content_class = ReleaseContent
    detail_view = "newsroom:release-detail"
    labels = {
        **Publication.labels,
        "boilerplate": _("about the organisation"),
        "carries": _("letter it carries"),
    }
    nav = NavItem(order=10, label=_("Releases"), url_name="newsroom:release-list")
    share_noun = _("Share this release")
    new_label = _("New release")
    schema_type = "NewsArticle"

    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.RELEASE)
    subheadline = models.CharField(
        _("subheadline"),
        max_length=300,
        blank=True,
        help_text=_("One sentence under the title that carries the news."),
    )
    place = models.CharField(
        _("place"),
        max_length=120,
        blank=True,
        help_text=_("Where it is issued, as it stands in the dateline: Geneva and Yerevan."),
    )
    body = RichTextField(_("text"), help_text=_("Begin with the news. The place and date are put before it."))
    notes = RichTextField(_("notes to editors"), blank=True)
    own_boilerplate = RichTextField(
        _("about the organisation"),
        blank=True,
        help_text=_("Leave it empty to print the organisation's own text."),
    )
    carried_work = models.ForeignKey(
        Work,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to=carriable,
        verbose_name=_("letter it carries"),
        help_text=_(
            "Its addressees, demands and chosen passages are shown from the letter itself and never typed again."
        ),
    )
    carried_version = models.ForeignKey(
        Version, on_delete=models.RESTRICT, null=True, blank=True, related_name="+", editable=False
    )
    passages = models.JSONField(
        _("passages of the letter"),
        default=list,
        blank=True,
        help_text=_("Save the release with its letter first, then choose the paragraphs to quote."),
    )

    NOT_PERSONAL = ("form", "subheadline", "place", "body", "notes", "own_boilerplate", "passages")

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")

    def look_up(self) -> None:
        # What the editor sees when choosing passages is the letter's newest text, so that is what is kept.
        self.carried_version = newest_version(self.carried_work, self.language) if self.carried_work else None

    def soonest(self, at: datetime, rows: Any = None) -> datetime:
        return max(at, self.carried_version.starts) if self.carried_version else at

    @property
    def carries(self) -> Carried | None:
        if not (self.carried_work_id and self.carried_version_id):
            return None
        return Carried(
            work_id=self.carried_work_id, version_id=self.carried_version_id, passages=tuple(self.passages)
        )

    def take_back(self, content: ReleaseContent) -> None:
        self.carried_work_id = content.carries.work_id if content.carries else None
        self.passages = list(content.carries.passages) if content.carries else []

    @property
    def boilerplate(self) -> RichText:
        """The release's own closing text, or else the organisation's in its language."""
        text = Organisation.current().text(self.language)
        return RichText(self.own_boilerplate or (text.boilerplate if text else RichText("")))

    def problems(self, starts: datetime) -> list[str]:
        found = super().problems(starts)
        if not self.place.strip() and self.form == self.Form.RELEASE:
            found.append(gettext("The dateline has no place. Enter where the release is issued."))
        organisation = Organisation.current()
        desk = organisation.phone or organisation.press_email
        if not desk and not self.contacts.exists():
            found.append(gettext("No press contact is named. A journalist has to know whom to ask."))
        for quote in self.quotes.select_related("cited_work"):
            found.extend(quote.problems(self.language, starts))
        if self.carried_work:
            found.extend(carried_problems(self.carried_work, self.carried_version, self.passages, starts))
        for photograph in self.pictures.select_related("picture"):
            found.extend(photograph.picture.problems(self.language))
        return found

    def card(self, content: ReleaseContent) -> dict[str, Any]:
        return {"form": content.form}

    demo_order = 20

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        from newsroom.demo import make_releases

        make_releases(at)

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> list[HomePart]:
        latest = list(Version.objects.listed("release", language, at)[:3])
        if not latest:
            return []
        context = {
            "versions": latest,
            "version": latest[0],
            "more": reverse(cls.nav.url_name, args=[language]),
        }
        return [
            HomePart(
                order=10,
                template="newsroom/_home_releases.html",
                hero_template="newsroom/_home_hero.html",
                context=context,
            )
        ]

    @classmethod
    def label_of(cls, version: Version) -> str:
        return cls.form_label(version.card.get("form", cls.Form.RELEASE))

    @classmethod
    def page_of(cls, page: Any, version: Version) -> Any:
        from newsroom.views.releases import render_release

        return render_release(page, version)

    @classmethod
    def feed_html(cls, version: Version) -> str:
        from newsroom.views.releases import full_text

        return full_text(version)

    @classmethod
    def mail_parts(cls, version: Version, showing: Showing) -> list[MailPart]:
        if showing.shown != Shown.FULL:
            return super().mail_parts(version, showing)
        from newsroom.views.releases import release_in_mail

        return [cls.mail_title(version, showing), *release_in_mail(version, showing)]

    @classmethod
    def mail_summary(cls, version: Version) -> list[MailPart]:
        words = version.content.subheadline or version.summary
        return [Prose(html=format_html("<p>{}</p>", words))] if words else []

    @classmethod
    def mail_link(cls, version: Version) -> More:
        statement = version.content.form == cls.Form.STATEMENT
        words = gettext("Read the statement") if statement else gettext("Read the release")
        return More(words=words, url=absolute(version.url))

    @classmethod
    def share_cards(cls, version: Version, at: datetime) -> list[ShareCard]:
        """The release, and each of its quotations under q1, q2 and so on."""
        return [*super().share_cards(version, at), *map(card_of_quote, count(1), version.content.quotes)]

    @classmethod
    def form_label(cls, form: str) -> str:
        """What kind of text it is, in the active language: "Press release" or "Statement"."""
        return str(dict(cls.Form.choices).get(form, cls.Form.RELEASE.label))


def card_of_quote(number: int, quote: Quote) -> ShareCard:
    return ShareCard(
        part=f"q{number}",
        title=quote.words,
        kicker=listed_words(quote.speaker, quote.office),
        before=pgettext("before a quotation", "“"),
        after=pgettext("after a quotation", "”"),
    )


class ReleaseRow(SortedRow):
    """What hangs on a release, in its order."""

    class Meta(SortedRow.Meta):
        abstract = True


class ReleaseQuote(ReleaseRow):
    """Words of a person, or of a letter's paragraph; those can't drift from the letter."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="quotes")
    words = models.TextField(
        _("words"), help_text=_("Without quotation marks around them; they are set by the page.")
    )
    speaker = models.CharField(_("speaker"), max_length=200)
    office = models.CharField(_("office"), max_length=200, blank=True)
    after_paragraph = models.PositiveSmallIntegerField(
        _("stands after paragraph"), default=2, help_text=_("0 puts it before the text.")
    )
    cited_work = models.ForeignKey(
        Work,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to=carriable,
        verbose_name=_("quoted from the letter"),
        help_text=_(
            "Only where the words are a letter's own. Publishing is refused when they differ from it."
        ),
    )
    cited_paragraph = models.PositiveSmallIntegerField(
        _("its paragraph"), null=True, blank=True, help_text=_("The number in the margin of the letter.")
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("words", "speaker", "office")

    class Meta(ReleaseRow.Meta):
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")

    def __str__(self) -> str:
        return self.speaker

    def clean(self) -> None:
        super().clean()
        if bool(self.cited_work_id) != bool(self.cited_paragraph):
            raise ValidationError(_("Name the letter and the number of its paragraph, or neither."))

    def problems(self, language: str, starts: datetime) -> list[str]:
        """Sentences that say where the words differ from the paragraph they cite."""
        if not self.cited_work:
            return []
        kept = newest_version(self.cited_work, language)
        told = {"number": self.cited_paragraph, "title": self.cited_work, "speaker": self.speaker}
        if kept is None or not kept.is_public(starts):
            return [gettext("The letter “%(title)s”, which a quotation cites, is not public then.") % told]
        paragraphs = [text for _id, text in kept.kind_class.passage_choices(kept)]
        number = self.cited_paragraph or 0
        if not 0 < number <= len(paragraphs):
            return [gettext("“%(title)s” has no paragraph %(number)d, which a quotation cites.") % told]
        return drifted(self.words, paragraphs[number - 1], told)


def drifted(words: str, paragraph: str, told: dict[str, Any]) -> list[str]:
    """The sentence, with the difference, where the words do not stand in the paragraph as they are."""
    if " ".join(words.split()) in " ".join(paragraph.split()):
        return []
    sentence = gettext("The quotation of %(speaker)s differs from ¶ %(number)d of “%(title)s”:") % told
    shown = format_html_join(
        "",
        "<{0}>{1}</{0}>",
        (
            ({ADDED: "ins", REMOVED: "del"}.get(each.mark, "span"), each.text)
            for each in marked(words, paragraph)
        ),
    )
    return [format_html("{} {}", sentence, shown)]


class ReleaseContact(ContactRow):
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="contacts")

    class Meta(ContactRow.Meta):
        verbose_name = _("press contact")
        verbose_name_plural = _("press contacts")

    @property
    def language(self) -> str:
        return self.release.language


class ReleaseAttachment(ReleaseRow):
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta(ReleaseRow.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return str(self.document)

    @property
    def file(self) -> DocumentPart:
        return DocumentPart.of(self.document)


class ReleasePicture(ReleaseRow):
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(
        Picture, on_delete=models.PROTECT, related_name="+", verbose_name=_("picture")
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta(ReleaseRow.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return str(self.picture)

    @property
    def shown(self) -> PicturePart:
        return PicturePart.of(self.picture, self.release.language)


class ReleaseRelated(ReleaseRow):
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="related")
    work = models.ForeignKey(Work, on_delete=models.RESTRICT, related_name="+", verbose_name=_("work"))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta(ReleaseRow.Meta):
        verbose_name = _("related work")
        verbose_name_plural = _("related works")

    def __str__(self) -> str:
        return str(self.work)
