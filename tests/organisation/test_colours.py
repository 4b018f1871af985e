import pytest
from django.core.exceptions import ValidationError

from advocacy.organisation import colours
from advocacy.organisation.colours import contrast, derive

# The design's table: typed, brand, dark field, dark link, lamp, white and lamp on brand.
TABLE = [
    ("#8a1538", "#8a1538", "#6c0b29", "#fba0ad", "#f5b06a", 9.4, 5.0),
    ("#009edb", "#035d82", "#014867", "#71c9fa", "#b2dffa", 7.3, 5.1),
    ("#1d5c3a", "#1d5c3a", "#13472b", "#90cfa7", "#b8e4c7", 7.9, 5.7),
    ("#d99000", "#784e05", "#5f3d03", "#e9b36a", "#f0d2ac", 7.3, 5.0),
    ("#15285a", "#15285a", "#091740", "#a1bdfb", "#f5b06a", 14.2, 7.6),
]
EXTREMES = [
    "#ffffff",
    "#000000",
    "#ffff00",
    "#00ff00",
    "#0000ff",
    "#ff00ff",
    "#00ffff",
    "#ff0000",
    "#808080",
    "#777",
]


def nearly(one, other):
    return all(
        abs(a - b) * 255 <= 2 for a, b in zip(colours.channels(one), colours.channels(other), strict=True)
    )


@pytest.mark.parametrize(("typed", "brand", "dark", "link", "lamp", "white_on", "lamp_on"), TABLE)
def test_the_table_of_the_design(typed, brand, dark, link, lamp, white_on, lamp_on):
    palette = derive(typed)
    got = (palette.brand, palette.brand_dark, palette.link_dark, palette.lamp)
    assert all(nearly(a, b) for a, b in zip(got, (brand, dark, link, lamp), strict=True)), got
    assert round(contrast("#ffffff", palette.brand), 1) == white_on
    assert round(contrast(palette.lamp, palette.brand), 1) == lamp_on


def test_the_second_text_of_the_default_brand():
    palette = derive("#8a1538")
    assert round(contrast(palette.on2, palette.brand), 1) == 7.0
    assert round(contrast(palette.on2_dark, palette.brand_dark), 1) == 8.9
    assert round(contrast(palette.lamp, palette.brand_dark), 1) == 6.6
    assert round(contrast(colours.INK, palette.lamp), 1) == 9.6
    assert round(contrast("#ffffff", palette.brand_dark), 1) == 12.2


@pytest.mark.parametrize("typed", [row[0] for row in TABLE] + EXTREMES)
@pytest.mark.parametrize("lamp", ["", "#f5b06a", "#ffffff", "#000000", "#7a7a7a", "#8a1538"])
def test_whatever_is_typed_stays_readable(typed, lamp):
    palette = derive(typed, lamp)
    assert contrast("#ffffff", palette.brand) >= 7
    assert contrast("#ffffff", palette.brand_dark) >= 7
    assert contrast(palette.link, "#f4f0f1") >= 4.5  # links on stone
    assert contrast(palette.link_dark, colours.DARK_PAPER) >= 8
    assert contrast(colours.INK, palette.link_dark) >= 4.5  # text on a filled button in dark mode
    for field in (palette.brand, palette.brand_dark):
        assert contrast(palette.lamp, field) >= 4.5
    assert contrast(colours.INK, palette.lamp) >= 4.5
    assert contrast(palette.on2, palette.brand) >= 4.5
    assert contrast(palette.on2_dark, palette.brand_dark) >= 4.5


def test_a_lamp_that_does_not_stand_out_is_replaced():
    assert derive("#8a1538", "#ffd9a0").lamp == "#ffd9a0"
    assert derive("#8a1538", "#a02040").lamp != "#a02040"


@pytest.mark.parametrize(
    ("typed", "read"), [("#8A1538", "#8a1538"), (" 8a1538 ", "#8a1538"), ("#a13", "#aa1133")]
)
def test_ways_to_write_a_colour(typed, read):
    assert colours.parse(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "red", "#12345", "#1234567", "#gggggg", "#²²²²²²", "#8a1538;}body{", "#8a1538\0"]
)
def test_what_is_not_a_colour_gets_a_sentence(typed):
    with pytest.raises(ValidationError, match="Write the colour as # and six digits"):
        colours.parse(typed)


def test_the_style_block_of_a_page():
    css = colours.brand_css(derive("#8a1538"))
    assert css == (
        ":root{--brand:#8a1538;--link:#8a1538;--act:#8a1538;--lamp:#f5b06a;--on2:#ecdadf}"
        "@media (prefers-color-scheme:dark)"
        "{:root{--brand:#6c0b29;--link:#fba0ad;--act:#fba0ad;--on2:#e7d8dd}}"
    )
    assert not set(css) & set("<>&\"'")
