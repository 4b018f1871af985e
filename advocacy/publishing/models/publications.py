"""Texts at the desk, which editors change freely and readers never see."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import DateField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.converters import YEARS
from advocacy.pictures.models import Picture
from advocacy.pictures.parts import PictureInText, PicturePart
from advocacy.publishing.content import Content, copy_rows
from advocacy.publishing.models.kind import Kind
from advocacy.publishing.models.publishing import Publishing
from advocacy.publishing.models.review import Review
from advocacy.publishing.models.text_pictures import TextPicture, keys_in
from advocacy.publishing.models.versions import Version
from advocacy.publishing.models.works import Work, numbered
from advocacy.publishing.slugs import slug_from


class Publication(Kind, Review, Publishing, models.Model):
    """A work's text in one language at the desk. Editors change it freely; readers never see this table."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        APPROVED = "approved", _("Approved")

    # Templates ask a version's kind for its card; without this they would make an object of the class.
    do_not_call_in_templates = True

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

    def soonest(self, at: datetime, rows: dict[str, Iterable[Any]] | None = None) -> datetime:
        """The first moment from `at` on when it can be public. A kind that shows another text waits for that one.

        `rows`, as `content` takes them, stand in for the stored ones.
        """
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

    def _locked(self, at: datetime | None) -> tuple[Self, datetime]:
        """The row, locked, and the moment read inside the lock."""
        desk = type(self).objects.select_for_update().get(pk=self.pk)
        return desk, at or timezone.now()

    def _write(self, **columns: Any) -> None:
        """Writes columns of the base row alone, past `save()` and its note of who changed the text."""
        Publication.objects.filter(pk=self.pk).update(**columns)
        for name, value in columns.items():
            setattr(self, name, value)

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

    # -- copies

    def copied(self, *, who: Any = None) -> Self:
        """A new work that begins with this text, as a draft of its own in the same language."""
        with transaction.atomic():
            made = type(self)(language=self.language)
            made.copy_own_fields(self)
            made.title = self.title_of_copy()[: self._meta.get_field("title").max_length]
            made.dated, made.changed_by = None, who
            made.save()
            copy_rows(self, made)
            type(self).objects.get(pk=made.pk).stamp(who)
        return made

    def title_of_copy(self) -> str:
        return gettext("Copy of %(title)s") % {"title": self.title}

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
