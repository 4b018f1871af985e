import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from advocacy.mail import outbox
from advocacy.mail.models import Delivery, Message
from tests.mail.makers import AT, queue_delivery, queue_mail

pytestmark = pytest.mark.django_db


def test_a_message_and_a_delivery_for_each_recipient_are_stored():
    message = queue_mail(to=["desk@council.example", "night@council.example"])
    assert message.headers["Auto-Submitted"] == "auto-generated"
    deliveries = message.deliveries.all()
    assert {delivery.recipient for delivery in deliveries} == {
        "desk@council.example",
        "night@council.example",
    }
    assert {delivery.due for delivery in deliveries} == {AT}
    assert len({delivery.mail_id for delivery in deliveries}) == 2


def test_a_message_is_gone_with_the_transaction_it_was_written_in():
    with pytest.raises(RuntimeError), transaction.atomic():
        queue_mail()
        raise RuntimeError
    assert not Message.objects.exists()
    assert not Delivery.objects.exists()


def test_an_address_named_twice_gets_one_mail():
    assert queue_mail(to=["desk@council.example", "Desk@council.example"]).deliveries.count() == 1


def test_the_database_refuses_the_same_recipient_twice():
    delivery = queue_delivery()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            message=delivery.message, recipient=delivery.recipient, mail_id="<other@council.example>", due=AT
        )


def test_a_message_to_nobody_is_stored_and_told_of(caplog):
    assert queue_mail(to=[]).deliveries.count() == 0
    assert "goes to nobody" in caplog.text


@pytest.mark.parametrize("text", ["", "  \n", "\0"])
def test_a_message_needs_a_plain_text(text):
    with pytest.raises(ValueError, match="plain text"):
        queue_mail(text=text, html="<p>Hello</p>")


def test_the_message_id_is_under_the_domain_of_the_site(settings):
    settings.DEFAULT_FROM_EMAIL = "website@կայք.example"
    assert queue_delivery().mail_id.endswith("@xn--y9a1at4d.example>")


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "thief@evil.example"},
        {"message-id": "<x@evil.example>"},
        {"Content-Type": "text/html"},
        {"content-transfer-encoding": "base64"},
        {"X-A: b\r\nBcc": "x"},
        {"": "x"},
        {"X Y": "x"},
        {"X-Ю": "x"},
        {"X-A": "b\r\nBcc: thief@evil.example"},
        {"X-A": "b\nBcc: thief@evil.example"},
        {"X-A": "b\0"},
        {"X-A": "b\u2028Bcc: thief@evil.example"},
        {"X-A": "=?utf-8?q?=0D=0ABcc?="},
        {"X-A": "b" * 901},
        {"X-A": 5},
    ],
)
def test_a_header_that_is_more_than_one_line_of_its_own_is_refused(headers):
    with pytest.raises(ValueError):
        queue_mail(headers=headers)
    with pytest.raises(ValidationError):
        Message(headers=headers).clean_fields(
            exclude=["purpose", "subject", "text", "language", "sender", "created"]
        )
    assert not Message.objects.exists()


def test_words_are_rendered_in_the_language_of_the_mail(settings, tmp_path):
    write_template(
        tmp_path,
        settings,
        subject="{% load i18n %}{% get_current_language as now %}{{ now }}\n about {{ topic }}\n",
        text='{% extends "mail/base.txt" %}{% block content %}{{ topic }}{% endblock %}',
        html='{% extends "mail/base.html" %}{% block content %}<p>{{ topic }}</p>{% endblock %}',
    )
    words = outbox.write("sample", {"topic": "R&D <b>", "sender_name": "Council"}, "ar")
    assert words["subject"] == "ar about R&D <b>"
    assert words["text"].startswith("R&D <b>\n")
    assert settings.SITE_URL in words["text"]
    assert "<p>R&amp;D &lt;b&gt;</p>" in words["html"]
    assert '<html lang="ar" dir="rtl">' in words["html"]
    assert queue_mail(**(words | {"language": "ar"})).html == words["html"]


def test_a_mail_without_an_html_template_has_a_text_only(settings, tmp_path):
    write_template(tmp_path, settings, subject="Hello", text="Hello")
    assert outbox.write("sample", {}, "en") == {"subject": "Hello", "text": "Hello\n", "html": ""}


def write_template(folder, settings, **parts):
    for part, source in parts.items():
        ending = "html" if part == "html" else "txt"
        (folder / f"sample_{part}.{ending}").write_text(source)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], folder]}]
