"""Press contact as a journalist meets it: the form without JavaScript, what is stored, whom it reaches."""

import re
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from advocacy.accounts.models import User
from advocacy.delivery.models import Attempt
from advocacy.delivery.stamps import stamp
from advocacy.mail.models import Delivery, Message
from advocacy.organisation.models import OnCall
from advocacy.privacy.purge import purge
from newsroom.models import Inquiry
from tests.hostile.words import some_quickly
from tests.newsroom.makers import AT, posted
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db

PRESS = "/en/press/"
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def now(request, time_machine):
    """24 March 2026, 16:40 in Berlin, 19:40 in Yerevan; a browser needs a clock that runs."""
    if not request.node.get_closest_marker("browser"):
        time_machine.move_to(AT, tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation(further_zones=["Europe/Berlin", "America/New_York"], duty_phone="+374 10 555 02")


def send(client, path=PRESS, **fields):
    """Posts the form as the page at `path` gives it."""
    headers = fields.pop("headers", {})
    return client.post(path, {"stamp": stamp("inquiry", path, AT), **posted(**fields)}, headers=headers)


def text_of(response):
    return response.content.decode()


def words_of(response):
    """What the page says, without its tags."""
    return re.sub("<[^>]*>", "", text_of(response))


def summary(response):
    """The sentences at the top of the page, each with the field that it leads to."""
    return re.findall(r'<li><a href="#(\w+)">([^<]*)</a></li>', text_of(response))


def shown(response, name):
    """What stands in a field of the page."""
    page = text_of(response)
    if name == "message":
        return (
            re.search(r'<textarea name="message"[^>]*>\n?(.*?)</textarea>', page, re.S).group(1).strip("\n")
        )
    tag = re.search(rf'<input[^>]* name="{name}"[^>]*>', page).group(0)
    value = re.search(r' value="([^"]*)"', tag)
    return value.group(1) if value else ""


# What the page says


def test_the_page_has_the_phone_the_hours_in_each_zone_and_the_form(client):
    response = client.get(PRESS)
    page = text_of(response)
    assert response.status_code == 200
    assert "Press desk, 08:00–22:00 Yerevan (UTC+4)" in page
    assert "05:00–19:00 Berlin (UTC+1)" in page
    assert "+374 10 555 01" in page and "+374 10 555 02" in page
    assert page.index("+374 10 555 01") < page.index("<form")
    assert "delete it on 20 September 2026" in page
    assert "<script" not in page
    assert response["Referrer-Policy"] == "same-origin"
    assert not response.cookies


def test_two_readers_get_the_same_page(client, django_assert_num_queries):
    first = client.get(PRESS, headers={"user-agent": "one"}, REMOTE_ADDR="192.0.2.1").content
    assert client.get(PRESS + "?name=mallory&x=1", REMOTE_ADDR="192.0.2.2").content == first
    with django_assert_num_queries(3):
        client.get(PRESS)


@pytest.mark.parametrize("language", ["en", "hy", "ru", "fr", "ar"])
def test_the_form_works_in_every_language(client, language):
    path = f"/{language}/press/"
    assert client.get(path).status_code == 200
    response = send(client, path, deadline_within="6")
    assert (response.status_code, response["Location"]) == (303, f"{path}sent/")
    assert Inquiry.objects.get().language == language
    assert client.get(response["Location"]).status_code == 200


# What is stored


def test_an_inquiry_is_stored_and_the_desk_is_told_without_a_word_of_it(client):
    response = send(client, phone="+49 30 555 01", topic="interview", message="One.\r\nTwo.")
    assert (response.status_code, response["Location"]) == (303, "/en/press/sent/")
    assert not response.cookies
    inquiry = Inquiry.objects.get()
    assert (inquiry.name, inquiry.phone, inquiry.topic) == ("Jonas Weber", "+49 30 555 01", "interview")
    assert (inquiry.message, inquiry.state) == ("One.\nTwo.", "new")
    assert inquiry.delete_on == date(2026, 9, 20)
    message = Message.objects.get()
    assert message.purpose == "inquiry"
    assert [delivery.recipient for delivery in message.deliveries.all()] == ["press@carm.example"]
    assert f"http://testserver/admin/newsroom/inquiry/{inquiry.pk}/change/" in message.text
    for word in ("Jonas", "Weber", "Freelance", "outlet.example", "555 01", "One.", "interview"):
        assert word not in message.subject + message.text + message.html


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_queued_is_not_stored_and_comes_back_with_the_words(client, monkeypatch):
    def broken(**_message):
        raise ConnectionError

    monkeypatch.setattr("newsroom.mail.queue", broken)
    response = send(client, message="Keep these words.")
    assert response.status_code == 503
    assert (
        "Your inquiry was not sent. What you wrote is still below. Try again, or call the desk."
        in text_of(response)
    )
    assert shown(response, "message") == "Keep these words."
    assert not Inquiry.objects.exists() and not Attempt.objects.exists() and not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_inquiry_and_mail_are_one_transaction(client, monkeypatch):
    inside = []
    monkeypatch.setattr("newsroom.mail.queue", lambda **_message: inside.append(connection.in_atomic_block))
    send(client)
    assert inside == [True]


def test_without_an_address_of_the_desk_its_staff_are_told_in_their_languages(client, organisation):
    organisation.press_email = ""
    organisation.save()
    group = Group.objects.get_or_create(name="Press desk")[0]
    for name, language in (("ani", "hy"), ("lea", "fr"), ("gone", "en")):
        user = User.objects.create(
            username=name, email=f"{name}@carm.example", language=language, is_active=name != "gone"
        )
        user.groups.add(group)
    send(client)
    assert set(Delivery.objects.values_list("recipient", "message__language")) == {
        ("ani@carm.example", "hy"),
        ("lea@carm.example", "fr"),
    }


def test_without_staff_at_the_desk_the_administrators_are_told(client, organisation):
    organisation.press_email = ""
    organisation.save()
    User.objects.create(username="root", email="root@carm.example", is_superuser=True)
    send(client)
    assert Delivery.objects.get().recipient == "root@carm.example"


def test_it_is_deleted_on_the_day_the_form_told(client, now):
    """The form was fetched three days before it was sent: its own date counts."""
    now.move_to(AT + timedelta(days=3), tick=False)
    send(client)
    assert Inquiry.objects.get().delete_on == date(2026, 9, 20)
    purge(datetime(2026, 9, 19, 23, 59, tzinfo=UTC))
    assert Inquiry.objects.exists()
    assert not Inquiry.objects.exclude(network="").exists()
    purge(datetime(2026, 9, 20, 0, 1, tzinfo=UTC))
    assert not Inquiry.objects.exists()


# Deadlines


@pytest.mark.parametrize(
    ("fields", "moment", "zone"),
    [
        ({}, None, ""),
        ({"deadline_within": "3"}, AT + timedelta(hours=3), ""),
        ({"deadline_zone": "Europe/Berlin"}, None, ""),
        (
            {"deadline_date": "2026-03-25", "deadline_time": "14:00", "deadline_zone": "Europe/Berlin"},
            datetime(2026, 3, 25, 13, tzinfo=UTC),
            "Europe/Berlin",
        ),
        (
            {"deadline_date": "24.03.2026", "deadline_time": "12:00", "deadline_zone": "America/New_York"},
            datetime(2026, 3, 24, 16, tzinfo=UTC),
            "America/New_York",
        ),
        (
            {"deadline_date": "٢٠٢٦-٠٣-٢٥", "deadline_time": "١٤:٠٠", "deadline_zone": "Asia/Yerevan"},
            datetime(2026, 3, 25, 10, tzinfo=UTC),
            "Asia/Yerevan",
        ),
        (  # summer time begins in between
            {"deadline_date": "2026-03-30", "deadline_time": "09:00", "deadline_zone": "Europe/Berlin"},
            datetime(2026, 3, 30, 7, tzinfo=UTC),
            "Europe/Berlin",
        ),
    ],
)
def test_a_deadline_is_the_moment_of_the_senders_clock(client, fields, moment, zone):
    assert send(client, **fields).status_code == 303
    inquiry = Inquiry.objects.get()
    assert (inquiry.deadline, inquiry.deadline_zone) == (moment, zone)


def test_the_mail_names_the_deadline_by_both_clocks(client):
    send(client, deadline_date="2026-03-25", deadline_time="14:00", deadline_zone="Europe/Berlin")
    message = Message.objects.get()
    assert message.subject == "Press inquiry, deadline 25 March 2026, 14:00 Berlin (UTC+1)"
    assert "By our clock: 25 March 2026, 17:00 Yerevan (UTC+4)" in message.text


PAST = "Enter a deadline that is still ahead. It is now 24 March 2026, 16:40 in Berlin."


@pytest.mark.parametrize(
    ("day", "hour", "zone", "field", "sentence"),
    [
        ("2026-03-24", "14:00", "Europe/Berlin", "id_deadline_date", PAST),
        ("2026-03-24", "16:40", "Europe/Berlin", "id_deadline_date", PAST),
        ("0001-01-01", "00:00", "Europe/Berlin", "id_deadline_date", PAST),
        (
            "2026-03-29",
            "02:30",
            "Europe/Berlin",
            "id_deadline_date",
            "The clocks skip this time on that day. Choose another time.",
        ),
        (
            "2026-11-01",
            "01:30",
            "America/New_York",
            "id_deadline_date",
            "day on which we delete your inquiry",
        ),
        (
            "9999-12-31",
            "23:59",
            "America/New_York",
            "id_deadline_date",
            "Enter a deadline before 20 September 2026",
        ),
        ("2026-03-25", "", "Europe/Berlin", "id_deadline_time", "Enter the time of your deadline"),
        ("", "14:00", "Europe/Berlin", "id_deadline_date", "Enter the date of your deadline"),
        ("2026-03-25", "14:00", "", "id_deadline_zone", "Choose the time zone of your deadline"),
        ("2026-03-25", "14:00", "Mars/Base", "id_deadline_zone", "Choose the time zone from the list"),
        (
            "2026-02-30",
            "14:00",
            "Europe/Berlin",
            "id_deadline_date",
            "Enter the date of your deadline as year, month and day",
        ),
        (
            "soon",
            "14:00",
            "Europe/Berlin",
            "id_deadline_date",
            "Enter the date of your deadline as year, month and day",
        ),
        (
            "2026-03-25",
            "25:00",
            "Europe/Berlin",
            "id_deadline_time",
            "Enter the time of your deadline as hours and minutes",
        ),
    ],
)
def test_a_deadline_that_makes_no_sense_is_refused_in_words(client, day, hour, zone, field, sentence):
    response = send(client, deadline_date=day, deadline_time=hour, deadline_zone=zone)
    assert response.status_code == 400
    [(where, said)] = summary(response)
    assert where == field
    assert sentence in said
    assert shown(response, "deadline_date") == day and shown(response, "deadline_time") == hour
    assert not Inquiry.objects.exists()


def test_an_hour_that_comes_twice_is_refused(client, organisation):
    organisation.inquiry_days = 365
    organisation.save()
    response = send(client, deadline_date="2026-10-25", deadline_time="02:30", deadline_zone="Europe/Berlin")
    assert "The clocks show this time twice on that day." in text_of(response)


def test_hours_and_a_date_are_not_guessed_between(client):
    response = send(client, deadline_within="1", deadline_date="2026-03-25")
    assert summary(response) == [
        ("id_deadline_within", "Choose the hours, or enter a date and time, one of the two")
    ]


def test_american_dates_in_the_sentence_follow_the_organisation(client, organisation):
    organisation.date_order = "american"
    organisation.save()
    response = send(client, deadline_date="2026-03-01", deadline_time="10:00", deadline_zone="Europe/Berlin")
    assert "It is now March 24, 2026, 16:40 in Berlin." in text_of(response)


# Urgent ones


@pytest.mark.parametrize(("within", "alerted"), [("1", True), ("3", True), ("6", False), ("", False)])
def test_what_is_due_within_three_hours_alerts_the_people_on_call_at_once(
    client, organisation, within, alerted
):
    OnCall.objects.create(organisation=organisation, email="night@carm.example")
    send(client, deadline_within=within)
    alert = Message.objects.filter(purpose="inquiry-alert").first()
    assert bool(alert) is alerted
    assert (Inquiry.objects.get().alerted_at == AT) is alerted
    if alert:
        assert alert.deliveries.get().recipient == "night@carm.example"
        assert "Jonas" not in alert.subject + alert.text
    assert Delivery.objects.filter(recipient="press@carm.example", message__purpose="inquiry").count() == 1


def test_an_alert_is_in_the_language_of_the_person_on_call(client, organisation):
    user = User.objects.create(username="ani", email="ani@carm.example", language="fr")
    OnCall.objects.create(organisation=organisation, user=user)
    OnCall.objects.create(organisation=organisation, email="night@carm.example")
    send(client, deadline_within="1")
    alerts = Delivery.objects.filter(message__purpose="inquiry-alert")
    assert set(alerts.values_list("recipient", "message__language")) == {
        ("ani@carm.example", "fr"),
        ("night@carm.example", "en"),
    }


def test_with_nobody_on_call_the_alert_goes_to_the_desk_instead_of_the_notice(client):
    send(client, deadline_within="1")
    told = Delivery.objects.filter(recipient="press@carm.example")
    assert [delivery.message.purpose for delivery in told] == ["inquiry-alert"]


# What is refused


def test_the_wordings_of_the_errors(client):
    response = send(client, name="", outlet="", email="", message="")
    assert response.status_code == 400
    assert summary(response) == [
        ("id_name", "Enter your name"),
        ("id_outlet", "Enter your outlet, or write Freelance"),
        ("id_email", "Enter your e-mail address"),
        ("id_message", "Tell us what you need"),
    ]
    page = text_of(response)
    assert "<title>Error: Press contact" in page
    assert 'aria-invalid="true"' in page and 'aria-describedby="id_name_error"' in page


@pytest.mark.parametrize(
    "address",
    ["jonas.weber@", "jonas", "a@b@c.example", "Jonas <j@outlet.example>", "j@outlet.example,k@x.example"],
)
def test_a_malformed_address_is_refused_in_the_words_of_the_design(client, address):
    response = send(client, email=address)
    assert summary(response) == [
        ("id_email", "Enter an e-mail address we can reply to, such as name@outlet.com")
    ]
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("number", ["²²²²²²", "call me", "+374", "12345²"])
def test_a_phone_number_is_made_of_digits(client, number):
    response = send(client, phone=number)
    assert "Enter a phone number in digits" in text_of(response)
    assert shown(response, "phone") == number


FIELDS = [
    "name",
    "outlet",
    "email",
    "phone",
    "topic",
    "deadline_within",
    "deadline_date",
    "deadline_time",
    "deadline_zone",
    "message",
]
HOSTILE = {
    "long": "x" * 10_000,
    "control": "a\x01b\x7f",
    "nul": "a\x00b",
    "turned": "a\u202egnp.exe",
    "isolated": "a\u2066b",
    "half a letter": b"a%ED%A0%80b",
    "broken": b"a%FF%C3%28b",
    "a small two": "²",
}
TEXTS = {"name", "outlet", "message"}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("kind", some_quickly(HOSTILE, every=3))
def test_hostile_words_are_a_form_error_that_keeps_what_was_typed(client, field, kind):
    value = HOSTILE[kind]
    if kind == "a small two" and field in TEXTS:
        pytest.skip("a letter like any other in words")
    raw = value.decode() if isinstance(value, bytes) else quote(value)
    fields = posted() | {"stamp": stamp("inquiry", PRESS, AT)}
    body = "&".join(f"{name}={(raw if name == field else quote(text))}" for name, text in fields.items())
    response = client.post(PRESS, body, content_type=FORM_TYPE)
    assert response.status_code == 400
    assert [where for where, _said in summary(response)] == [f"id_{field}"]
    assert shown(response, "name") or field == "name"
    if field not in ("topic", "deadline_within", "deadline_zone") and not isinstance(value, bytes):
        assert value in text_of(response).replace("&lt;", "<")
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_in_the_fields_that_nobody_sees(client, kind):
    value = HOSTILE[kind]
    value = value.decode("latin-1") if isinstance(value, bytes) else value
    assert send(client, website=value).status_code == 303
    assert Inquiry.objects.get().state == "doubtful"
    assert client.post(PRESS, posted(stamp=value)).status_code == 400


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", "name=x", 400),
        ("application/json", '{"name": "\\ud800"}', 400),
        ("multipart/form-data", "x", 400),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=", 400),
        (
            "multipart/form-data; boundary=x; charset=utf-7",
            "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n+2AA-\r\n--x--",
            400,
        ),
        (
            "multipart/form-data; boundary=x; charset=rot13",
            "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--",
            400,
        ),
        (FORM_TYPE + "; charset=utf-16", "name=x", 400),
        (FORM_TYPE, "a=1&" * 2000, 400),
        (FORM_TYPE, "message=" + "x" * 5_000_001, 400),
        (FORM_TYPE, "", 400),
    ],
)
@pytest.mark.parametrize("path", [PRESS, "/en/releases/", "/en/no-such-page/", "/nowhere"])
def test_bodies_that_are_no_form(client, path, content_type, body, status):
    response = client.generic(
        "POST", path, body.encode(), content_type
    )  # as the bytes stand, not encoded anew
    assert response.status_code in ({400} if path == PRESS else {400, 404, 405})


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(PRESS).status_code == 405


