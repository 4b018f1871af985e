"""The real mail server of the tests of mail."""

from tests.mail.conftest import sink, smtp

__all__ = ["sink", "smtp"]
