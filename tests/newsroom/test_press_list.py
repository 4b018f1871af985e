"""The press list: kept by the press desk and editors, read from files after a dry run, taken away, erased."""

import csv
import io
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from advocacy.accounts.models import User
from advocacy.mail.models import Delivery, Message
from advocacy.publishing.models import Pass
from newsroom import press_list
from newsroom.models import PressContact, PressImport, PressSending
from newsroom.sending import Sending
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.newsroom.makers import AT, make_contact, make_release
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
LIST = "/admin/newsroom/presscontact/"
ADD, IMPORT = f"{LIST}add/", f"{LIST}import/"

FILE = """Name,Outlet,E-mail,Languages,Beat,Time zone,Consent,Agreed on
Jonas Weber,The Lantern,Jonas@Lantern.example,"en, French",courts,Europe/Berlin,Card of 3 March,2026-03-03
Mariam Sample,,mariam@outlet.example,,,,,
"""


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="Press desk", name="petra"))
    return client


def text_of(response):
    return unescape(response.content.decode())


def filled(desk, **changes):
    given = {
        "name": "Jonas Weber",
        "email": "Jonas@Lantern.example",
        "languages": ["en", "hy"],
        "consent": "E-mail",
        "consent_on": "2026-03-20",
        "active": "on",
    }
    return fields_of(desk.get(ADD)) | given | changes


def send(desk, data, **fields):
    """Reads a file as the form sends it; the page that follows."""
    given = {"languages": ["hy"], "consent": "Sign-up sheet", "consent_on": "2026-03-20"} | fields
    data = data.encode() if isinstance(data, str) else data
    return desk.post(IMPORT, given | {"file": SimpleUploadedFile("list.csv", data)}, follow=True)


def emails(response):
    return {contact.email for contact in response.context["cl"].result_list}


# -- one by one


def test_somebody_is_entered_and_found_by_language_beat_state_and_word(desk):
    assert desk.post(ADD, filled(desk, beat="courts", time_zone="Europe/Berlin")).status_code == 302
    make_contact(name="Mariam Sample", languages=["fr"], active=False)
    jonas, mariam = "jonas@lantern.example", "mariam.sample@outlet.example"
    for query, found in (
        ("", {jonas, mariam}),
        ("?language=en", {jonas}),
        ("?language=hy", {jonas}),
        ("?language=fr", {mariam}),
        ("?language=ar", set()),
        ("?beat=courts", {jonas}),
        ("?active__exact=0", {mariam}),
        ("?q=lantern", {jonas, mariam}),
        ("?q=mariam", {mariam}),
    ):
        assert emails(desk.get(LIST + query)) == found, query


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "JONAS.weber@outlet.example"}, "Somebody with this address is on the list already."),
        ({"email": '"ab"@outlet.example'}, "Write one plain e-mail address, such as desk@outlet.example."),
        ({"languages": []}, "Choose at least one language of this site."),
        ({"consent": ""}, "This field is required."),
        ({"consent_on": "2026-04-01"}, "The day on which they agreed lies ahead."),
        ({"consent_on": "2023-03-01"}, "They agreed more than three years ago. Ask them again first."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(desk, changes, sentence):
    make_contact()
    assert sentence in errors_of(desk.post(ADD, filled(desk, **changes)))
    assert PressContact.objects.count() == 1


def test_the_day_of_consent_is_nobody_s_guess(desk):
    for page in (ADD, IMPORT):
        assert fields_of(desk.get(page))["consent_on"] == ""


def test_one_address_stands_once_whatever_its_case():
    make_contact(email="jonas@lantern.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_contact(email="JONAS@lantern.example")


def test_writers_see_nothing_of_it(client):
    client.force_login(make_user(role="Writer", name="wanda"))
    contact = make_contact()
    for address in (LIST, ADD, IMPORT, f"{LIST}{contact.pk}/change/", f"{LIST}{contact.pk}/delete/"):
        assert client.get(address).status_code == 403, address


# -- from a file


def test_a_file_is_read_first_and_adds_nobody_then_adds_what_the_report_said(desk):
    page = text_of(send(desk, FILE))
    assert not PressContact.objects.exists()
    assert "Add 2 people" in page and "jonas@lantern.example" in page
    answer = desk.post(f"{IMPORT}{PressImport.objects.get().pk}/", follow=True)
    assert "2 people were added to the press list." in text_of(answer)
    jonas, mariam = PressContact.objects.order_by("name")
    assert (jonas.languages, jonas.beat, jonas.time_zone) == (["en", "fr"], "courts", "Europe/Berlin")
    assert (jonas.consent, str(jonas.consent_on)) == ("Card of 3 March", "2026-03-03")
    assert (mariam.languages, mariam.consent, str(mariam.consent_on)) == (
        ["hy"],
        "Sign-up sheet",
        "2026-03-20",
    )
    again = desk.post(f"{IMPORT}{PressImport.objects.get().pk}/", follow=True)
    assert "0 people were added" in text_of(again) and PressContact.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",a@b.example", "The name is missing."),
        ("Jonas,", "The e-mail address is missing."),
        ("Jonas,here", "“here” is no e-mail address."),
        ("Jonas,a@b.example,Klingon", "“klingon” is no language of this site."),
        ("Jonas,a@b.example,,Mars/Base", "“Mars/Base” is no time zone. Use a name such as Asia/Yerevan."),
        ("Jonas,a@b.example,,,2020-01-01", "They agreed more than three years ago. Ask them again first."),
        ("Jonas,a@b.example,,,03/04/2026", "“03/04/2026” is no date. Write it as 2023-09-28."),
    ],
)
def test_rows_that_are_wrong_are_left_out_in_sentences(desk, row, sentence):
    page = text_of(send(desk, f"Name,E-mail,Languages,Time zone,Agreed on\n{row}\n"))
    assert sentence in page and "Nobody: no row of the file is both complete and new." in page
    assert not PressImport.objects.get().rows


