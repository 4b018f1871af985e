"""What no person types: values that break programs which trust what they are sent."""

from collections.abc import Iterable
from typing import Any

import pytest

LONG = "a" * 10_000
HUGE = "1" + "0" * 30

# As text; lone surrogates are sent as the three bytes they would have, which no decoder of UTF-8 takes.
TEXTS: dict[str, str | bytes] = {
    "ten thousand characters": LONG,
    "ten thousand wide characters": "Ճ" * 10_000,
    "control characters": "a\x01\x02\x07\x08\x0b\x0c\x0e\x1b[31m\x1f\x7f\x85b",
    "a NUL": "a\x00b",
    "nothing but a NUL": "\x00",
    "a turned direction": "a\u202egnp.exe\u202c\u2066b\u2069",
    "a high surrogate": "a\ud800b",
    "a pair of surrogates": "\ud83d\ude00",
    "broken UTF-8": b"a\xff\xfe\xc3(\xe2\x82b",
    "overlong UTF-8": b"\xc0\xaf\xe0\x80\xaf",
    "line ends": "a\r\nX-Evil: 1\r\n\r\n<b>b</b>\u2028c\u2029d",
    "a superscript digit": "²",
    "Arabic digits": "٢٠٣١",
    "no number": "nan",
    "an endless number": "1e999",
    "a huge number": HUGE,
    "a number just past 64 bits": str(2**63),
    "a number just past 32 bits": str(2**31),
    "a number just past 16 bits": str(2**15),
    "a negative number": "-1",
    "a huge negative number": "-" + HUGE,
    "a number with an underscore": "1_0",
    "more digits than Python reads": "9" * 5000,
    "no date": "0000-00-00",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "the last moment of the last day": "9999-12-31T23:59:59.999999-12:00",
    "a leap second of a day": "23:59:60",
    "percent signs": "%s %d %(name)s %n %% %00 %0d%0a",
    "braces": "{} {0} {x!r} {0.__class__}",
    "script": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "template syntax": "{{ request.user }}{% load %}{% endblock %}{# x",
    "emoji and marks": "👩‍👩‍👧‍👦🏴󠁧󠁢" + "e" + "\u0301" * 300 + "\ufdd0\uffff\U0010ffff",
    "letters that grow": "ﷺ" * 60 + "ŉ" * 60 + "İ" * 60,
    "nothing but spaces": " \t\u00a0\u3000\u200b ",
    "nothing": "",
    "a path": "../../../../etc/passwd",
    "an address": "http://[::1",
    "an address with a port": "https://user:pass@host:99999/\\x",
    "an address that runs": "javascript:alert(1)//https://x.example",
    "SQL": "' OR 1=1; DROP TABLE accounts_user; -- \\",
    "a pattern": "(a+)+$[" + "a" * 40,
    "JSON": '{"a": [1, null, NaN]}',
    "a list": "1,2,,x," + HUGE,
    "a formula": "=HYPERLINK(\"//x\")",
    "XML": "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;]]>",
}  # fmt: skip

# The few that a quick run sends one by one; among them every sort that once broke something somewhere.
QUICK = (
    "ten thousand characters",
    "a NUL",
    "a high surrogate",
    "a superscript digit",
    "a huge number",
    "the first day",
    "control characters",
)

# What is worth trying where digits are meant; of the others, words get the rest.
DIGITS = tuple(
    name for name in TEXTS if "number" in name or "day" in name or "digit" in name or name == "no date"
)
WORDS = tuple(name for name in TEXTS if name not in DIGITS or name in QUICK)

# Numbers that the hidden fields of a set of rows may claim.
COUNTS = ("1000000000", HUGE, "-1", "²", "", "x", "\x00", "3.5")


def some_quickly(cases: Iterable[Any], every: int = 4) -> list[Any]:
    """One of `every` cases of a test; the others in the slow run."""
    given = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [
        pytest.param(*case, marks=[pytest.mark.slow] if place % every else [])
        for place, case in enumerate(given)
    ]


def as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def as_read(value: str | bytes) -> str:
    """What a server that reads UTF-8 makes of it, broken bytes and all."""
    return as_bytes(value).decode("utf-8", "replace")
