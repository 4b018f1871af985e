"""Texts at the desk, and the verbs that bring them before the public."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.forms import DateField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.converters import YEARS
from advocacy.delivery.printed import day
from advocacy.organisation.models import Organisation
from advocacy.pictures.cards import ShareCard, ask_for_card
from advocacy.pictures.models import Picture
from advocacy.pictures.parts import PictureInText, PicturePart
from advocacy.publishing.content import Content, copy_rows, restore
from advocacy.publishing.links import links_to_nothing
from advocacy.publishing.models.steps import Step, Withdrawal
from advocacy.publishing.models.text_pictures import TextPicture, keys_in
from advocacy.publishing.models.versions import Version, folded
from advocacy.publishing.models.works import Work, numbered
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.slugs import slug_from

LONG_HEADLINE = 110  # characters; what search engines print of a headline


class Publication(models.Model):
    """A work's text in one language at the desk. Editors change it freely; readers never see this table."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        APPROVED = "approved", _("Approved")

    # Templates ask a version's kind for its card; without this they would make an object of the class.
    do_not_call_in_templates = True

    # What a kind says of itself
    content_class: ClassVar[type[Content]] = Content
    detail_view: ClassVar[str] = ""  # the name of the address of one text, with language and slug
    labels: ClassVar[dict[str, Any]] = {"lead": _("picture")}  # fields of content that are no columns
    nav: ClassVar[NavItem | None] = None  # its place in the navigation, where it has a list
    card_template: ClassVar[str] = "parts/card.html"
    can_be_carried: ClassVar[bool] = False  # other kinds may show its record (see carrying.py)
    in_chrome: ClassVar[bool] = False  # plain pages stand in menu and footer
    share_noun: ClassVar[Any] = _("Share this page")
    new_label: ClassVar[Any] = ""  # the button on the desk, where the kind has one
    in_feeds: ClassVar[bool] = True
    is_translated: ClassVar[bool] = True  # the desk says which languages it lacks
    schema_type: ClassVar[str] = "Article"  # JSON-LD

    work = models.ForeignKey(
        Work, on_delete=models.CASCADE, related_name="publications", verbose_name=_("work"), editable=False
    )
    kind = models.CharField(_("kind"), max_length=40, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("The language this text is written in. It can't be changed once the text was public."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("address"),
        max_length=100,
        blank=True,
        help_text=_(
            "The last part of the page's address. Leave it empty and it is made from the title. "
            "If you change it later, the old address leads to the new one."
        ),
    )
    dated = models.DateField(
        _("date"),
        null=True,
        blank=True,
        help_text=_("The date printed on it and used for sorting. Leave it empty for the day of publishing."),
    )
    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=500,
        help_text=_("One or two sentences for lists, feeds and shared links."),
    )
    picture = models.ForeignKey(
        "pictures.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("Chosen from the picture library. It needs an alternative text and a credit."),
    )
    is_authoritative = models.BooleanField(
        _("as authoritative as the original"),
        default=False,
        help_text=_(
            "Said of a translation. Leave it unticked, and readers are told that this is a courtesy translation "
            "and which text is authoritative."
        ),
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )
    desk_hash = models.CharField(max_length=64, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    binned = models.DateTimeField(_("put into the bin"), null=True, editable=False)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple[str, ...]] = (
        "kind",
        "language",
        "status",
        "title",
        "slug",
        "summary",
        "desk_hash",
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        permissions = [("publish", _("Can publish and withdraw"))]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "language"],
                name="publication_once_per_language",
                violation_error_message=_("There is already a text in this language."),
            ),
            models.UniqueConstraint(
                fields=["kind", "language", "slug"],
                name="publication_address",
                violation_error_message=_("Another item has this address. Choose a different one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def kind_name(cls) -> str:
        return str(cls._meta.model_name)

    # -- the desk

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        super().save(*args, **kwargs)
        TextPicture.keep(self)

    def complete(self) -> None:
        """Fills what a person need not type: kind, work, address."""
        if type(self) is not Publication:
            self.kind = self.kind_name()
        if self.work_id is None:
            self.work = Work.objects.create(kind=self.kind, original_language=self.language)
        if not self.slug:
            self.slug = self.free_slug(slug_from(self.title))
        self.look_up()

    def look_up(self) -> None:
        """Finds what a choice of the editor stands for; writes nothing, so that a preview can ask for it too."""

    def soonest(self, at: datetime) -> datetime:
        """The first moment from `at` on when it can be public. A kind that shows another text waits for that one."""
        return at

    def free_slug(self, stem: str) -> str:
        others = Publication.objects.filter(kind=self.kind, language=self.language).exclude(pk=self.pk)
        for slug in numbered(stem):
            if not others.filter(slug=slug).exists() and not self.address_of_another(slug):
                return slug
        raise AssertionError  # numbered() never ends

    def address_of_another(self, slug: str) -> bool:
        """True where the address was promised to the public for another publication, now or ever."""
        given = Version.objects.filter(kind=self.kind_name(), language=self.language, slug=slug).not_voided()
        return given.exclude(publication_id=self.pk).exists()

    def clean(self) -> None:
        super().clean()
        self.kind = self.kind_name()
        if self.dated and self.dated.year not in YEARS:
            raise ValidationError({"dated": DateField.default_error_messages["invalid"]})
        if self.slug and self.address_of_another(self.slug):
            raise ValidationError({"slug": _("This address was public for another item and stays with it.")})
        if self.pk and self.language != self.stored_language() and self.is_kept:
            raise ValidationError({"language": _("The language can't be changed once the text was public.")})

    def stored_language(self) -> str:
        return Publication.objects.values_list("language", flat=True).get(pk=self.pk)

    def validate_constraints(self, exclude: Any = None) -> None:
        # Django skips a constraint whose field is not on the form; a double address would then be a 500.
        always = {"kind", "work", "language", "slug"}
        super().validate_constraints(exclude=set(exclude or ()) - always)

    def content(self, rows: dict[str, Iterable[Any]] | None = None) -> Content:
        """The desk's text as the public would read it. `rows`: unsaved rows by field name, for a preview."""
        return self.content_class.read(self, rows)

    def stamp(self, who: Any = None) -> None:
        """Called after the rows are saved: remembers who changed the text, and what it now says."""
        self.desk_hash = self.content().hash()
        changed = Publication.objects.filter(pk=self.pk).exclude(desk_hash=self.desk_hash)
        changed.update(
            desk_hash=self.desk_hash,
            status=self.Status.DRAFT,
            changed=timezone.now(),
            changed_by=who,
            approved_by=None,
        )
        self.refresh_from_db(fields=["status", "desk_hash"])

    @property
    def is_translation(self) -> bool:
        return self.language != self.work.original_language

    @property
    def desk_mark(self) -> str:
        """Changes whenever somebody saves a change of the text, its rows, its address or its date."""
        return hashlib.sha256(f"{self.desk_hash}\0{self.slug}\0{self.dated}".encode()).hexdigest()[:16]

    def read_mark(self, at: datetime) -> str:
        """Changes with the desk's text, with every version, and where another text becomes public."""
        public = self.versions.public(at).values_list("number", flat=True).first()
        return f"{self.desk_mark}.{self._last_number()}.{public or 0}"

    def _refuse_unread(self, read: str | None, at: datetime) -> None:
        """Raises ValidationError where this is not the text that somebody read: `read` is its mark, None unasked."""
        if read not in (None, self.read_mark(at)):
            raise ValidationError(
                _("This text was saved or published since you opened this page. Read it again.")
            )

    def _last_number(self) -> int:
        return self.versions.order_by("-number").values_list("number", flat=True).first() or 0

    @property
    def lead(self) -> PicturePart | None:
        """The picture as the page prints it."""
        return PicturePart.of(self.picture, self.language) if self.picture else None

    @property
    def text_pictures(self) -> tuple[PictureInText, ...]:
        """The pictures within the rich text as the page prints them."""
        return tuple(
            PictureInText(
                key=picture.key, picture_id=picture.pk, shown=PicturePart.of(picture, self.language)
            )
            for picture in self.pictures_in_text()
        )

    def pictures_in_text(self) -> list[Picture]:
        keys = keys_in(self)
        found = Picture.objects.in_bulk(keys, field_name="key") if keys else {}
        return [found[key] for key in keys if key in found]

    # -- review

    def submit(self, *, who: Any = None, message: str = "", at: datetime | None = None) -> None:
        """Asks an editor to read it; `message` is what the writer tells them."""
        self._move(self.Status.REVIEW, Step.Verb.SUBMITTED, who=who, words=message, at=at)

    def approve(self, *, who: Any = None, at: datetime | None = None, read: str | None = None) -> None:
        """Says that it may be published as it stands. Raises ValidationError for whoever wrote it.

        `read`: the mark of the text that they read, see `read_mark`.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            desk._refuse_unread(read, now)
            if desk.needs_somebody_else(who):
                raise ValidationError(_("Somebody else has to approve what you wrote."))
            self._move(self.Status.APPROVED, Step.Verb.APPROVED, who=who, at=now)
            Publication.objects.filter(pk=self.pk).update(approved_by=who)
        self.approved_by = who

    def send_back(self, *, reason: str, who: Any = None, at: datetime | None = None) -> None:
        self._move(self.Status.DRAFT, Step.Verb.SENT_BACK, who=who, words=reason, at=at)

    def _move(self, status: str, verb: str, *, who: Any, at: datetime | None, words: str = "") -> None:
        self.status = status
        with transaction.atomic():
            Publication.objects.filter(pk=self.pk).update(status=status)
            Step.record(self, verb, who=who, at=at or timezone.now(), words=words)

    def others_than(self, who: Any) -> list[Any]:
        """The people beside `who` who had a hand in the text as it stands: who wrote it, who approved it."""
        hands = [self.changed_by, self.approved_by if self.status == self.Status.APPROVED else None]
        return [each for each in hands if each is not None and each != who]

    def needs_somebody_else(self, who: Any) -> bool:
        """True where the organisation asks for a second person, and nobody but `who` has seen the text."""
        wrote_it_alone = who is not None and self.changed_by == who and not self.others_than(who)
        return wrote_it_alone and Organisation.current().two_people

    @property
    def is_kept(self) -> bool:
        """True where readers have, had or will have a version of it: such a text is kept."""
        return self.versions.not_voided().exists()

    def put_into_bin(self, *, who: Any = None, at: datetime | None = None) -> None:
        """Takes a draft off the desk. Raises ValidationError for what was public."""
        if self.is_kept:
            raise ValidationError(_("What was public once is kept. Withdraw it instead."))
        self._set_binned(at or timezone.now(), Step.Verb.BINNED, who=who, at=at)

    def take_out_of_bin(self, *, who: Any = None, at: datetime | None = None) -> None:
        self._set_binned(None, Step.Verb.TAKEN_OUT, who=who, at=at)

    def _set_binned(self, binned: datetime | None, verb: str, *, who: Any, at: datetime | None) -> None:
        self.binned = binned
        with transaction.atomic():
            Publication.objects.filter(pk=self.pk).update(binned=binned)
            Step.record(self, verb, who=who, at=at or timezone.now())

    # -- the public

    def problems(self, starts: datetime) -> list[str]:
        """Whole sentences that say why this text can't be public from `starts` on. A kind adds its own."""
        found = []
        if not self.title.strip():
            found.append(gettext("The title is missing."))
        if self.address_of_another(self.slug):
            found.append(gettext("This address was public for another item and stays with it."))
        in_text = self.pictures_in_text()
        for picture in dict.fromkeys([*([self.picture] if self.picture else []), *in_text]):
            found.extend(picture.problems(self.language))
        if len(in_text) < len(keys_in(self)):
            found.append(
                gettext("A picture in the text is no longer in the library. Take it out of the text.")
            )
        for path in links_to_nothing(self.content(), self, starts):
            found.append(gettext("A link leads to a page that is not public then: %(path)s") % {"path": path})
        return found

    def warnings(self, starts: datetime) -> list[str]:
        """Whole sentences on what an editor should know before publishing; none stands in the way."""
        found = []
        if len(self.title) > LONG_HEADLINE:
            found.append(
                gettext("The title has %(count)d characters; beyond %(most)d, search engines cut it.")
                % {"count": len(self.title), "most": LONG_HEADLINE}
            )
        if self.is_older_than_original():
            found.append(gettext("The original was published again after this translation was changed."))
        return found

    def is_older_than_original(self) -> bool:
        """True where the original has a version that this text, a translation, can't know yet."""
        newer = self.work.versions.not_voided().filter(is_original=True, made__gt=self.changed)
        return self.is_translation and newer.exists()

    def card(self, content: Any) -> dict[str, Any]:
        """What lists need beside the version's own columns; small, because lists never load content."""
        return {}

    def words_found_by(self, content: Any) -> list[str]:
        """What a list's word finds it by beside title and summary."""
        return []

    def version(self, *, starts: datetime, rows: dict[str, Iterable[Any]] | None = None) -> "Version":
        """The version that publishing would make, not saved: the preview is this very object."""
        content = self.content(rows)
        version = Version(
            work=self.work,
            publication_id=self.pk,
            kind=self.kind_name(),
            language=self.language,
            is_original=not self.is_translation,
            slug=self.slug,
            dated=self.dated or self.dated_before(starts) or starts.astimezone(zone()).date(),
            title=self.title,
            summary=self.summary,
            card=self.card(content),
            words=folded(" ".join([self.title, self.summary, *self.words_found_by(content)])),
            data=content.dump(),
            hash=content.hash(),
            first_public=starts,
            starts=starts,
        )
        version.content = content
        return version

    def dated_before(self, starts: datetime) -> date | None:
        """The date that readers know the text by: a correction does not make an old text new."""
        earlier = Version.objects.filter(publication_id=self.pk).ever_public(starts).order_by("-starts")
        return earlier.values_list("dated", flat=True).first() if self.pk else None

    def publish(
        self,
        *,
        who: Any = None,
        starts: datetime | None = None,
        at: datetime | None = None,
        note: str = "",
        correction: str = "",
        embargo: bool = False,
        read: str | None = None,
    ) -> "Version":
        """Makes the desk's text public from `starts` (by default at once). Returns the version.

        `correction` tells readers what was wrong in the text that is public; without one it is a minor edit.
        Under `embargo` passes may be given until the text starts. `read` is the mark of the text that was read
        before, see `read_mark`. Raises ValidationError with the sentences of
        `problems`, where `starts` lies in the past, where a second person is asked for, and for a correction of
        nothing. A version that was scheduled and has not started is voided.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            desk._refuse_unread(read, now)
            starts = starts or now
            if starts < now:
                raise ValidationError(_("Choose a moment that is still ahead."))
            found = desk.problems(starts)
            if desk.binned:
                found.append(gettext("It lies in the bin. Take it out first."))
            if desk.needs_somebody_else(who):
                found.append(gettext("Somebody else has to approve or publish what you wrote."))
            replaced = desk.versions.public(now).first()
            if correction and not replaced:
                found.append(gettext("There is no public text that could be corrected."))
            if found:
                raise ValidationError(found)
            version = desk.version(starts=starts)
            version.number = desk._last_number() + 1
            version.who, version.note = who, note
            version.second = next(iter(desk.others_than(who)), None)
            version.embargoed = embargo and starts > now
            version.correction = correction
            version.corrections = [*(replaced.corrections if replaced else []), *told(version)]
            earlier = desk.versions.ever_public(now).order_by("starts").first()
            version.first_public = earlier.first_public if earlier else starts
            desk._cut(now=now, moment=starts)
            if not desk.work.versions.not_voided().exists():
                desk.work.imported = version.dated < starts.astimezone(zone()).date()
                desk.work.save(update_fields=["imported"])
            desk.work.name_once(version.dated)
            version.save(force_insert=True)
            version.save_references()
            ask_for_card(version, now)
            Publication.objects.filter(pk=desk.pk).update(
                status=self.Status.APPROVED, desk_hash=version.hash, approved_by=who or desk.approved_by
            )
            desk.published(version)
        self.refresh_from_db()
        return version

    def share_draft(self, *, who: Any = None, at: datetime | None = None) -> "Version":
        """The desk's text as it stands, frozen for people with a pass. It never was and never will be public."""
        with transaction.atomic():
            desk, now = self._locked(at)
            version = desk.version(starts=now)
            version.number, version.who, version.made = desk._last_number() + 1, who, now
            version.ends = now
            version.note = gettext("Shared as a draft")
            version.save(force_insert=True)
            version.save_references()
        return version

    def published(self, version: "Version") -> None:
        """What a kind does in the same transaction when a version was made."""

    def withdraw(
        self,
        *,
        who: Any = None,
        at: datetime | None = None,
        moment: datetime | None = None,
        explanation: str = "",
        reason: str = "",
    ) -> None:
        """Takes the text from the public at `moment` (by default at once) and voids what was scheduled.

        `explanation` is told to readers at its address, `reason` to staff in the history.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            if moment is not None and moment < now:
                raise ValidationError(_("Choose a moment that is still ahead."))
            public = desk.versions.public(now).first()
            if public and explanation:
                Withdrawal.objects.create(version=public, moment=moment or now, explanation=explanation)
            desk._cut(now=now, moment=moment or now)
            Step.record(desk, Step.Verb.WITHDRAWN, who=who, at=now, words=reason)

    def unschedule(self, *, who: Any = None, at: datetime | None = None) -> None:
        """Voids what has not started; the text before it stays public without an end."""
        with transaction.atomic():
            desk, now = self._locked(at)
            desk.versions.filter(starts__gt=now).not_voided().update(ends=F("starts"))
            desk.versions.public(now).update(ends=None)
            Step.record(desk, Step.Verb.CANCELLED, who=who, at=now)

    def _locked(self, at: datetime | None) -> tuple[Self, datetime]:
        """The row, locked, and the moment read inside the lock."""
        desk = type(self).objects.select_for_update().get(pk=self.pk)
        return desk, at or timezone.now()

    def _cut(self, *, now: datetime, moment: datetime) -> None:
        self.versions.filter(starts__gt=now).not_voided().update(ends=F("starts"))
        self.versions.public(now).update(ends=moment)

    def take_back(self, content: Any) -> None:
        """Puts on the desk what content keeps under another name than the desk's columns."""

    def restore(
        self,
        version: "Version",
        *,
        who: Any = None,
        at: datetime | None = None,
        read: str | None = None,
    ) -> None:
        """Puts an old version's text on the desk. The address, what is public and every ledger stay.

        `read` is the mark of the text that it replaces, see `read_mark`.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            desk._refuse_unread(read, now)
            restore(version.content, desk)
            type(self).objects.get(pk=self.pk).stamp(who)
            words = gettext("Version %(number)d") % {"number": version.number}
            Step.record(desk, Step.Verb.RESTORED, who=who, at=now, words=words)
        self.refresh_from_db()

    def bar(self, version: "Version", *, who: Any = None, at: datetime | None = None) -> None:
        """Takes an older version's own address away, for somebody's safety."""
        with transaction.atomic():
            version.bar()
            words = gettext("Version %(number)d") % {"number": version.number}
            Step.record(self, Step.Verb.BARRED, who=who, at=at or timezone.now(), words=words)

    def copied(self, *, who: Any = None) -> Self:
        """A new work that begins with this text, as a draft of its own in the same language."""
        with transaction.atomic():
            made = type(self)(language=self.language)
            made.copy_own_fields(self)
            made.title = gettext("Copy of %(title)s") % {"title": self.title}
            made.title = made.title[: self._meta.get_field("title").max_length]
            made.dated, made.changed_by = None, who
            made.save()
            copy_rows(self, made)
            type(self).objects.get(pk=made.pk).stamp(who)
        return made

    def translated(self, language: str, *, who: Any = None) -> Self:
        """A text in `language` under the same work, holding this text as the draft to translate. Not public."""
        with transaction.atomic():
            made = type(self)(
                work=self.work, language=language, title=self.title, dated=self.dated, changed_by=who
            )
            made.copy_own_fields(self)
            made.save()
            copy_rows(self, made)
            made.stamp(who)
        return made

    def copy_own_fields(self, other: Self) -> None:
        """Takes every column of another text that does not say which text it is."""
        own = {
            "id",
            "publication_ptr",
            "work",
            "kind",
            "language",
            "status",
            "slug",
            "created",
            "changed",
            "changed_by",
            "approved_by",
            "binned",
            "desk_hash",
            "is_authoritative",
        }
        for field in self._meta.concrete_fields:
            if field.name not in own:
                setattr(self, field.attname, getattr(other, field.attname))

    # -- parts a kind offers, found through the base

    @classmethod
    def page_of(cls, page: Any, version: "Version") -> Any:
        """The response that shows `version` on `page`, public or not: a preview, a pass. Each kind says which."""
        raise NotImplementedError

    @classmethod
    def sub_addresses(cls, version: "Version", at: datetime) -> list[str]:
        """Public addresses below the version's own, such as a letter's demands."""
        return []

    @classmethod
    def passage_choices(cls, version: "Version") -> list[tuple[str, str]]:
        """(id, text) of each paragraph that another text may quote; for kinds that can be carried."""
        return []

    @classmethod
    def carried(cls, kept: "Version", **options: Any) -> Any:
        """What a carrying text shows of this kind (see carrying.py); for kinds that can be carried."""
        return None

    @classmethod
    def shared_part(cls, version: "Version", part: str) -> tuple[str, str] | None:
        """(title, path) of a part of the text that is shared by itself, such as a demand; None where there is none.

        `part` is the id under which it stands on the text's own page.
        """
        return None

    @classmethod
    def share_cards(cls, version: "Version", at: datetime) -> list[ShareCard]:
        """What stands on the share cards of a text and of its parts, in the active language."""
        return [ShareCard(title=version.title, kicker=cls.card_kicker(version))]

    @classmethod
    def card_kicker(cls, version: "Version") -> str:
        """The line above the title of a share card: Press release, 28 September 2023."""
        return "" if cls.in_chrome else listed_words(cls.label_of(version), day(version.dated))

    @classmethod
    def home_parts(cls, language: str, at: datetime) -> "list[HomePart]":
        """The kind's sections on the home page; by default one with the three newest items."""
        latest = list(Version.objects.listed(cls.kind_name(), language, at)[:3])
        context = {
            "heading": capfirst(str(cls._meta.verbose_name_plural)),
            "versions": latest,
            "more": cls.nav and reverse(cls.nav.url_name, kwargs={"language": language}),
        }
        return [HomePart(order=50, template="publishing/_home_part.html", context=context)] if latest else []

    @classmethod
    def label_of(cls, version: "Version") -> str:
        return capfirst(str(cls._meta.verbose_name))

    @classmethod
    def feed_html(cls, version: "Version") -> str:
        """The full text for feeds. By default the summary."""
        return format_html("<p>{}</p>", version.summary)

    demo_order: ClassVar[int] = 50  # kinds that others refer to in their samples come first

    @classmethod
    def make_demo(cls, at: datetime) -> None:
        """Makes the kind's sample items by `samples.publish_sample`, none of them dated after `at`."""

    @classmethod
    def sample_was_worked_on(cls, work: Work) -> bool:
        """True where staff added something of their own to a sample beside its texts."""
        return False

    @classmethod
    def remove_demo(cls) -> None:
        """Takes out what `make_demo` made beside works, which are taken out for every kind alike."""


@dataclass(frozen=True)
class HomePart:
    """A section of the home page, sorted by `order`. Its template finds `context` under the name `part`.

    `hero` puts it into the brand field, `side` into the narrow column, `below` under the deadline band.
    """

    order: int
    template: str
    context: dict[str, Any]
    hero: bool = False
    hero_template: str = ""  # how the part stands in the brand field where no part claims it
    side: bool = False
    below: bool = False


def told(version: Version) -> list[dict[str, Any]]:
    """A correction as later versions carry it on; nothing of a minor edit."""
    if not version.correction:
        return []
    return [{"number": version.number, "at": version.starts.isoformat(), "note": version.correction}]


def listed_words(*words: str) -> str:
    """Words one behind another, with the language's comma."""
    return gettext(", ").join(word for word in words if word)


def zone() -> ZoneInfo:
    """The organisation's time zone, in which days begin and end."""
    return Organisation.current().zone
