"""Logging in, being locked out, and the language and zone of the desk."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from advocacy.accounts.models import User
from tests.accounts.makers import PASSWORD, log_in, make_user, the_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user(name="anna", email="Anna@staff.example", last_name="Petrosyan")


@pytest.mark.parametrize("login", ["anna", "Anna@staff.example", "anna@STAFF.example"])
def test_name_and_address_both_open_the_door(client, anna, login):
    answer = log_in(client, username=login, password=PASSWORD)
    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("login", ["anna", "anna@staff.example", "nobody", "nobody@staff.example"])
def test_a_wrong_password_says_the_same_of_known_and_unknown(client, anna, login):
    answer = log_in(client, username=login, password="wrong")
    assert answer.status_code == 200
    assert "do not belong together" in answer.content.decode()


def test_hostile_words_at_the_door(client, anna):
    for words in ["\x00", "x" * 10_000, "²", "\u202eanna", "<script>"]:
        answer = log_in(client, username=words, password=words)
        assert answer.status_code in {200, 400}


def test_many_failures_lock_the_door_and_a_new_password_opens_it(client, anna, settings):
    settings.AXES_FAILURE_LIMIT = 3
    # By name and by address: both count against the one account.
    for login in ["anna", "anna@staff.example", "anna"]:
        answer = log_in(client, username=login, password="wrong")
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()
    assert log_in(client, username="anna", password=PASSWORD).status_code == 429

    client.post("/admin/password-reset/", {"email": "anna@staff.example"})
    form = client.get(the_link(), follow=True)
    client.post(
        form.request["PATH_INFO"], {"new_password1": "a longer new one", "new_password2": "a longer new one"}
    )
    assert log_in(client, username="anna", password="a longer new one").status_code == 302


def test_an_administrator_opens_the_door_again(client, anna, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _try in range(3):
        log_in(client, username="anna", password="wrong")
    desk = client.__class__()
    desk.force_login(make_user(role="Administrator"))
    desk.post(f"/admin/accounts/user/{anna.pk}/unlock/")
    assert log_in(client, username="anna", password=PASSWORD).status_code == 302


def test_another_network_may_still_log_in(client, anna, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _try in range(3):
        log_in(client, username="anna", password="wrong")
    answer = client.post(
        "/admin/login/?next=/admin/", {"username": "anna", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9"
    )
    assert answer.status_code == 302


def test_the_desk_speaks_the_person_s_language_and_zone(client):
    user = make_user(language="fr", time_zone="Asia/Yerevan")
    user.last_login = timezone.now()
    user.save()
    client.force_login(user)
    page = client.get("/admin/account/")
    assert 'lang="fr"' in page.content.decode()
    client.force_login(make_user(name="sona", language="ar"))
    assert 'dir="rtl"' in client.get("/admin/account/").content.decode()


def test_lists_show_moments_in_the_person_s_zone(client):
    admin = make_user(role="Administrator", time_zone="Asia/Yerevan")
    client.force_login(admin)
    User.objects.filter(pk=admin.pk).update(date_joined=datetime(2026, 3, 24, 21, 30, tzinfo=UTC))
    page = client.get(f"/admin/accounts/user/{admin.pk}/change/").content.decode()
    assert "25" in page.split("field-date_joined", 1)[1][:400]  # half past one on the 25th in Yerevan


def test_everybody_changes_their_own_language_and_nothing_more(client):
    writer = make_user(role="Writer")
    client.force_login(writer)
    answer = client.post(
        "/admin/account/",
        {
            "first_name": "Wa",
            "last_name": "Riter",
            "language": "hy",
            "time_zone": "Europe/Berlin",
            "is_superuser": "on",
            "email": "other@staff.example",
        },
    )
    assert answer.status_code == 302
    writer.refresh_from_db()
    assert (writer.language, writer.time_zone, str(writer)) == ("hy", "Europe/Berlin", "Wa Riter")
    assert not writer.is_superuser
    assert writer.email == "writer@staff.example"
    bad = client.post("/admin/account/", {"first_name": "x" * 10_000, "language": "xx", "time_zone": "²"})
    assert bad.status_code == 422


def test_strangers_have_no_account_page(client):
    assert client.get("/admin/account/").status_code == 302