def test_the_result_pages_take_no_post(client):
    assert client.post("/en/press/sent/").status_code == 405
    assert client.head(PRESS).status_code == 200


# The stamp and the origin


@pytest.mark.parametrize(
    "other",
    [
        "",
        "2026-03-24:forged",
        stamp("sign", PRESS, AT),
        stamp("inquiry", "/fr/press/", AT),
        stamp("inquiry", PRESS, AT - timedelta(days=4)),
        stamp("inquiry", PRESS, AT + timedelta(days=1)),
    ],
    ids=["missing", "forged", "of another form", "of another page", "of four days ago", "of tomorrow"],
)
def test_a_stamp_that_is_not_good_returns_the_words_and_a_fresh_one(client, other):
    response = client.post(PRESS, posted(stamp=other, message="Keep these words."))
    assert response.status_code == 400
    assert "What you wrote is still below. Send it once more." in text_of(response)
    assert shown(response, "message") == "Keep these words."
    assert not Inquiry.objects.exists()
    again = client.post(PRESS, posted(stamp=shown(response, "stamp"), message="Keep these words."))
    assert again.status_code == 303


def test_a_stamp_is_good_for_three_days(client, now):
    now.move_to(AT.replace(hour=23, minute=59) + timedelta(days=3), tick=False)
    assert send(client).status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", "²"])
