from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.admin import like
from advocacy.organisation.languages import TextPerLanguageField, first_language, language_choices
from advocacy.pictures import checks
from advocacy.pictures.models import Document, Picture
from advocacy.pictures.renditions import Prepared, prepare

PICTURE_HELP = _(
    "JPEG, PNG, WebP or GIF, at most 20 MB and 40 megapixels. The picture is saved anew, so that "
    "the place where it was taken and other data of the camera are not published."
)
PICTURE_ENDINGS = ".jpg,.jpeg,.png,.webp,.gif"
DOCUMENT_HELP = _(
    "PDF, Word (.docx), OpenDocument (.odt) or plain text, at most 30 MB. It is published as it is: "
    "what the program wrote into it, such as the author's name, can be read by everyone."
)
DOCUMENT_ENDINGS = ".pdf,.docx,.odt,.txt"
MOST_AT_ONCE = 30
FOCUS = ("focus_x", "focus_y")


class PictureForm(forms.ModelForm):
    """A picture's words; on the form for a new one, the file too. A file is never exchanged for another:
    what was published with it stays as it was."""

    upload = forms.FileField(
        label=_("File"),
        help_text=PICTURE_HELP,
        widget=forms.ClearableFileInput(attrs={"accept": PICTURE_ENDINGS}),
    )
    alt = TextPerLanguageField(max_length=400, **like(Picture, "alt"))
    caption = TextPerLanguageField(max_length=400, **like(Picture, "caption"))
    prepared: Prepared | None = None

    class Meta:
        model = Picture
        fields = ["alt", "credit", "caption", "focus_x", "focus_y"]
        error_messages = {"credit": {"required": _("Write who made the picture. It is printed beside it.")}}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["alt"].error_messages["required"] = _(
            "Write what the picture shows, in at least one language."
        )
        if self.instance.pk:
            self.fields.pop("upload", None)
        for name in FOCUS:
            if name in self.fields:
                self.fields[name].required = False  # left empty, it stays where it was

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned | {name: getattr(self.instance, name) for name in FOCUS if cleaned.get(name) is None}

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
        help_text=DOCUMENT_HELP,
        widget=forms.ClearableFileInput(attrs={"accept": DOCUMENT_ENDINGS}),
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
        elif not self.instance.is_used():  # nobody was ever given the address, so it may follow the title
            self.instance.name_after_title()
        return super().save(commit)


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """The files chosen, unchecked: each is taken or refused by itself."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in data or [] if file]
        if not files:
            raise ValidationError(_("Choose one file or several."))
        if len(files) > MOST_AT_ONCE:
            raise ValidationError(
                _("Choose at most %(most)d files at once. These are %(found)d."),
                params={"most": MOST_AT_ONCE, "found": len(files)},
            )
        return files


class ManyForm(forms.Form):
    """Files that are taken together. `refused` has a sentence for each that was not."""

    uploads = ManyFilesField(label=_("Files"))

    accepted: ClassVar[tuple[str, Any]]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        endings, help_text = self.accepted
        self.fields["uploads"].widget = ManyFilesInput(attrs={"accept": endings})
        self.fields["uploads"].help_text = gettext("%(formats)s At most %(most)d files at once.") % {
            "formats": help_text,
            "most": MOST_AT_ONCE,
        }

    def take_all(self, user: Any) -> int:
        """Takes what can be taken, and says how many that were."""
        self.refused: list[str] = []
        taken = 0
        for upload in self.cleaned_data["uploads"]:
            try:
                self.take(upload, user)
                taken += 1
            except ValidationError as error:
                told = {"file": shown_name(upload), "reason": " ".join(error.messages)}
                self.refused.append(gettext("“%(file)s” was not taken. %(reason)s") % told)
        return taken

    def take(self, upload: Any, user: Any) -> None:
        """Puts one file into the library; pictures and documents each in their own way."""
        raise NotImplementedError


def shown_name(upload: Any) -> str:
    """The file's name in a message; its end is what tells files of a camera apart."""
    return PurePath(upload.name or "").name[-80:]


class ManyPicturesForm(ManyForm):
    accepted = (PICTURE_ENDINGS, PICTURE_HELP)
    credit = forms.CharField(
        label=_("Credit"),
        max_length=200,
        help_text=_(
            "Who made these pictures. What each of them shows is written in the library, one by one."
        ),
    )

    def take(self, upload: Any, user: Any) -> None:
        Picture.objects.take(upload, alt={}, credit=self.cleaned_data["credit"], uploaded_by=user)


class ManyDocumentsForm(ManyForm):
    accepted = (DOCUMENT_ENDINGS, DOCUMENT_HELP)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=language_choices,
        initial=first_language,
        help_text=_("Each gets its file's name as its title. Change it to what readers should see."),
    )

    def take(self, upload: Any, user: Any) -> None:
        title = PurePath(upload.name or "").stem.replace("_", " ").strip()[:200] or gettext("Document")
        language = self.cleaned_data["language"]
        Document.objects.take(upload, title=title, language=language, uploaded_by=user)


class ReplaceForm(forms.Form):
    """A new file for what the library has. It becomes an item of its own, with the words of the old one."""

    upload = forms.FileField(label=_("New file"))

    def __init__(self, *args: Any, item: Picture | Document, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.item = item
        is_picture = isinstance(item, Picture)
        upload = self.fields["upload"]
        upload.help_text = PICTURE_HELP if is_picture else DOCUMENT_HELP
        upload.widget.attrs["accept"] = PICTURE_ENDINGS if is_picture else DOCUMENT_ENDINGS

    def take(self, user: Any) -> Picture | Document:
        """ValidationError with a sentence where the file is not taken."""
        old, upload = self.item, self.cleaned_data["upload"]
        if isinstance(old, Picture):
            kept = {name: getattr(old, name) for name in ("alt", "caption", "credit", *FOCUS)}
            return Picture.objects.take(upload, uploaded_by=user, **kept)
        return Document.objects.take(upload, title=old.title, language=old.language, uploaded_by=user)
