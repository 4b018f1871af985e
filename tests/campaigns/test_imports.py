"""Lists of signatories from files: read, reported row by row, added when somebody says so; and the way out."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from advocacy import spreadsheets
from campaigns import imports
from campaigns.models import LetterCount, Signatory, SignatoryImport
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of
from tests.campaigns.makers import AT, make_letter, make_many, make_signatory
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
IMPORT = "/admin/campaigns/signatory/import/"

LIST = """Name,Kind,Role,Country,Website,E-mail,Show name,Signed on,Consent
House of Rights,organisation,,Armenia,hrh.example,desk@hrh.example,yes,2031-04-28,Letter of its board
Anna Petrosyan,person,Professor of law,France,,anna@home.example,yes,28.04.2031,
Երևանի տուն,organisation,,Հայաստան,,,no,,
"""


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def letter():
    return make_letter()


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="Editor", name="edith"))
    return client


def send(desk, letter, data, *, name="list.csv", **fields):
    """Reads a file as the form sends it; the page that follows."""
    data = data.encode() if isinstance(data, str) else data
    given = {
        "work": letter.work_id,
        "language": "",
        "rows_are": "each",
        "shown": "show",
        "consent": "Sign-on form",
    }
    return desk.post(IMPORT, {**given, **fields, "file": SimpleUploadedFile(name, data)}, follow=True)


def the_list():
    return SignatoryImport.objects.order_by("-pk").first()


def text_of(response):
    return response.content.decode().replace("&quot;", '"').replace("&#x27;", "'")


def mistakes(row=0):
    return [found["mistakes"] for found in the_list().report["wrong"]][row]


def names():
    return list(Signatory.objects.in_order().values_list("name", flat=True))


def xlsx(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# -- dry run, then import


def test_a_file_is_read_first_and_adds_nobody(desk, letter):
    page = text_of(send(desk, letter, LIST))
    assert not Signatory.objects.exists()
    assert "Import 3 signatories" in page
    assert "2 organisations and 1 person" in page
    assert "No, only counted" in page


def test_import_adds_what_the_report_said(desk, letter):
    send(desk, letter, LIST)
    read = the_list()
    answer = desk.post(f"{IMPORT}{read.pk}/", follow=True)
    assert "3 signatories are on the letter now." in text_of(answer)
    assert names() == ["House of Rights", "Anna Petrosyan", "Երևանի տուն"]
    house, anna, other = Signatory.objects.in_order()
    assert (house.website, house.email, house.country) == (
        "https://hrh.example",
        "desk@hrh.example",
        "Armenia",
    )
    assert house.signed_on == anna.signed_on == date(2031, 4, 28)
    assert (house.consent, anna.consent) == ("Letter of its board", "Sign-on form")
    assert (anna.is_organisation, anna.role, anna.shown) == (False, "Professor of law", True)
    assert other.shown is False
    for each in (house, anna, other):
        assert each.version == letter.versions.get()
        assert (each.source, each.entered_by.username) == ("imported", "edith")
    count = LetterCount.objects.get(work=letter.work)
    assert (count.organisations, count.people, count.shown_organisations) == (2, 1, 1)


def test_a_list_is_added_once_however_often_the_button_is_pressed(desk, letter):
    send(desk, letter, LIST)
    url = f"{IMPORT}{the_list().pk}/"
    desk.post(url)
    assert "imported before" in text_of(desk.post(url, follow=True))
    assert Signatory.objects.count() == 3
    assert the_list().rows == [], "the names do not stay behind in a second place"


def test_get_adds_nobody(desk, letter):
    send(desk, letter, LIST)
    desk.get(f"{IMPORT}{the_list().pk}/")
    assert not Signatory.objects.exists()


def test_who_is_there_already_is_not_added_twice(desk, letter):
    make_signatory(letter=letter, name="HOUSE of rights", is_organisation=True)
    make_signatory(letter=letter, name="Anna Petrosyan", role="Nurse", country="France")
    page = text_of(
        send(
            desk,
            letter,
            LIST + "House  of Rights,organisation\nErewan House,organisation\nErewan house,organisation\n",
        )
    )
    assert "It is on the letter already." in page
    assert "Row 6 names the same." in page
    assert [row["row"] for row in the_list().report["there"]] == [2, 5, 7]
    desk.post(f"{IMPORT}{the_list().pk}/")
    assert Signatory.objects.filter(name="Anna Petrosyan").count() == 2, "two people may share a name"
    assert Signatory.objects.people().count() == 2
    assert Signatory.objects.organisations().count() == 3


def test_who_came_in_the_meantime_is_not_added_twice(desk, letter):
    send(desk, letter, LIST)
    make_signatory(letter=letter, name="house of rights", is_organisation=True)
    desk.post(f"{IMPORT}{the_list().pk}/")
    assert Signatory.objects.organisations().count() == 2
    assert the_list().added == 2


def test_names_follow_those_that_are_there(desk, letter):
    make_many(letter=letter, organisations=3)
    send(desk, letter, "Organisation\nNew House\n", rows_are="organisations")
    desk.post(f"{IMPORT}{the_list().pk}/")
    assert names()[-1] == "New House"


def test_whoever_may_not_add_signatories_may_not_import(client, letter):
    for role in ("Writer", "Press desk"):
        client.force_login(make_user(role=role))
        assert client.get(IMPORT).status_code == 403
        assert send(client, letter, LIST).status_code == 403
    client.logout()
    assert client.get(IMPORT).status_code == 302
    assert not SignatoryImport.objects.exists()


# -- headers, kinds, encodings


@pytest.mark.parametrize(
    "header",
    [
        "Name",
        "NAME",
        " name ",
        "Full_Name",
        "Organisation name:",
        "Organization (full name)",
        "Организация",
        "Անուն",
        "الاسم",
    ],
)
def test_the_name_is_found_under_many_headers(desk, letter, header):
    send(desk, letter, f"{header},Country\nHouse,Armenia\n", rows_are="organisations")
    assert [row["name"] for row in the_list().rows] == ["House"]


def test_columns_that_are_none_of_ours_are_named(desk, letter):
    page = text_of(send(desk, letter, "Name,Shoe size,Organisation\nAnna,38,House\n", rows_are="people"))
    assert "These columns are not used: Shoe size, Organisation" in page


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_may_be_parted_by_comma_semicolon_or_tab(desk, letter, delimiter):
    send(
        desk,
        letter,
        f'Name{delimiter}Country\n"House{delimiter} of Rights"{delimiter}Armenia\n',
        rows_are="organisations",
    )
    assert the_list().rows[0][
        "name"
    ] == f"House{' ' if delimiter == chr(9) else delimiter} of Rights".replace("  ", " ")
    assert the_list().rows[0]["country"] == "Armenia"


@pytest.mark.parametrize(
    "encoding, said",
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_is_found(desk, letter, encoding, said):
    page = text_of(
        send(desk, letter, "Name,Country\nÉgalité,Côte\n".encode(encoding), rows_are="organisations")
    )
    assert the_list().rows[0]["name"] == "Égalité"
    assert f"was read as {said}." in page


def test_a_sheet_is_read_as_well(desk, letter):
    data = xlsx(
        [["Name", "Signed on", "Show name"], ["House", date(2031, 4, 1), True], [None], ["Home", "", 0.0]]
    )
    send(desk, letter, data, name="list.xlsx", rows_are="organisations")
    first, second = the_list().rows
    assert (first["name"], first["signed_on"], first["shown"]) == ("House", "2031-04-01", True)
    assert (second["name"], second["signed_on"], second["shown"]) == ("Home", None, False)


def test_without_a_column_the_choice_of_the_form_holds(desk, letter):
    send(desk, letter, "Name\nAnna\n", rows_are="people", shown="count")
    assert the_list().rows[0]["shown"] is False
    assert "Kind" in errors_of(send(desk, letter, "Name\nAnna\n"))[0]


def test_nothing_is_chosen_beforehand(desk, letter):
    response = send(desk, letter, LIST, rows_are="", shown="", consent="")
    assert {"rows_are", "shown", "consent"} <= set(response.context["form"].errors)
    assert 'value="show" checked' not in desk.get(IMPORT).content.decode()


def test_a_language_the_letter_has_not(desk, letter):
    response = send(desk, letter, LIST, language="hy")
    assert errors_of(response) == ["This letter has no text in this language. Choose another one."]


# -- rows with a mistake


@pytest.mark.parametrize(
    "row, said",
    [
        (",organisation", "The name is missing."),
        ("House,company", "“company” is neither “organisation” nor “person”."),
        ("House,", "The row does not say whether this is an organisation or a person."),
        ("x" * 10_000 + ",person", "“name” has more than 200 characters: “" + "x" * 40 + "…”."),
        ('"=HYPERLINK(""https://evil.example"")",person', "“name” begins as a formula does: “=HYPERLINK(\"https://evil.example\")”."),
        ("Anna,person,,,,anna at home", "“anna at home” is no e-mail address."),
        ("House,organisation,,,javascript:alert(1)", "“javascript:alert(1)” is no web address, such as https://hrh.example."),
        ("Anna,person,,,,,maybe", "Whether the name is shown is “yes” or “no”, not “maybe”."),
        ("Anna,person,,,,,,²", "“²” is no date. Write it as 2023-09-28."),
        ("Anna,person,,,,,,04/05/2031", "“04/05/2031” is no date. Write it as 2023-09-28."),
        ("Anna,person,,,,,,31.02.2031", "“2031-02-31” is no date. Write it as 2023-09-28."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_in_a_sentence_with_its_row(desk, letter, row, said):
    header = LIST.splitlines()[0]
    page = text_of(send(desk, letter, f"{header}\nGood House,organisation\n{row}\n"))
    [wrong] = the_list().report["wrong"]
    assert (wrong["row"], wrong["mistakes"]) == (3, [said])
    assert "Row 3:" in page
    assert [row["name"] for row in the_list().rows] == ["Good House"], "a mistake costs one row, not the list"


def test_signs_that_nobody_sees_are_taken_out(desk, letter):
    data = "Name\n\u202eAn\x00na\x07 \u2066Petro\ufeffsyan\n".encode("utf-8", "surrogatepass")
    send(desk, letter, data, rows_are="people")
    assert the_list().rows[0]["name"] == "Anna Petrosyan"
    desk.post(f"{IMPORT}{the_list().pk}/")
    assert names() == ["Anna Petrosyan"]


def test_a_lone_surrogate_breaks_nothing(desk, letter):
    data = "Name\nAn\ud800na\nHouse\n".encode("utf-8", "surrogatepass")
    assert send(desk, letter, data, rows_are="people").status_code == 200
    data = "Name\nAn\ud800na\n".encode("utf-16", "surrogatepass")
    assert send(desk, letter, data, rows_are="people").status_code == 200


# -- files that are none


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "No column is headed"),
        (b"Name\n", "no row below its headers"),
        (b"Country\nArmenia\n", "No column is headed"),
        (b"PK\x03\x04 nonsense", "can't be read as an Excel table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "an old or a locked Excel file"),
        (b'Name\n"' + b"x" * 140_000 + b'"\n', "can't be read as CSV"),
        (bytes(range(256)) * 20, "No column is headed"),
        (b"x" * (spreadsheets.LARGEST + 1), "more than 5 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(desk, letter, data, said):
    response = send(desk, letter, data, rows_are="people")
    assert response.status_code == 200
    assert said in errors_of(response)[0]
    assert not SignatoryImport.objects.exists()


def test_a_packed_bomb_is_refused_before_it_is_unpacked(desk, letter, monkeypatch):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheets.LARGEST_UNPACKED + 1))
    assert len(stream.getvalue()) < 100_000
    assert "far too large" in errors_of(send(desk, letter, stream.getvalue(), name="list.xlsx"))[0]


def test_too_many_rows_are_refused(desk, letter):
    rows = "Name\n" + "".join(f"House {n}\n" for n in range(spreadsheets.MOST_ROWS + 1))
    assert "more than 10000 rows" in errors_of(send(desk, letter, rows, rows_are="organisations"))[0]


def test_a_cell_far_down_a_sheet_makes_no_million_rows(desk, letter):
    book = Workbook()
    book.active.append(["Name"])
    book.active.append(["House"])
    book.active.cell(row=1_000_000, column=1, value="Home")
    stream = io.BytesIO()
    book.save(stream)
    response = send(desk, letter, stream.getvalue(), name="list.xlsx", rows_are="organisations")
    assert "more than 10000 rows" in errors_of(response)[0]


@pytest.mark.slow
def test_ten_thousand_are_added_in_blocks(desk, letter, django_assert_max_num_queries):
    rows = "Name\n" + "".join(f"House {n}\n" for n in range(spreadsheets.MOST_ROWS))
    page = text_of(send(desk, letter, rows, rows_are="organisations"))
    assert "And 9800 more." in page
    with django_assert_max_num_queries(300):
        desk.post(f"{IMPORT}{the_list().pk}/")
    assert LetterCount.objects.get(work=letter.work).organisations == spreadsheets.MOST_ROWS
    assert the_list().added == spreadsheets.MOST_ROWS


def test_an_import_that_stopped_halfway_goes_on(desk, letter, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    send(desk, letter, "Name\n" + "".join(f"Person {n}\n" for n in range(5)), rows_are="people")
    read = the_list()
    assert imports.import_block(read, who=None, at=AT) == 2
    read.refresh_from_db()
    assert (len(read.rows), read.done) == (3, None)
    desk.post(f"{IMPORT}{read.pk}/")
    read.refresh_from_db()
    assert (read.rows, read.added, read.done) == ([], 5, AT)
    assert names() == [f"Person {n}" for n in range(5)]


def test_a_list_that_is_not_imported_is_deleted_after_a_week(desk, letter):
    from advocacy.privacy.purge import purge

    send(desk, letter, LIST)
    purge(AT + timedelta(days=6))
    assert SignatoryImport.objects.exists()
    purge(AT + timedelta(days=7))
    assert not SignatoryImport.objects.exists()


# -- export


def exported(desk, **chosen):
    pks = Signatory.objects.values_list("pk", flat=True)
    response = desk.post(
        "/admin/campaigns/signatory/",
        {"action": "export", "_selected_action": [str(pk) for pk in pks], **chosen},
    )
    return response, list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_what_was_exported_can_be_imported_again(desk, letter):
    send(desk, letter, LIST)
    desk.post(f"{IMPORT}{the_list().pk}/")
    response, rows = exported(desk)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["Name"] for row in rows] == ["House of Rights", "Երևանի տուն", "Anna Petrosyan"]
    assert rows[0]["Letter"] == letter.title
    other = make_letter(title="Another letter")
    send(desk, other, response.content)
    assert the_list().report["wrong"] == []
    assert [row["shown"] for row in the_list().rows] == [True, False, True]


@pytest.mark.parametrize("name", ["=1+1", "+374 10", "-2", "@SUM(A1)"])
def test_no_cell_acts_as_a_formula_in_a_spreadsheet(desk, letter, name):
    make_signatory(letter=letter, name=name)
    _response, [row] = exported(desk)
    assert row["Name"] == f"'{name}"


def test_the_export_is_for_staff_alone(client, letter):
    make_signatory(letter=letter, name="Anna", email="anna@home.example")
    response = client.post("/admin/campaigns/signatory/", {"action": "export", "_selected_action": ["1"]})
    assert response.status_code == 302 and "login" in response["Location"]
    client.force_login(make_user(role="Writer"))
    assert client.post("/admin/campaigns/signatory/", {"action": "export"}).status_code == 403
