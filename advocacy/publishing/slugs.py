"""Slugs in Latin letters, readable for Armenian and Russian titles too (Django's slugify drops both scripts)."""

import re
import unicodedata

from django.utils.text import slugify

ARMENIAN = dict(
    zip(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
        "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f".split(),
        strict=True,
    )
) | {"և": "ev"}
RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(),
        strict=True,
    )
)
ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء",
        "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a a i a u i _".split(),
        strict=True,
    )
)
LETTERS = {letter: latin.replace("_", "") for letter, latin in (ARMENIAN | RUSSIAN | ARABIC).items()}


def slug_from(title: str, longest: int = 80) -> str:
    """A slug of at most `longest` characters, cut between words; "untitled" where no letter is left."""
    text = unicodedata.normalize("NFC", title).lower().replace("ու", "u")
    slug = slugify("".join(LETTERS.get(letter, letter) for letter in text))
    if len(slug) > longest:
        slug = re.sub(r"-[^-]*$", "", slug[: longest + 1])[:longest]
    return slug.strip("-") or "untitled"
