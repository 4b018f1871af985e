"""The way out and one's own page: links that never expire, one press of a button, everything shown or erased."""

import json
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from advocacy.mail.models import Delivery, Mailing, Message
from advocacy.privacy.purge import purge
from advocacy.subscribers import links
from advocacy.subscribers.models import Subscriber, Suppression
from advocacy.subscribers.signing_up import send_link
from advocacy.subscribers.suppression import Reason, is_suppressed, suppress
from tests.mail.makers import queue_mail
from tests.minutes.models import Minutes
from tests.organisation.makers import make_organisation
from tests.publishing.makers import make_text
from tests.subscribers.makers import AT, links_in, make_subscriber, make_topic, newest, sign_up

pytestmark = pytest.mark.django_db
ANNA = "anna@reader.example"
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(AT, tick=False)
    return time_machine


def path_of(url):
    return url.removeprefix("http://testserver")


def leave_path(subscriber, language="en"):
    return path_of(links.unsubscribe_url(language, subscriber.token))


def own_path(subscriber, language="en"):
    return path_of(links.preferences_url(language, subscriber.token))


def one_click(client, subscriber, body=ONE_CLICK, **headers):
    return client.post(
        path_of(links.one_click_url(subscriber.token)), body, content_type=FORM_TYPE, **headers
    )


def text_of(response):
    return unescape(response.content.decode())


def receives(subscriber):
    return Subscriber.objects.receiving().filter(pk=subscriber.pk).exists()


# -- leaving


def test_one_button_leaves_and_only_then_is_there_a_question(client):
    anna = make_subscriber()
    page = text_of(client.get(leave_path(anna)))
    assert ANNA in page and "Why did you leave?" not in page and receives(anna)
    answer = client.post(leave_path(anna))
    assert (answer.status_code, answer["Location"]) == (303, leave_path(anna))
    assert not receives(anna) and is_suppressed(ANNA)
    page = text_of(client.get(leave_path(anna)))
    assert "You have left the bulletin" in page and "Why did you leave?" in page
    anna.refresh_from_db()
    assert (anna.state, anna.ended, anna.why_left) == ("left", AT, "")
    assert "Thank you for telling us why." in text_of(client.post(leave_path(anna), {"why": "many"}))
    anna.refresh_from_db()
    assert (anna.why_left, anna.ended) == ("many", AT)
    assert client.post(leave_path(anna), {"why": "nonsense"}).status_code == 200


def test_a_hundred_gets_change_nothing(client):
    anna = make_subscriber()
    before = Subscriber.objects.values().get()
    addresses = [leave_path(anna), path_of(links.one_click_url(anna.token)), own_path(anna)]
    for _hundred in range(100):
        for address in addresses:
            client.get(address)
    for address in addresses:
        client.head(address)
        assert client.get(address, follow=True).status_code == 200
    assert Subscriber.objects.values().get() == before and not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (ONE_CLICK, FORM_TYPE),
        ('--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n', "multipart/form-data; boundary=b"),
    ],
    ids=["urlencoded", "multipart"],
)  # fmt: skip
def test_one_click_needs_no_cookie_and_minds_no_origin(body, media):
    """RFC 8058, section 3.2: either form of body; the mail service has no context of the reader's."""
    anna = make_subscriber()
    mailer = Client(enforce_csrf_checks=True)
    url = path_of(links.one_click_url(anna.token))
    answer = mailer.generic("POST", url, body, content_type=media, HTTP_ORIGIN="https://mail.example")
    assert answer.status_code == 200 and not answer.cookies and "no-store" in answer["Cache-Control"]
    assert not receives(anna) and is_suppressed(ANNA)
    assert mailer.generic("POST", url, body, content_type=media).status_code == 200


def test_one_click_without_its_words_leads_to_the_page_with_the_button(client):
    anna = make_subscriber(language="hy")
    for answer in (
        one_click(client, anna, "x=1"),
        one_click(client, anna, ""),
        client.get(path_of(links.one_click_url(anna.token))),
    ):
        assert (answer.status_code, answer["Location"]) == (303, leave_path(anna, "hy"))
    url = path_of(links.one_click_url(anna.token))
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert client.generic(method, url).status_code == 405, method
    assert client.head(url).status_code == 303
    assert receives(anna)


