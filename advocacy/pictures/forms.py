from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.admin import like
from advocacy.organisation.languages import TextPerLanguageField
from advocacy.pictures import checks
from advocacy.pictures.models import Document, Picture
from advocacy.pictures.renditions import Prepared, prepare


class PictureForm(forms.ModelForm):
    """A picture's words; on the form for a new one, the file too. A file is never exchanged for another:
    what was published with it stays as it was."""

    upload = forms.FileField(
        label=_("File"),
        help_text=_(
            "JPEG, PNG, WebP or GIF, at most 20 MB and 40 megapixels. The picture is saved anew, so that "
            "the place where it was taken and other data of the camera are not published."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.gif"}),
    )
    alt = TextPerLanguageField(max_length=400, **like(Picture, "alt"))
    caption = TextPerLanguageField(max_length=400, **like(Picture, "caption"))
    prepared: Prepared | None = None

    class Meta:
        model = Picture
        fields = ["alt", "credit", "caption"]
        error_messages = {"credit": {"required": _("Write who made the picture. It is printed beside it.")}}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["alt"].error_messages["required"] = _(
            "Write what the picture shows, in at least one language."
        )
        if self.instance.pk:
            self.fields.pop("upload", None)

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.prepared = prepare(upload)
        return upload

    def save(self, commit: bool = True) -> Picture:
        if self.prepared:
            self.instance.store(self.prepared)
        return super().save(commit)


class DocumentForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, Word (.docx), OpenDocument (.odt) or plain text, at most 30 MB. It is published as it is: "
            "what the program wrote into it, such as the author's name, can be read by everyone."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.odt,.txt"}),
    )
    kind: checks.Kind | None = None

    class Meta:
        model = Document
        fields = ["title", "language", "pages"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("upload", None)

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        self.kind = checks.check_document(upload)
        return upload

    def save(self, commit: bool = True) -> Document:
        if self.kind:
            self.instance.store(self.cleaned_data["upload"], self.kind)
        return super().save(commit)