def test_who_is_there_already_or_stands_twice_is_not_added(desk):
    make_contact(email="mariam@outlet.example")
    page = text_of(send(desk, FILE + "J. Weber,,JONAS@lantern.example,,,,,\n"))
    assert "It stands twice in the file: row 2 is taken." in page
    read = PressImport.objects.get()
    assert [row["row"] for row in read.report["there"]] == [3, 4]
    assert [row["email"] for row in read.rows] == ["jonas@lantern.example"]


def test_a_file_without_addresses_is_none(desk):
    assert "No column is headed “E-mail”. The first row has to name the columns." in errors_of(
        send(desk, "Name\nJonas\n")
    )
    named_so = SimpleUploadedFile("list.XLSX", FILE.encode())
    given = {"languages": ["hy"], "consent": "Sheet", "consent_on": "2026-03-20", "file": named_so}
    assert errors_of(desk.post(IMPORT, given)) == [
        "This is no XLSX file, although its name says so. Save it anew, or as CSV."
    ]


def test_an_import_that_stopped_halfway_goes_on(desk, monkeypatch):
    monkeypatch.setattr(press_list, "AT_ONCE", 2)
    send(desk, "Name,E-mail\n" + "".join(f"N{n},n{n}@outlet.example\n" for n in range(5)))
    read = PressImport.objects.get()
    assert press_list.import_block(read, at=AT) == 2
    make_contact(email="n3@outlet.example")
    assert press_list.import_list(read, at=AT) == 2
    read.refresh_from_db()
    assert (read.rows, read.added, read.done) == ([], 4, AT)


# -- and out again


def test_no_cell_of_the_export_acts_as_a_formula_and_the_import_reads_it_again(desk):
    hostile = make_contact(
        name="=HYPERLINK(1)", outlet="+1", beat="@sum", consent="-2", email="j@outlet.example"
    )
    answer = desk.post(LIST, {"action": "export", "_selected_action": [hostile.pk]})
    written = answer.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(written))
    assert [row[name] for name in ("Name", "Outlet", "Beat", "Consent")] == [
        *("'=HYPERLINK(1)", "'+1", "'@sum", "'-2"),
    ]
    hostile.delete()
    send(desk, written)
    press_list.import_list(PressImport.objects.get(), at=AT)
    assert PressContact.objects.get().name == "=HYPERLINK(1)"


# -- erased


def test_one_person_is_erased_and_what_was_sent_keeps_the_number(desk):
    jonas, mariam = make_contact(), make_contact(name="Mariam Sample")
    release = make_release()
    release.publish(starts=AT + timedelta(hours=2), embargo=True)
    sending = Sending(release.versions.get(), PressContact.objects.all())
    assert sending.send(who=User.objects.get(), at=AT) == 2
    address = f"{LIST}{jonas.pk}/delete/"
    assert "Delete this person" in text_of(desk.get(address))
    assert PressContact.objects.count() == 2
    desk.post(address, {"post": "yes"})
    assert [contact.email for contact in PressContact.objects.all()] == [mariam.email]
    assert PressSending.objects.count() == 2 and PressSending.objects.filter(contact=None).count() == 1
    assert [given.name for given in Pass.objects.all()] == ["Mariam Sample"]
    assert [delivery.recipient for delivery in Delivery.objects.all()] == [mariam.email]
    assert Message.objects.count() == 1
    for told in ("Jonas", jonas.email):
        assert told not in text_of(desk.get("/admin/")) + text_of(desk.get(LIST))
