"""Imports point one way: the wings build on advocacy, advocacy knows neither, and they do not know each other."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
WINGS = ("newsroom", "campaigns")
# Only these name every wing: the list of apps, and the map of addresses.
NAME_THEM_ALL = {"advocacy/settings.py", "advocacy/urls.py"}
FOREIGN = {"advocacy": WINGS, "newsroom": ("campaigns",), "campaigns": ("newsroom",)}

# Where text becomes markup without being escaped: the cleaned rich text, and one place that escapes by itself.
MARKS_SAFE = {
    "advocacy/delivery/pages.py": "JSON-LD: a script element takes no HTML escapes, so < > & are written as JSON's own",
}
# Names of Django that call a text safe. SafeString as an annotation says what a function gives, and makes nothing.
SAFE_CALLS = {"mark_safe", "SafeString", "SafeText", "__html__"}


def sources(folder):
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def relative(path):
    return path.relative_to(ROOT).as_posix()


def imported(tree):
    """(line, module) of each import, those inside functions and under TYPE_CHECKING included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
            "import_module",
            "import_string",
            "get_model",
            "get_app_config",
        ):
            yield from (
                (node.lineno, str(each.value)) for each in node.args if isinstance(each, ast.Constant)
            )


def crossings(folder, source, name="a file"):
    return [
        f"{name}:{line} imports {module}"
        for line, module in imported(ast.parse(source))
        if module.split(".")[0] in FOREIGN[folder]
    ]


@pytest.mark.parametrize("folder", FOREIGN)
def test_imports_point_one_way(folder):
    found = [
        line
        for path in sources(folder)
        if relative(path) not in NAME_THEM_ALL
        for line in crossings(folder, path.read_text(), relative(path))
    ]
    assert not found


def test_no_wing_imports_what_the_tests_are_made_of():
    for folder in FOREIGN:
        for path in sources(folder):
            modules = {module.split(".")[0] for _line, module in imported(ast.parse(path.read_text()))}
            assert "tests" not in modules, relative(path)


def test_a_crossing_is_found_wherever_it_hides():
    assert crossings("advocacy", "def f():\n    from newsroom.models import Release")
    assert crossings("newsroom", "import campaigns.models as them")
    assert crossings("campaigns", "apps.get_model('newsroom', 'Release')")
    assert crossings("advocacy", "import_string('campaigns.record.counts')")
    assert not crossings("newsroom", "from advocacy.publishing.models import Version")


def test_no_string_of_advocacy_names_a_wing():
    """A name in a string is an import in disguise, such as a foreign key to "campaigns.Letter"."""
    found = []
    for path in sources("advocacy"):
        if relative(path) in NAME_THEM_ALL:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.match(rf"({'|'.join(WINGS)})[.:/]\w", text):
                found.append(f"{relative(path)}:{node.lineno} {text}")
    assert not found


TEMPLATE_TAG = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
URL_TAG = re.compile(r"""{%\s*url\s+["']([^"':]+):""")


STAFF_FOLDERS = {"admin", "accounts", "registration", "richtext", "mail"}


def templates():
    return sorted([*(ROOT / "templates").rglob("*.*"), *(ROOT / "advocacy").rglob("templates/**/*.*")])


def wing_of(path):
    parts = path.relative_to(ROOT).parts
    return next((wing for wing in WINGS if wing in parts), "advocacy")


def test_templates_of_one_wing_do_not_include_the_others():
    """parts/ belongs to everybody: what one wing shows of the other it finds in the object that it is given."""
    found = []
    for path in templates():
        text = path.read_text()
        foreign = FOREIGN[wing_of(path)]
        for name in [*TEMPLATE_TAG.findall(text), *(f"{space}/" for space in URL_TAG.findall(text))]:
            if name.startswith(tuple(f"{wing}/" for wing in foreign)) or f"/{'/'.join(foreign)}/" in name:
                found.append(f"{relative(path)} names {name}")
    assert not found


def test_templates_escape_everything():
    """Rich text is safe because it was cleaned as it was written; no template says so of anything else."""
    for path in templates():
        text = path.read_text()
        assert not re.search(r"\|\s*(safe|safeseq)\b", text), relative(path)
        assert not re.search(r"{%\s*autoescape\s+off", text) or path.suffix == ".txt", relative(path)


def test_public_templates_see_no_request_and_no_script():
    """What is the same for all readers has nothing of one of them in it."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if STAFF_FOLDERS & set(path.parts):
            continue
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"\brequest\.|\buser\.|csrf_token|\bmessages\b|\bperms\b", text), relative(path)
        assert "<script" not in text, relative(path)
        assert not re.search(r"<[^>]*\s(style|on[a-z]+)\s*=", text), relative(path)


def safe_calls(source):
    for node in ast.walk(ast.parse(source)):
        name = node.name if isinstance(node, ast.FunctionDef) else ""
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
        if name in SAFE_CALLS:
            yield node.lineno


def test_markup_is_called_safe_where_it_is_cleaned_and_nowhere_else():
    found = {
        relative(path)
        for folder in FOREIGN
        for path in sources(folder)
        if "richtext" not in path.parts and list(safe_calls(path.read_text()))
    }
    assert found == set(MARKS_SAFE)


def test_a_call_that_marks_text_safe_is_found():
    assert list(safe_calls("x = safestring.mark_safe(text)"))
    assert list(safe_calls("x = SafeString(text)"))
    assert not list(safe_calls("def f() -> SafeString: return format_html('<b>{}</b>', text)"))
