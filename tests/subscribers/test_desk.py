"""The bulletin's people at the desk: found, entered, read from files after a dry run, taken away, taken off, erased."""

import csv
import io
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from advocacy.subscribers import importing
from advocacy.subscribers.models import ConsentText, Subscriber, SubscriberImport, Suppression
from advocacy.subscribers.suppression import Reason, is_suppressed, suppress
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.organisation.makers import make_organisation
from tests.subscribers.makers import AT, make_subscriber, make_topic, newest, sign_up

pytestmark = pytest.mark.django_db
LIST = "/admin/subscribers/subscriber/"
ADD, IMPORT = f"{LIST}add/", f"{LIST}import/"
MARKS = "/admin/subscribers/suppression/"
ANNA = "anna@reader.example"
NOON = datetime(2026, 3, 3, 8, tzinfo=UTC)  # in Yerevan

FILE = """E-mail,Language,Topics,Consent,Agreed on
Anna@Reader.example,Armenian,hearings,Card of 3 March,2026-03-03
boris@reader.example,,,,
"""


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def desk(client):
    client.force_login(make_user())
    return client


def text_of(response):
    return unescape(response.content.decode())


def send(desk, data, **fields):
    """Reads a file as the form sends it; the page that follows."""
    given = {"language": "en", "consent": "Sign-up sheet", "consent_on": "2026-03-20"} | fields
    return desk.post(IMPORT, given | {"file": SimpleUploadedFile("list.csv", data.encode())}, follow=True)


def emails(response):
    return {subscriber.email.split("@")[0] for subscriber in response.context["cl"].result_list}


# -- found and entered


def test_people_are_found_by_state_language_topic_and_word(desk):
    hearings = make_topic()
    make_subscriber(email="a@reader.example", topics=[hearings])
    make_subscriber(email="b@reader.example", language="hy")
    make_subscriber(email="c@else.example", state="pending")
    for query, found in (
        ("", "abc"),
        ("?state__exact=pending", "c"),
        ("?language__exact=hy", "b"),
        (f"?topic={hearings.pk}", "a"),
        ("?topic=all", "bc"),
        ("?q=else", "c"),
    ):
        assert emails(desk.get(LIST + query)) == set(found), query
    page = text_of(desk.get(LIST))
    assert "Get the bulletin: English 1, Armenian 1." in page or "Armenian 1, English 1." in page
    assert "Opens and clicks are not tracked." in page


def test_somebody_is_entered_with_their_consent_in_words(desk):
    given = fields_of(desk.get(ADD)) | {"email": "Anna@Reader.example", "language": "hy"}
    assert "This field is required." in errors_of(desk.post(ADD, given))
    given |= {"consent_words": "Wrote to us", "consent_on": "2026-03-03"}
    assert desk.post(ADD, given).status_code == 302
    [anna] = Subscriber.objects.receiving()
    assert (anna.email, anna.source, anna.consent_words, anna.joined) == (ANNA, "staff", "Wrote to us", NOON)
    assert anna.domain == "reader.example"
    again = errors_of(desk.post(ADD, given | {"email": ANNA.upper()}))
    assert "Somebody with this address is on the list already." in again


def test_the_day_of_consent_is_nobody_s_guess(desk):
    for page in (ADD, IMPORT):
        assert fields_of(desk.get(page))["consent_on"] == ""
    told = text_of(desk.get(IMPORT))
    assert "goes before this" not in told and "that is used in its place." in told
    answer = desk.post(ADD, fields_of(desk.get(ADD)) | {"email": ANNA, "consent_words": "Card of 3 March"})
    assert errors_of(answer) == ["This field is required."]


def test_nobody_enters_who_asked_for_silence(desk):
    suppress(ANNA, Reason.LEFT, AT)
    given = fields_of(desk.get(ADD)) | {"email": ANNA, "consent_words": "x", "consent_on": "2026-03-03"}
    assert "Nobody can put it back but its owner." in str(errors_of(desk.post(ADD, given)))


