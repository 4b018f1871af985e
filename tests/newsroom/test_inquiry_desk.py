"""Inquiries at the desk: who may see them, in which order, what may be done, and what the first page says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from advocacy.mail.models import Message
from advocacy.site import desk
from newsroom.models import Inquiry
from tests.accounts.makers import make_user
from tests.newsroom.makers import AT, make_inquiry
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db

LIST = "/admin/newsroom/inquiry/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AT, tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


@pytest.fixture
def press(client):
    """Somebody of the press desk, in Yerevan."""
    client.force_login(make_user(role="Press desk", time_zone="Asia/Yerevan"))
    return client


def page_of(inquiry):
    return reverse("admin:newsroom_inquiry_change", args=[inquiry.pk])


def press_button(client, inquiry, deed):
    return client.post(reverse(f"admin:newsroom_inquiry_{deed}", args=[inquiry.pk]), follow=True)


def shown(client, address=LIST):
    return client.get(address).content.decode()


def test_the_list_opens_with_what_waits_by_deadline_undated_last(press):
    make_inquiry(outlet="Undated")
    make_inquiry(outlet="Tomorrow", deadline=AT + timedelta(days=1))
    make_inquiry(outlet="Soon", deadline=AT + timedelta(minutes=80), deadline_zone="Europe/Berlin")
    make_inquiry(outlet="Done", state="answered", deadline=AT)
    make_inquiry(outlet="Casino", state="doubtful", doubt="links")
    page = shown(press)
    assert page.index("Soon") < page.index("Tomorrow") < page.index("Undated")
    assert "Done" not in page and "Casino" not in page
    assert "24 March 2026, 21:00 Yerevan (UTC+4), in 1 h 20 min" in page
    assert "Casino" in shown(press, LIST + "?state=doubtful")
    assert "Done" in shown(press, LIST + "?state=answered")
    assert "Casino" in shown(press, LIST + "?state=all") and "Soon" in shown(press, LIST + "?state=all")
    assert "Soon" in shown(press, LIST + "?q=soon") and "Tomorrow" not in shown(press, LIST + "?q=soon")


def test_the_page_shows_both_clocks_and_nothing_can_be_changed(press):
    inquiry = make_inquiry(
        deadline=datetime(2026, 3, 25, 13, tzinfo=UTC),
        deadline_zone="Europe/Berlin",
        message="One.\n<b>Two</b> http://a.example \u202eevil",
        phone="+49 30 555",
    )
    page = shown(press, page_of(inquiry))
    assert "25 March 2026, 17:00 Yerevan (UTC+4)" in page
    assert "25 March 2026, 14:00 Berlin (UTC+1)" in page
    assert '<div dir="auto">One.<br>&lt;b&gt;Two&lt;/b&gt; http://a.example' in page
    assert 'href="http://a.example' not in page
    assert 'href="mailto:jonas.weber@outlet.example"' in page and 'href="tel:+4930555"' in page
    assert 'name="message"' not in page and 'name="_save"' not in page
    press.post(page_of(inquiry), {"message": "changed", "name": "changed", "state": "closed"})
    inquiry.refresh_from_db()
    assert (inquiry.name, inquiry.state) == ("Jonas Weber", "new")
    assert press.get(LIST + "add/").status_code == 403


@pytest.mark.parametrize(
    ("before", "deed", "after"),
    [
        ("new", "answer", "answered"),
        ("new", "close", "closed"),
        ("answered", "close", "closed"),
        ("answered", "reopen", "new"),
        ("closed", "reopen", "new"),
        ("doubtful", "close", "closed"),
        ("closed", "answer", "closed"),
        ("new", "believe", "new"),
    ],
)
def test_the_buttons(press, before, deed, after):
    inquiry = make_inquiry(state=before, doubt="links" if before == "doubtful" else "")
    assert press.get(reverse(f"admin:newsroom_inquiry_{deed}", args=[inquiry.pk])).status_code == 405
    response = press_button(press, inquiry, deed)
    inquiry.refresh_from_db()
    assert inquiry.state == after
    assert (b"Nothing was done" in response.content) == (before == after)
    assert LogEntry.objects.exists() == (before != after)
    assert not Message.objects.exists()


def test_what_is_no_spam_joins_the_others_and_the_desk_is_told_once(press):
    inquiry = make_inquiry(state="doubtful", doubt="trap", deadline=AT + timedelta(hours=2))
    page = shown(press, page_of(inquiry))
    assert "The field that people do not see was filled in." in page and "Not spam" in page
    press_button(press, inquiry, "believe")
    press_button(press, inquiry, "believe")
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.alerted_at) == ("new", AT)
    assert sorted(Message.objects.values_list("purpose", flat=True)) == ["inquiry-alert"]


def test_many_at_once(press):
    rows = [make_inquiry(state="doubtful", doubt="many") for _ in range(3)]
    press.post(
        LIST + "?state=doubtful", {"action": "believe_all", "_selected_action": [row.pk for row in rows[:2]]}
    )
    assert Inquiry.objects.waiting().count() == 2
    assert Message.objects.count() == 2


def test_a_flood_from_one_network_is_found_in_one_go(press):
    first = make_inquiry(state="doubtful", doubt="many")
    make_inquiry(outlet="Flood", state="doubtful", doubt="many")
    make_inquiry(outlet="Other house", network="1" * 32)
    page = shown(press, page_of(first))
    assert "1 other inquiry" in page
    found = shown(press, f"{LIST}?network={first.network}&state=all")
    assert "Flood" in found and "Other house" not in found


def test_deleting_says_what_it_means_and_the_log_names_nobody(press):
    inquiry = make_inquiry()
    confirm = shown(press, reverse("admin:newsroom_inquiry_delete", args=[inquiry.pk]))
    assert "The site deletes this inquiry by itself on 20 September 2026." in confirm
    press.post(reverse("admin:newsroom_inquiry_delete", args=[inquiry.pk]), {"post": "yes"})
    assert not Inquiry.objects.exists()
    entry = LogEntry.objects.get()
    for word in ("Jonas", "Freelance", "outlet.example"):
        assert word not in entry.object_repr + entry.change_message


@pytest.mark.parametrize(
    ("role", "status"), [("Writer", 403), ("Editor", 403), ("Press desk", 200), ("Administrator", 200)]
)
def test_who_may_read_inquiries(client, role, status):
    inquiry = make_inquiry()
    client.force_login(make_user(role=role))
    assert client.get(LIST).status_code == status
    assert client.get(page_of(inquiry)).status_code == status
    deed = client.post(reverse("admin:newsroom_inquiry_answer", args=[inquiry.pk]))
    assert deed.status_code == (302 if status == 200 else 403)


# The first page


def parts(user):
    return {part.title: part for part in desk.parts(user, AT)}


def test_the_first_page_names_what_waits_and_marks_what_is_due():
    make_inquiry(outlet="Undated")
    make_inquiry(outlet="Soon", deadline=AT + timedelta(hours=2))
    make_inquiry(outlet="Later", deadline=AT + timedelta(hours=2, seconds=1))
    make_inquiry(outlet="Missed", deadline=AT - timedelta(minutes=1))
    make_inquiry(outlet="Casino", state="doubtful", doubt="links")
    found = parts(make_user(role="Press desk"))
    waiting = found["Inquiries by deadline"].rows
    assert [row.cells[0].text for row in waiting] == ["Missed", "Soon", "Later", "No deadline"]
    assert [bool(row.urgent) for row in waiting] == [True, True, False, False]
    [aside] = found["Inquiries kept aside"].rows
    assert aside.cells[-1] == "It holds more web addresses than a question needs."
    assert "Inquiries by deadline" not in parts(make_user(role="Editor"))


def test_the_notice_stands_on_the_page(press):
    make_inquiry(deadline=AT + timedelta(hours=1))
    assert "An inquiry is due within two hours and nobody has answered it." in shown(press, "/admin/")
