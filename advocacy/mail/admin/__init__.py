"""Mail at the desk: what went out or waits, and what is sent to many."""

from advocacy.mail.admin import mailings, outbox

__all__ = ["mailings", "outbox"]
