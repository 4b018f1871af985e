"""The brand colour and everything worked out from it, in OKLCH, by the rules of the design's "White label".

Pure: a typed colour goes in, the stored values come out. Nothing here knows a model or a request.
"""

import math
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DEFAULT_BRAND = "#8a1538"
DEFAULT_LAMP = "#f5b06a"
WHITE = "#ffffff"
INK = "#1f151a"  # text on the lamp, and on links' colour in dark mode
DARK_PAPER = "#191216"

HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Oklch:
    """A colour by lightness (0 to 1), chroma and hue (radians)."""

    lightness: float
    chroma: float
    hue: float


@dataclass(frozen=True)
class Palette:
    """What a site's brand colour comes to. All values are "#rrggbb" in lower case."""

    brand: str
    brand_dark: str
    link_dark: str
    lamp: str
    on2: str
    on2_dark: str

    @property
    def link(self) -> str:
        return self.brand


def derive(typed: str, lamp: str = "") -> Palette:
    """The palette of a typed brand colour and an optional typed lamp colour.

    Raises ValidationError with a sentence for the editor where either is not a colour.
    """
    colour = to_oklch(parse(typed))
    lightness, brand = darkened(colour, parse(typed))
    brand_dark = to_hex(Oklch(max(lightness - 0.07, 0), colour.chroma * 0.85, colour.hue))
    return Palette(
        brand=brand,
        brand_dark=brand_dark,
        link_dark=link_on_dark(colour),
        lamp=readable_lamp(parse(lamp) if lamp else DEFAULT_LAMP, brand, colour),
        on2=mixed(WHITE, brand, 0.84),
        on2_dark=mixed(WHITE, brand_dark, 0.84),
    )


def darkened(colour: Oklch, typed: str) -> tuple[float, str]:
    """The same hue, as dark as white text needs: at least 7 to 1."""
    lightness, result = colour.lightness, typed
    while contrast(WHITE, result) < 7:
        lightness -= 0.01
        result = to_hex(Oklch(lightness, colour.chroma, colour.hue))
    return lightness, result


def link_on_dark(colour: Oklch) -> str:
    """The brand's hue, as light as a link on dark paper needs: at least 8 to 1."""
    lightness = 0.80
    while True:
        result = to_hex(Oklch(lightness, min(colour.chroma, 0.11), colour.hue))
        if contrast(result, DARK_PAPER) >= 8:
            return result
        lightness += 0.01


def readable_lamp(lamp: str, brand: str, colour: Oklch) -> str:
    """The chosen lamp where it stands out on the brand and carries ink; else a pale brand."""
    if contrast(lamp, brand) >= 4.5 and contrast(INK, lamp) >= 4.5:
        return lamp
    return to_hex(Oklch(0.88, min(colour.chroma, 0.06), colour.hue))


def brand_css(palette: Palette) -> str:
    """The one style block of a page, without a character that HTML escapes, so that its hash stays true."""
    light = f"--brand:{palette.brand};--link:{palette.link};--act:{palette.link}"
    light += f";--lamp:{palette.lamp};--on2:{palette.on2}"
    dark = f"--brand:{palette.brand_dark};--link:{palette.link_dark};--act:{palette.link_dark}"
    dark += f";--on2:{palette.on2_dark}"
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def parse(typed: str) -> str:
    """ "#8A1538", "8a1538" or "#a13" as "#rrggbb" in lower case."""
    match = HEX.fullmatch(typed.strip())
    if not match:
        raise ValidationError(
            _("Write the colour as # and six digits or letters from a to f, such as #8a1538.")
        )
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (to_linear(part) for part in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: str, other: str, share: float) -> str:
    """`one` laid over `other` with `share` of it showing, in sRGB as CSS mixes by opacity."""
    pairs = zip(channels(one), channels(other), strict=True)
    return written(tuple(a * share + b * (1 - share) for a, b in pairs))


def to_oklch(colour: str) -> Oklch:
    red, green, blue = (to_linear(part) for part in channels(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_hex(colour: Oklch) -> str:
    """The nearest colour a screen shows: chroma goes back until all channels fit; hue and lightness stay."""
    chroma = colour.chroma
    linear = linear_channels(Oklch(colour.lightness, chroma, colour.hue))
    while chroma > 0.0001 and not all(0 <= part <= 1 for part in linear):
        chroma *= 0.97
        linear = linear_channels(Oklch(colour.lightness, chroma, colour.hue))
    return written(tuple(from_linear(min(max(part, 0), 1)) for part in linear))


def linear_channels(colour: Oklch) -> tuple[float, float, float]:
    a, b = colour.chroma * math.cos(colour.hue), colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def channels(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def written(parts: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def to_linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def from_linear(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
