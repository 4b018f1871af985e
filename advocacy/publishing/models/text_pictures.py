"""Which pictures of the library stand in the rich text of a text at the desk, so that the library knows."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.pictures.models import Picture
from advocacy.publishing.kinds import kind_named
from advocacy.richtext import RichTextField

if TYPE_CHECKING:
    from advocacy.publishing.models.publications import Publication


class TextPicture(models.Model):
    """A picture within the text; written with it, and never by itself."""

    publication = models.ForeignKey("publishing.Publication", on_delete=models.CASCADE, related_name="+")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="+")

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Writer": (), "Editor": (), "Press desk": (), "Administrator": ()}

    class Meta:
        verbose_name = _("picture within a text")
        verbose_name_plural = _("pictures within texts")
        constraints = [
            models.UniqueConstraint(fields=["publication", "picture"], name="text_picture_once"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}: {self.picture_id}"

    @classmethod
    def keep(cls, text: "Publication") -> None:
        """Brings the rows of a text that was saved up to what stands in it."""
        if not columns_of(text):
            return
        rows = cls.objects.filter(publication=text.pk)
        there = set(rows.values_list("picture__key", flat=True))
        keys = set(keys_in(text))
        if there - keys:
            rows.exclude(picture__key__in=keys).delete()
        if keys - there:
            new = Picture.objects.filter(key__in=keys - there)
            cls.objects.bulk_create(
                [cls(publication_id=text.pk, picture=picture) for picture in new], ignore_conflicts=True
            )

    def exchange(self, new: Picture) -> None:
        """Names `new` in the text wherever it names this picture."""
        text: Any = kind_named(self.publication.kind).objects.get(pk=self.publication_id)
        for column in columns_of(text):
            setattr(text, column, getattr(text, column).replace(self.picture.key, new.key))
        text.save()


def columns_of(text: "Publication") -> list[str]:
    """The columns that hold rich text."""
    return [field.name for field in text._meta.concrete_fields if isinstance(field, RichTextField)]


def keys_in(text: "Publication") -> list[str]:
    """The keys of the pictures in all its rich text, each once, in their order."""
    keys = (key for column in columns_of(text) for key in getattr(text, column).picture_keys)
    return list(dict.fromkeys(keys))