def test_a_link_of_nobody_is_answered_soundly(client):
    assert client.post("/unsubscribe/nobody/", ONE_CLICK, content_type=FORM_TYPE).status_code == 200
    answer = client.get("/unsubscribe/nobody/", follow=True)
    assert answer.status_code == 404 and "This link leads to nobody any more" in text_of(answer)
    for path in ("preferences/nobody/", "preferences/nobody/erase/", "preferences/nobody/data.json"):
        for answer in (client.get(f"/en/bulletin/{path}"), client.head(f"/en/bulletin/{path}")):
            assert answer.status_code == 404
    assert client.post("/en/bulletin/unsubscribe/nobody/").status_code == 404


def test_links_outlive_every_key(client, settings):
    anna, boris = make_subscriber(), make_subscriber(email="boris@reader.example")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-key-and-the-old-one-is-lost", []
    assert client.get(own_path(anna)).status_code == 200
    assert client.post(own_path(anna), {"language": "hy"}).status_code == 303
    client.post(leave_path(anna))
    one_click(client, boris)
    assert not Subscriber.objects.receiving().exists()


def test_links_outlive_a_language_that_is_given_up(client):
    anna = make_subscriber(language="fr")
    from advocacy.organisation.models import Organisation

    Organisation.objects.update(languages=["hy", "ru"], default_language="hy")
    assert client.get(path_of(links.one_click_url(anna.token)), follow=True).status_code == 200
    assert client.get(own_path(anna, "fr")).status_code == 200
    assert client.post(leave_path(anna, "fr"), follow=True).status_code == 200
    assert not receives(anna)


