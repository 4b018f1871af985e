"""The editor in the admin: CKEditor 4 as django-ckeditor brings it. No other module knows which one it is.

CKEditor 4 is at the end of its life, so nothing it sends is trusted. Its own filter, made from the same table
as the one on the server, only shows at once what will be stored.
"""

import re
from typing import Any

from ckeditor.widgets import CKEditorWidget, Script
from django import forms
from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from advocacy.richtext.allowed import PICTURE, for_editor

# Of the plugins that are built in, those that call other hosts, take files, or write what is not allowed.
PLUGINS_OFF = (
    "about bidi colorbutton colordialog copyformatting dialogadvtab div editorplaceholder exportpdf"
    " filebrowser find flash font forms iframe image indentblock justify liststyle newpage pagebreak preview"
    " print save scayt showblocks smiley stylescombo templates uploadimage wsc"
).split()
# Plugins that come in files of their own and are not built in.
PLUGINS_APART = (
    "adobeair ajax autoembed autogrow autolink bbcode codesnippet codesnippetgeshi devtools divarea docprops"
    " embed embedbase embedsemantic filetools iframedialog image2 lineutils mathjax menubutton notification"
    " notificationaggregator placeholder sharedspace sourcedialog stylesheetparser tableresize uicolor"
    " uploadwidget widget xml"
).split()
TOOLBAR = [
    ["Format"],
    ["Bold", "Italic", "Subscript", "Superscript", "RemoveFormat"],
    ["BulletedList", "NumberedList", "Outdent", "Indent", "Blockquote"],
    ["Link", "Unlink"],
    ["Library"],
    ["Table", "HorizontalRule", "SpecialChar", "Language"],
    ["Undo", "Redo"],
    ["Source", "Maximize"],
]
# Characters that keyboards lack. CKEditor has names for the first; the others are named here.
NAMED_BY_CKEDITOR = (
    "ldquo rdquo lsquo rsquo bdquo laquo raquo ndash mdash hellip deg sect para euro pound copy times frac12"
).split()
NAMED_HERE = {
    "&nbsp;": _("No-break space"),
    "։": _("Armenian full stop"),
    "՝": _("Armenian comma"),
    "՛": _("Armenian emphasis mark"),
    "՜": _("Armenian exclamation mark"),
    "՞": _("Armenian question mark"),
    "֏": _("Dram sign"),
    "₽": _("Rouble sign"),
    "№": _("Numero sign"),
}
# Languages of passages beyond those of the site: of the neighbours, and of the press.
FOREIGN = ("az", "de", "es", "fa", "it", "ka", "tr")


class Editor(CKEditorWidget):
    """A text area that becomes an editor. Without scripts it stays a text area for HTML and works as well."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, language: str = "") -> None:
        super().__init__(template_name="richtext/editor.html", attrs=attrs)
        self.language = language
        self.pictures = True
        self.shown: dict[str, str] = {}

    @property
    def media(self) -> forms.Media:
        start = Script(
            "ckeditor/ckeditor-init.js",
            **{"id": "ckeditor-init-script", "data-ckeditor-basepath": static("ckeditor/ckeditor/")},
        )
        return forms.Media(
            css={"all": ["admin/richtext/editor.css"]},
            # In this order: the listeners are in place before the page is read and the first toolbar written.
            js=(
                start,
                "ckeditor/ckeditor/ckeditor.js",
                "admin/richtext/listeners.js",
                "admin/richtext/editor.js",
                "admin/richtext/library.js",
            ),
        )

    def use_required_attribute(self, initial: Any) -> bool:
        """Never: the browser would look for the hidden text area, find it empty and refuse without a word."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        self.shown = names_of_pictures(str(value or "")) if self.pictures else {}
        return super().get_context(name, value, attrs)

    def _set_config(self) -> None:
        """Called for each rendering. A new dictionary each time: copied widgets share what they hold."""
        self.config = configuration(self.language)
        self.config |= library(self.shown) if self.pictures else WITHOUT_LIBRARY

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        """From the project's templates, which Django's renderer of forms does not look into."""
        return render_to_string(template_name, context)


def configuration(language: str = "") -> dict[str, Any]:
    """CKEditor's settings for a text in `language`."""
    written = language or settings.LANGUAGE_CODE
    return {
        "allowedContent": for_editor(),
        "removePlugins": ",".join(PLUGINS_OFF),
        "toolbar": TOOLBAR,
        "format_tags": "p;h2;h3;h4",
        "coreStyles_bold": {"element": "strong", "overrides": "b"},
        "coreStyles_italic": {"element": "em", "overrides": "i"},
        "language": interface_language(),
        "defaultLanguage": "en-gb",
        "contentsLanguage": written,
        "contentsLangDirection": "rtl" if is_right_to_left(written) else "ltr",
        "language_list": [
            f"{code}:{name_of(code)}" + (":rtl" if is_right_to_left(code) else ":ltr") for code in languages()
        ],
        "specialChars": [
            *(f"&{name};" for name in NAMED_BY_CKEDITOR),
            *([character, str(name)] for character, name in NAMED_HERE.items()),
        ],
        "contentsCss": [static("admin/richtext/contents.css")],
        "bodyClass": "richtext",
        "customConfig": "",
        "stylesSet": False,
        "versionCheck": False,
        "fullPage": False,
        "pasteFilter": "semantic-content",
        "pasteFromWordPromptCleanup": False,
        "pasteFromWordRemoveFontStyles": True,
        "clipboard_handleImages": False,
        "disableNativeSpellChecker": False,
        "entities": False,
        "linkShowAdvancedTab": False,
        "linkShowTargetTab": False,
        "linkDefaultProtocol": "https://",
        "resize_dir": "vertical",
        "width": "100%",
        "height": 360,
        "title": gettext("Text editor"),
    }


def library(shown: dict[str, str]) -> dict[str, Any]:
    """The button that takes pictures from the library. `shown` are the names of those that stand in the text."""
    return {
        "extraPlugins": "library",
        "library": {
            "choose": reverse("admin:pictures_picture_choose"),
            "picture": reverse("pictures:staff-picture", args=["KEY"]),
            "icon": static("admin/richtext/picture.svg"),
            "label": gettext("Picture from the library"),
            "unread": gettext("The library could not be read. Save your text and open the page anew."),
            "names": shown,
        },
    }


WITHOUT_LIBRARY = {"allowedContent": for_editor(pictures=False), "removeButtons": "Library"}
KEY = re.compile(rf'{PICTURE}="(p[0-9a-f]{{20}})"')


def names_of_pictures(html: str) -> dict[str, str]:
    keys = KEY.findall(html)
    found = apps.get_model("pictures", "Picture").objects.filter(key__in=keys) if keys else ()
    return {picture.key: str(picture) for picture in found}


def unused_files() -> list[str]:
    """Patterns of what django-ckeditor brings and no page asks for, its test pages included."""
    plugins = [f"plugins/{name}/*" for name in (*PLUGINS_OFF, *PLUGINS_APART)]
    others = "adapters/* skins/moono/* config.js styles.js contents.css build* bender* *.md".split()
    return [*(f"ckeditor/ckeditor/{part}" for part in (*plugins, *others)), "ckeditor/galleriffic/*"]


def interface_language() -> str:
    """The language of the buttons: the staff member's; CKEditor itself falls back to English."""
    active = (get_language() or settings.LANGUAGE_CODE).lower()
    return "en-gb" if active == "en" else active


def languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES] + list(FOREIGN)


def name_of(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


def is_right_to_left(code: str) -> bool:
    return bool(get_language_info(code)["bidi"])
