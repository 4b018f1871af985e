"""A picture or a file as content keeps it: what was printed beside it when the text was published."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from advocacy.pictures.renditions import WIDE
from advocacy.publishing.parts import Part

if TYPE_CHECKING:
    from advocacy.pictures.models import Document, Picture


@dataclass(frozen=True, kw_only=True)
class PicturePart(Part):
    """`url` is a path; `srcset` names every rendition with its width."""

    SAID = ("alt", "caption", "credit")

    url: str = ""
    srcset: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""
    caption: str = ""
    credit: str = ""

    @property
    def wide(self) -> str:
        """What networks show of it: cut to their shape around its focal point (see advocacy.pictures.views)."""
        return f"{self.url.rpartition('/')[0]}/{WIDE}"

    @property
    def avif(self) -> str:
        """`srcset` in AVIF: the same addresses with another ending (see advocacy.pictures.avif)."""
        return self.srcset.replace(".webp ", ".avif ")

    def html(self, block: str) -> str:
        """The picture within rich text, where `block` is its id."""
        return render_to_string("parts/picture.html", {"picture": self, "id": block, "lazy": True}).strip()

    @property
    def words(self) -> str:
        """What stands for it in plain text, in brackets."""
        credit = gettext("Credit: %(credit)s") % {"credit": self.credit} if self.credit else ""
        said = [each.rstrip(".") for each in (self.alt, self.caption, credit) if each]
        return f"[{'. '.join(said)}]"

    @classmethod
    def of(cls, picture: "Picture", language: str) -> Self:
        return cls(
            url=picture.url,
            srcset=picture.srcset,
            width=picture.width,
            height=picture.height,
            alt=picture.alt_in(language),
            caption=picture.caption_in(language),
            credit=picture.credit,
        )


@dataclass(frozen=True, kw_only=True)
class PictureInText(Part):
    """A picture that stands in rich text, which names it by `key`. It is said where it stands, and nowhere else."""

    SAID = ()

    key: str = ""
    picture_id: int | None = None
    shown: PicturePart | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentPart(Part):
    """`size` in bytes; `pages` where it is known."""

    SAID = ("title",)

    url: str = ""
    title: str = ""
    media: str = ""
    size: int = 0
    pages: int | None = None
    language: str = ""

    @classmethod
    def of(cls, document: "Document") -> Self:
        return cls(
            url=document.url,
            title=document.title,
            media=document.media_label,
            size=document.size,
            pages=document.pages,
            language=document.language,
        )


def with_files_at(html: str, root: str) -> str:
    """HTML whose pictures and documents are read at `root` instead of their own addresses."""
    own = reverse("pictures:file", kwargs={"key": "k", "name": "n"}).removesuffix("k/n")
    for before in ('"', ", "):  # a srcset has many addresses in one pair of quotation marks
        html = html.replace(before + own, before + root)
    return html
