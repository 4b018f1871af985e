"""Signatories at the desk: a list of their own, nothing chosen beforehand, names shown or only counted."""

from datetime import timedelta

import pytest

from campaigns.models import LetterCount, Signatory
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import AT, DAY, make_letter, make_many, make_signatory
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
LIST = "/admin/campaigns/signatory/"
ADD = f"{LIST}add/"


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(AT + timedelta(hours=1), tick=False)


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="Editor", name="edith"))
    return client


@pytest.fixture
def letter():
    return make_letter()


def filled(desk, letter, **changes):
    return fields_of(desk.get(ADD)) | {
        "work": letter.work_id,
        "is_organisation": "person",
        "name": "Anna Petrosyan",
        "role": "Nurse",
        "country": "France",
        "shown": "show",
        "consent": "E-mail of 26 September",
        **changes,
    }


def shown(response):
    return [row.name for row in response.context["cl"].result_list]


def test_a_person_is_entered(desk, letter):
    assert desk.post(ADD, filled(desk, letter)).status_code == 302
    anna = Signatory.objects.get()
    assert (anna.name, anna.role, anna.is_organisation, anna.shown) == (
        "Anna Petrosyan",
        "Nurse",
        False,
        True,
    )
    assert (anna.language, anna.signed_on, anna.version) == ("en", DAY, letter.versions.get())
    assert (anna.entered_by.username, anna.source, anna.position) == ("edith", "entered", 1)


def test_nothing_is_chosen_beforehand(desk, letter):
    fields = fields_of(desk.get(ADD))
    assert "shown" not in fields and "is_organisation" not in fields
    response = desk.post(ADD, filled(desk, letter, shown="", is_organisation=""))
    assert not Signatory.objects.exists()
    assert len(errors_of(response)) == 2


