"""Re-encoding: what is stored and shown is a picture of our own making, without the upload's metadata."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import File
from PIL import Image, ImageCms, ImageOps

from advocacy.pictures import checks
from advocacy.pictures.checks import GIF, JPEG, PNG, Header, Kind, check_picture, check_pixels

WIDTHS = (400, 800, 1600)
# A lead photograph is at most 60 KB at 800 px; a smaller rendition is no larger.
LEAD_WIDTH, LEAD_BYTES = 800, 60_000
QUALITIES = (80, 70, 60, 50, 40, 30, 20)
# Cut out of a photograph around its focal point: for the library's wall, and for what networks show of a page.
CROPS = {"square.webp": (480, 480), "wide.jpg": (1200, 630)}
SQUARE, WIDE = CROPS


@dataclass(frozen=True)
class Encoded:
    """One file of a picture, ready to be stored. `name` is the last part of its address."""

    name: str
    media: str
    width: int
    height: int
    data: bytes

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """An upload that was read and re-encoded: the whole picture, and its renditions from narrow to wide."""

    whole: Encoded
    renditions: tuple[Encoded, ...]


def prepare(upload: File) -> Prepared:
    """Checks, decodes and re-encodes an upload; ValidationError with a sentence where that can't be done."""
    header = check_picture(upload)
    image = read(upload, header)
    drawn = header.kind in (PNG, GIF)  # drawings and logos: edges matter, colours are few
    return Prepared(
        whole_picture(image, header.kind), tuple(rendition(image, width, drawn) for width in widths(image))
    )


def read(upload: File, header: Header) -> Image.Image:
    """The decoded picture, upright, in sRGB, and without anything but its pixels."""
    upload.seek(0)
    try:
        with Image.open(upload, formats=[header.kind.name.upper()]) as image:
            check_pixels(*image.size)  # a second header could say another size than the first
            if header.kind is not JPEG and getattr(image, "is_animated", False):
                raise checks.moving()
            image.load()
            upright = ImageOps.exif_transpose(image)
    except checks.ValidationError:
        raise
    except Exception as error:
        # A decoder meets hostile bytes here; what it may raise is no closed list.
        raise checks.damaged() from error
    return bare(in_srgb(upright))


def in_srgb(image: Image.Image) -> Image.Image:
    """Colours as every browser shows them; a profile that can't be read is left out."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def bare(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # grey in 16 bits
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    image = image.convert(mode) if image.mode != mode else image
    image.info = {}
    return image


def whole_picture(image: Image.Image, kind: Kind) -> Encoded:
    if kind is JPEG:
        return encoded("original.jpg", image, "JPEG", quality=90, optimize=True, progressive=True)
    if kind in (PNG, GIF):
        return encoded("original.png", image, "PNG", optimize=image.width * image.height < 4_000_000)
    return encoded("original.webp", image, "WEBP", quality=90)


def widths(image: Image.Image) -> list[int]:
    """Every width of WIDTHS that is narrower, and the picture's own if it is no wider than the widest."""
    narrower = [width for width in WIDTHS if width < image.width]
    return [*narrower, image.width] if image.width <= WIDTHS[-1] else narrower


def rendition(image: Image.Image, width: int, drawn: bool) -> Encoded:
    name = f"{width}.webp"
    smaller = narrowed(image, width)
    if width > LEAD_WIDTH:
        return encoded(name, smaller, "WEBP", quality=QUALITIES[0], method=4)
    if drawn:
        sharp = encoded(name, smaller, "WEBP", lossless=True, method=4)
        if len(sharp.data) <= LEAD_BYTES:
            return sharp
    while True:
        for quality in QUALITIES:
            made = encoded(name, smaller, "WEBP", quality=quality, method=4)
            if len(made.data) <= LEAD_BYTES:
                return made
        # Noise, or a very tall picture: no quality is low enough, so it gets narrower.
        smaller = narrowed(smaller, max(smaller.width * 3 // 4, 1))


def crops(image: Image.Image, focus: tuple[int, int]) -> list[Encoded]:
    """Each shape of CROPS with the focal point, in percent from the left and from the top, near its middle."""
    made = []
    for name, (width, height) in CROPS.items():
        cut = narrowed(image.crop(box(image.size, width / height, focus)), width)
        form = "JPEG" if name == WIDE else "WEBP"
        made.append(encoded(name, cut.convert("RGB"), form, quality=QUALITIES[0]))
    return made


def box(size: tuple[int, int], ratio: float, focus: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest piece of a picture that has this ratio, as near to the focal point as the edges allow."""
    width, height = min(size[0], round(size[1] * ratio)), min(size[1], round(size[0] / ratio))
    width, height = max(width, 1), max(height, 1)
    left = min(max(round(size[0] * focus[0] / 100 - width / 2), 0), size[0] - width)
    top = min(max(round(size[1] * focus[1] / 100 - height / 2), 0), size[1] - height)
    return left, top, left + width, top + height


def narrowed(image: Image.Image, width: int) -> Image.Image:
    if width >= image.width:
        return image
    height = max(round(image.height * width / image.width), 1)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def encoded(name: str, image: Image.Image, form: str, **options: object) -> Encoded:
    stream = BytesIO()
    image.save(stream, form, **options)
    return Encoded(name, Image.MIME[form], image.width, image.height, stream.getvalue())
