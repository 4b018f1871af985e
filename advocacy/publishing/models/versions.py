"""What stands, stood or will stand before the public. `Version.objects.public(at)` decides visibility, nothing else does."""

import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from advocacy.publishing import kinds
from advocacy.publishing.content import ids
from advocacy.publishing.models.works import Work

if TYPE_CHECKING:
    from advocacy.publishing.models.publications import Publication


def folded(text: str) -> str:
    """Without case, in any script: SQLite knows capitals in ASCII alone, and both databases must find the same."""
    return unicodedata.normalize("NFKC", text).casefold()


class VersionQuerySet(models.QuerySet["Version"]):
    def public(self, at: datetime) -> Self:
        """Versions that the public reads at `at`. The one rule of visibility (`Version.is_public` is its twin)."""
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=at), starts__lte=at)

    def ever_public(self, at: datetime) -> Self:
        """Versions that are or were public at or before `at`."""
        return self.filter(starts__lte=at).not_voided()

    def not_voided(self) -> Self:
        return self.filter(Q(ends__isnull=True) | Q(ends__gt=F("starts")))

    def gone(self, at: datetime) -> Self:
        """Versions that mail may not show at `at`: barred, or of a text that readers don't have then, nor by what is
        planned at the moment the version begins."""
        moment: Any = Greatest(OuterRef("starts"), Value(at, models.DateTimeField()))
        same_text = Version.objects.public(moment).filter(publication=OuterRef("publication"))
        return self.filter(Q(barred=True) | ~Exists(same_text))

    def corrections(self, language: str, at: datetime) -> Self:
        """Versions that corrected a text that is public now, newest first, without content."""
        still_public = Version.objects.public(at).filter(publication=OuterRef("publication"))
        corrected = self.filter(language=language, barred=False).exclude(correction="").ever_public(at)
        newest = corrected.filter(Exists(still_public)).order_by("-starts", "-pk")
        return newest.with_replaced_barred().defer("data")

    def with_replaced_barred(self) -> Self:
        """Each with `replaced_barred`: whether the version that it replaced may no longer be read."""
        before = Version.objects.filter(publication=OuterRef("publication"), number__lt=OuterRef("number"))
        return self.annotate(
            replaced_barred=Subquery(before.not_voided().order_by("-number").values("barred")[:1])
        )

    def once_per_work(self, language: str, at: datetime) -> Self:
        """Each work once: in `language`, or else in its original."""
        same_work = Version.objects.public(at).filter(work=OuterRef("work"), language=language)
        return self.filter(Q(language=language) | Q(is_original=True) & ~Exists(same_work))

    def newest_first(self) -> Self:
        return self.order_by("-dated", "-publication_id")

    def without_content(self, language: str, at: datetime) -> Self:
        """What readers of a language find: public, once per work, newest first, without content."""
        return self.public(at).once_per_work(language, at).newest_first().defer("data").select_related("work")

    def listed(self, kind: str | None, language: str, at: datetime) -> Self:
        """A list as readers see it: what they find, with the languages that each work is public in."""
        chosen = self.without_content(language, at)
        if kind:
            chosen = chosen.filter(kind=kind)
        # A value is looked up for the rows shown; for EXISTS PostgreSQL would first read every public version.
        same_work = Version.objects.public(at).filter(work=OuterRef("work")).values("language")
        return chosen.annotate(
            **{
                f"in_{code}": Subquery(same_work.filter(language=code)[:1])
                for code, _name in settings.LANGUAGES
            }
        )

    def holding(self, word: str) -> Self:
        """Texts in whose title, summary or what else finds them the word stands, in any case."""
        return self.filter(words__contains=folded(word))

    def older_than(self, dated: date, publication_id: int) -> Self:
        """The keyset behind a row in `newest_first` order; a range and an exclusion use the index, an OR does not."""
        return self.filter(dated__lte=dated).exclude(dated=dated, publication_id__gte=publication_id)

    def newer_than(self, dated: date, publication_id: int) -> Self:
        return self.filter(dated__gte=dated).exclude(dated=dated, publication_id__lte=publication_id)


