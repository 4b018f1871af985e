"""What a kind may say of itself and offer to the rest of the site: its parts, found through the base."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.printed import day
from advocacy.mail.editions import Edition
from advocacy.mail.parts import MailPart, More, Prose, Showing, Shown, Title, absolute
from advocacy.pictures.cards import ShareCard
from advocacy.publishing.content import Content
from advocacy.publishing.models.versions import Version
from advocacy.publishing.navigation import NavItem

if TYPE_CHECKING:
    from advocacy.publishing.models.works import Work


@dataclass(frozen=True)
class HomePart:
    """A section of the home page, sorted by `order`. Its template finds `context` under the name `part`.

    `hero` puts it into the brand field, `side` into the narrow column, `below` under the deadline band. A part with
    a form says so by `has_form`.
    """

    order: int
    template: str
    context: dict[str, Any]
    hero: bool = False
    hero_template: str = ""  # how the part stands in the brand field where no part claims it
    side: bool = False
    below: bool = False
    has_form: bool = False


class Kind:
    """The half of `Publication` that each kind fills as it needs; every default is that of a plain text."""

    content_class: ClassVar[type[Content]] = Content
    detail_view: ClassVar[str] = ""  # the name of the address of one text, with language and slug
    labels: ClassVar[dict[str, Any]] = {"lead": _("picture")}  # fields of content that are no columns
    nav: ClassVar[NavItem | None] = None  # its place in the navigation, where it has a list
    card_template: ClassVar[str] = "parts/card.html"
    can_be_carried: ClassVar[bool] = False  # other kinds may show its record (see carrying.py)
    in_chrome: ClassVar[bool] = False  # plain pages stand in menu and footer
    share_noun: ClassVar[Any] = _("Share this page")
    new_label: ClassVar[Any] = ""  # the button on the desk, where the kind has one
    week_look: ClassVar[str] = (
        "scheduled"  # how it is drawn in the week ahead, see Look in advocacy/site/desk.py
    )
    in_feeds: ClassVar[bool] = True
    is_translated: ClassVar[bool] = True  # the desk says which languages it lacks
    schema_type: ClassVar[str] = "Article"  # JSON-LD

    @classmethod
    def page_of(cls, page: Any, version: Version) -> Any:
        """The response that shows `version` on `page`, public or not: a preview, a pass. Each kind says which."""
        raise NotImplementedError

    @classmethod
    def mail_parts(cls, version: Version, showing: Showing) -> list[MailPart]:
        """What a bulletin shows of a text, in the active language: by default its title, its summary and a link."""
        title: list[MailPart] = [cls.mail_title(version, showing)]
        if showing.shown == Shown.HEADLINE:
            return title
        return [*title, *cls.mail_summary(version), cls.mail_link(version)]

    @classmethod
    def mail_title(cls, version: Version, showing: Showing) -> Title:
        foreign = showing.foreign(version.language)
        note = gettext("This text is not available in this language. It is the authoritative one.")
        return Title(
            words=version.title,
            url=absolute(version.url),
            kicker=cls.card_kicker(version),
            language=foreign,
            note=note if foreign else "",
        )

    @classmethod
    def mail_summary(cls, version: Version) -> list[MailPart]:
        return [Prose(html=format_html("<p>{}</p>", version.summary))] if version.summary else []

    @classmethod
    def mail_link(cls, version: Version) -> More:
        return More(words=gettext("Read more"), url=absolute(version.url))

    @classmethod
    def works_plan_changed(cls, *, who: Any, at: datetime) -> None:
        """Called in the transaction in which it changed when some text is public. For kinds that show others' texts."""

    @classmethod
    def mail_editions(cls, mailing: Any, at: datetime) -> list[Edition]:
        """What a mailing of this kind's work says in each language, from what is public at `at`.

        Raises NotReady with a sentence for staff where it can't go out. Of every kind a correction can be told.
        """
        from advocacy.publishing.correction_mail import correction_editions

        return correction_editions(mailing.corrects, at)

    @classmethod
    def sub_addresses(cls, version: Version, at: datetime) -> list[str]:
        """Public addresses below the version's own, such as a letter's demands."""
        return []

    @classmethod
    def passage_choices(cls, version: Version) -> list[tuple[str, str]]:
        """(id, text) of each paragraph that another text may quote; for kinds that can be carried."""
        return []

    @classmethod
    def carried(cls, kept: Version, **options: Any) -> Any:
        """What a carrying text shows of this kind (see carrying.py); for kinds that can be carried."""
        return None

    @classmethod
    def shared_part(cls, version: Version, part: str) -> tuple[str, str] | None:
        """(title, path) of a part of the text that is shared by itself, such as a demand; None where there is none.

        `part` is the id under which it stands on the text's own page.
        """
        return None

    @classmethod
    def share_cards(cls, version: Version, at: datetime) -> list[ShareCard]:
        """What stands on the share cards of a text and of its parts, in the active language."""
        return [ShareCard(title=version.title, kicker=cls.card_kicker(version))]

    @classmethod
    def card_kicker(cls, version: Version) -> str:
        """The line above the title of a share card: Press release, 28 September 2023."""
        return "" if cls.in_chrome else listed_words(cls.label_of(version), day(version.dated))

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> list[HomePart]:
        """The kind's sections on the home page; by default one with the three newest items."""
        latest = list(Version.objects.listed(cls.kind_name(), language, at)[:3])
        context = {
            "heading": capfirst(str(cls._meta.verbose_name_plural)),
            "versions": latest,
            "more": cls.nav and reverse(cls.nav.url_name, kwargs={"language": language}),
        }
        return [HomePart(order=50, template="publishing/_home_part.html", context=context)] if latest else []

    @classmethod
    def label_of(cls, version: Version) -> str:
        return capfirst(str(cls._meta.verbose_name))

    @classmethod
    def feed_html(cls, version: Version) -> str:
        """The full text for feeds. By default the summary."""
        return format_html("<p>{}</p>", version.summary)

    demo_order: ClassVar[int] = 50  # kinds that others refer to in their samples come first

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        """Makes the kind's sample items by `samples.publish_sample`, none of them dated after `at`."""

    @classmethod
    def sample_was_worked_on(cls, work: "Work") -> bool:
        """True where staff added something of their own to a sample beside its texts."""
        return False

    @classmethod
    def remove_demo(cls) -> None:
        """Takes out what `make_demo` made beside works, which are taken out for every kind alike."""


def listed_words(*words: str) -> str:
    """Words one behind another, with the language's comma."""
    return gettext(", ").join(word for word in words if word)
