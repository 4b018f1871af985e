"""Reads what mail servers and providers report of a mail: that it came back (RFC 3464), or is unwanted (RFC 5965).

Anybody may write to the address that bounces come to. What stands in a report is therefore taken for words, never for
more, and it is the Message-ID that says which mail it is about: only who had that mail knows it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser, HeaderParser
from enum import StrEnum
from urllib.parse import unquote

MAIL_ID = re.compile(r"<[!-;=?-~]{3,318}>")  # printable ASCII, as ours are
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]\\]{1,64}@[^\s<>\"(),;:\[\]\\@]{1,253}")
UNREADABLE = "<>"  # in the place of a Message-ID that can't be one of ours
MOST_IDS = 20
LONGEST_WORDS = 500
COMPLAINTS = {
    "abuse",
    "fraud",
    "opt-out",
}  # not "not-spam", and not reports on how the mail was signed (RFC 6591)
ARRIVED = {"delivered", "relayed", "expanded"}

DELIVERY = {"message/delivery-status", "message/global-delivery-status"}  # the second is RFC 6533's
FEEDBACK = {"message/feedback-report"}
RETURNED = {"message/rfc822", "message/global"}
RETURNED_HEAD = {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}


class Kind(StrEnum):
    FAILED = "failed"
    DELAYED = "delayed"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Report:
    """What somebody reports of a mail. `mail_ids` are those that it could be about, the likeliest first."""

    kind: Kind
    mail_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    status: str = ""  # such as 5.1.1 (RFC 3463); empty where none is named
    words: str = ""  # what the other server answered


def read_report(raw: bytes) -> Report | None:
    """The report that a mail is, or None for every other mail. Hostile mails may raise anything."""
    mail = message_from_bytes(raw)
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    parts = [part for part in mail.get_payload() if isinstance(part, Message)]
    for part in parts:
        kind = part.get_content_type()
        if kind in DELIVERY:
            return delivery_report(part, ids_in(mail, parts))
        if kind in FEEDBACK:
            return feedback_report(part, ids_in(mail, parts))
    return None


def delivery_report(part: Message, mail_ids: tuple[str, ...]) -> Report | None:
    """What it says of the recipients, all together: our mails have one each, and who forwards may make it several."""
    told = [block for block in blocks(part) if block["Action"]]
    actions = [word_of(block["Action"]) for block in told]
    failed = [block for block, action in zip(told, actions, strict=True) if action == "failed"]
    if not failed and "delayed" not in actions:
        return None
    # Where it reached one of the places to which the recipient has it sent, they have it.
    kind = Kind.FAILED if failed and not ARRIVED & set(actions) else Kind.DELAYED
    block = (failed or told)[0]
    return Report(
        kind=kind,
        mail_ids=mail_ids,
        recipients=addresses(block, "Original-Recipient", "Final-Recipient"),
        status=status_of(block),
        words=words_of(answer_in(block["Diagnostic-Code"])),
    )


def feedback_report(part: Message, mail_ids: tuple[str, ...]) -> Report | None:
    for block in blocks(part):
        kind = word_of(block["Feedback-Type"])
        if kind in COMPLAINTS:
            recipients = addresses(block, "Original-Rcpt-To")
            return Report(Kind.COMPLAINT, mail_ids, recipients, words=words_of(block["Feedback-Type"]))
    return None


# -- what stands in the parts


def blocks(part: Message) -> Iterator[Message]:
    """The groups of fields in a part, however Python's parser has cut it."""
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else [HeaderParser().parsestr(str(payload))]:
        yield block
        rest = block.get_payload()
        if isinstance(rest, str) and rest.strip():
            yield from (HeaderParser().parsestr(text) for text in re.split(r"\n[ \t\r]*\n", rest.strip()))


def ids_in(mail: Message, parts: list[Message]) -> tuple[str, ...]:
    """The Message-ID of the mail that came back, then those that the report says it answers."""
    said = [str(head["Message-ID"] or "") for head in map(returned, parts) if head is not None]
    said += [str(mail[name] or "") for name in ("In-Reply-To", "References")]
    found = dict.fromkeys(match for text in said for match in MAIL_ID.findall(text))
    return tuple(found)[:MOST_IDS] or ((UNREADABLE,) if any(said) else ())


def returned(part: Message) -> Message | None:
    """The mail that came back, or its head."""
    kind, payload = part.get_content_type(), part.get_payload()
    if kind in RETURNED | RETURNED_HEAD and isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else None
    if kind in RETURNED_HEAD and isinstance(unpacked := part.get_payload(decode=True), bytes):
        return BytesHeaderParser().parsebytes(unpacked)
    return None


def word_of(value: object) -> str:
    """The first word of a field, without comments and case."""
    return (str(value or "").split() or [""])[0].strip(";,").lower()


def addresses(block: Message, *names: str) -> tuple[str, ...]:
    """The addresses in fields such as `rfc822; name@host.example`."""
    found = []
    for name in names:
        value = re.sub(r"\+([0-9A-F]{2})", r"%\1", str(block[name] or ""))  # xtext, RFC 3461
        match = ADDRESS.search(unquote(value.partition(";")[2] or value))
        if match and match[0].isprintable():
            found.append(match[0].lower())
    return tuple(dict.fromkeys(found))


def status_of(block: Message) -> str:
    """The status, from what the other server answered where the field says no more than that it failed."""
    said, answered = status_in(block["Status"]), status_in(block["Diagnostic-Code"])
    is_exact = said and not said.endswith(".0.0")
    if is_exact or not answered or (said and said[0] != answered[0]):
        return said
    return answered


def status_in(answer: object) -> str:
    """The status in what a server answered, such as 5.1.1; 5.0.0 where it says no more than 550."""
    if exact := STATUS.search(str(answer or "")):
        return exact[0]
    reply = REPLY.search(str(answer or ""))
    return f"{reply[1]}.0.0" if reply else ""


def answer_in(diagnostic: object) -> str:
    """What the other server said, without the name of the language in which it said it."""
    return re.sub(r"^\s*[\w-]{1,40}\s*;\s*", "", str(diagnostic or ""))


def words_of(value: object) -> str:
    spaced = "".join(sign if sign.isprintable() else " " for sign in str(value or ""))
    return " ".join(spaced.split())[:LONGEST_WORDS]