def test_pages_of_one_person_are_kept_by_nobody_else(client):
    anna = make_subscriber()
    for path in (leave_path(anna), own_path(anna), f"{own_path(anna)}data.json", f"{own_path(anna)}erase/"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "private, no-store" and answer["X-Robots-Tag"] == "noindex", path
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert not answer.cookies


# -- one's own page


def test_language_and_topics_are_chosen_on_ones_own_page(client):
    hearings, letters = make_topic(), make_topic("Letters")
    make_topic("Secret", is_offered=False)
    anna = make_subscriber(topics=[hearings])
    page = text_of(client.get(own_path(anna)))
    assert "24 March 2026" in page and "Letters" in page and "Secret" not in page
    answer = client.post(own_path(anna), {"language": "ru", "topics": [letters.pk]}, follow=True)
    assert "Saved." in text_of(answer)
    anna.refresh_from_db()
    assert (anna.language, list(anna.topics.all())) == ("ru", [letters])
    assert client.post(own_path(anna), {"language": "zz", "topics": ["x"]}).status_code == 400
    client.post(own_path(anna), {"language": "ru"})
    assert not anna.topics.exists()


def test_a_mailing_finds_who_wants_to_hear_of_its_topics():
    hearings, letters = make_topic(), make_topic("Letters")
    everything = make_subscriber()
    make_subscriber(email="h@reader.example", topics=[hearings])
    of_letters = make_subscriber(email="l@reader.example", topics=[letters, hearings])
    make_subscriber(email="left@reader.example", state="left")
    found = Subscriber.objects.receiving().hearing_of([letters])
    assert set(found) == {everything, of_letters}


def test_the_link_in_the_mail_leads_to_the_page(client):
    anna = make_subscriber(language="hy")
    send_link(ANNA, "en", AT)
    assert links_in(newest().text) == [own_path(anna, "hy")]


def test_the_page_of_somebody_who_has_not_confirmed_leads_to_the_button(client):
    anna = make_subscriber(state="pending")
    assert "Yes, send me the bulletin" in text_of(client.get(own_path(anna), follow=True))


def test_everything_the_site_holds_is_shown(client):
    sign_up(client, language="en", topics=[make_topic().pk])
    client.post(links_in(newest().text)[0])
    anna = Subscriber.objects.get()
    sent_to_many([anna])
    Delivery.objects.filter(subscriber=anna).update(state="sent", due=None, settled_at=AT)
    told = json.loads(client.get(f"{own_path(anna)}data.json").content)
    assert told["e-mail address"] == ANNA and told["topics"] == ["Hearings"]
    assert told["consent"]["words"] == anna.consent.words
    assert [mail["subject"] for mail in told["mails"]] == [*("Did you ask for our bulletin?", "News")]
    held = {field.name for field in Subscriber._meta.get_fields() if field.concrete}
    assert held - {"id", "domain", "token", "code", "tries", "sample"} == {
        *("email", "language", "topics", "state", "asked", "joined", "ended", "expires", "why_left"),
        *("consent", "source", "consent_words"),
    }, "say in own_data() what a new column holds of the person"


@pytest.mark.parametrize("state", ["queued", "cancelled", "left_out"])
def test_the_subject_of_a_mail_that_did_not_go_out_is_not_told(client, state):
    anna = make_subscriber()
    sent_to_many([anna])
    settled = {"due": AT, "settled_at": None} if state == "queued" else {"due": None, "settled_at": AT}
    Delivery.objects.update(state=state, **settled)
    told = json.loads(client.get(f"{own_path(anna)}data.json").content)
    assert [(mail["subject"], mail["state"]) for mail in told["mails"]] == [("", state)]


def test_ones_data_comes_by_mail_where_a_button_is_pressed(client):
    anna = make_subscriber()
    page = f"{own_path(anna)}data/"
    assert client.get(page)["Location"] == own_path(anna) and not Message.objects.exists()
    told = client.post(page, follow=True)
    assert "Your data is on its way to this address." in text_of(told)
    mail = newest()
    assert list(mail.deliveries.values_list("recipient", flat=True)) == [ANNA] and mail.private
    assert f'"e-mail address": "{ANNA}"' in mail.text
    client.post(page)
    assert "No such mail goes to this address now." in text_of(client.post(page, follow=True))
    assert Message.objects.count() == 2, "two a day, whoever holds the link"
    assert client.post("/en/bulletin/preferences/nobody/data/").status_code == 404


def test_no_data_goes_to_an_address_that_takes_no_mail(client):
    anna = make_subscriber()
    suppress(ANNA, "bounced", AT)
    assert "No such mail goes to this address now." in text_of(
        client.post(f"{own_path(anna)}data/", follow=True)
    )
    assert not Message.objects.exists() and client.get(f"{own_path(anna)}data.json").status_code == 200


# -- erased


def sent_to_many(subscribers):
    """A bulletin on its way to these."""
    text = make_text(Minutes, word="News")
    mailing = Mailing.objects.create(work=text.work, purpose="bulletin", starts=AT)
    message = queue_mail(purpose="bulletin", subject="News", to=[], at=AT)
    Message.objects.filter(pk=message.pk).update(mailing=mailing)
    for each in subscribers:
        Delivery.objects.create(
            message=message, mailing=mailing, subscriber=each, domain=each.domain, mail_id=f"<{each.pk}@x>",
            due=AT, last_error=f"for {each.email}",
        )  # fmt: skip
    return message


def test_whoever_asks_is_erased_whole_and_a_mark_stays(client):
    anna, boris = make_subscriber(topics=[make_topic()]), make_subscriber(email="boris@reader.example")
    send_link(ANNA, "en", AT)
    shared = sent_to_many([anna, boris])
    inquiry = queue_mail(purpose="inquiry", to=[ANNA], at=AT)
    path = f"{own_path(anna)}erase/"
    assert "Erase me now" in text_of(client.get(path)) and receives(anna)
    answer = client.post(path, follow=True)
    assert "You are erased" in text_of(answer)
    assert [each.email for each in Subscriber.objects.all()] == [boris.email]
    assert set(Delivery.objects.values_list("message", "recipient", "subscriber", "last_error")) == {
        (shared.pk, "", None, ""),
        (shared.pk, "", boris.pk, f"for {boris.email}"),
        (inquiry.pk, ANNA, None, ""),
    }
    assert set(Message.objects.all()) == {shared, inquiry}
    assert Suppression.objects.get().reason == "erased"
    assert client.get(own_path(anna)).status_code == 404
    sign_up(client)
    assert not Subscriber.objects.filter(email=ANNA).exists()


# -- what goes by itself


def test_who_does_not_confirm_or_has_left_goes_by_itself(now):
    make_subscriber(email="p@reader.example", state="pending")
    make_subscriber(email="stays@reader.example")
    left = make_subscriber(email="l@reader.example")
    left.leave(AT)
    suppress("stays@reader.example", Reason.BOUNCED, AT)
    make_subscriber(email="c@reader.example")
    for days, there in ((6, 4), (7, 3), (29, 3), (30, 1), (4000, 1)):
        purge(AT + timedelta(days=days))
        assert Subscriber.objects.count() == there, days
    assert Subscriber.objects.get().email == "c@reader.example"
    assert is_suppressed("l@reader.example") and is_suppressed("stays@reader.example")
    assert not is_suppressed("p@reader.example")
