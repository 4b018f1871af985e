"""The library: pictures and documents, chosen by foreign key wherever they are used.

Files lie in the storage under random names; readers get them through the file view alone, and only while a
public text uses them (`advocacy.pictures.public`).
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image

from advocacy.organisation.languages import first_language, language_choices, wording
from advocacy.pictures import checks
from advocacy.pictures.documents import pdf_pages
from advocacy.pictures.renditions import LEAD_WIDTH, SQUARE, WIDTHS, Encoded, Prepared, crops, prepare
from advocacy.privacy.rules import Kept
from advocacy.publishing.slugs import slug_from
from advocacy.worker.claims import Due

PUBLISHED = Kept(
    _("Pictures, documents and the names of those who made them are kept while they are in the library.")
)


def picture_key() -> str:
    return "p" + secrets.token_hex(10)


def document_key() -> str:
    return "d" + secrets.token_hex(10)


class LibraryItem(models.Model):
    """What pictures and documents share: one file, an address, who added it."""

    file = models.FileField(_("file"), max_length=200, editable=False)
    media = models.CharField(_("format"), max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size"), editable=False)
    hash = models.CharField(max_length=64, editable=False)
    sample = models.BooleanField(_("sample"), default=False, editable=False)
    created = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    key: str

    class Meta:
        abstract = True

    def address(self, name: str) -> str:
        """The public path of one of its files. The desk reads the same file behind /admin."""
        return f"/files/{self.key}/{name}"

    def is_used(self) -> bool:
        """Whether a published text uses it, now or earlier; then it can't be deleted."""
        return self.references.exists()  # type: ignore[attr-defined]

    @property
    def path(self) -> str:
        """Where the file lies in the storage."""
        return self.file.name or ""

    def stored_names(self) -> list[str]:
        return [self.path]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        names = self.stored_names()
        result = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: remove_files(names))
        return result


def remove_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


class PictureManager(models.Manager["Picture"]):
    def take(self, upload: File, *, alt: Mapping[str, str], credit: str, **columns: Any) -> "Picture":
        """Checks, re-encodes and stores an upload. ValidationError with a sentence where it isn't taken."""
        picture = Picture(alt=dict(alt), credit=credit, **columns)
        picture.store(prepare(upload))
        picture.save()
        return picture