def test_a_foreign_origin_is_refused_with_the_words_kept(client, origin):
    response = send(client, headers={"origin": origin})
    assert response.status_code == 403
    assert "This was sent from another site." in text_of(response)
    assert shown(response, "message")
    assert not Inquiry.objects.exists()


def test_our_own_origin_and_none_pass(client):
    assert send(client, headers={"origin": "http://testserver"}).status_code == 303
    assert send(client).status_code == 303


# Doubt


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"website": "https://casino.example"}, "trap"),
        ({"message": "see http://a.example https://b.example www.c.example www.d.example"}, "links"),
        ({"name": "www.casino.example"}, "links"),
        ({"message": "see http://a.example https://b.example www.c.example"}, ""),
    ],
)
def test_what_looks_like_spam_is_kept_aside_and_nobody_is_woken(client, fields, doubt):
    response = send(client, deadline_within="1", **fields)
    assert (response.status_code, response["Location"]) == (303, "/en/press/sent/")
    inquiry = Inquiry.objects.get()
    assert (inquiry.doubt, inquiry.state) == (doubt, "doubtful" if doubt else "new")
    assert Message.objects.exists() is not bool(doubt)


def test_the_sixth_within_an_hour_is_kept_aside_and_says_so(client):
    for _ in range(5):
        assert send(client)["Location"] == "/en/press/sent/"
    response = send(client)
    assert response["Location"] == "/en/press/sent/many/"
    assert Inquiry.objects.doubtful().get().doubt == "many"
    assert Message.objects.count() == 5
    page = words_of(client.get(response["Location"]))
    assert "You have sent five inquiries this hour. Call the desk if it cannot wait: +374 10 555 01" in page


