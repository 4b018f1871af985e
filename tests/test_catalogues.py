"""Every word that a reader, a journalist or a recipient of mail can meet is there in every language, and whole.

The messages are taken from the sources anew. A new file counts as public until it is named below as the desk's.
"""

import ast
import gettext as catalogues
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override
from django.utils.translation.template import templatize

from advocacy.delivery import printed
from advocacy.organisation.languages import language_name, spoken_choices
from advocacy.privacy import rules
from advocacy.publishing.kinds import kinds
from tests.conftest import NO_GETTEXT, is_required

ROOT = settings.BASE_DIR
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

# What only staff read, at the desk or in their own account. A star stands for any path.
DESK = (
    "templates/accounts/*.html",
    "templates/admin/*",
    "templates/registration/*",
    "templates/richtext/*",
    "advocacy/organisation/templates/*",
    "*/admin.py",
    "*/admin/*",
    "*/desk.py",
    "*/management/*",
    "*/migrations/*",
    "advocacy/accounts/*",
    "advocacy/fetching/*",
    "advocacy/mail/*",
    "advocacy/organisation/colours.py",
    "advocacy/pictures/*",
    "advocacy/privacy/*",
    "advocacy/publishing/beside.py",
    "advocacy/publishing/bound.py",
    "advocacy/publishing/carrying.py",
    "advocacy/publishing/content.py",
    "advocacy/publishing/forms.py",
    "advocacy/publishing/history.py",
    "advocacy/publishing/models/kind.py",
    "advocacy/publishing/models/publications.py",
    "advocacy/publishing/models/publishing.py",
    "advocacy/publishing/models/review.py",
    "advocacy/publishing/models/steps.py",
    "advocacy/publishing/models/typing.py",
    "advocacy/publishing/pass_desk.py",
    "advocacy/publishing/preview.py",
    "advocacy/publishing/together.py",
    "advocacy/publishing/verbs.py",
    "advocacy/richtext/*",
    "advocacy/people_lists.py",
    "advocacy/site/admin_site.py",
    "advocacy/site/list_imports.py",
    "advocacy/site/sorted_inlines.py",
    "advocacy/spreadsheets.py",
    "advocacy/subscribers/importing.py",
    "advocacy/subscribers/models/imports.py",
    "advocacy/subscribers/models/suppressions.py",
    "advocacy/worker/*",
    "advocacy/publishing/correction_mail.py",
    "campaigns/imports.py",
    "campaigns/mail.py",
    "campaigns/models/proposals.py",
    "newsroom/bulletin_checks.py",
    "newsroom/bulletin_mail.py",
    "newsroom/models/press.py",
    "newsroom/press_list.py",
)
# In files that readers and staff share, these calls and names hold words for staff alone.
DESK_CALLS = ("RichTextField",)
DESK_NAMES = (
    "verbose_name",
    "verbose_name_plural",
    "help_text",
    "violation_error_message",
    "new_label",
    "permissions",
)