def test_staff_change_language_and_topics_and_nothing_else(desk):
    anna, hearings = make_subscriber(), make_topic()
    page = desk.get(f"{LIST}{anna.pk}/change/")
    given = fields_of(page) | {
        "language": "ru",
        "topics": [hearings.pk],
        "email": "x@x.example",
        "state": "left",
    }
    assert desk.post(f"{LIST}{anna.pk}/change/", given).status_code == 302
    anna.refresh_from_db()
    assert (anna.language, list(anna.topics.all()), anna.email) == ("ru", [hearings], ANNA)
    assert anna.state == "confirmed"


@pytest.mark.parametrize("role", ["Writer", "Press desk"])
def test_others_see_nothing_of_it(client, role):
    client.force_login(make_user(role=role, name="other"))
    anna = make_subscriber()
    suppress("b@reader.example", Reason.LEFT, AT)
    for address in (
        *(LIST, ADD, IMPORT, f"{LIST}{anna.pk}/change/", f"{LIST}{anna.pk}/delete/"),
        *(MARKS, f"{MARKS}ask/", f"{MARKS}{Suppression.objects.get().pk}/lift/"),
        "/admin/subscribers/consenttext/",
    ):
        assert client.get(address).status_code == 403, address


# -- from a file, and out again


def test_a_file_is_read_first_and_adds_nobody_then_adds_what_the_report_said(desk):
    hearings = make_topic()
    page = text_of(send(desk, FILE))
    assert not Subscriber.objects.exists() and "Add 2 people" in page and "Card of 3 March" in page
    report = f"{IMPORT}{SubscriberImport.objects.get().pk}/"
    assert "2 people get the bulletin now." in text_of(desk.post(report, follow=True))
    anna, boris = Subscriber.objects.receiving().order_by("email")
    assert (anna.email, anna.language, list(anna.topics.all())) == (ANNA, "hy", [hearings])
    assert (anna.consent_words, anna.joined, anna.source) == ("Card of 3 March", NOON, "import")
    assert (boris.language, boris.consent_words, boris.domain) == ("en", "Sign-up sheet", "reader.example")
    assert len({anna.token, boris.token}) == 2
    assert "0 people get the bulletin now." in text_of(desk.post(report, follow=True))


def test_who_is_there_or_must_get_nothing_is_not_added(desk):
    make_subscriber()
    suppress("erased@reader.example", Reason.ERASED, AT)
    data = "E-mail\nANNA@reader.example\nErased@reader.example\nnew@reader.example\nNEW@reader.example\n"
    page = text_of(send(desk, data))
    assert "takes no mail. Nobody can put it back but its owner." in page
    assert "It stands twice in the file: row 4 is taken." in page
    read = SubscriberImport.objects.get()
    assert [row["row"] for row in read.report["there"]] == [2, 3, 5]
    assert [row["email"] for row in read.rows] == ["new@reader.example"]


def test_who_leaves_between_report_and_button_is_not_added(desk, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    send(desk, "E-mail\n" + "".join(f"n{n}@reader.example\n" for n in range(5)))
    suppress("n3@reader.example", Reason.LEFT, AT)
    make_subscriber(email="n0@reader.example", state="pending")
    answer = desk.post(f"{IMPORT}{SubscriberImport.objects.get().pk}/", follow=True)
    assert "3 people get the bulletin now." in text_of(answer)
    assert set(Subscriber.objects.receiving().values_list("email", flat=True)) == {
        f"n{n}@reader.example" for n in (1, 2, 4)
    }
    read = SubscriberImport.objects.get()
    assert (read.rows, read.added, read.done) == ([], 3, AT)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("here", "“here” is no e-mail address."),
        ('"""a b""@x.example"', '“"a b"@x.example” is no e-mail address.'),
        ("a@x.example,Klingon", "“klingon” is no language of this site."),
        ("a@x.example,,Space", "“Space” is no topic of the bulletin."),
        ("a@x.example,,,,2026-04-01", "The day on which they agreed lies ahead."),
        ("a@x.example,,,,03/04/2026", "“03/04/2026” is no date. Write it as 2023-09-28."),
        (f"a@x.example,,,{'x' * 301}", "has more than 300 characters"),
    ],
)
def test_rows_that_are_wrong_are_left_out_in_sentences(desk, row, sentence):
    page = text_of(send(desk, f"E-mail,Language,Topics,Consent,Agreed on\n{row}\n"))
    assert sentence in page and "Nobody: no row of the file is both complete and new." in page
    assert not SubscriberImport.objects.get().rows


