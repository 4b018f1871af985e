"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.mail.models import CaughtMail, Delivery, Message
from tests.mail.makers import queue_delivery, queue_mail


def message(at):
    return queue_mail(to=[], at=at)


def delivery(at):
    row = queue_delivery(at=at)
    row.settle_as(Delivery.State.SENT, at=at)
    return row


def caught_mail(at):
    return CaughtMail.objects.create(
        recipients="desk@council.example", raw=b"Subject: hello\r\n\r\n", received=at
    )


SAMPLES = {Message: message, Delivery: delivery, CaughtMail: caught_mail}