CALLS = {  # where context, message and plural stand among the arguments
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
KEYWORDS = ["pgettext:1c,2", "npgettext:1c,2,3"]  # what xgettext does not know by itself
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")
TAG = re.compile(r"</?[a-z][^<>]*>")


@dataclass
class Message:
    context: str | None
    single: str
    plural: str | None
    where: str
    texts: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.single

    def __str__(self) -> str:
        return f"{self.where}: {f'[{self.context}] ' if self.context else ''}{self.single!r}"


# Sources


def is_public(path: str) -> bool:
    return not any(fnmatch(path, pattern) for pattern in DESK)


def files(folder: str, *endings: str) -> Iterator[tuple[str, str]]:
    """Path and text of each public file below `folder`."""
    for path in sorted((ROOT / folder).rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in endings and is_public(name):
            yield name, path.read_text(encoding="utf-8")


@cache
def public_messages() -> list[Message]:
    found = [
        message
        for wing in ("advocacy", "newsroom", "campaigns")
        for path, text in files(wing, ".py")
        for message in python_messages(path, text)
    ]
    own = privacy_messages() + kind_messages()
    return found + own + template_messages(dict(files("templates", ".html", ".txt", ".xml")))


def privacy_messages() -> list[Message]:
    """The rules of what is kept and until when, which a page may list, wherever they are written."""
    with override(settings.LANGUAGE_CODE):
        return [Message(None, str(sentence), None, "a rule of privacy") for sentence in rules.sentences()]


def kind_messages() -> list[Message]:
    """What readers call each kind in lists."""
    with override(settings.LANGUAGE_CODE):
        return [
            Message(None, str(kind._meta.verbose_name), None, "the name of a kind")
            for kind in kinds()
            if kind.nav and not kind.__module__.startswith("tests.")
        ]


def python_messages(path: str, text: str) -> list[Message]:
    tree = ast.parse(text)
    set_aside = {
        id(below) for node in ast.walk(tree) for part in desk_parts(node, path) for below in ast.walk(part)
    }
    aliases = {
        alias.asname or alias.name: alias.name.removesuffix("_lazy").removesuffix("_noop")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
    }
    found = []
    for node in ast.walk(tree):
        places = CALLS.get(aliases.get(called(node), "")) if id(node) not in set_aside else None
        if places:
            words = [node.args[place].value if place is not None else None for place in places if told(node)]
            if words:
                found.append(Message(*words, where=f"{path}:{node.lineno}"))
    return found


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def told(call: ast.Call) -> bool:
    """Whether the words are written there. Names of languages come from Django's own list."""
    return all(isinstance(argument, ast.Constant) for argument in call.args[:1])


def desk_parts(node: ast.AST, path: str) -> Iterator[ast.AST]:
    """What below this node is for staff: names and helps of columns, objections of models."""
    if "/models" in path and (called(node) == "ValidationError" or getattr(node, "name", "") == "problems"):
        yield node
    if isinstance(node, ast.Call):
        owner = getattr(getattr(node.func, "value", None), "id", "")
        if owner == "models" or called(node) in DESK_CALLS:
            yield node
        yield from (keyword for keyword in node.keywords if keyword.arg in DESK_NAMES)
    if isinstance(node, ast.Assign) and any(getattr(name, "id", "") in DESK_NAMES for name in node.targets):
        yield node.value
    if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") in DESK_NAMES and node.value:
        yield node.value


def template_messages(templates: dict[str, str]) -> list[Message]:
    """Django turns a template into lines that xgettext reads; their numbers stay."""
    found = []
    for path, text in templates.items():
        if "{% load" not in text and "_(" not in text:
            continue
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--no-wrap", "--output=-", "-"]
        command[1:1] = [f"--keyword={keyword}" for keyword in KEYWORDS]
        done = subprocess.run(
            command, input=templatize(text, origin=path), capture_output=True, text=True, check=True
        )
        for message in parsed(done.stdout):
            message.where = message.where.replace("standard input", path)
            found.append(message)
    return found


# Catalogues


def folder(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES"


@cache
def catalogue(language: str) -> dict[tuple[str | None, str], Message]:
    text = (folder(language) / "django.po").read_text(encoding="utf-8")
    return {message.key: message for message in parsed(text)}


def parsed(text: str) -> list[Message]:
    """The entries of a .po or .pot file."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        parts: dict[str, str] = {}
        name = ""
        for line in lines:
            if match := re.match(r'(msg[a-z_]+(?:\[\d+\])?) (".*")$', line):
                name = match[1]
                parts[name] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                parts[name] += ast.literal_eval(line)
        if parts.get("msgid"):
            where = next((line[3:] for line in lines if line.startswith("#: ")), "")
            texts = [parts[name] for name in parts if name.startswith("msgstr")]
            is_fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
            single, plural = parts["msgid"], parts.get("msgid_plural")
            found.append(Message(parts.get("msgctxt"), single, plural, where, texts, is_fuzzy))
    return found


def header(language: str) -> str:
    text = (folder(language) / "django.po").read_text(encoding="utf-8")
    return "".join(
        ast.literal_eval(line) for line in text.split("\n\n")[0].splitlines() if line.startswith('"')
    )


def plural_rule(language: str) -> tuple[int, str]:
    match = re.search(r"nplurals=(\d+); plural=(.+);\n", header(language))
    assert match, f"{language}: no Plural-Forms"
    return int(match[1]), match[2]


@cache
def numbers_of_forms(language: str) -> list[set[int]]:
    """For each plural form the numbers that it stands for."""
    count, rule = plural_rule(language)
    form = catalogues.c2py(rule)
    return [{n for n in range(1001) if form(n) == number} for number in range(count)]


def may_say(message: Message, number: int, language: str, given: set[str]) -> bool:
    """A plural form for a single number may write it as a word (Arabic's two), the singular as its source does."""
    wanted = placeholders(message.plural or message.single)
    stands_for = numbers_of_forms(language)[number] if message.plural else set()
    return (
        given == wanted
        or (len(stands_for) == 1 and given <= wanted)
        or (1 in stands_for and stands_for <= {0, 1} and given == placeholders(message.single))
    )


def faults(message: Message, kept: Message | None, language: str) -> Iterator[str]:
    """What is wrong with a message in a language, in words."""
    count, _rule = plural_rule(language)
    if kept is None or not kept.texts or not all(kept.texts):
        yield "is not translated"
        return
    if kept.is_fuzzy:
        yield "is marked as fuzzy"
    if message.plural and len(kept.texts) != count:
        yield f"has {len(kept.texts)} plural forms instead of {count}"
    source = message.plural or message.single
    for number, text in enumerate(kept.texts):
        given = placeholders(text)
        if not may_say(message, number, language, given):
            yield f"has {sorted(given)} in the place of {sorted(placeholders(source))}"
        if sorted(TAG.findall(text)) != sorted(TAG.findall(source)):
            yield "lost or gained HTML"
        # Arabic writes its "and" together with the next word; French has a space before its colon.
        own = (language, source) in (("ar", " and "), ("fr", ": "))
        if spaces(text) != spaces(source) and not own:
            yield "begins or ends with another space than its source"


def spaces(text: str) -> tuple[bool, bool]:
    return text[0].isspace(), text[-1].isspace()


def placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text)}


@pytest.fixture
def gettext_tools():
    """In CI what is missing is a failure; on a person's machine the test is skipped with one line."""
    if not shutil.which("xgettext") or not shutil.which("msgfmt"):
        (pytest.fail if is_required() else pytest.skip)(NO_GETTEXT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_message_is_translated_whole(gettext_tools, language):
    kept = catalogue(language)
    found = [
        f"{message} {fault}"
        for message in public_messages()
        for fault in faults(message, kept.get(message.key), language)
    ]
    assert len(public_messages()) > 250
    assert not found, f"{language}:\n" + "\n".join(sorted(set(found)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_translated_beside_the_public_part_is_whole_too(language):
    found = [
        f"{message} {fault}"
        for message in catalogue(language).values()
        if any(message.texts)
        for fault in faults(message, message, language)
    ]
    assert not found, f"{language}:\n" + "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogues_say_what_their_sources_say(gettext_tools, language, tmp_path):
    made = tmp_path / "made.mo"
    source = folder(language) / "django.po"
    done = subprocess.run(
        ["msgfmt", "--check", f"--output-file={made}", source], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert messages_of(folder(language) / "django.mo") == messages_of(made), (
        f"{language}: the .mo is older than its .po. Run ./cms manage compilemessages"
    )


def messages_of(compiled: Path) -> dict:
    with compiled.open("rb") as file:
        known = dict(catalogues.GNUTranslations(file)._catalog)
    known.pop("", None)
    return known


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_name_the_language_and_no_machine(language):
    head = header(language)
    assert f"Language: {language}\n" in head
    assert "charset=UTF-8" in head
    assert not re.search(r"YEAR|FULL NAME|EMAIL@ADDRESS|PACKAGE|/(work|home|tmp)/", head)


SCRIPTS = {"hy": r"[\u0530-\u058f]", "ru": r"[\u0400-\u04ff]", "ar": r"[\u0600-\u06ff]"}


@pytest.mark.parametrize("language", SCRIPTS)
def test_translations_are_written_in_the_script_of_the_language(language):
    same_everywhere = re.compile(r"\bUTC|\bRSS\b|\bQR\b")
    foreign = [
        text
        for message in catalogue(language).values()
        for text in message.texts
        if re.search(r"[A-Za-z]{3}", same_everywhere.sub("", PLACEHOLDER.sub("", TAG.sub("", text))))
        and not re.search(SCRIPTS[language], text)
    ]
    assert not foreign


def test_arabic_has_its_own_digits_alone():
    """All of them or none on a page; phone numbers and such, set from left to right, are no part of the text."""
    set_apart = re.compile(r"\u2066[^\u2069]*\u2069")
    mixed = [
        text
        for message in catalogue("ar").values()
        for text in message.texts
        if re.search(r"[0-9]", set_apart.sub("", TAG.sub("", text)))
    ]
    assert not mixed


# Words that no catalogue can hold, because the template does not ask for them

NO_WORDS = re.compile(
    r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|\{% blocktranslate.*?\{% endblocktranslate %\}"
    r"|\{%.*?%\}|\{\{.*?\}\}|<style>.*?</style>|<!doctype[^>]*>|<\?xml[^>]*>",
    re.DOTALL,
)
READ_ALOUD = re.compile(r'\b(?:alt|title|placeholder|aria-label)="([^"]*)"')


def test_public_templates_hold_no_word_of_their_own():
    found = []
    for path, text in files("templates", ".html", ".txt"):
        bare = NO_WORDS.sub(" ", text)
        attributes = " ".join(READ_ALOUD.findall(bare))
        plain = re.sub(r"&\w+;|&#\d+;", " ", re.sub(r"<[^>]*>", " ", bare))
        found += [f"{path}: {word}" for word in re.findall(r"[^\W\d_]{2,}", f"{plain} {attributes}")]
    assert not found


# Plurals and dates as they come out


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("hy", "28 սեպտեմբերի 2023"),
        ("ru", "28 сентября 2023"),
        ("fr", "28 septembre 2023"),
        ("ar", "٢٨ سبتمبر ٢٠٢٣"),
    ],
)
def test_dates_stand_in_the_words_of_the_language(language, expected):
    with override(language):
        assert printed.day(date(2023, 9, 28)) == expected


@pytest.mark.parametrize("language", SCRIPTS)
def test_languages_that_people_speak_are_named_in_the_language_of_the_page(language):
    """Django's own catalogues lack some of them: advocacy/organisation/borrowed_words.py."""
    with override(language):
        names = {code: str(language_name(code)) for code, _name in spoken_choices()}
    assert not {code: name for code, name in names.items() if re.search(r"[A-Za-z]", name)}


# That these tests can fail


def example(text: str, **changes) -> list[str]:
    message = Message(None, "Show all %(number)s names", None, "a")
    kept = Message(None, message.single, None, "a", [text], **changes)
    return list(faults(message, kept, "ru"))


def test_faults_are_seen():
    assert example("Показать все имена: %(number)s") == []
    assert example("") == ["is not translated"]
    assert example("Показать все имена: %(number)s", is_fuzzy=True) == ["is marked as fuzzy"]
    assert example("Показать все имена: %(nomber)s")
    assert example("Показать все имена")
    assert example("<b>Показать</b> все имена: %(number)s") == ["lost or gained HTML"]
    assert example("Показать все имена: %(number)s ")
    assert list(faults(Message(None, "New words", None, "a"), None, "ru")) == ["is not translated"]


def test_new_words_are_found_where_they_are_written(gettext_tools):
    source = 'from django.utils.translation import gettext as _\nsaid = _("Brand new")\n'
    assert [str(message) for message in python_messages("newsroom/x.py", source)] == [
        "newsroom/x.py:2: 'Brand new'"
    ]
    template = '{% load i18n %}\n{% translate "Brand new" context "a word" %}'
    found = template_messages({"templates/x.html": template})
    assert [str(message) for message in found] == ["templates/x.html:2: [a word] 'Brand new'"]
    assert is_public("templates/newsroom/new.html")
    assert is_public("newsroom/views/new.py")
    assert not is_public("templates/admin/new.html")