def test_no_cell_of_the_export_acts_as_a_formula_and_the_import_reads_it_again(desk):
    anna = make_subscriber(consent_words="=HYPERLINK(1)", topics=[make_topic()], language="hy")
    make_subscriber(email="+left@reader.example", state="left")
    chosen = [subscriber.pk for subscriber in Subscriber.objects.all()]
    answer = desk.post(LIST, {"action": "export", "_selected_action": chosen})
    written = answer.content.decode("utf-8-sig")
    left, row = csv.DictReader(io.StringIO(written))
    assert left["E-mail"] == "'+left@reader.example" and left["State"] == "left"
    assert (row["E-mail"], row["Language"], row["Topics"]) == (ANNA, "hy", "Hearings")
    assert row["Consent"] == "'=HYPERLINK(1)"
    Subscriber.objects.all().delete()
    send(desk, written.replace(",left", ",confirmed"))
    desk.post(f"{IMPORT}{SubscriberImport.objects.get().pk}/")
    anna = Subscriber.objects.get(email=ANNA)
    assert (anna.consent_words, anna.language, anna.topics.count()) == ("=HYPERLINK(1)", "hy", 1)
    assert Subscriber.objects.filter(email="+left@reader.example").exists(), "and no other address"


@pytest.mark.parametrize("state", ["pending", "left", "suppressed"])
def test_an_export_brings_nobody_onto_a_list_who_did_not_get_the_bulletin(desk, state):
    make_subscriber(email="other@reader.example", state=state)
    chosen = [subscriber.pk for subscriber in Subscriber.objects.all()]
    written = desk.post(LIST, {"action": "export", "_selected_action": chosen}).content.decode("utf-8-sig")
    Subscriber.objects.all().delete()  # as after seven days, or on another site
    send(desk, written)
    read = SubscriberImport.objects.get()
    assert read.rows == [] and read.report["wrong"][0]["mistakes"] == [str(Subscriber.State(state).label)]


# -- taken off, erased


def test_people_are_taken_off_and_erased_by_the_list_and_one_by_one(desk):
    anna, boris, vera = (
        make_subscriber(email=f"{name}@reader.example") for name in ("anna", "boris", "vera")
    )
    answer = desk.post(LIST, {"action": "take_off", "_selected_action": [anna.pk]}, follow=True)
    assert "1 person gets no mail now." in text_of(answer)
    assert is_suppressed(anna.email) and Subscriber.objects.receiving().count() == 2
    asked = desk.post(LIST, {"action": "delete_selected", "_selected_action": [boris.pk]})
    assert Subscriber.objects.count() == 3 and asked.status_code == 200
    own = desk.get(f"{LIST}{vera.pk}/delete/")
    for page, person in ((asked, boris), (own, vera)):
        assert person.email in text_of(page) and 'value="Erase"' in text_of(page)
        assert "but by their own wish" in text_of(page) and str(person) not in text_of(page)
    Subscriber.objects.filter(pk=vera.pk).update(consent_words="بطاقة")
    page = text_of(desk.get(f"{LIST}{vera.pk}/change/"))
    assert '<div dir="auto">بطاقة</div>' in page
    assert page.count(f'<bdi dir="ltr">{vera.email}</bdi>') == 1 and str(vera) not in page
    assert f'<h2 class="subtitle">{vera.email}</h2>' in page
    desk.post(LIST, {"action": "delete_selected", "_selected_action": [boris.pk], "post": "yes"})
    desk.post(f"{LIST}{vera.pk}/delete/", {"post": "yes"})
    assert [each.email for each in Subscriber.objects.all()] == [ANNA]
    assert list(Suppression.objects.values_list("reason", flat=True).order_by("reason")) == [
        *("erased", "erased", "left")
    ]
    logged = " ".join(f"{line.object_repr} {line.change_message}" for line in LogEntry.objects.all())
    assert "reader.example" not in logged


