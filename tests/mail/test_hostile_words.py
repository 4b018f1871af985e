"""The words of the public reach a mail's subject, names and text. None may add a header or a recipient."""

import pytest

from advocacy.mail.models import Message
from advocacy.mail.sending import send_due
from tests.mail.makers import AT, queue_delivery, queue_mail

pytestmark = pytest.mark.django_db

INJECTED = [
    "Bcc: thief@evil.example",
    "To: thief@evil.example",
    "X-Evil: 1",
    "Content-Type: text/html",
    "\r\n<b>body</b>",
]
BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\n\r",
    "\0",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
]
HOSTILE = [
    *(f"words{broken}{injected}" for broken in BREAKS for injected in INJECTED[:3]),
    *(f"{broken}{INJECTED[0]}" for broken in BREAKS[:3]),
    *(f"words\r\n {injected}" for injected in INJECTED),
    "=?utf-8?q?words=0D=0ABcc:_thief@evil.example?=",
    "=?utf-8?b?d29yZHMNCkJjYzogdGhpZWZAZXZpbC5leGFtcGxl?=",
    "=?us-ascii?q?=0A?=\nBcc: thief@evil.example",
    "%0d%0aBcc: thief@evil.example",
    "\\r\\nBcc: thief@evil.example",
    "words\ud800\r\nBcc: thief@evil.example",
    "\udcff\udcfe",
    "desk@council.example, thief@evil.example",
    "desk@council.example\r\nRCPT TO:<thief@evil.example>",
    '"desk@council.example" <thief@evil.example>',
    "thief@evil.example>\r\nDATA",
    "a\r\n.\r\nMAIL FROM:<thief@evil.example>\r\nRCPT TO:<thief@evil.example>\r\nDATA\r\nhello",
    "a\n.\nMAIL FROM:<thief@evil.example>\nRCPT TO:<thief@evil.example>\nDATA\nhello",
    "a\r.\rMAIL FROM:<thief@evil.example>",
    "\r\n.\r\n",
    "\u202etxt.exe\u202c\nBcc: thief@evil.example",
    "long " * 4000 + "\r\nBcc: thief@evil.example",
    "x" * 10_000,
    "Ճ" * 10_000,
    "\t\r\n\t",
    "",
]  # fmt: skip


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 60


@pytest.fixture
def usual_headers(smtp):
    """The names of the headers of a mail like any other, and nobody else's."""
    queue_mail(reply_to="answers@council.example", sender_name="Council", headers={"X-Kind": "test"})
    send_due(AT)
    return smtp.received.pop().header_names


def same_as_usual(received, usual_headers):
    assert received.recipients == ["desk@council.example"]
    assert received.header_names == usual_headers
    assert received.mail["Bcc"] is None
    assert b"\0" not in received.raw
    assert b"\r" not in received.raw.replace(b"\r\n", b"")
    assert "thief" not in received.mail["To"]
    assert received.mail["From"].addresses[0].addr_spec == "website@council.example"


def test_words_of_the_public_stay_words(smtp, usual_headers):
    for hostile in HOSTILE:
        queue_mail(
            subject=hostile,
            sender_name=hostile or "Council",
            text="Quoted: " + hostile,
            reply_to="answers@council.example",
            headers={"X-Kind": "test"},
        )
        assert send_due(AT) == 1
        assert len(smtp.received) == 1, hostile
        received = smtp.received.pop()
        same_as_usual(received, usual_headers)
        subject = Message.objects.first().subject
        assert received.mail["Subject"].strip() == subject, hostile
        assert len(subject) <= 200
        assert "Quoted:" in received.mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("field", ["to", "reply_to"])
def test_an_address_that_is_more_than_an_address_is_refused(smtp, field):
    for hostile in HOSTILE:
        for address in (hostile, "desk@council.example" + hostile, hostile + "desk@council.example"):
            if address in ("", "desk@council.example"):
                continue
            try:
                queue_mail(**{field: [address] if field == "to" else address})
            except ValueError:
                continue
            pytest.fail(f"taken as an address: {address!r}")
    assert send_due(AT) == 0


@pytest.mark.parametrize(
    "address",
    [
        "Desk <desk@council.example>",
        '"a b"@council.example',
        '"a,thief@evil.example"@council.example',
        "desk@council.example,",
        "desk@council.example;thief@evil.example",
        "desk@[127.0.0.1]",
        "desk@council.example\u00a0",
        "desk\x01@council.example",
        "desk@@council.example",
        "desk",
        "@council.example",
        "desk@",
        "=?utf-8?q?a=0Ab?=@council.example",
        "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example",
        "|rm@council.example\n",
    ],
)
def test_only_plain_addresses_are_taken(address):
    with pytest.raises(ValueError):
        queue_mail(to=[address])


@pytest.mark.parametrize(
    "address", ["desk+press@council.example", "o'neill@council.example", "desk@կայք.example"]
)
def test_ordinary_addresses_are_taken(smtp, address):
    queue_delivery(to=[address])
    send_due(AT)
    assert len(smtp.received) == 1


def test_purposes_and_names_of_headers_are_refused_when_hostile():
    for hostile in HOSTILE:
        if hostile.isascii() and hostile.isalnum() and len(hostile) < 60:
            continue
        with pytest.raises(ValueError):
            queue_mail(purpose=hostile)
        with pytest.raises(ValueError):
            queue_mail(headers={hostile: "value"})


def test_values_of_headers_stay_in_their_line(smtp, usual_headers):
    for hostile in HOSTILE:
        try:
            queue_mail(headers={"X-Kind": hostile}, reply_to="answers@council.example", sender_name="Council")
        except ValueError:
            continue
        assert send_due(AT) == 1
        same_as_usual(smtp.received.pop(), usual_headers)
