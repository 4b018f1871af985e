"""Bulletins: one mail with the release, the demands, the coverage and a contact, built from what stands on the site.

A bulletin keeps works and how much of each is shown, never words. The texts are those that were public when it was
first public itself, which is when it is sent: a past moment has one answer for ever, so that nothing else freezes them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.mail.editions import Edition
from advocacy.mail.parts import Shown
from advocacy.publishing.content import Content
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import HomePart, Publication, Version, Work
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.parts import EMPTY, Row
from advocacy.publishing.rows import SortedRow
from advocacy.richtext import RichText
from advocacy.richtext.fields import RichTextField
from newsroom.models.contacts import Contact, ContactRow


@dataclass(frozen=True, kw_only=True)
class Item(Row):
    """A work, how much of it stands in the bulletin, and the heading that begins with it."""

    work_id: int | None = None
    shown: str = Shown.FULL
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class BulletinContent(Content):
    subject: str = ""
    preheader: str = ""
    introduction: RichText = EMPTY
    items: tuple[Item, ...] = ()
    contacts: tuple[Contact, ...] = ()


def sent_kinds() -> dict[str, Any]:
    """What a bulletin can show: every kind with a list of its own but bulletins."""
    return {"kind__in": [kind.kind_name() for kind in kinds() if kind.nav and kind is not Bulletin]}


class Bulletin(Publication):
    """The whole story in one mail. Its page in the archive shows what was sent."""

    content_class = BulletinContent
    detail_view = "newsroom:bulletin-detail"
    nav = NavItem(order=35, label=_("Bulletins"), url_name="newsroom:bulletin-list", in_header=False)
    share_noun = _("Share this bulletin")
    new_label = _("New bulletin")
    week_look = "bulletin"

    subject = models.CharField(
        _("subject"),
        max_length=200,
        blank=True,
        help_text=_("What an inbox shows first. Leave it empty to use the title."),
    )
    preheader = models.CharField(
        _("preheader"),
        max_length=200,
        blank=True,
        help_text=_(
            "What an inbox shows after the subject. Leave it empty for the first release's subheadline."
        ),
    )
    introduction = RichTextField(
        _("introduction"), blank=True, help_text=_("A few words of your own before the first item.")
    )

    NOT_PERSONAL = ("subject", "preheader", "introduction")

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")

    def problems(self, starts: datetime) -> list[str]:
        found = super().problems(starts)
        items = list(self.items.select_related("work"))
        if not items:
            found.append(gettext("The bulletin has no items. Add at least one."))
        moment = self.shown_as_of(starts)
        for item in items:
            if not item.work.versions.public(moment).once_per_work(self.language, moment).exists():
                found.append(gettext("An item is not public at that moment: “%s”") % item.work)
        return found

    def shown_as_of(self, starts: datetime) -> datetime:
        """The moment whose texts it shows: when it was first public, and so sent, or else when it will be.

        A text of it that is only scheduled does not count: publishing drops that.
        """
        earlier = self.last_before(min(starts, timezone.now()))
        return earlier.first_public if earlier else starts

    def going_out(self, starts: datetime, at: datetime) -> Version:
        """What is sent at `starts`: the version that readers have then as planned, where it is what stands at the
        desk, or else the one that publishing would make."""
        planned = self.versions.public(starts).filter(hash=self.content().hash())
        return planned.select_related("work").first() or self.version(starts=starts, at=at)

    def soonest(self, at: datetime, rows: Any = None) -> datetime:
        """When the last of its items is public, as far as that is planned."""
        items = self.items.all() if rows is None else rows["items"]
        works = [item.work_id for item in items]
        public = Version.objects.public(at).filter(work=OuterRef("work"))
        ahead = Version.objects.filter(~Exists(public), work__in=works, starts__gt=at).not_voided()
        first = ahead.order_by().values("work").annotate(first=Min("starts")).values_list("first", flat=True)
        return max(first, default=at)

    def copy_own_fields(self, other: Any) -> None:
        super().copy_own_fields(other)
        self.subject = self.preheader = ""

    def title_of_copy(self) -> str:
        return self.title  # it may well be sent as it is

    @staticmethod
    def default_title(works: list[int], language: str) -> str:
        """The title of the first release among these works, by their ids; empty where there is none."""
        releases = set(Work.objects.filter(kind="release", pk__in=works).values_list("pk", flat=True))
        first = next((work for work in works if work in releases), None)
        texts = Publication.objects.filter(work=first, binned__isnull=True).select_related("work")
        text = min(texts, key=lambda text: (text.language != language, text.is_translation), default=None)
        if text is None:
            return ""
        newest = text.versions.not_voided().order_by("-number").values_list("title", flat=True).first()
        return newest or text.title

    @classmethod
    def proposed(cls, language: str, since: datetime, until: datetime) -> list[Version]:
        """The newest text of each work that came before the public between two moments, in the order of a bulletin:
        releases, letters, then what others wrote; each kind oldest first."""
        shown = sent_kinds()["kind__in"]
        order = [
            kind.kind_name() for kind in sorted(kinds(), key=lambda kind: kind.nav.order if kind.nav else 99)
        ]
        came = Version.objects.public(until).filter(
            kind__in=shown, first_public__gt=since, work__imported=False
        )
        found = came.once_per_work(language, until).defer("data").select_related("work")
        return sorted(found, key=lambda each: (order.index(each.kind), each.first_public, each.pk))

    @classmethod
    def works_plan_changed(cls, *, who: Any, at: datetime) -> None:
        from newsroom.bulletin_checks import unschedule_incomplete

        unschedule_incomplete(who, at)

    @classmethod
    def mail_editions(cls, mailing: Any, at: datetime) -> list[Edition]:
        if mailing.corrects:
            return super().mail_editions(mailing, at)
        from newsroom.bulletin_mail import editions

        return editions(mailing.work, at)

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> list[HomePart]:
        return []  # what a bulletin shows stands on the home page itself

    @classmethod
    def page_of(cls, page: Any, version: Version) -> Any:
        from newsroom.views.bulletins import render_bulletin

        return render_bulletin(page, version)

    @classmethod
    def feed_html(cls, version: Version) -> str:
        from newsroom.views.bulletins import full_text

        return full_text(version)

    demo_order = 40

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        from newsroom.demo import make_bulletin

        make_bulletin()


class BulletinItem(SortedRow):
    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(
        Work,
        on_delete=models.RESTRICT,
        related_name="+",
        limit_choices_to=sent_kinds,
        verbose_name=_("work"),
    )
    shown = models.CharField(_("shown"), max_length=10, choices=Shown, default=Shown.FULL)
    section = models.CharField(
        _("heading over it"),
        max_length=120,
        blank=True,
        help_text=_("Stands over this item and those that follow: Global media coverage."),
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("shown", "section")

    class Meta(SortedRow.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")

    def __str__(self) -> str:
        return str(self.work)


class BulletinContact(ContactRow):
    """Whom readers may ask. Without one the press desk's own number and address close the bulletin."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="contacts")

    class Meta(ContactRow.Meta):
        verbose_name = _("closing contact")
        verbose_name_plural = _("closing contacts")

    @property
    def language(self) -> str:
        return self.bulletin.language