def test_where_the_consent_came_from_is_needed(desk, letter):
    assert errors_of(desk.post(ADD, filled(desk, letter, consent=""))) == [
        "Write where the consent came from."
    ]


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"name": "house OF rights", "is_organisation": "organisation", "role": ""}, "already on the letter"),
        ({"is_organisation": "organisation"}, "Only a person has a role."),
        ({"website": "https://anna.example"}, "Only an organisation has a website"),
        ({"language": "hy"}, "This letter has no text in this language."),
        ({"work": ""}, "This field is required."),
        ({"work": "x"}, "Select a valid choice."),
        ({"email": "anna at home"}, "Enter a valid email address."),
        ({"name": "x" * 10_000}, "at most 200 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"position": "²"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(desk, letter, changes, said):
    make_signatory(letter=letter, name="House of Rights", is_organisation=True)
    response = desk.post(ADD, filled(desk, letter, **changes))
    assert response.status_code == 200
    assert said in errors_of(response)[0]
    assert fields_of(response)["consent"] == "E-mail of 26 September"
    assert Signatory.objects.count() == 1


def test_a_change_keeps_what_was_chosen(desk, letter):
    house = make_signatory(letter=letter, name="House", is_organisation=True, shown=False)
    url = f"{LIST}{house.pk}/change/"
    fields = fields_of(desk.get(url))
    assert (fields["is_organisation"], fields["shown"]) == ("organisation", "count")
    assert desk.post(url, fields | {"shown": "show", "country": "Armenia"}).status_code == 302
    house.refresh_from_db()
    assert (house.shown, house.is_organisation, house.country) == (True, True, "Armenia")
    assert LetterCount.objects.get(work=letter.work).shown_organisations == 1


def test_countries_that_are_in_use_are_offered(desk, letter):
    make_signatory(letter=letter, name="Anna", country="Nagorno-Karabakh")
    assert '<option value="Nagorno-Karabakh">' in desk.get(ADD).content.decode()


def test_the_list_answers_staffs_questions(desk, letter):
    other = make_letter(title="Another letter")
    make_signatory(letter=letter, name="House", is_organisation=True)
    make_signatory(letter=letter, name="Anna", shown=False, country="Armenia")
    make_signatory(letter=other, name="Boris", email="boris@home.example")
    assert shown(desk.get(f"{LIST}?letter={other.work_id}")) == ["Boris"]
    assert shown(desk.get(f"{LIST}?as=organisations")) == ["House"]
    assert shown(desk.get(f"{LIST}?as=people&shown__exact=0")) == ["Anna"]
    assert shown(desk.get(f"{LIST}?q=boris@home")) == ["Boris"]
    assert shown(desk.get(f"{LIST}?q=armenia")) == ["Anna"]
    assert "Another letter" in desk.get(LIST).content.decode()


def test_names_are_shown_and_counted_in_one_go(desk, letter):
    make_many(letter=letter, people=3)
    pks = [str(pk) for pk in Signatory.objects.values_list("pk", flat=True)]
    desk.post(LIST, {"action": "count_only", "_selected_action": pks[:2]})
    assert LetterCount.objects.get(work=letter.work).shown_people == 1
    response = desk.post(LIST, {"action": "show_names", "_selected_action": pks}, follow=True)
    assert "2 names are shown from now on." in response.content.decode()
    assert LetterCount.objects.get(work=letter.work).shown_people == 3


def test_places_are_changed_in_the_list(desk, letter):
    make_many(letter=letter, people=3)
    fields = fields_of(desk.get(LIST))
    first = next(name for name, value in fields.items() if name.endswith("-position") and value == "1")
    assert desk.post(LIST, fields | {first: "9", "_save": "Save"}).status_code == 302
    assert list(Signatory.objects.in_order().values_list("name", flat=True))[-1] == "Person 0001"


def test_deleting_keeps_the_counters_in_step(desk, letter):
    make_many(letter=letter, people=3)
    pks = [str(pk) for pk in Signatory.objects.values_list("pk", flat=True)[:2]]
    desk.post(LIST, {"action": "delete_selected", "_selected_action": pks, "post": "yes"})
    assert LetterCount.objects.get(work=letter.work).people == 1


def test_what_was_erased_on_its_date_stays_counted_and_is_not_named_again(desk, letter):
    from advocacy.privacy.purge import purge

    make_signatory(letter=letter, name="Anna", shown=False, email="a@home.example", entered=AT)
    make_signatory(letter=letter, name="Boris", shown=True, email="b@home.example", entered=AT)
    for house in ("House", "Home"):
        make_signatory(letter=letter, name=house, shown=False, is_organisation=True, entered=AT)
    purge(AT + timedelta(days=731))
    anna, boris = Signatory.objects.people().in_order()
    assert (anna.name, anna.name_key, anna.consent, anna.email) == ("", "", "", "")
    assert (boris.name, boris.email) == ("Boris", "")
    count = LetterCount.objects.get(work=letter.work)
    assert (count.people, count.organisations, count.shown_people) == (2, 2, 1)
    desk.force_login(
        Signatory._meta.get_field("entered_by").related_model.objects.get()
    )  # the session ran out
    assert "Counted without a name" in desk.get(LIST).content.decode()
    url = f"{LIST}{anna.pk}/change/"
    assert desk.post(url, filled(desk, letter)).status_code == 403
    desk.post(LIST, {"action": "show_names", "_selected_action": [str(anna.pk)]})
    anna.refresh_from_db()
    assert not anna.shown


@pytest.mark.parametrize("role", ["Writer", "Press desk"])
def test_signatories_are_the_editors_business(client, letter, role):
    make_signatory(letter=letter, name="Anna", email="anna@home.example")
    client.force_login(make_user(role=role))
    for url in (LIST, ADD, f"{LIST}{Signatory.objects.get().pk}/change/"):
        assert client.get(url).status_code == 403


def test_a_long_list_costs_no_more_queries(desk, letter, django_assert_max_num_queries):
    make_many(letter=letter, organisations=60, people=60)
    desk.get(LIST)
    with django_assert_max_num_queries(16):
        desk.get(LIST)


def test_the_first_page_reminds_of_a_list_that_was_read(desk, letter):
    from campaigns.models import SignatoryImport

    SignatoryImport.objects.create(
        work=letter.work, language="en", file_name="coalition.csv", rows=[{"x": 1}], made=AT, made_by_id=desk.session["_auth_user_id"]
    )  # fmt: skip
    assert "coalition.csv" in desk.get("/admin/").content.decode()
    SignatoryImport.objects.update(done=AT, rows=[])
    assert "coalition.csv" not in desk.get("/admin/").content.decode()
