"""Mailings at the desk: read by the press desk, held and ended by editors, with every mail that did not arrive."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advocacy.mail.models import Delivery, Mailing
from advocacy.mail.plots import MOST_BARS, plot_of
from advocacy.privacy.purge import purge
from advocacy.subscribers.models import Subscriber
from tests.accounts.makers import make_user
from tests.mail.mailings import AT, HOUR, made, make_mailing, make_minutes, prepare, send, states, subscribe
from tests.subscribers.makers import make_subscriber, make_topic

pytestmark = pytest.mark.django_db

State = Mailing.State


@pytest.fixture(autouse=True)
def no_hurry(settings):
    settings.MAIL_PER_MINUTE = settings.MAIL_PER_DOMAIN = 1_000_000


def logged_in(client, role):
    client.force_login(
        make_user(name=role.replace(" ", "-").lower(), role=role),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture
def editor(client):
    return logged_in(client, "Editor")


def address(mailing, name="change"):
    return reverse(f"admin:mail_mailing_{name}", args=[mailing.pk])


def page(client, mailing):
    response = client.get(address(mailing))
    assert response.status_code == 200
    return words_of(response)


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_names_each_mailing_with_one_query_for_all(editor, django_assert_max_num_queries):
    for number in range(5):
        make_mailing(work=make_minutes(word=f"Number{number}"))
    with django_assert_max_num_queries(12):
        listed = editor.get(reverse("admin:mail_mailing_changelist")).content.decode()
    assert all(f"Number{number} title" in listed for number in range(5))


def test_its_page_tells_how_far_it_is(editor, smtp):
    mailing = made(count=4)
    smtp.answers["RCPT"] = ["451 Later"]
    send()
    shown = editor.get(address(mailing)).content.decode()
    assert '<progress class="done" id="done" value="3" max="4">75 %</progress>' in shown
    assert "3 of 4 mails (75 %)" in shown
    assert "admin/mailing.js" in shown
    assert "<script>" not in shown


def test_before_its_moment_it_says_when(editor):
    shown = page(editor, make_mailing())
    assert "Waiting for its moment" in shown
    assert "Nothing has been sent yet." in shown


def test_the_page_follows_from_the_press_of_the_button_on(editor):
    now = timezone.now()
    work = make_minutes()
    begins, tomorrow = (make_mailing(work=work, starts=now + timedelta(hours=hours)) for hours in (0, 24))
    assert "admin/mailing.js" in editor.get(address(begins)).content.decode()
    assert "admin/mailing.js" not in editor.get(address(tomorrow)).content.decode()


def test_pause_resume_and_cancel_are_buttons(editor, smtp):
    mailing = made(count=2)
    assert "It is paused." in words_of(editor.post(address(mailing, "pause"), follow=True))
    send()
    assert not smtp.received
    assert "Resume" in page(editor, mailing)
    assert "It goes on" in words_of(editor.post(address(mailing, "resume"), follow=True))
    mailing.refresh_from_db()
    assert mailing.state == State.SENDING

    asked = words_of(editor.get(address(mailing, "cancel")))
    assert "0 mails have gone out" in asked
    assert "2 people will not get it." in asked
    mailing.refresh_from_db()
    assert mailing.state == State.SENDING
    assert "It is cancelled." in words_of(editor.post(address(mailing, "cancel"), follow=True))
    prepare(timezone.now() + HOUR)
    send()
    assert not smtp.received
    shown = editor.get(address(mailing)).content.decode()
    assert "Resume</button>" not in shown
    assert "Pause</button>" not in shown


def test_get_changes_nothing(editor):
    mailing = made(count=1)
    for name in ("pause", "resume", "retry", "resend"):
        assert editor.get(address(mailing, name)).status_code == 405
    editor.get(address(mailing, "cancel"))
    mailing.refresh_from_db()
    assert mailing.state == State.SENDING


def test_what_is_done_already_is_said(editor, smtp):
    mailing = made(count=1)
    send()
    assert "Nothing was done" in words_of(editor.post(address(mailing, "pause"), follow=True))
    assert "Nothing was done" in words_of(editor.get(address(mailing, "cancel"), follow=True))


def test_what_editors_did_stands_in_the_log(editor):
    from django.contrib.admin.models import LogEntry

    mailing = made(count=1)
    editor.post(address(mailing, "pause"))
    assert "It is paused." in LogEntry.objects.latest("pk").get_change_message()


def test_who_may_not_see_the_list_of_subscribers_sees_no_address_in_the_report(client, smtp):
    mailing = made(count=1)
    smtp.answers["RCPT"] = ["550 5.7.1 <reader0@reader.example> Blocked"]
    send()
    response = logged_in(client, "Press desk").get(address(mailing))
    assert "Refused 1" in words_of(response) and b"reader0@" not in response.content


@pytest.mark.parametrize("role", ["Press desk", "Writer"])
def test_others_hold_nothing(client, role):
    mailing = made(count=1)
    logged_in(client, role)
    status = 200 if role == "Press desk" else 403
    response = client.get(address(mailing))
    assert response.status_code == status
    assert b"Pause" not in response.content
    for name in ("pause", "resume", "retry", "resend", "cancel"):
        assert client.post(address(mailing, name), {"address": "reader0@reader.example"}).status_code == 403
    mailing.refresh_from_db()
    assert mailing.state == State.SENDING


def test_the_report_counts_and_names_the_addresses_to_mend(editor, smtp):
    mailing = made(count=6)
    smtp.answers["RCPT"] = ["550 5.1.1 No such user", "550 5.7.1 <b>Blocked</b>"]
    smtp.answers["DATA"] = ["close", "", ""]
    send()
    smtp.answers["DATA"] = ["close"]
    send(AT + timedelta(minutes=1))
    bounced = mailing.deliveries.get(subscriber__email="reader4@reader.example")
    Delivery.objects.filter(pk=bounced.pk).update(state="bounced")
    Subscriber.objects.get(email="reader5@reader.example").leave(AT)
    assert states(mailing) == {"refused": 2, "uncertain": 1, "bounced": 1, "sent": 2}
    response = editor.get(address(mailing))
    shown = words_of(response)
    for told in (
        "Sent 2",
        "Refused 2",
        "Came back 1",
        "it may have arrived 1",
        "Unsubscribed or erased since 1",
    ):
        assert told in shown
    for number, answer in (
        (0, "550 5.1.1 No such user"),
        (1, "550 5.7.1 &lt;b&gt;Blocked"),
        (2, ""),
        (4, ""),
    ):
        assert f"reader{number}@reader.example" in shown
        assert answer in shown
    assert "reader3@reader.example" not in shown
    assert b"<b>Blocked" not in response.content
    assert "1 of them still gets the bulletin" in shown

    assert "1 mail is tried again." in words_of(editor.post(address(mailing, "retry"), follow=True))
    assert states(mailing)["queued"] == 1


def test_the_report_of_a_great_mailing_stays_short(editor, smtp, django_assert_max_num_queries):
    mailing = made(count=300)
    mailing.deliveries.update(state="failed", due=None, settled_at=AT)
    with django_assert_max_num_queries(25):
        shown = page(editor, mailing)
    assert "The first 200 of 300 are listed." in shown


def test_it_names_its_editions_and_the_topics_at_one_cost(editor):
    def queries(mailing):
        with CaptureQueriesContext(connection) as asked:
            page(editor, mailing)
        return len(asked)

    churches, prisoners = make_topic(name="Churches"), make_topic(name="Prisoners")
    subscribe(2)
    subscribe(1, start=2, language="hy")
    plain = made(count=0, topics=[churches])
    mailing = made(
        count=0, work=make_minutes(word="Council", languages=("en", "hy")), topics=[churches, prisoners]
    )
    assert queries(mailing) == queries(plain)
    shown = page(editor, mailing)
    assert "English , 2 mails: " in shown and "Armenian , 1 mail: " in shown
    assert "To whoever chose one of these topics, and to whoever chose none: Churches, Prisoners" in shown


def test_it_is_sent_once_more_by_a_form_that_says_what_is_wrong(editor, smtp):
    mailing = made(count=1)
    send()
    make_subscriber(email="left@reader.example", state="left")
    for typed in ("", "nobody", "left@reader.example", "stranger@else.example", "a\r\nBcc: b@evil.example"):
        response = editor.post(address(mailing, "resend"), {"address": typed}, follow=True)
        assert response.status_code == 200
        assert "Some things have to be fixed below." in words_of(response)
    assert not mailing.deliveries.queued().exists()
    told = words_of(
        editor.post(address(mailing, "resend"), {"address": "Reader0@reader.example"}, follow=True)
    )
    assert "It is sent once more" in told
    assert mailing.deliveries.queued().count() == 1


def test_a_mailing_whose_words_are_deleted_by_their_date_is_sent_to_nobody_once_more(client, smtp):
    mailing = made(count=0)
    send()
    purge(AT + timedelta(days=31))
    editor = logged_in(client, "Editor")
    make_subscriber(email="late@reader.example")
    response = editor.post(address(mailing, "resend"), {"address": "late@reader.example"})
    assert response.status_code == 200 and not mailing.deliveries.exists()
    assert "once more" not in page(editor, mailing)


def test_the_plot_counts_every_mail_that_went_out(editor, smtp):
    mailing = made(count=30)
    rows = list(mailing.deliveries.order_by("pk"))
    for number, row in enumerate(rows):
        Delivery.objects.filter(pk=row.pk).update(
            state="sent", due=None, settled_at=AT + timedelta(minutes=number * 7, seconds=3)
        )
    mailing.finish(AT)
    plot = plot_of(mailing)
    assert sum(bar.count for bar in plot.bars) == 30
    assert len(plot.bars) <= MOST_BARS
    assert plot.starts <= AT < plot.starts + plot.span
    shown = editor.get(address(mailing)).content.decode()
    assert shown.count("<rect") == len(plot.bars)
    assert 'role="img" aria-labelledby="plot-title"' in shown
    assert "style=" not in shown[shown.index("<svg") : shown.index("</svg>")]


def test_a_sending_of_years_has_few_bars_too():
    mailing = made(count=2)
    first, last = mailing.deliveries.all()
    for row, moment in ((first, AT), (last, AT + timedelta(days=500))):
        Delivery.objects.filter(pk=row.pk).update(state="sent", due=None, settled_at=moment)
    plot = plot_of(mailing)
    assert len(plot.bars) <= MOST_BARS
    assert sum(bar.count for bar in plot.bars) == 2


def test_the_plot_of_a_short_sending_ends_with_the_minute_of_its_last_mail():
    mailing = made(count=2)
    for row, seconds in zip(mailing.deliveries.all(), (10, 190), strict=True):
        moment = AT + timedelta(seconds=seconds)
        Delivery.objects.filter(pk=row.pk).update(state="sent", due=None, settled_at=moment)
    plot = plot_of(mailing)
    assert [bar.count for bar in plot.bars] == [0, 0, 1, 0, 0, 1]
    assert plot.ends == AT + timedelta(minutes=4) and plot.span == timedelta(minutes=1)


def test_nothing_sent_has_no_plot():
    assert plot_of(made(count=1)) is None


def test_the_first_page_names_what_is_under_way(editor, smtp):
    mailing = made(count=2)
    smtp.answers["RCPT"] = ["451 Later"]
    send()
    shown = words_of(editor.get(reverse("admin:index")))
    assert "Mailings under way" in shown
    assert "Being sent, 1 of 2" in shown
    mailing.refresh_from_db()
    mailing.pause("The mail server takes no mail from this site: 535")
    assert "takes no mail from this site: 535" in words_of(editor.get(reverse("admin:index")))
    mailing.cancel()
    assert "Mailings under way" not in words_of(editor.get(reverse("admin:index")))


def test_its_messages_are_read_without_a_row_for_each_recipient(client):
    mailing = made(count=30)
    logged_in(client, "Administrator")
    shown = client.get(reverse("admin:mail_message_change", args=[mailing.messages.get().pk]))
    assert shown.status_code == 200
    assert b"reader" not in shown.content
    assert b"reader" not in client.get(reverse("admin:mail_delivery_changelist")).content
