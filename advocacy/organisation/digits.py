"""Numbers as the page's language writes them."""

from django.utils.translation import get_language

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def digits(text: object) -> str:
    """Numbers in the locale's own digits: on an Arabic page all of them, elsewhere none."""
    return str(text).translate(ARABIC_DIGITS) if get_language() == "ar" else str(text)
