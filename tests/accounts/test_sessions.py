"""Where somebody is logged in, and how all of it ends at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocacy.accounts.models import SignedIn
from advocacy.accounts.sessions import BROWSERS, SYSTEMS, first_of
from tests.accounts.makers import PASSWORD, make_user

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Safari/537.36 Edg/140.0.0.0"
)
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Mobile Safari/537.36"
)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(AT, tick=False)
    return time_machine


@pytest.fixture
def anna(clock):
    return make_user(name="anna")


def browser(client, name="anna", agent=FIREFOX, address="203.0.113.7"):
    """A browser of its own, in which somebody has logged in by the form."""
    fresh = client.__class__(headers={"user-agent": agent}, REMOTE_ADDR=address)
    fresh.post("/admin/login/?next=/admin/", {"username": name, "password": PASSWORD})
    return fresh


def lines(page):
    """The rows of the list, as text."""
    table = page.content.decode().split('id="places"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr>(<th scope=\"row\".*?)</tr>", table, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (PHONE, ("Safari", "iPhone")),
        (EDGE, ("Edge", "Windows")),
        (CHROME, ("Chrome", "Android")),
        ("curl/8", ("", "")),
        ("", ("", "")),
    ],
)
def test_browsers_are_called_by_name(agent, words):
    assert (first_of(BROWSERS, agent), first_of(SYSTEMS, agent)) == words


def test_the_account_page_lists_each_browser_and_marks_this_one(client, anna, clock):
    here = browser(client)
    clock.move_to(AT + timedelta(hours=2), tick=False)
    browser(client, agent=PHONE, address="198.51.100.4")
    browser(client, agent="", address="203.0.113.7")
    first, *others = lines(here.get("/admin/account/"))
    assert first.startswith("Firefox on Linux This one")
    assert first.count("The one you are in now") == 1
    assert len(others) == 2
    assert sum("Another one" in line for line in others) == 1
    assert any(line.startswith("Safari on iPhone 24 March 2026, 18:40") for line in others)
    assert any(line.startswith("A browser that does not say its name") for line in others)


def test_nobody_sees_another_person_s(client, anna):
    make_user(name="boris")
    browser(client, name="boris", agent=PHONE)
    assert len(lines(browser(client).get("/admin/account/"))) == 1


def test_the_network_is_kept_in_no_form_that_can_be_read(client, anna):
    browser(client)
    row = SignedIn.objects.get()
    assert "203.0.113" not in " ".join(str(value) for value in vars(row).values())
    assert len(row.network) == 32


def test_last_seen_moves_by_five_minutes_and_pages_between_write_nothing(client, anna, clock):
    here = browser(client)
    clock.move_to(AT + timedelta(minutes=4), tick=False)
    with CaptureQueriesContext(connection) as found:
        here.get("/admin/account/")
    assert not [query["sql"] for query in found if not query["sql"].startswith("SELECT")]
    assert SignedIn.objects.get().seen == AT
    clock.move_to(AT + timedelta(minutes=6), tick=False)
    here.get("/admin/account/")
    row = SignedIn.objects.get()
    assert (row.since, row.seen) == (AT, AT + timedelta(minutes=6))


def test_who_comes_every_week_stays_logged_in_and_in_the_list(client, anna, clock):
    here = browser(client)
    for days in (10, 20, 30):
        clock.move_to(AT + timedelta(days=days), tick=False)
        assert is_in(here)
    assert len(lines(here.get("/admin/account/"))) == 1


def test_what_is_over_is_not_listed(client, anna, clock):
    gone, out, here = browser(client), browser(client, agent=PHONE), browser(client, agent=EDGE)
    out.post("/admin/logout/")
    assert len(lines(here.get("/admin/account/"))) == 2
    new = {"old_password": PASSWORD, "new_password1": "a longer new one", "new_password2": "a longer new one"}
    here.post("/admin/password_change/", new)
    assert [line.split(" This one")[0] for line in lines(here.get("/admin/account/"))] == ["Edge on Windows"]
    assert not is_in(gone)


def test_logging_out_everywhere_ends_all_of_it_this_one_too(client, anna):
    here, there = browser(client), browser(client, agent=PHONE)
    hidden = client.__class__()
    hidden.force_login(anna)
    SignedIn.objects.all().delete()  # even what no list knows
    assert here.get("/admin/account/sign-out/").status_code == 405
    answer = here.post("/admin/account/sign-out/", follow=True)
    assert "You are logged out everywhere." in answer.content.decode()
    assert not any(map(is_in, [here, there, hidden]))
    assert is_in(browser(client))  # the password is the same


def test_logging_out_everywhere_leaves_other_people_alone(client, anna):
    boris = client.__class__()
    boris.force_login(make_user(name="boris"))
    browser(client).post("/admin/account/sign-out/")
    assert is_in(boris)
    assert Session.objects.count() == 1


def test_an_administrator_sees_where_and_ends_it(client, anna):
    at_work = browser(client)
    client.force_login(make_user(role="Administrator", name="chief"))
    address = f"/admin/accounts/user/{anna.pk}"
    [line] = lines(client.get(f"{address}/change/"))
    assert line.startswith("Firefox on Linux")
    assert "Network" not in line
    assert client.get(f"{address}/sign-out/").status_code == 405
    client.post(f"{address}/sign-out/")
    assert not is_in(at_work)
    assert "They are logged in nowhere." in client.get(f"{address}/change/").content.decode()


@pytest.mark.parametrize("role", ["Writer", "Press desk", "Editor"])
def test_others_may_not_end_it(client, anna, role):
    at_work = browser(client)
    client.force_login(make_user(role=role, name="other"))
    assert client.post(f"/admin/accounts/user/{anna.pk}/sign-out/").status_code == 403
    assert is_in(at_work)


def test_a_disabled_account_leaves_no_line(client, anna):
    browser(client)
    anna.disable()
    assert not SignedIn.objects.exists()
    assert not Session.objects.exists()
