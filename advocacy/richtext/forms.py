"""The form field of rich text, and what a form tells its editor about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.richtext.editor import Editor
from advocacy.richtext.text import LONGEST, RichText, clean, clean_and_tell


class RichTextFormField(forms.CharField):
    """Takes HTML from the editor, gives a `RichText`, and keeps in `notes` what cleaning changed."""

    widget = Editor
    default_error_messages = {
        "too_long": _("This text is too long to be kept in one piece. Divide it, or attach it as a document.")
    }

    def __init__(self, *, pictures: bool = True, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False, "empty_value": ""})
        self.notes: list[str] = []
        self.pictures = pictures
        if isinstance(self.widget, Editor):
            self.widget.pictures = pictures

    def to_python(self, value: Any) -> RichText:
        if len(value or "") > LONGEST:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")
        text, self.notes = clean_and_tell(value)
        return text if self.pictures else text.without_pictures()

    def has_changed(self, initial: Any, data: Any) -> bool:
        """The editor sets its own line ends and indents; only what would be stored counts."""
        return not self.disabled and len(data or "") <= LONGEST and clean(initial or "") != clean(data or "")


def editor_notes(form: forms.BaseForm) -> list[str]:
    """Sentences about what cleaning changed in the form's texts, each after the label of its field."""
    return [
        f"{form[name].label}: {note}"
        for name, field in form.fields.items()
        if isinstance(field, RichTextFormField)
        for note in field.notes
    ]


def write_in(form: forms.BaseForm, language: str) -> None:
    """Tells the form's editors which language is written in them: spelling, direction and type follow it."""
    for field in form.fields.values():
        if isinstance(field.widget, Editor):
            field.widget.language = language
