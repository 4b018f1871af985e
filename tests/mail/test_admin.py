import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from advocacy.mail.models import CaughtMail, Delivery, Message
from tests.mail.makers import AT, queue_delivery, queue_mail

pytestmark = pytest.mark.django_db

State = Delivery.State


def staff(client, *permissions, **given):
    """A member of staff with these permissions, logged in."""
    person = get_user_model().objects.create_user(
        username="ani", email="ani@council.example", is_staff=True, **given
    )
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def chief(client):
    return staff(client, is_superuser=True)


def stuck(state=State.FAILED, **given):
    delivery = queue_delivery(**given)
    delivery.settle_as(state, at=AT, error="451 Greylisted")
    return delivery


def text_of(page):
    assert page.status_code == 200
    return page.content.decode()


def test_deliveries_are_found_by_state_recipient_and_purpose(chief):
    stuck(to=["away@council.example"], purpose="invitation")
    queue_delivery(to=["desk@council.example"])
    address = reverse("admin:mail_delivery_changelist")
    for query in ("state=failed", "state__exact=failed", "q=invitation", "q=away"):
        found = text_of(chief.get(f"{address}?{query}"))
        assert "away@council.example" in found
        if query != "state=failed":
            assert "desk@council.example" not in found


def test_a_delivery_says_why_it_failed_and_cannot_be_changed(chief):
    delivery = stuck()
    address = reverse("admin:mail_delivery_change", args=[delivery.pk])
    assert "451 Greylisted" in text_of(chief.get(address))
    assert chief.post(address, {"recipient": "thief@evil.example"}).status_code == 403
    assert chief.post(reverse("admin:mail_delivery_delete", args=[delivery.pk])).status_code == 403
    assert chief.get(reverse("admin:mail_delivery_add")).status_code == 403


def send_again(client, *deliveries):
    return client.post(
        reverse("admin:mail_delivery_changelist"),
        {"action": "send_again", "_selected_action": [delivery.pk for delivery in deliveries]},
        follow=True,
    )


def test_what_was_given_up_is_sent_again(chief):
    failed, refused, waiting = stuck(), stuck(State.REFUSED), queue_delivery()
    told = text_of(send_again(chief, failed, refused, waiting))
    assert "2 mails are in the outbox again." in told
    assert "1 mail was left alone" in told
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.settled_at) == (State.QUEUED, 0, None)


def test_reading_is_not_yet_sending(client):
    reader = staff(client, "view_delivery")
    failed = stuck()
    send_again(reader, failed)
    failed.refresh_from_db()
    assert failed.state == State.FAILED


def test_a_message_is_read_with_its_links(chief):
    message = queue_mail(text="Answer at https://council.example/desk/?a=1&b=2. <b>Soon</b>")
    page = text_of(chief.get(reverse("admin:mail_message_change", args=[message.pk])))
    assert '<a href="https://council.example/desk/?a=1&amp;b=2" rel' in page
    assert "</a>. &lt;b&gt;Soon&lt;/b&gt;" in page
    assert text_of(chief.get(reverse("admin:mail_message_changelist") + "?q=inquiry"))


def test_the_text_of_a_private_message_is_shown_to_nobody(chief):
    message = queue_mail(text="Set your password: KEY-4711", html="<p>KEY-4711</p>", private=True)
    assert "KEY-4711" not in text_of(chief.get(reverse("admin:mail_message_change", args=[message.pk])))
    assert message.subject not in text_of(chief.get(reverse("admin:mail_message_changelist") + "?q=4711"))


def catch(**given):
    words = {
        "recipients": "desk@council.example",
        "subject": "Hello",
        "text": "Hello <i>you</i>",
        "raw": b"raw <u>",
    }
    return CaughtMail.objects.create(**(words | given), received=AT)


def test_caught_mail_is_read_as_text_and_source(chief):
    mail = catch(html="<script>alert(1)</script>")
    page = text_of(chief.get(reverse("admin:mail_caughtmail_change", args=[mail.pk])))
    assert "Hello &lt;i&gt;you&lt;/i&gt;" in page
    assert "raw &lt;u&gt;" in page
    assert "<script>alert(1)" not in page
    assert reverse("admin:mail_caughtmail_html", args=[mail.pk]) in page


def test_the_list_of_what_was_caught_counts_mails(chief):
    catch(), catch()
    assert "2 caught mails" in text_of(chief.get(reverse("admin:mail_caughtmail_changelist")))


def test_caught_html_is_shown_where_it_can_do_nothing(chief):
    mail = catch(html="<p>Hello</p><script>alert(1)</script>")
    response = chief.get(reverse("admin:mail_caughtmail_html", args=[mail.pk]))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content == mail.html.encode()


def test_caught_html_is_for_those_who_may_read_it(client):
    address = reverse("admin:mail_caughtmail_html", args=[catch(html="<p>Hello</p>").pk])
    assert client.get(address).status_code == 302
    assert staff(client, "view_message").get(address).status_code == 403


def test_the_outbox_is_in_the_admin():
    assert {Message, Delivery, CaughtMail} <= admin.site._registry.keys()
