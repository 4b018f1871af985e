"""A picture or a file as content keeps it: what was printed beside it when the text was published."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

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
    def avif(self) -> str:
        """`srcset` in AVIF: the same addresses with another ending (see advocacy.pictures.avif)."""
        return self.srcset.replace(".webp ", ".avif ")

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
