"""The column that holds rich text."""

from typing import Any

from django import forms
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from advocacy.richtext.text import RichText


class CleanedAttribute(DeferredAttribute):
    """Cleans what is assigned, so that an object never holds rich text that could not be shown."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class RichTextField(models.TextField):
    """HTML by the table in `advocacy.richtext.allowed`; reading gives a `RichText`.

    Cleaned on assignment and on every write, `update()`, `bulk_create()` and fixtures included. Only a
    database expression passes by, because its value is not known here: never build one from what was typed.
    Without `pictures` it takes none: what no version publishes has no way to show them.
    """

    descriptor_class = CleanedAttribute

    def __init__(self, *args: Any, pictures: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures = pictures  # no column of the database knows of it, so no migration does

    def to_python(self, value: Any) -> Any:
        """Cleans. Django asks this of every value that is written, for a text column."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        text = RichText(value)
        return text.as_stored if self.pictures else text.without_pictures()

    def from_db_value(self, value: str | None, *_: Any) -> RichText | None:
        return None if value is None else RichText.stored(value)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Always with the editor: the admin would put its plain text area here."""
        from advocacy.richtext.forms import RichTextFormField

        kwargs |= {"form_class": RichTextFormField, "widget": RichTextFormField.widget}
        kwargs["pictures"] = self.pictures
        return super().formfield(**kwargs)
