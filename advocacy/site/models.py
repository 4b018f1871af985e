"""Plain pages that staff add to menu and footer: about, privacy, accessibility, method."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.content import Content
from advocacy.publishing.models import HomePart, Publication, Version
from advocacy.publishing.parts import EMPTY
from advocacy.richtext import RichText
from advocacy.richtext.fields import RichTextField


@dataclass(frozen=True, kw_only=True)
class PageContent(Content):
    body: RichText = EMPTY
    place: str = "footer"
    position: int = 0
    is_method: bool = False
    lists_rules: bool = False


class Page(Publication):
    """A page of the site's own, such as how we decide whether a demand is met."""

    class Place(models.TextChoices):
        MENU = "menu", _("In the menu")
        FOOTER = "footer", _("In the footer")
        NOWHERE = "nowhere", _("Only where other pages link to it")

    content_class = PageContent
    detail_view = "site:page-detail"
    in_chrome = True
    in_feeds = False
    new_label = _("New page")
    schema_type = "WebPage"

    body = RichTextField(_("text"))
    place = models.CharField(_("where it is linked"), max_length=10, choices=Place, default=Place.FOOTER)
    is_method = models.BooleanField(
        _("says how we decide"),
        default=False,
        help_text=_("Demands link to this page as “How we decide”. Tick it on one page only."),
    )
    lists_rules = models.BooleanField(
        _("lists how long personal data is kept"),
        default=False,
        help_text=_(
            "The rules that this site carries out stand under the text, so that they are always true."
        ),
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Pages with a lower number stand first.")
    )

    NOT_PERSONAL = ("body", "place")

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def card(self, content: PageContent) -> dict[str, Any]:
        return {"place": content.place, "position": content.position, "is_method": content.is_method}

    @classmethod
    def page_of(cls, page: Any, version: Version) -> Any:
        from advocacy.site.views import render_page

        return render_page(page, version)

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        from advocacy.site.demo import make_pages

        make_pages()

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> list[HomePart]:
        return []

    @classmethod
    def feed_html(cls, version: Version) -> str:
        return version.content.body