class Picture(LibraryItem):
    """A photograph, drawing or logo. `width` and `height` are those of the whole picture."""

    key = models.CharField(max_length=24, unique=True, default=picture_key, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    renditions = models.JSONField(default=list, editable=False)
    alt = models.JSONField(
        _("alternative text"),
        default=dict,
        help_text=_(
            "What the picture shows, for people who do not see it; in each language it is published in."
        ),
    )
    caption = models.JSONField(
        _("caption"),
        default=dict,
        blank=True,
        help_text=_("Printed under the picture. Leave it empty for none."),
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        help_text=_("Who made the picture and, if need be, the licence. Printed beside it."),
    )
    focus_x = models.PositiveSmallIntegerField(
        _("focal point, from the left"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "Click on what has to be seen where a part of the photograph stands alone, or type it in percent."
        ),
    )
    focus_y = models.PositiveSmallIntegerField(
        _("focal point, from the top"), default=50, validators=[MaxValueValidator(100)]
    )
    crops = models.JSONField(default=list, editable=False)
    words = models.TextField(editable=False, default="")

    objects = PictureManager()

    PERSONAL: ClassVar[dict] = {
        "file": PUBLISHED,
        "alt": PUBLISHED,
        "caption": PUBLISHED,
        "credit": PUBLISHED,
        "words": PUBLISHED,
    }
    NOT_PERSONAL = ("key", "media", "hash", "renditions", "crops")

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return wording(self.alt, first_language()) or self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        # JSON is stored escaped on SQLite: searching needs the words as they are.
        self.words = "\n".join([*self.alt.values(), *self.caption.values()])
        is_new = self._state.adding
        self.cut()
        super().save(*args, **kwargs)
        if is_new:
            AvifSet.objects.create(picture=self, due=self.created)

    def store(self, prepared: Prepared) -> None:
        """Writes the files and fills the columns that speak of them; the row is the caller's to save."""
        whole = prepared.whole
        self.file.name = self._write(whole)
        self.media, self.size, self.hash = whole.media, len(whole.data), whole.hash
        self.width, self.height = whole.width, whole.height
        self.renditions = [
            {**self.described(made), "file": self._write(made)} for made in prepared.renditions
        ]

    def cut(self) -> None:
        """Cuts a photograph anew where its focal point was moved. Drawings and logos are shown whole."""
        focus = [self.focus_x, self.focus_y]
        if self.media not in ("image/jpeg", "image/webp") or any(
            made["focus"] == focus for made in self.crops
        ):
            return
        try:
            made = crops(self.opened(), (self.focus_x, self.focus_y))
        except OSError:  # its file is gone: what is shown of it is no worse than before
            return
        old = [each["file"] for each in self.crops]
        self.crops = [{**self.described(each), "focus": focus, "file": self._write(each)} for each in made]
        transaction.on_commit(lambda: remove_files(old))

    def opened(self) -> Image.Image:
        """The picture, decoded; a large photograph no larger than its widest rendition needs."""
        with default_storage.open(self.path) as file, Image.open(file) as whole:
            whole.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
            return whole.copy()

    @staticmethod
    def described(made: Encoded) -> dict[str, Any]:
        return {
            "name": made.name,
            "media": made.media,
            "width": made.width,
            "height": made.height,
            "size": len(made.data),
            "hash": made.hash,
        }

    def _write(self, made: Encoded) -> str:
        return default_storage.save(f"pictures/{self.key}/{made.name}", ContentFile(made.data))

    @property
    def url(self) -> str:
        """The rendition a page shows where it names one address only: 800 px, or the widest below it."""
        return self.address(self.rendition(LEAD_WIDTH)["name"])

    @property
    def srcset(self) -> str:
        return ", ".join(f"{self.address(made['name'])} {made['width']}w" for made in self.renditions)

    @property
    def whole_url(self) -> str:
        """The whole picture, for journalists to print and for cards that need JPEG or PNG."""
        return self.address(self.path.rsplit("/", 1)[-1])

    @property
    def square(self) -> dict[str, Any]:
        """What stands for it where there is little room: cut to a square, or else a small rendition."""
        cut = next((made for made in self.crops if made["name"] == SQUARE), None)
        return cut or self.rendition(400)

    def rendition(self, width: int) -> dict[str, Any]:
        """The widest rendition that is no wider than `width`, or else the narrowest."""
        fitting = [made for made in self.renditions if made["width"] <= width]
        return fitting[-1] if fitting else self.renditions[0]

    def alt_in(self, language: str) -> str:
        return wording(self.alt, language, first_language())

    def caption_in(self, language: str) -> str:
        return self.caption.get(language, "")

    def problems(self, language: str) -> list[str]:
        """Whole sentences that say what a text in `language` with this picture lacks."""
        found = []
        if not self.alt.get(language):
            found.append(
                gettext("The picture “%(picture)s” has no alternative text in this language (%(language)s).")
                % {"picture": self, "language": get_language_info(language)["name_translated"]}
            )
        if not self.credit.strip():
            found.append(gettext("The picture “%(picture)s” has no credit.") % {"picture": self})
        return found

    def stored_names(self) -> list[str]:
        return [self.path, *(made["file"] for made in [*self.renditions, *self.crops, *self.avifs()])]

    def avifs(self) -> list[dict[str, Any]]:
        """What the worker made of the renditions so far (see advocacy.pictures.avif)."""
        found = AvifSet.objects.filter(picture=self).first()
        return found.made if found else []


class DocumentManager(models.Manager["Document"]):
    def take(self, upload: File, *, title: str, language: str, **columns: Any) -> "Document":
        """Checks and stores an upload. ValidationError with a sentence where it isn't taken."""
        document = Document(title=title, language=language, **columns)
        document.store(upload, checks.check_document(upload))
        document.save()
        return document


class Document(LibraryItem):
    """A file to take away: a letter as PDF, a fact sheet."""

    key = models.CharField(max_length=24, unique=True, default=document_key, editable=False)
    title = models.CharField(
        _("title"), max_length=200, help_text=_("As readers see it, such as: The entire letter.")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=language_choices,
        default=first_language,
        help_text=_("The document's own language."),
    )
    name = models.CharField(max_length=100, editable=False)
    pages = models.PositiveIntegerField(
        _("pages"),
        null=True,
        blank=True,
        help_text=_("Leave it empty and it is counted where the file says it."),
    )

    objects = DocumentManager()

    PERSONAL: ClassVar[dict] = {"file": PUBLISHED}
    NOT_PERSONAL = ("key", "media", "hash", "title", "language", "name")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.title

    def store(self, upload: File, kind: checks.Kind) -> None:
        """Writes the file and fills the columns that speak of it; the row is the caller's to save."""
        upload.seek(0)
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        self.media, self.size, self.hash = kind.media[0], upload.size, digest.hexdigest()
        self.name_after_title()
        if kind is checks.PDF and self.pages is None:
            self.pages = pdf_pages(upload)
        upload.seek(0)
        self.file.name = default_storage.save(f"documents/{self.key}/file{kind.ending}", upload)

    def name_after_title(self) -> None:
        """The last part of its address. Once it was published it stays: a published address never dies."""
        self.name = slug_from(self.title, 60) + self.kind.ending

    @property
    def kind(self) -> checks.Kind:
        return next(kind for kind in checks.DOCUMENT_KINDS if kind.media[0] == self.media)

    @property
    def media_label(self) -> str:
        """PDF, DOCX, ODT or TXT, as it stands behind a link."""
        return self.kind.ending.lstrip(".").upper()

    @property
    def url(self) -> str:
        return self.address(self.name)


class AvifSet(Due):
    """The AVIFs of a picture, once the worker has made them. A row of their own: staff save the picture meanwhile."""

    picture = models.OneToOneField(Picture, on_delete=models.CASCADE, related_name="avif_set")
    made = models.JSONField(default=list)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("made", "last_error")
    ROLES: ClassVar[dict] = {"Administrator": ("view",), "Editor": (), "Writer": (), "Press desk": ()}

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("AVIF of a picture")
        verbose_name_plural = _("AVIF of pictures")

    def __str__(self) -> str:
        return str(self.picture)


READ_BY_ALL: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("Writer", "Editor", "Press desk", "Administrator"), ("view",)
)


class DrawnCard(Due):
    """The share card of a version, or of one of its parts. `hash` is of what stands on it; empty until it is drawn."""

    FOLDER = "cards"

    version = models.ForeignKey(
        "publishing.Version", on_delete=models.CASCADE, related_name="share_cards", verbose_name=_("text")
    )
    part = models.SlugField(_("part"), max_length=20, blank=True, db_index=False)
    hash = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.PositiveIntegerField(_("size"), default=0)
    alt = models.TextField(_("alternative text"), blank=True)
    look = models.CharField(max_length=64, blank=True)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("part", "hash", "alt", "look", "last_error")
    ROLES: ClassVar[dict] = READ_BY_ALL

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("share card")
        verbose_name_plural = _("share cards")
        constraints = [models.UniqueConstraint(fields=["version", "part"], name="card_once_per_part")]

    def __str__(self) -> str:
        return self.alt or f"{self.version_id} {self.part}".strip()

    @property
    def path(self) -> str:
        """Where the drawing lies in the storage; two cards that say the same share it."""
        return f"{self.FOLDER}/{self.hash}.png"
