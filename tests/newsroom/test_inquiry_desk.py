"""Inquiries at the desk: who may see them, in which order, what may be done, and what the first page says."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction
from django.urls import reverse

from advocacy.mail.models import Message
from advocacy.site import desk
from newsroom.models import Inquiry, InquiryNote
from tests.accounts.makers import make_user
from tests.newsroom.makers import AT, make_coverage, make_inquiry, make_release
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
        ("answered", "reopen", "new"),
        ("closed", "reopen", "new"),
        ("doubtful", "spam", "closed"),
        ("closed", "answer", "closed"),
        ("answered", "take", "answered"),
        ("new", "believe", "new"),
    ],
)
def test_the_buttons(press, before, deed, after):
    inquiry = make_inquiry(
        state=before,
        doubt="links" if before == "doubtful" else "",
        outcome="declined" if before == "closed" else "",
    )
    assert press.get(reverse(f"admin:newsroom_inquiry_{deed}", args=[inquiry.pk])).status_code == 405
    response = press_button(press, inquiry, deed)
    inquiry.refresh_from_db()
    assert inquiry.state == after
    assert bool(inquiry.outcome) == (after == "closed")
    assert (b"Nothing was done" in response.content) == (before == after)
    assert LogEntry.objects.exists() == (before != after)
    assert not Message.objects.exists()


# Who answers


def test_it_is_taken_once_and_given_back(press):
    colleague = make_user(role="Press desk", name="colleague", first_name="Aram")
    inquiry = make_inquiry()
    assert "You have taken it." in press_button(press, inquiry, "take").content.decode()
    inquiry.refresh_from_db()
    assert inquiry.taken_by.username == "press-desk"
    press.force_login(colleague)
    refused = press_button(press, inquiry, "take").content.decode()
    assert "Nothing was done: Press-Desk has taken it already." in refused
    inquiry.refresh_from_db()
    assert inquiry.taken_by.username == "press-desk"
    press_button(press, inquiry, "give_back")
    inquiry.refresh_from_db()
    assert inquiry.taken_by is None
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == ["Take it", "Give it back"]


def test_what_a_person_took_who_has_left_is_free_again(press):
    gone = make_user(role="Press desk", name="gone")
    inquiry = make_inquiry(taken_by=gone)
    gone.disable()
    assert inquiry in Inquiry.objects.untaken()
    press_button(press, inquiry, "take")
    inquiry.refresh_from_db()
    assert inquiry.taken_by.username == "press-desk"


def test_who_answers_what_nobody_took_has_taken_it(press):
    colleague = make_user(role="Press desk", name="colleague")
    free, taken = make_inquiry(), make_inquiry(taken_by=colleague)
    for inquiry in (free, taken):
        press_button(press, inquiry, "answer")
        inquiry.refresh_from_db()
    assert free.taken_by.username == "press-desk" and taken.taken_by == colleague


def test_it_is_given_to_somebody_who_works_here_and_may_answer(press):
    inquiry = make_inquiry()
    aram = make_user(role="Press desk", name="aram")
    gone = make_user(role="Press desk", name="gone", is_active=False)
    writer = make_user(role="Writer")
    address = reverse("admin:newsroom_inquiry_assign", args=[inquiry.pk])
    for other in (gone, writer):
        page = press.post(address, {"who": other.pk}).content.decode()
        assert "Select a valid choice" in page and "<title>Error:" in page
    assert press.post(address, {"who": aram.pk}).status_code == 302
    inquiry.refresh_from_db()
    assert inquiry.taken_by == aram
    assert LogEntry.objects.get().change_message == "Given to Aram."


# Notes


def test_a_note_bears_a_name_and_stays_as_it_is(press):
    inquiry = make_inquiry()
    address = reverse("admin:newsroom_inquiry_note", args=[inquiry.pk])
    assert press.post(address, {"words": "Line busy.\r\n<b>Try</b> at five."}).status_code == 302
    page = shown(press, page_of(inquiry))
    assert "Line busy.<br>&lt;b&gt;Try&lt;/b&gt; at five." in page
    assert "24 March 2026, 19:40 Yerevan (UTC+4)" in page
    note = InquiryNote.objects.get()
    assert (note.who.username, note.written) == ("press-desk", AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        InquiryNote.objects.update(words="Changed.")
    assert "Line busy" not in LogEntry.objects.get().change_message
    inquiry.delete()
    assert not InquiryNote.objects.exists()


def test_what_was_typed_into_a_note_is_kept_where_it_is_too_long(press):
    inquiry = make_inquiry()
    words = "Zq " * 1000
    page = press.post(reverse("admin:newsroom_inquiry_note", args=[inquiry.pk]), {"words": words})
    assert b"Write at most 2000 characters here." in page.content and b"Zq Zq Zq" in page.content
    assert not InquiryNote.objects.exists() and not LogEntry.objects.exists()


# The answer, in one's own mail program


def test_the_answer_has_recipient_subject_and_greeting(press):
    inquiry = make_inquiry(name="Jonas & Weber?", email="o'neil+press@outlet.example", topic="interview")
    address = press.get(page_of(inquiry)).context["answer_address"]
    parts = urlsplit(address)
    assert parts.scheme == "mailto" and "+" not in address and "&" not in parts.path
    assert parts.path == "o%27neil%2Bpress@outlet.example"
    assert parse_qs(parts.query) == {
        "subject": ["Re: A quote or an interview (your inquiry of 24 March 2026)"],
        "body": ["Dear Jonas & Weber?,\r\n\r\n"],
    }
    assert "I have answered" in shown(press, page_of(inquiry))


# What came of it


def close(client, inquiry, **fields):
    return client.post(reverse("admin:newsroom_inquiry_close", args=[inquiry.pk]), fields)


def test_it_is_closed_with_an_outcome_and_its_coverage(press):
    inquiry = make_inquiry(state="answered")
    article, release = make_coverage(published=True), make_release()
    assert "Choose what came of it." in close(press, inquiry).content.decode()
    assert "Select a valid choice" in close(press, inquiry, outcome="unrecorded").content.decode()
    wrong = close(press, inquiry, outcome="quoted", coverage=[release.work_id]).content.decode()
    assert "Select a valid choice" in wrong
    assert close(press, inquiry, outcome="quoted", coverage=[article.work_id]).status_code == 302
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.outcome) == ("closed", "quoted")
    assert list(inquiry.coverage.all()) == [article.work]
    page = shown(press, page_of(inquiry))
    assert "We were quoted" in page and "What the coalition asks</a>" in page
    assert LogEntry.objects.get().change_message == "Closed: We were quoted."


def test_an_article_that_comes_later_is_added_and_reopening_takes_the_outcome_away(press):
    inquiry = make_inquiry(state="closed", outcome="interview")
    article = make_coverage()
    close(press, inquiry, outcome="interview", coverage=[article.work_id])
    assert list(inquiry.coverage.all()) == [article.work]
    press_button(press, inquiry, "reopen")
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.outcome) == ("new", "")


def test_articles_are_found_by_their_headline(press):
    make_release(title="What the release says")
    make_coverage(title="What the coalition asks")
    query = {"app_label": "newsroom", "model_name": "inquiry", "field_name": "coverage", "term": "what the"}
    found = press.get(reverse("admin:autocomplete"), query).json()["results"]
    assert len(found) == 1 and found[0]["text"].endswith(": What the coalition asks")


def test_what_is_kept_aside_is_neither_given_away_nor_closed_with_an_outcome(press):
    inquiry = make_inquiry(state="doubtful", doubt="links")
    assert close(press, inquiry, outcome="quoted").status_code == 302
    inquiry.refresh_from_db()
    assert inquiry.state == "doubtful"


# Kept aside


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
    aram = make_user(role="Press desk", name="aram")
    make_inquiry(name="Undated")
    make_inquiry(name="Soon", deadline=AT + timedelta(hours=2))
    make_inquiry(name="Taken", deadline=AT + timedelta(hours=1), taken_by=aram)
    make_inquiry(name="Later", deadline=AT + timedelta(hours=2, seconds=1))
    make_inquiry(name="Missed", deadline=AT - timedelta(minutes=1))
    make_inquiry(outlet="Casino", state="doubtful", doubt="links")
    found = parts(make_user(role="Press desk"))
    waiting = found["Inquiries by deadline"].rows
    assert [row.cells[-3].text for row in waiting] == ["Missed", "Taken", "Soon", "Later", "Undated"]
    assert [row.urgent for row in waiting] == [True, False, True, False, False]
    assert waiting[1].cells[-1].text == "Aram" and waiting[2].cells[-1].post.endswith("/take/")
    [aside] = found["Inquiries kept aside"].rows
    assert aside.cells[-1] == "It holds more web addresses than a question needs."
    assert "Inquiries by deadline" not in parts(make_user(role="Editor"))


def notice(**user):
    part = parts(make_user(**{"role": "Press desk", **user}))["Inquiries by deadline"]
    return part.notice and (part.notice.text, part.notice.link.text)


def test_one_notice_stands_for_all_that_are_due_and_not_taken(press):
    aram = make_user(role="Press desk", name="aram")
    make_inquiry(deadline=AT + timedelta(hours=1), taken_by=aram)
    make_inquiry(name="Later", deadline=AT + timedelta(hours=3))
    assert notice(name="a") is None
    make_inquiry(name="Missed", deadline=AT - timedelta(days=1))
    missed = "The deadline of an inquiry has passed and nobody has taken it."
    assert notice(name="b") == (missed, "Open the inquiry of Missed")
    make_inquiry(deadline=AT + timedelta(minutes=80))
    one = "One inquiry is due at 21:00 and nobody has taken it."
    assert notice(name="c") == (one, "Open the inquiry of Jonas Weber")
    make_inquiry(deadline=AT + timedelta(minutes=90))
    two = "2 inquiries are due within two hours, the first at 21:00. Nobody has taken them."
    assert notice(name="d")[0] == two
    page = shown(press, "/admin/")
    assert page.count('class="urgent"') == 1 and two in page and missed not in page


def test_take_it_on_the_first_page_comes_back_there(press):
    inquiry = make_inquiry(deadline=AT + timedelta(hours=1))
    page = shown(press, "/admin/")
    address = reverse("admin:newsroom_inquiry_take", args=[inquiry.pk])
    assert f'<form method="post" action="{address}">' in page
    response = press.post(address, {"back": "today"}, follow=True)
    assert response.redirect_chain == [("/admin/", 302)]
    assert "You have taken it." in response.content.decode()
    assert "nobody has taken it" not in response.content.decode()


def test_deadlines_of_today_stand_in_the_strip():
    make_inquiry(name="Missed", deadline=AT - timedelta(hours=1))
    make_inquiry(name="Tonight", deadline=AT + timedelta(hours=4))  # 23:40 in Yerevan
    make_inquiry(name="Tomorrow", deadline=AT + timedelta(hours=5))
    make_inquiry(name="Done", deadline=AT + timedelta(hours=1), state="answered")
    user = make_user(role="Press desk")
    found = [entry for entry in desk.entries(user, AT, AT + timedelta(days=7)) if entry.look == "deadline"]
    assert [(entry.text, entry.urgent) for entry in found] == [
        ("Inquiry due, Missed", True),
        ("Inquiry due, Tonight", False),
    ]
    assert not desk.entries(make_user(role="Editor"), AT, AT + timedelta(days=7))
