"""Cut the voice, Noto Serif at 88 % width, into one small file per script.

The sources are two packages of the npm registry, unpacked side by side into one folder:
`@fontsource-variable/noto-serif` (with the width axis) and `@fontsource-variable/noto-serif-armenian`.
Their licence is in static/fonts/OFL.txt.

A page loads one slice, that of its own script. So the Cyrillic and Armenian slices carry the basic
Latin letters, figures and punctuation too: an English word in a Russian headline costs no second file.
"""

import warnings
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

WIDTH = 88
WEIGHTS = (400, 700)
LIMIT = 26 * 1024  # bytes, the budget of one slice

PUNCTUATION = "\u00a0«»§¶·–—‘’‚“”„…№€"
ASCII = "".join(map(chr, range(0x20, 0x7F)))
WESTERN = "".join(map(chr, range(0xA1, 0x100))) + "ıŒœŸ"
# Letters of names that a human-rights organisation meets beside the western European ones.
NAMES = "ĂăĄąĆćČčĎďĐđĘęĚěĞğİŁłŃńŇňŐőŘřŚśŞşŠšŤťŮůŰűŹźŻżŽžȘșȚțƏə"
CYRILLIC = "".join(map(chr, range(0x400, 0x460))) + "Ґґ"
ARMENIAN = "".join(
    map(chr, [*range(0x531, 0x557), *range(0x559, 0x560), *range(0x561, 0x588), 0x589, 0x58A, 0x58F])
)

SLICES = {
    "latin": (("noto-serif-latin", ASCII + WESTERN + PUNCTUATION), ("noto-serif-latin-ext", NAMES)),
    "cyrillic": (("noto-serif-cyrillic", CYRILLIC), ("noto-serif-latin", ASCII + PUNCTUATION)),
    "armenian": (
        ("noto-serif-armenian-armenian", ARMENIAN),
        ("noto-serif-armenian-latin", ASCII + PUNCTUATION),
    ),
}


class Command(BaseCommand):
    help = "Makes static/fonts/record-*.woff2 from the unpacked font packages in SOURCE_DIR."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source_dir", type=Path)

    def handle(self, *args: object, source_dir: Path, **options: object) -> None:
        warnings.filterwarnings("ignore", module="fontTools")
        for script, parts in SLICES.items():
            (name, characters), *others = parts
            font = cut(find(source_dir, name), characters)
            for other, more in others:
                add_glyphs(font, cut(find(source_dir, other), more))
            target = Path(settings.BASE_DIR) / "static/fonts" / f"record-{script}.woff2"
            save(font, script, target)
            size = target.stat().st_size
            if size > LIMIT:
                raise CommandError(f"{target.name} has {size} bytes; a slice may have {LIMIT}.")
            self.stdout.write(f"{target.name}: {size} bytes, {len(font.getGlyphOrder())} glyphs")


def find(source_dir: Path, name: str) -> Path:
    """The variable source of one script. Italics and files without the width axis are passed over."""
    found = sorted(source_dir.rglob(f"{name}-wdth-normal.woff2"))
    if not found:
        raise CommandError(f"There is no {name}-wdth-normal.woff2 under {source_dir}.")
    return found[0]


def cut(path: Path, characters: str):
    """One source with its width fixed, its weight limited, and only the characters wanted."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(path)
    font = instancer.instantiateVariableFont(font, {"wdth": WIDTH, "wght": WEIGHTS})
    options = subset.Options(
        layout_features=["ccmp", "kern", "locl", "mark", "mkmk"], hinting=False, notdef_outline=True
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    return font


def add_glyphs(font, donor) -> None:
    """Add the donor's outlines, widths and variations to `font`, which keeps its own drawing of a character.

    Both come from one design with the same weight axis. The donor's kerning is left behind: it would cost
    more than what it does for a few words in another script.
    """
    # A private prefix keeps glyphs apart that bear one name in both files.
    renamed = {glyph: f"more.{glyph}" for glyph in donor.getGlyphOrder() if glyph != ".notdef"}
    cmap = font.getBestCmap()
    wanted = {code: renamed[glyph] for code, glyph in donor.getBestCmap().items() if code not in cmap}
    needed = _with_components(donor, set(wanted.values()), renamed)
    for old, new in renamed.items():
        if new not in needed:
            continue
        glyph = donor["glyf"][old]
        if glyph.isComposite():
            for component in glyph.components:
                component.glyphName = renamed[component.glyphName]
        font["glyf"][new] = glyph
        font["hmtx"][new] = donor["hmtx"][old]
        font["gvar"].variations[new] = donor["gvar"].variations.get(old, [])
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({code: glyph for code, glyph in wanted.items() if code <= 0xFFFF})


def _with_components(donor, wanted: set[str], renamed: dict[str, str]) -> set[str]:
    original = {new: old for old, new in renamed.items()}
    needed, queue = set(), list(wanted)
    while queue:
        name = queue.pop()
        if name not in needed:
            needed.add(name)
            glyph = donor["glyf"][original[name]]
            queue += [renamed[part] for part in glyph.getComponentNames(donor["glyf"])]
    return needed


def save(font, script: str, target: Path) -> None:
    # Without these tables a browser takes widths from the outlines' own variations. In them, added glyphs
    # would have none.
    for tag in ("HVAR", "MVAR", "STAT", "DSIG"):
        if tag in font:
            del font[tag]
    # The OFL reserves no name here; the family is called Record wherever this project loads it.
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = f"Record {script.title()}"
        elif record.nameID == 6:
            record.string = f"Record-{script.title()}"
    font.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)
