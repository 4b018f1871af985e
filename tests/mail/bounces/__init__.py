"""Mails as servers and providers send them when one of ours came back; hosts and people are invented."""

from pathlib import Path

FOLDER = Path(__file__).parent
MAIL_ID = "<0123456789abcdef0123456789abcdef@council.example>"
RECIPIENT = "reader@people.example"


def bounce(name, *, mail_id=MAIL_ID, recipient=RECIPIENT):
    """The bytes of a mail in this folder, about one of ours."""
    text = (FOLDER / f"{name}.eml").read_text(encoding="utf-8")
    text = text.replace(MAIL_ID, mail_id).replace(RECIPIENT, recipient)
    return text.replace("\n", "\r\n").encode()


NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))
