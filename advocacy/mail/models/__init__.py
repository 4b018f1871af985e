"""The outbox: what is said, to whom it is on its way, and what is sent to many at once."""

from advocacy.mail.models.caught import CaughtMail
from advocacy.mail.models.mailboxes import ReadMailbox
from advocacy.mail.models.mailings import Mailing
from advocacy.mail.models.messages import Delivery, Message

__all__ = ["CaughtMail", "Delivery", "Mailing", "Message", "ReadMailbox"]
