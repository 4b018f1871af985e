"""The one style sheet and the fonts: what is served is what the sources say, and it keeps to its budget."""

import gzip
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import get_template

from advocacy.delivery import styles

TEMPLATES = settings.BASE_DIR / "templates"
PUBLIC = [
    TEMPLATES / "base.html",
    *sorted(TEMPLATES.glob("parts/*.html")),
    *sorted(TEMPLATES.glob("site/*.html")),
]
PUBLIC += [path for area in ("newsroom", "campaigns") for path in sorted(TEMPLATES.glob(f"{area}/*.html"))]
SLICES = ("latin", "cyrillic", "armenian")


def test_the_committed_style_sheet_is_the_build():
    assert styles.SITE_CSS.read_text(encoding="utf-8") == styles.build(), "Run manage.py build_styles."


def test_build_styles_writes_the_style_sheet(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(styles, "SITE_CSS", tmp_path / "site.css")
    call_command("build_styles")
    assert (tmp_path / "site.css").read_text(encoding="utf-8") == styles.build()
    assert "bytes" in capsys.readouterr().out


def test_tokens_come_first_and_print_comes_last():
    names = [path.name for path in styles.in_order()]
    assert names[:3] == ["tokens.css", "base.css", "layout.css"]
    assert names[3:-1] == sorted(names[3:-1])
    assert names[-1] == "print.css"


def test_the_style_sheet_keeps_to_its_budget():
    css = styles.build().encode()
    assert len(css) <= 16 * 1024
    assert len(gzip.compress(css, 9)) <= 5 * 1024


def test_shortening_leaves_strings_and_descendants_alone():
    css = '/* why */\n.a :is(b, i)::after {\n  content: " ; a";\n  margin: 0 0.5rem;\n}\n'
    assert styles.shortened(css) == '.a :is(b,i)::after{content:" ; a";margin:0 .5rem}'


def test_shortening_leaves_sums_alone_and_joins_selectors_and_media_queries():
    css = ".a + .b > * + * {\n  inline-size: calc(1rem + 2vw);\n}\n@media (width >= 46rem) {\n  b {\n    grid: none / 1fr;\n  }\n}\n"
    short = ".a+.b>*+*{inline-size:calc(1rem + 2vw)}@media(width>=46rem){b{grid:none/1fr}}"
    assert styles.shortened(css) == short


@pytest.mark.parametrize("path", styles.in_order(), ids=lambda path: path.name)
def test_only_logical_properties(path):
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    sides = r"(?:(?:margin|padding|border)-)?(?:left|right|top|bottom)"
    sizes = r"(?:min-|max-)?(?:width|height)"
    assert not re.findall(rf"[^-\w](?:{sides}|{sizes})\s*:", re.sub(r"@media[^{]*", "", css))


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_public_templates_compile_and_hold_no_inline_style_or_script(path):
    get_template(str(path.relative_to(TEMPLATES)))
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<script|\son[a-z]+=|\|safe|csrf_token", text)


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_class_in_a_template_has_a_rule(path):
    css = styles.build()
    known = set(re.findall(r"\.(-?[a-z][\w-]*)", css)) | NAMES_ONLY
    used = set(re.sub(r"{%.*?%}|{{.*?}}", " ", " ".join(class_values(path))).split())
    assert {name for name in used if not name.endswith("-")} <= known


# Names that a template gives for what follows in it, without a look of their own.
NAMES_ONLY = {"tally-letter"}


def class_values(path):
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.extend(value for name, value in attrs if name == "class" and value)

    # Django's tags hold quotes of their own, which would end an attribute too early.
    Reader().feed(re.sub(r"{%.*?%}", " ", path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("script", SLICES)
def test_a_font_slice_is_at_most_26_kb_and_has_its_rule(script):
    font = settings.BASE_DIR / f"static/fonts/record-{script}.woff2"
    assert font.read_bytes()[:4] == b"wOF2"
    assert font.stat().st_size <= 26 * 1024
    assert f"url(fonts/record-{script}.woff2)" in styles.build()


def test_the_fonts_come_with_their_licence():
    assert "SIL Open Font License" in (settings.BASE_DIR / "static/fonts/OFL.txt").read_text(encoding="utf-8")


def test_a_slice_carries_its_script_and_basic_latin():
    ttlib = pytest.importorskip("fontTools.ttLib")
    for script, letters in {"latin": "Aéğ", "cyrillic": "ЖяA1", "armenian": "Արև1A"}.items():
        font = ttlib.TTFont(settings.BASE_DIR / f"static/fonts/record-{script}.woff2")
        assert {ord(letter) for letter in letters} <= set(font.getBestCmap())
        axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes}
        assert axes == {"wght": (400, 700)}
