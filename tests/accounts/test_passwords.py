"""Links for a new password: asked for, mailed, opened by scanners, used once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from advocacy.accounts.mail import send_password_link
from advocacy.mail.models import Message
from tests.accounts.makers import PASSWORD, log_in, make_user, the_link

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "a longer new one", "new_password2": "a longer new one"}


@pytest.fixture
def anna():
    return make_user(name="anna", email="anna@staff.example")


def ask(client, email):
    return client.post("/admin/password-reset/", {"email": email})


def use(client, link, words=NEW):
    """Open the link as a person does and send the form."""
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], words)


def test_a_known_address_gets_a_link_that_works_once(client, anna):
    ask(client, "ANNA@staff.example")
    message = Message.objects.get()
    assert message.private
    assert message.purpose == "account-new-password"
    assert [delivery.recipient for delivery in message.deliveries.all()] == ["anna@staff.example"]
    link = the_link()
    assert use(client, link).status_code == 302
    assert log_in(client, username="anna", password=NEW["new_password1"]).status_code == 302
    stranger = client.__class__()
    assert "This link has expired" in stranger.get(link, follow=True).content.decode()


def test_known_unknown_and_disabled_addresses_get_the_same_bytes(client, anna):
    make_user(name="gone", email="gone@staff.example").disable()

    def answer(email):
        fresh = client.__class__()
        first = ask(fresh, email)
        second = fresh.get(first.headers["Location"])
        return first.status_code, first.headers["Location"], first.content, second.content

    assert answer("anna@staff.example") == answer("nobody@staff.example") == answer("gone@staff.example")
    assert Message.objects.count() == 1


def test_an_address_that_is_none_is_a_form_error_that_keeps_the_words(client):
    for words in ["", "anna", "x" * 10_000, "a\x00b@c.example", "\u202ea@b.example"]:
        answer = ask(client, words)
        assert answer.status_code in {302, 422}
    assert 'value="anna"' in ask(client, "anna").content.decode()
    assert not Message.objects.exists()


def test_scanners_that_open_the_link_change_nothing(client, anna):
    ask(client, anna.email)
    link = the_link()
    before = anna.password
    for _visit in range(3):
        scanner = client.__class__()
        scanner.get(link, follow=True)
        scanner.head(link)
    anna.refresh_from_db()
    assert anna.password == before
    assert log_in(client.__class__(), username="anna", password=PASSWORD).status_code == 302
    ask(client, anna.email)


def test_the_link_still_works_after_scanners(client, anna):
    ask(client, anna.email)
    link = the_link()
    client.__class__().get(link, follow=True)
    assert use(client, link).status_code == 302


def test_two_passwords_that_differ_change_nothing(client, anna):
    ask(client, anna.email)
    answer = use(
        client, the_link(), {"new_password1": "a longer new one", "new_password2": "another new one"}
    )
    assert answer.status_code == 200
    assert "Error:" in answer.content.decode()
    assert log_in(client.__class__(), username="anna", password=PASSWORD).status_code == 302


def test_a_new_password_ends_every_other_log_in(client, anna):
    elsewhere = client.__class__()
    elsewhere.force_login(anna)
    assert elsewhere.get("/admin/").status_code == 200
    ask(client, anna.email)
    use(client, the_link())
    assert elsewhere.get("/admin/").status_code == 302


def test_an_inbox_is_not_flooded(anna):
    now = timezone.now()
    for second in range(10):
        send_password_link(anna, at=now + timedelta(seconds=second))
    assert Message.objects.count() == 1
    send_password_link(anna, at=now + timedelta(minutes=6))
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    "link", ["MQ/x-y", "²/x-y", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x-y", "MQ/set-password", "-/-"]
)
def test_made_up_links_have_expired(client, anna, link):
    answer = client.get(f"/admin/password-reset/{link}/", follow=True)
    assert answer.status_code == 200
    assert "This link has expired" in answer.content.decode()


def test_the_link_leads_to_the_site_s_own_address_whatever_host_was_asked(client, anna, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/admin/password-reset/", {"email": anna.email}, headers={"host": "evil.example"})
    assert f"{settings.SITE_URL}/admin/password-reset/" in Message.objects.get().text
    assert "evil.example" not in Message.objects.get().text


def test_the_mail_is_in_the_person_s_language(client):
    make_user(name="sona", email="sona@staff.example", language="fr")
    ask(client, "sona@staff.example")
    assert Message.objects.get().language == "fr"
