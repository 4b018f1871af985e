"""Media coverage: articles that others wrote, under the outlet's own name and headline."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, cast

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.printed import day
from advocacy.mail.parts import MailPart, Showing, Shown, Story
from advocacy.organisation.models import Organisation
from advocacy.publishing.content import Content
from advocacy.publishing.models import HomePart, Publication, Version, Work, listed_words
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.parts import Row
from advocacy.publishing.rows import SortedRow


def cut_after(text: str, words: int) -> tuple[str, str]:
    """The first `words` words of a text, and the rest."""
    for number, word in enumerate(re.finditer(r"\S+", text), start=1):
        if number == words:
            return text[: word.end()], text[word.end() :]
    return text, ""


class Outlet(models.Model):
    """A newspaper, agency or station. It goes by several names; one of them is printed."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    permitted_words = models.PositiveIntegerField(
        _("words we may quote"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Only where the outlet allowed a longer excerpt than the organisation's usual limit."),
    )
    permission = models.TextField(
        _("who allowed it, and when"),
        blank=True,
        help_text=_("Needed for a longer excerpt, so that others can check."),
    )

    sample = models.BooleanField(_("sample"), default=False, editable=False)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("name", "website", "permission")
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Press desk": ("view", "add", "change"),
        "Writer": ("view", "add"),
    }

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(permitted_words__isnull=True) | ~models.Q(permission=""),
                name="outlet_permission_recorded",
                violation_error_message=_("Say who allowed the longer excerpt, and when."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def excerpt_words(self) -> int:
        """How many words of an article may be shown."""
        return self.permitted_words or Organisation.current().excerpt_words


class OutletAlias(models.Model):
    """Another name of the outlet, found when an editor types it."""

    outlet = models.ForeignKey(Outlet, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=200, unique=True)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("name",)
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Press desk": ("view", "add", "change", "delete"),
        "Writer": ("view", "add"),
    }

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class About(Row):
    work_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CoverageContent(Content):
    outlet_id: int | None = None
    outlet_name: str = ""
    headline_language: str = "en"
    author: str = ""
    date_is_known: bool = True
    address: str = ""
    archive_address: str = ""
    excerpt: str = ""
    excerpt_is_summary: bool = False
    about: tuple[About, ...] = ()


class Coverage(Publication):
    """An article about us. The title is the article's headline, in its own language."""

    content_class = CoverageContent
    detail_view = "newsroom:coverage-detail"
    nav = NavItem(order=30, label=_("Coverage"), url_name="newsroom:coverage-list")
    card_template = "parts/card_coverage.html"
    share_noun = _("Share this article")
    new_label = _("Add coverage")
    is_translated = False

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="+", verbose_name=_("outlet"))
    headline_language = models.CharField(
        _("language of the headline"),
        max_length=12,
        default="en",
        validators=[
            RegexValidator(
                r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("Write a language code such as de or pt-BR.")
            )
        ],
        help_text=_("The article's own language, as a code: en, de, hy. The headline is never translated."),
    )
    author = models.CharField(_("author"), max_length=200, blank=True)
    date_is_known = models.BooleanField(
        _("the date is known"),
        default=True,
        help_text=_("Untick it and no date is shown; the item is sorted by it all the same."),
    )
    address = models.URLField(_("address of the article"), max_length=1000)
    archive_address = models.URLField(
        _("archived copy"), max_length=1000, blank=True, help_text=_("In case the article moves.")
    )
    excerpt = models.TextField(
        _("excerpt"),
        blank=True,
        help_text=_("What is longer than we may quote is cut; you see below what will be shown."),
    )
    excerpt_is_summary = models.BooleanField(
        _("the excerpt is our own summary"),
        default=False,
        help_text=_("It is then labelled and never set as a quotation."),
    )

    NOT_PERSONAL = ("headline_language", "author", "address", "archive_address", "excerpt")
    ROLES: ClassVar[dict] = {"Press desk": ("view", "add", "change")}

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("coverage")

    @property
    def outlet_name(self) -> str:
        return self.outlet.name

    @property
    def excerpt_shown(self) -> str:
        """The excerpt as readers see it, cut at the words we may quote. Our own summary is ours to show whole."""
        kept, rest = self.excerpt_parts
        return f"{kept} …" if rest else kept

    @property
    def excerpt_parts(self) -> tuple[str, str]:
        """What is shown of the excerpt, and what is cut. Its paragraphs stay as they are."""
        text = self.excerpt.strip()
        if self.excerpt_is_summary:
            return text, ""
        return cut_after(text, self.outlet.excerpt_words)

    def content(self, rows: Any = None) -> CoverageContent:
        content = cast(CoverageContent, super().content(rows))
        return replace(content, excerpt=self.excerpt_shown)

    def words_found_by(self, content: CoverageContent) -> list[str]:
        return [content.outlet_name, *self.outlet.aliases.values_list("name", flat=True)]

    def card(self, content: CoverageContent) -> dict[str, Any]:
        return {
            "outlet": content.outlet_name,
            "language": content.headline_language,
            "author": content.author,
            "dated": content.date_is_known,
            "url": content.address,
            "archive_url": content.archive_address,
            "excerpt": content.excerpt,
            "is_summary": content.excerpt_is_summary,
        }

    @classmethod
    def card_kicker(cls, version: Version) -> str:
        """The outlet, and the day of the article where it is known."""
        printed = day(version.dated) if version.card.get("dated") else ""
        return listed_words(version.card.get("outlet", ""), printed)

    demo_order = 30

    @classmethod
    def page_of(cls, page: Any, version: Version) -> Any:
        from newsroom.views.coverage import render_coverage

        return render_coverage(page, version)

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        from newsroom.demo import make_coverage

        make_coverage()

    @classmethod
    def remove_demo(cls) -> None:
        from newsroom.demo import remove

        remove()

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> list[HomePart]:
        latest = list(Version.objects.listed("coverage", language, at)[:3])
        context = {"versions": latest, "more": reverse(cls.nav.url_name, args=[language])}
        part = HomePart(order=80, template="newsroom/_home_coverage.html", context=context, below=True)
        return [part] if latest else []

    @classmethod
    def mail_parts(cls, version: Version, showing: Showing) -> list[MailPart]:
        card = version.card
        with_excerpt = showing.shown != Shown.HEADLINE
        return [
            Story(
                outlet=card["outlet"],
                headline=version.title,
                headline_language=card["language"],
                url=card["url"],
                dated=version.dated if card["dated"] else None,
                excerpt=card["excerpt"] if with_excerpt else "",
                is_summary=card["is_summary"],
                language=showing.foreign(version.language),
            )
        ]

    @classmethod
    def feed_html(cls, version: Version) -> str:
        card = version.card
        label = format_html("<p>{}</p>", gettext("Summary by the site")) if card["is_summary"] else ""
        excerpt = format_html("<p>{}</p>", card["excerpt"]) if card["excerpt"] else ""
        read = gettext("Read at %(outlet)s") % {"outlet": card["outlet"]}
        return format_html('{}{}<p><a href="{}">{}</a></p>', label, excerpt, card["url"], read)


class CoverageAbout(SortedRow):
    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="about")
    work = models.ForeignKey(Work, on_delete=models.RESTRICT, related_name="+", verbose_name=_("work"))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Press desk": ("view", "add", "change", "delete")}

    class Meta(SortedRow.Meta):
        verbose_name = _("work it is about")
        verbose_name_plural = _("works it is about")

    def __str__(self) -> str:
        return str(self.work)
