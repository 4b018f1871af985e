"""Asking for the bulletin as a reader does: the same answer for every address, a mail that asks back, a yes."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings as site_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocacy.delivery.models import Attempt
from advocacy.mail.models import Delivery, Message
from advocacy.mail.sending import send_due
from advocacy.subscribers import links
from advocacy.subscribers.models import ConsentText, Subscriber, Suppression, Topic, Turn
from advocacy.subscribers.suppression import Reason, is_suppressed, suppress
from tests.accounts.makers import make_user
from tests.hostile.words import as_read
from tests.mail.test_hostile_words import HOSTILE
from tests.organisation.makers import make_organisation
from tests.subscribers.makers import (
    AT,
    SUBSCRIBE,
    ask_for_link,
    links_in,
    make_subscriber,
    make_topic,
    newest,
    sign_up,
    type_code,
)

pytestmark = pytest.mark.django_db
ANNA = "anna@reader.example"
SENT = "/en/bulletin/sent/"
CONFIRMED = "/en/bulletin/confirmed/"


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(AT, tick=False)
    return time_machine


def text_of(response):
    return unescape(response.content.decode())


def code_in(message):
    return re.search(r"^(\d{6})$", message.text, re.M).group(1)


# -- what the page says


def test_the_page_says_what_one_agrees_to_and_that_nothing_is_tracked(client):
    page = text_of(client.get(SUBSCRIBE))
    assert ConsentText.shown("en").words in page
    assert "We do not track whether you open a mail or which links you follow." in page
    assert "<script" not in page and "Topics" not in page


def test_the_form_on_the_home_page_is_taken_as_it_stands(client):
    home = client.get("/en/")
    page = text_of(home)
    assert home["Referrer-Policy"] == "same-origin" and not home.cookies
    form = page[page.index(f'action="{SUBSCRIBE}"') :]
    given = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert set(given) == {"language", "consent", "stamp"}
    assert client.post(SUBSCRIBE, given | {"email": ANNA}).status_code == 303
    assert Subscriber.objects.get().language == "en"


@pytest.mark.parametrize("language", ["en", "hy", "ru", "fr", "ar"])
def test_it_works_in_every_language(client, language):
    path = f"/{language}/bulletin/subscribe/"
    answer = sign_up(client, path)
    assert (answer.status_code, answer["Location"]) == (303, f"/{language}/bulletin/sent/")
    assert client.get(answer["Location"]).status_code == 200
    subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.consent.language, newest().language) == (language,) * 3
    [link, erase] = links_in(newest().text)
    assert link == f"/{language}/bulletin/confirm/{subscriber.token}/"
    assert client.get(link).status_code == client.get(erase).status_code == 200


# -- stored, asked back, confirmed


def test_a_sign_up_is_stored_with_the_words_agreed_to_and_a_mail_asks_back(client):
    hearings, letters = make_topic(), make_topic("Letters")
    answer = sign_up(client, email="Anna@Reader.example", language="hy", topics=[letters.pk])
    assert (answer.status_code, answer["Location"]) == (303, SENT)
    anna = Subscriber.objects.get()
    assert (anna.email, anna.domain, anna.state) == (ANNA, "reader.example", "pending")
    assert (anna.language, list(anna.topics.all())) == ("hy", [letters])
    assert (anna.consent.words, anna.consent.number, anna.consent.language) == (
        ConsentText.shown("en").words,
        1,
        "en",
    )
    assert (anna.source, anna.asked, anna.joined) == ("form", AT, None)
    message = newest()
    assert [delivery.recipient for delivery in message.deliveries.all()] == [ANNA]
    assert message.private and message.purpose == "bulletin-opt-in"
    assert message.language == "hy" and "31 մարտի 2026" in message.text
    assert not Subscriber.objects.receiving().exists()
    assert hearings.subscribers.count() == 0


def test_the_link_opens_a_page_with_a_button_and_the_button_confirms(client):
    sign_up(client)
    link = links_in(newest().text)[0]
    for _again in range(3):
        assert "Yes, send me the bulletin" in text_of(client.get(link))
        client.head(link)
    assert not Subscriber.objects.receiving().exists()
    answer = client.post(link, follow=True)
    assert "You get the bulletin" in text_of(answer)
    [anna] = Subscriber.objects.receiving()
    assert (anna.joined, anna.expires, anna.code) == (AT, None, "")
    client.post(link)
    assert "You get the bulletin" in text_of(client.get(link))
    assert Subscriber.objects.get().joined == AT


@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩"])
def test_the_code_can_be_typed_instead_in_any_digits(client, digits):
    sign_up(client)
    code = code_in(newest()).translate(str.maketrans("0123456789", digits))
    answer = type_code(client, code, email="ANNA@reader.example")
    assert (answer.status_code, answer["Location"]) == (303, CONFIRMED)
    assert Subscriber.objects.receiving().count() == 1
    assert client.get(CONFIRMED).status_code == 200


def test_a_code_is_tried_five_times_and_then_worth_nothing(client):
    sign_up(client)
    right = code_in(newest())
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**6:06}"
    told = {text_of(type_code(client, wrong)) for _again in range(5)}
    assert len(told) == 1 and "This code does not belong to this address" in told.pop()
    assert type_code(client, right).status_code == 400
    assert not Subscriber.objects.receiving().exists()


def test_a_wrong_code_and_an_unknown_address_are_told_alike(client):
    sign_up(client)
    right = code_in(newest()).replace(" ", "")
    wrong = f"{(int(right) + 1) % 10**6:06}"
    make_subscriber(email="b@reader.example")
    answers = [
        text_of(type_code(client, wrong, email=who)) for who in (ANNA, "b@reader.example", "c@x.example")
    ]
    answers = [page.replace("b@reader.example", ANNA).replace("c@x.example", ANNA) for page in answers]
    assert len(set(answers)) == 1


def test_link_and_code_hold_for_seven_days(client, now):
    sign_up(client)
    link, code = links_in(newest().text)[0], code_in(newest())
    now.move_to(AT + timedelta(days=7), tick=False)
    assert "This link has expired" in text_of(client.get(link))
    assert client.post(link).status_code == 404
    assert type_code(client, code, at=AT + timedelta(days=7)).status_code == 400
    assert not Subscriber.objects.receiving().exists()


# -- nobody learns whether an address is known


def everybody():
    """Addresses of every sort; each has to look the same from outside."""
    make_subscriber(email="confirmed@reader.example")
    make_subscriber(email="pending@reader.example", state="pending")
    make_subscriber(email="left@reader.example", state="left")
    make_subscriber(email="bounced@reader.example")
    suppress("bounced@reader.example", Reason.BOUNCED, AT)
    suppress("erased@reader.example", Reason.ERASED, AT)
    make_subscriber(email="throttled@reader.example", state="pending")
    for sort in ("sign-up", "link"):
        for _twice in range(2):
            Turn.take(sort, "throttled@reader.example", AT)
    names = ("unknown", "confirmed", "pending", "left", "bounced", "erased", "throttled")
    return [f"{name}@reader.example" for name in names]


def whole(response):
    return response.status_code, dict(response.headers), response.content


def sign_up_for_topics(client, email):
    return sign_up(client, email=email, topics=list(Topic.objects.values_list("pk", flat=True)))


@pytest.mark.parametrize("ask", [sign_up, sign_up_for_topics, ask_for_link])
def test_every_address_is_answered_with_the_same_bytes_and_the_same_work(ask):
    answers, work = {}, {}
    make_topic(), make_topic("Letters")
    addresses = everybody()
    ask(Client(), email="somebody@else.example")  # what happens once in an hour has happened
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            answer = ask(Client(), email=address)
        answers[address] = (whole(answer), whole(Client().get(answer["Location"])))
        work[address] = [query["sql"].split()[0] for query in queries.captured_queries]
    for address in addresses:
        assert answers[address] == answers[addresses[0]], address
        assert address.encode() not in answers[address][1][2]
    counts = {address: len(done) for address, done in work.items()}
    writes = {
        address: sum(each in {"INSERT", "UPDATE", "DELETE"} for each in done)
        for address, done in work.items()
    }
    assert max(counts.values()) - min(counts.values()) <= 1, counts
    assert max(writes.values()) - min(writes.values()) <= 1, writes


def test_who_is_mailed_and_who_is_not():
    for address in everybody():
        sign_up(Client(), email=address)
    sent = dict(Delivery.objects.values_list("recipient", "message__purpose"))
    assert sent == {
        "unknown@reader.example": "bulletin-opt-in",
        "confirmed@reader.example": "bulletin-already",
        "pending@reader.example": "bulletin-opt-in",
        "left@reader.example": "bulletin-opt-in",
    }
    assert not Subscriber.objects.filter(email="erased@reader.example").exists()
    assert Message.objects.count() == 4


def test_who_gets_a_link_and_who_does_not():
    for address in everybody():
        ask_for_link(Client(), email=address)
    sent = set(Delivery.objects.values_list("recipient", flat=True))
    assert sent == {f"{name}@reader.example" for name in ("confirmed", "pending", "left")}
    assert Subscriber.objects.count() == 5


def test_nobody_changes_what_another_chose_by_signing_them_up_again(client):
    hearings = make_topic()
    anna = make_subscriber(topics=[hearings], language="hy")
    sign_up(client, language="fr")
    anna.refresh_from_db()
    assert (anna.state, anna.language, list(anna.topics.all())) == ("confirmed", "hy", [hearings])
    assert anna.token in newest().text and newest().purpose == "bulletin-already"


@pytest.mark.parametrize("ask", [sign_up, ask_for_link])
def test_two_mails_a_day_at_most_to_one_address_whoever_asks(now, ask):
    make_subscriber(state="pending" if ask is sign_up else "confirmed")
    for minutes, sent in ((0, 1), (1, 2), (2, 2), (1439, 2), (1440, 3), (1441, 4), (1442, 4)):
        moment = AT + timedelta(minutes=minutes)
        now.move_to(moment, tick=False)
        address = ANNA if minutes % 2 else ANNA.upper()
        answer = ask(Client(REMOTE_ADDR=f"192.0.2.{minutes % 250}"), email=address, at=moment)
        assert answer.status_code == 303
        assert Delivery.objects.filter(recipient__iexact=ANNA).count() == sent, minutes


def test_asking_for_the_link_adds_no_third_mail_that_asks_back():
    for ask in (sign_up, sign_up, ask_for_link, ask_for_link):
        ask(Client(), email=ANNA)
    assert sum("confirm/" in message.text for message in Message.objects.all()) == 2


def test_asking_a_third_time_does_not_spoil_the_code_of_the_second_mail(client):
    sign_up(client)
    sign_up(client)
    code = code_in(newest())
    sign_up(client)
    assert type_code(client, code).status_code == 303


# -- coming back


def test_who_left_may_come_back_and_is_off_the_marks_only_when_they_confirm(client):
    anna = make_subscriber()
    assert anna.leave(AT) and is_suppressed(ANNA)
    sign_up(client)
    assert is_suppressed(ANNA) and not Subscriber.objects.receiving().exists()
    client.post(links_in(newest().text)[0])
    assert Subscriber.objects.receiving().get().pk == anna.pk
    assert not is_suppressed(ANNA)


def test_a_mail_that_somebody_passed_on_puts_nobody_back_who_left(client, settings):
    anna = make_subscriber()
    passed_on = [f"/en/bulletin/{page}/{anna.token}/" for page in ("confirm", "preferences", "unsubscribe")]
    sign_up(client)
    opt_in_of_old = links.confirm_url("en", anna).removeprefix(site_settings.SITE_URL)
    anna.leave(AT)
    sign_up(client)
    own = links_in(newest().text)[0]
    for page in [*passed_on[:2], opt_in_of_old, passed_on[0].removesuffix("/") + "0" * 32 + "/"]:
        assert "Yes, send me the bulletin" not in text_of(client.get(page, follow=True))
        client.post(page)
        assert not Subscriber.objects.receiving().exists()
    ask_for_link(client)
    assert links_in(newest().text)[0] == own
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert "Yes, send me the bulletin" in text_of(client.get(own))
    client.post(own)
    assert Subscriber.objects.receiving().get().pk == anna.pk
    assert "You get the bulletin" in text_of(client.get(own))


# -- what is not taken


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"email": ""}, 400, "Enter your e-mail address"),
        ({"email": "anna"}, 400, "Enter an e-mail address at which you get mail"),
        ({"email": "a@x.example\r\nBcc: b@x.example"}, 400, "Enter an e-mail address at which you get mail"),
        ({"email": "a@x.example,b@x.example"}, 400, "Enter an e-mail address at which you get mail"),
        ({"email": '"a\\" b"@x.example'}, 400, "Enter an e-mail address at which you get mail"),
        ({"email": "=?utf-8?q?a?=@x.example"}, 400, "Enter an e-mail address at which you get mail"),
        ({"language": "zz"}, 400, "Choose a language from the list"),
        ({"website": "https://spam.example"}, 400, "Leave the field that nobody sees empty"),
        ({"stamp": "2026-03-24:forged"}, 400, "or did not come from here"),
        ({"consent": ""}, 400, "The words you agree to have changed."),
        ({"consent": "a\x00b"}, 400, "The words you agree to have changed."),
        ({"consent": "0" * 32}, 400, "The words you agree to have changed."),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(client, fields, status, sentence):
    answer = sign_up(client, **fields)
    assert answer.status_code == status
    assert sentence in text_of(answer) and "Error: Get the bulletin" in text_of(answer)
    assert not Subscriber.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize("place", ["{}@x.example", "a@x.example{}", "{}"])
def test_no_hostile_address_reaches_a_header_or_another_mailbox(client, smtp, place, monkeypatch):
    """What is taken at all goes to one mailbox: seen from the other side of the wire."""
    monkeypatch.setattr("advocacy.subscribers.views.MOST", 1000)
    for odd in [*HOSTILE, "fine"]:
        email = "fine@x.example" if odd == "fine" else place.format(as_read(odd))
        assert sign_up(client, email=email).status_code in {303, 400}, email[:80]
    while send_due(AT):
        pass
    reached = [each.recipients for each in smtp.received]
    assert reached == [[address] for address in Delivery.objects.values_list("recipient", flat=True)]
    assert ["fine@x.example"] in reached
    for each in smtp.received:
        assert [each.mail["To"]] == each.recipients
        assert not {"Bcc", "Cc", "X-Evil"} & set(each.header_names)


def test_another_site_cannot_sign_anybody_up(client):
    answer = sign_up(client, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403 and not Subscriber.objects.exists()
    assert f'value="{ANNA}"' in text_of(answer)


def test_one_network_cannot_post_without_end(client, now):
    for number in range(30):
        assert sign_up(client, email=f"n{number}@reader.example").status_code == 303
    answer = sign_up(client, email="n31@reader.example")
    assert answer.status_code == 429 and "n31@reader.example" in text_of(answer)
    assert Subscriber.objects.count() == 30
    assert sign_up(Client(REMOTE_ADDR="192.0.2.9"), email="n31@reader.example").status_code == 303
    assert not Attempt.objects.filter(network__contains="127").exists()


def test_where_nothing_can_be_stored_nothing_is_promised(client, monkeypatch):
    monkeypatch.setattr("advocacy.subscribers.mail.queue", lambda **given: 1 / 0)
    answer = sign_up(client)
    assert answer.status_code == 503 and "Try again in a few minutes" in text_of(answer)
    assert f'value="{ANNA}"' in text_of(answer)
    assert not Subscriber.objects.exists() and not Attempt.objects.exists() and not Turn.objects.exists()


# -- the words that are agreed to


def test_a_page_that_was_open_while_staff_changed_the_words_names_the_words_it_showed(client):
    old = ConsentText.shown("en").key
    sign_up(client, email="first@reader.example")
    ConsentText.write("en", "I want it, once a month.", at=AT, who=make_user())
    assert "I want it, once a month." in text_of(client.get(SUBSCRIBE))
    sign_up(client, email="second@reader.example", consent=old)
    sign_up(client, email="third@reader.example")
    agreed = dict(Subscriber.objects.values_list("email", "consent__number"))
    assert agreed == {"first@reader.example": 1, "second@reader.example": 1, "third@reader.example": 2}


def test_the_words_of_another_language_are_not_those_of_this_page(client):
    ConsentText.write("hy", "Այո", at=AT, who=make_user())
    answer = sign_up(client, consent=ConsentText.shown("hy").key)
    assert answer.status_code == 400 and not Subscriber.objects.exists()


# -- marks


def test_marks_are_found_under_earlier_keys_and_tell_no_address(settings):
    suppress("Anna@Reader.example", Reason.ERASED, AT)
    assert "anna" not in str(Suppression.objects.values_list()[0])
    settings.SECRET_KEY_FALLBACKS = [site_settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-a-while"
    assert is_suppressed(ANNA) and not is_suppressed("b@reader.example")
    suppress(ANNA, Reason.LEFT, AT)
    assert Suppression.objects.get().reason == "erased"
    suppress(ANNA, Reason.BOUNCED, AT)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_suppressed(ANNA) and Suppression.objects.count() == 1


def test_suppressing_ends_the_mail_of_the_subscriber():
    anna = make_subscriber()
    suppress(ANNA.upper(), Reason.COMPLAINED, AT)
    anna.refresh_from_db()
    assert (anna.state, anna.ended) == ("suppressed", AT)
    assert not Subscriber.objects.receiving().exists()
    assert not anna.confirm(AT) and not anna.leave(AT)


OTHER_SPELLINGS = [
    (
        "victim@reader.example",
        ["victim@ｒeader.example", "victim@rｅader.example", "VICTIM@ＲＥＡＤＥＲ.example"],
    ),
    (
        "anna@münchen.example",
        ["anna@xn--mnchen-3ya.example", "anna@mu\u0308nchen.example", "anna@MÜNCHEN.example"],
    ),
]


@pytest.mark.parametrize(("address", "others"), OTHER_SPELLINGS)
def test_two_mails_a_day_go_to_one_mailbox_however_it_is_spelled(client, address, others):
    for spelling in (address, *others):
        assert sign_up(client, email=spelling).status_code == 303
    assert Delivery.objects.count() == 2
    assert Subscriber.objects.get().email == address


@pytest.mark.parametrize(("address", "others"), OTHER_SPELLINGS)
def test_who_must_get_nothing_gets_nothing_by_another_spelling(client, address, others):
    suppress(address, Reason.COMPLAINED, AT)
    for spelling in others:
        assert is_suppressed(spelling)
        sign_up(client, email=spelling)
    assert not Delivery.objects.exists() and not Subscriber.objects.exists()


@pytest.mark.parametrize("letter", ["İ", "ı", "ſ", "\u212a"])
def test_a_letter_that_passes_for_ascii_is_told_and_breaks_nothing(client, letter):
    assert sign_up(client, email=f"{letter}an@reader.example").status_code == 400
    assert not Subscriber.objects.exists()
