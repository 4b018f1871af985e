"""Cut the fonts that Typst sets with: of Noto, the scripts and weights that cards need.

The sources are Debian's packages fonts-noto-core and fonts-noto-extra, under /usr/share/fonts/truetype/noto; their
licence is in advocacy/pictures/fonts/OFL.txt. Typst reads no WOFF2, so these are files of their own, beside the slices
that readers get (slice_fonts). They lie outside of static/ and are never served.
"""

import warnings
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from advocacy.delivery.management.commands.slice_fonts import ARMENIAN, ASCII, PUNCTUATION
from advocacy.pictures.typesetting import FONTS

SOURCE = Path("/usr/share/fonts/truetype/noto")
LIMIT = 2 * 1024 * 1024  # bytes, of all files together


def span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


MARKS = "\u2010\u2011\u2012\u2015\u2022\u2030\u2032\u2033\u2039\u203a\u20bd\u2212"
EUROPEAN = (
    ASCII + PUNCTUATION + MARKS + span(0xA0, 0x17F) + "ƏəȘșȚț" + span(0x386, 0x3CE) + span(0x400, 0x4FF)
)
ARABIC = ASCII + PUNCTUATION + span(0x600, 0x6FF) + span(0x750, 0x77F) + span(0x200C, 0x200F)

SLICES = {
    "NotoSerif-SemiCondensed": EUROPEAN,
    "NotoSerif-SemiCondensedBold": EUROPEAN,
    "NotoSans-Regular": EUROPEAN,
    "NotoSans-Bold": EUROPEAN,
    "NotoSerifArmenian-SemiCondensed": ARMENIAN,
    "NotoSerifArmenian-SemiCondensedBold": ARMENIAN,
    "NotoSansArmenian-Regular": ARMENIAN,
    "NotoSansArmenian-Bold": ARMENIAN,
    "NotoNaskhArabic-Regular": ARABIC,
    "NotoNaskhArabic-Bold": ARABIC,
    "NotoSansArabic-Regular": ARABIC,
    "NotoSansArabic-Bold": ARABIC,
}


class Command(BaseCommand):
    help = "Makes advocacy/pictures/fonts/*.ttf from Debian's Noto fonts in SOURCE_DIR."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source_dir", type=Path, nargs="?", default=SOURCE)

    def handle(self, *args: object, source_dir: Path, **options: object) -> None:
        warnings.filterwarnings("ignore", module="fontTools")
        total = 0
        for name, characters in SLICES.items():
            source = source_dir / f"{name}.ttf"
            if not source.exists():
                raise CommandError(f"There is no {source}. Install fonts-noto-core and fonts-noto-extra.")
            target = FONTS / source.name
            cut(source, characters, target)
            total += target.stat().st_size
            self.stdout.write(f"{target.name}: {target.stat().st_size} bytes")
        if total > LIMIT:
            raise CommandError(f"Together they have {total} bytes; {LIMIT} are allowed.")


def cut(source: Path, characters: str, target: Path) -> None:
    """One face with the characters wanted, and every form in which they join."""
    from fontTools import subset

    options = subset.Options(
        layout_features=["*"], hinting=False, notdef_outline=True, name_IDs=["*"], drop_tables=["DSIG"]
    )
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    font["head"].modified = font["head"].created  # the same bytes whenever it is made
    font.recalcTimestamp = False
    font.save(target)