class Version(models.Model):
    """One text as it stands, stood or will stand before the public. Never changes but for `ends` and `barred`."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="versions")
    publication = models.ForeignKey(
        "publishing.Publication", on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    is_original = models.BooleanField()
    slug = models.SlugField(max_length=100, db_index=False)
    dated = models.DateField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    card = models.JSONField(default=dict)
    words = models.TextField(blank=True)  # what a list's word is looked for in, folded
    data = models.JSONField()
    hash = models.CharField(max_length=64)
    first_public = models.DateTimeField()  # when the publication was first public: what the page prints
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    barred = models.BooleanField(default=False)
    made = models.DateTimeField(default=timezone.now)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Who wrote or approved it beside who published it; none where one person did it all.
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)
    correction = models.TextField(blank=True)  # what was wrong, for readers; empty for a minor edit
    corrections = models.JSONField(default=list)  # this one and those before it: number, at, note
    embargoed = models.BooleanField(default=False)  # passes may be given until it starts

    objects = VersionQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = (
        *("kind", "language", "slug", "title", "summary", "card", "words", "data", "hash", "note"),
        *("correction", "corrections"),
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["publication", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(ends__isnull=True),
                name="version_one_open_per_publication",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="version_ends_after"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "language", "dated", "publication"], name="version_list"),
            models.Index(fields=["language", "dated", "publication"], name="version_language_list"),
            models.Index(fields=["kind", "dated", "publication"], name="version_kind_list"),
            models.Index(fields=["dated", "publication"], name="version_mixed_list"),
            models.Index(fields=["kind", "language", "slug"], name="version_address"),
            models.Index(fields=["starts"], name="version_starts"),
            models.Index(
                fields=["language", "starts"], condition=~Q(correction=""), name="version_corrections"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}, {self.number})"

    @cached_property
    def content(self) -> Any:
        """The frozen object templates read."""
        return self.kind_class.content_class.load(self.data)

    @cached_property
    def correction_notes(self) -> list[dict[str, Any]]:
        """The corrections that readers are told of on the text itself, newest first: number, at, note.

        What a barred one says goes with it.
        """
        if not self.corrections:
            return []
        barred = Version.objects.filter(publication=self.publication_id, barred=True)
        numbers = set(barred.values_list("number", flat=True))
        told = [told for told in reversed(self.corrections) if told["number"] not in numbers]
        return [{**each, "at": datetime.fromisoformat(each["at"])} for each in told]

    @cached_property
    def numbers_to_compare(self) -> set[int]:
        """The corrections of the text whose page may show what changed: neither they nor what they replaced is barred."""
        told = Version.objects.filter(publication=self.publication_id, barred=False).exclude(correction="")
        return set(told.with_replaced_barred().filter(replaced_barred=False).values_list("number", flat=True))

    @property
    def kind_class(self) -> "type[Publication]":
        return kinds.kind_named(self.kind)

    @property
    def kind_label(self) -> str:
        """What readers call this kind of text, in the active language."""
        return self.kind_class.label_of(self)

    def is_public(self, at: datetime) -> bool:
        """The twin of `VersionQuerySet.public` for a row in hand."""
        return self.starts <= at and (self.ends is None or self.ends > at)

    @property
    def is_voided(self) -> bool:
        """True where readers never had it and never will."""
        return self.ends is not None and self.ends <= self.starts

    @property
    def is_shared_draft(self) -> bool:
        """True for a draft that was frozen for passes: voided from the moment it was made."""
        return self.is_voided and self.starts == self.made

    @property
    def is_courtesy(self) -> bool:
        """True for a translation that is there to help: the original's text is the one that counts."""
        return not self.is_original and self.kind_class.is_translated and not self.content.is_authoritative

    @property
    def url(self) -> str:
        return reverse(self.kind_class.detail_view, kwargs={"language": self.language, "slug": self.slug})

    @property
    def short_url(self) -> str:
        """/r/2023-09-28, with the language behind it where that is not the original."""
        path = f"/r/{self.work.short_id}"
        return path if self.is_original else f"{path}/{self.language}"

    @property
    def languages(self) -> list[str]:
        """The languages this work is public in, as the list query found them."""
        return [code for code, _name in settings.LANGUAGES if getattr(self, f"in_{code}", False)]

    def save_references(self) -> None:
        """Writes which pictures, files and works this text uses, so that files are public while it is."""
        rows = [Reference(version=self, picture_id=pk) for pk in ids(self.content, "picture_id")]
        rows += [Reference(version=self, document_id=pk) for pk in ids(self.content, "document_id")]
        rows += [Reference(version=self, work_id=pk) for pk in ids(self.content, "work_id")]
        Reference.objects.bulk_create(rows)

    def bar(self) -> None:
        """Takes an older version's own address away, for somebody's safety. Its number and hash stay."""
        self.barred = True
        self.save(update_fields=["barred"])


class Reference(models.Model):
    """A picture, a file or another work that a version uses; written at publishing, never changed."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="references")
    picture = models.ForeignKey(
        "pictures.Picture", on_delete=models.PROTECT, null=True, related_name="references"
    )
    document = models.ForeignKey(
        "pictures.Document", on_delete=models.PROTECT, null=True, related_name="references"
    )
    work = models.ForeignKey(Work, on_delete=models.CASCADE, null=True, related_name="referred_to_by")

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(picture__isnull=False, document__isnull=True, work__isnull=True)
                    | Q(picture__isnull=True, document__isnull=False, work__isnull=True)
                    | Q(picture__isnull=True, document__isnull=True, work__isnull=False)
                ),
                name="reference_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.picture_id or self.document_id or self.work_id}"
