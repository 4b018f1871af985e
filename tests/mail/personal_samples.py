"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.mail.models import CaughtMail, Delivery, Mailing, Message
from tests.mail.mailings import make_mailing, make_minutes, subscribe
from tests.mail.makers import queue_delivery, queue_mail


def message(at):
    return queue_mail(to=[], at=at)


def delivery(at):
    row = queue_delivery(at=at)
    row.settle_as(Delivery.State.SENT, at=at)
    return row


def mailing(at):
    return make_mailing(work=make_minutes(word=f"Minutes{Mailing.objects.count()}"), starts=at)


def delivery_of_mailing(at):
    message = queue_mail(to=[], at=at)
    return Delivery.objects.create(
        message=message,
        mailing=mailing(at),
        mail_id=f"<{message.pk}@council.example>",
        subscriber=subscribe(1, start=message.pk)[0],
        domain="reader.example",
        state=Delivery.State.REFUSED,
        last_error="550 No such user",
        settled_at=at,
    )


def caught_mail(at):
    return CaughtMail.objects.create(
        recipients="desk@council.example", raw=b"Subject: hello\r\n\r\n", received=at
    )


SAMPLES = {
    Mailing: mailing,
    Message: message,
    Delivery: delivery,
    Delivery.KEPT_A_YEAR: delivery_of_mailing,
    Delivery.EMPTIED: delivery_of_mailing,
    CaughtMail: caught_mail,
}