# -- the marks


def test_whoever_knows_an_address_can_ask_and_an_administrator_lifts_with_a_reason(client, desk):
    anna = make_subscriber()
    suppress(ANNA, Reason.BOUNCED, AT)
    mark = Suppression.objects.get()
    assert "The address takes no mail" in text_of(desk.get(MARKS)) and mark.mark not in text_of(
        desk.get(MARKS)
    )
    page = text_of(desk.post(f"{MARKS}ask/", {"address": "Anna@Reader.example"}))
    assert "Yes: no bulletin goes to this address." in page and "Lift it" not in page
    assert "No: nothing stands" in text_of(desk.post(f"{MARKS}ask/", {"address": "b@reader.example"}))
    lift = f"{MARKS}{mark.pk}/lift/"
    assert desk.post(lift, {"reason": "x"}).status_code == 403
    client.force_login(make_user(role="Administrator"))
    assert "Lift it" in text_of(client.post(f"{MARKS}ask/", {"address": ANNA}))
    assert client.post(lift, {"reason": ""}).status_code == 200 and is_suppressed(ANNA)
    client.post(lift, {"reason": "Wrote to us on 3 March"})
    assert not is_suppressed(ANNA)
    assert LogEntry.objects.filter(change_message__contains="Wrote to us on 3 March").exists()
    client.logout()
    sign_up(client)
    anna.refresh_from_db()
    assert anna.state == "pending" and anna.code[:3] in newest().text


# -- the words of the consent


def test_who_tells_us_to_write_nothing_is_suppressed_by_hand(client, desk):
    make_subscriber()
    answer = desk.post(f"{MARKS}ask/", {"address": ANNA})
    assert "Suppress this address" in text_of(answer) and not Suppression.objects.exists()
    for address in (ANNA, "nobody-s@reader.example"):
        answer = desk.post(f"{MARKS}ask/", {"address": address, "suppress": "1"})
        assert "No bulletin goes to this address from now on." in text_of(answer)
        assert "Suppress this address" not in text_of(answer) and is_suppressed(address)
    assert not Subscriber.objects.receiving().exists()
    assert ANNA not in " ".join(line.object_repr + line.change_message for line in LogEntry.objects.all())
    client.force_login(make_user(name="press", role="Press desk"))
    assert client.post(f"{MARKS}ask/", {"address": ANNA, "suppress": "1"}).status_code == 403


def test_a_wording_is_added_and_never_changed(desk):
    add = "/admin/subscribers/consenttext/add/"
    assert ConsentText.shown("en").words in text_of(desk.get(add))
    for words in ("I want it.", "I want it, monthly."):
        assert desk.post(add, {"language": "en", "words": words}).status_code == 302
    assert list(ConsentText.objects.values_list("language", "number", "words")) == [
        ("en", 2, "I want it, monthly."),
        ("en", 1, "I want it."),
    ]
    assert ConsentText.shown("en").number == 2
    listed = text_of(desk.get("/admin/subscribers/consenttext/"))
    assert listed.count(">en 2</a>") == 1 and '<div dir="auto">I want it, monthly.</div>' in listed
    address = f"/admin/subscribers/consenttext/{ConsentText.objects.first().pk}/change/"
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"language": "en", "words": "Other"}).status_code == 403