def test_past_fifty_an_hour_the_form_returns_with_the_words(client, now):
    hour = AT.replace(minute=0)
    send(client)
    Attempt.objects.filter(hour=hour).update(count=49)
    assert send(client).status_code == 303
    response = send(client, message="Keep these words.")
    assert response.status_code == 429
    assert "Fifty inquiries came from your network this hour." in text_of(response)
    assert "Call the desk if it cannot wait: +374 10 555 01" in words_of(response)
    assert shown(response, "message") == "Keep these words."
    assert Inquiry.objects.count() == 2
    now.move_to(AT + timedelta(hours=1), tick=False)
    assert send(client)["Location"] == "/en/press/sent/"


def test_another_network_is_counted_apart_and_no_address_is_kept(client):
    for _ in range(6):
        client.post(PRESS, posted(stamp=stamp("inquiry", PRESS, AT)), REMOTE_ADDR="192.0.2.1")
    client.post(PRESS, posted(stamp=stamp("inquiry", PRESS, AT)), REMOTE_ADDR="192.0.2.2")
    assert Inquiry.objects.doubtful().count() == 1
    assert not Attempt.objects.filter(network__contains="192").exists()
    assert not Inquiry.objects.filter(network__contains="192").exists()


def test_a_form_with_errors_counts_for_nothing(client):
    for _ in range(7):
        send(client, email="")
    assert not Attempt.objects.exists()


