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
PACKED = {"base64", "quoted-printable"}


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
    # Some servers on the way wrap every mail, to put a remark of their own below it.
    candidates = [mail, *(parts_of(mail) if mail.get_content_type() == "multipart/mixed" else [])]
    report = next((each for each in candidates if each.get_content_type() == "multipart/report"), None)
    parts = parts_of(report) if report else []
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


def parts_of(mail: Message) -> list[Message]:
    payload = mail.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def blocks(part: Message) -> Iterator[Message]:
    """The groups of fields in a part."""
    text = inside(part).decode("utf-8", "replace").strip()
    yield from (HeaderParser().parsestr(block) for block in re.split(r"\n(?:[ \t\r]*\n)+", text))


def inside(part: Message) -> bytes:
    """What stands in a part, unpacked. Python's parser cuts what it takes for mails within a mail as they come; so they
    are put together again first."""
    if cut := parts_of(part):
        part, packing = Message(), part["Content-Transfer-Encoding"]
        # Where a packed line goes on in the next, it saw the end of a head, and an empty line stands there now.
        whole = b"\n".join(piece.as_bytes() for piece in cut).replace(b"=\n\n", b"=\n")
        part["Content-Transfer-Encoding"] = packing or "8bit"
        part.set_payload(whole.decode("ascii", "surrogateescape"))
    unpacked = part.get_payload(decode=True)
    return unpacked if isinstance(unpacked, bytes) else b""


def ids_in(mail: Message, parts: list[Message]) -> tuple[str, ...]:
    """The Message-ID of the mail that came back, then those that the report says it answers."""
    said = [str(head["Message-ID"] or "") for head in map(returned, parts) if head is not None]
    said += [str(mail[name] or "") for name in ("In-Reply-To", "References")]
    found = dict.fromkeys(match for text in said for match in MAIL_ID.findall(text))
    return tuple(found)[:MOST_IDS] or ((UNREADABLE,) if any(said) else ())


def returned(part: Message) -> Message | None:
    """The mail that came back, or its head."""
    kind, packing = part.get_content_type(), word_of(part["Content-Transfer-Encoding"])
    if kind not in RETURNED | RETURNED_HEAD:
        return None
    if packing not in PACKED and parts_of(part):
        return parts_of(part)[0]
    return BytesHeaderParser().parsebytes(inside(part).lstrip())


def word_of(value: object) -> str:
    """The first word of a field, without comments and case."""
    return (str(value or "").split() or [""])[0].strip(";,").lower()


def addresses(block: Message, *names: str) -> tuple[str, ...]:
    """The addresses in fields such as `rfc822; name@host.example`."""
    found = []
    for name in names:
        value = str(block[name] or "")
        value = value.partition(";")[2] or value
        xtext = unquote(re.sub(r"\+([0-9A-F]{2})", r"%\1", value.strip()))  # RFC 3461; not in what is final
        is_packed = name == "Original-Recipient" and ADDRESS.fullmatch(xtext)
        match = ADDRESS.search(xtext if is_packed else value)
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
