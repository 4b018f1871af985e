import signal
import smtplib

import pytest

from advocacy.mail import catcher
from advocacy.mail.models import CaughtMail
from advocacy.mail.sending import send_due
from tests.mail.makers import AT, queue_delivery


@pytest.mark.django_db(transaction=True)
def test_mail_sent_to_the_catcher_is_a_row(smtp, start, settings):
    process = start("catch_mail", "--port", "0")
    port = int(process.hear(r"^Mail to 127\.0\.0\.1:(\d+) is caught\.$")[1])
    settings.EMAIL_PORT = port
    queue_delivery(html="<p>Լաչին</p>")
    send_due(AT)
    caught = CaughtMail.objects.get()
    assert caught.subject == "A journalist asks: Լաչին"
    assert caught.recipients == "desk@council.example"
    assert "An inquiry is waiting." in caught.text
    assert "<p>Լաչին</p>" in caught.html
    assert "Auto-Submitted: auto-generated" in caught.headers

    with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        server.sendmail("any@one.example", ["desk@council.example"], b"\xff\x00 no mail at all\r\n")
    assert CaughtMail.objects.count() == 2
    process.signal(signal.SIGTERM)
    assert process.finish() == 0, process.told
    assert "The catcher ends." in process.told


@pytest.mark.django_db
def test_long_names_and_subjects_are_read_as_a_mail_program_reads_them(smtp):
    name = "ائتلاف آرتساخ للإغاثة والذاكرة"
    queue_delivery(subject=name * 3, sender_name=name)
    send_due(AT)
    caught = catcher.keep(smtp.received[0].raw, sender="a", recipients=["b"], at=AT)
    assert caught.subject == name * 3
    assert f"From: {name} <" in caught.headers and "\n\n" not in caught.headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        b"Subject: =?utf-8?b?!!!?=\r\n\r\nhello",
        b"Subject: a\0b\r\nContent-Type: text/plain; charset=no-such\r\n\r\nhello",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\xff",
        b"Content-Type: multipart/mixed\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: text/plain\r\n\r\nx",
        b"To: <<<>>>,,;:\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"From: \xd0\x9f\r\nSubject: \xff\r\n\r\n\xff",
    ],
)
def test_a_mail_that_breaks_the_rules_is_kept_with_its_source(raw):
    row = catcher.keep(raw, sender="a\0\udcff", recipients=["b"], at=AT)
    row.refresh_from_db()
    assert bytes(row.raw) == raw