# The page after it


def test_while_the_desk_is_open_the_page_says_so(client):
    page = text_of(client.get("/en/press/sent/"))
    assert "<h1>Inquiry sent</h1>" in page
    assert "The press desk is at work now and goes by the deadlines." in page
    assert "Its hours today are 08:00–22:00 Yerevan (UTC+4)." in page
    assert "+374 10 555 01" in page
    assert "noindex" in page


def test_at_night_it_says_when_a_person_reads_it_and_names_the_duty_line(client, now):
    now.move_to(datetime(2026, 3, 24, 21, 0, tzinfo=UTC), tick=False)  # 01:00 in Yerevan
    page = text_of(client.get("/en/press/sent/"))
    assert "The press desk is closed. A person reads it from 25 March 2026, 08:00 Yerevan (UTC+4) on." in page
    assert "call the duty line:" in page and "+374 10 555 02" in page
    assert "people on call" not in page


def test_it_speaks_of_people_on_call_only_where_there_are_some(client, organisation):
    OnCall.objects.create(organisation=organisation, email="night@carm.example")
    assert "goes at once to the people on call" in text_of(client.get("/en/press/sent/"))


def test_a_desk_without_hours_promises_none(client, organisation):
    organisation.desk_opens = organisation.desk_closes = None
    organisation.save()
    assert "It keeps no fixed hours." in text_of(client.get("/en/press/sent/"))


def test_hours_over_midnight(client, organisation, now):
    organisation.desk_opens, organisation.desk_closes = time(20), time(4)
    organisation.save()
    now.move_to(datetime(2026, 3, 24, 21, 0, tzinfo=UTC), tick=False)
    assert "The press desk is at work now" in text_of(client.get("/en/press/sent/"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_journalist_writes_in_without_javascript(browser_context):
    page = browser_context(java_script_enabled=False).new_page()
    page.goto(PRESS)
    page.fill("#id_name", "Jonas Weber")
    page.fill("#id_outlet", "Freelance")
    page.fill("#id_email", "jonas.weber@")
    page.select_option("#id_deadline_within", "3")
    page.fill("#id_message", "Could a spokesperson comment on demand 9?")
    page.click("text=Send inquiry")
    assert page.inner_text("h2#to-fix") == "One thing to fix"
    page.fill("#id_email", "jonas.weber@outlet.example")
    page.click("text=Send inquiry")
    assert page.inner_text("h1") == "Inquiry sent"
    assert page.context.cookies() == []
    assert Inquiry.objects.get().deadline
