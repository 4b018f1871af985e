"""The record of a demand at the desk, where one person may record: the record names them, entries stay.

How a second person approves is in test_proposals.py."""

from datetime import timedelta

import pytest

from campaigns.models import Demand, DemandChange, DemandChangeText, DemandProposal, OfficeHolder
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import AT, DAY, make_holder, make_letter, record
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation(two_people=False)
    time_machine.move_to(AT + timedelta(hours=1), tick=False)
    return time_machine


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="Editor", name="edith"))
    return client


@pytest.fixture
def demand():
    letter = make_letter(addressees=[make_holder()])
    return Demand.objects.get(work=letter.work, number=2)


def record_url(demand):
    return f"/admin/campaigns/demand/{demand.pk}/record/"


def page_of(demand):
    return f"/admin/campaigns/demand/{demand.pk}/change/"


def filled(**changes):
    return {
        "status": "partly",
        "on": DAY.isoformat(),
        "note": "Two convoys were let through.",
        "language": "en",
        "actor": "all",
        "who_acted": "",
        "source_url": "https://un.example/press/1",
        "source_title": "United Nations",
        "hours": "0",
        **changes,
    }


def test_an_editor_records_a_change_and_readers_see_it(desk, client, demand):
    assert "Record a change" in desk.get(page_of(demand)).content.decode()
    response = desk.post(record_url(demand), filled(), follow=True)
    assert "The change is recorded." in response.content.decode()
    change = demand.changes.get()
    assert (change.status, change.who.username, change.known) == ("partly", "edith", AT + timedelta(hours=1))
    assert "Edith<br>Recorded by one person" in " ".join(response.content.decode().split()).replace(
        " <br>", "<br>"
    )
    public = client.get("/en/letters/ten-demands/demands/2/").content.decode()
    assert "Two convoys were let through." in public
    assert "s-partly" in public
    assert "edith" not in public.lower(), "readers are not told who of the staff recorded it"


@pytest.mark.parametrize(
    "role, may, says",
    [
        ("Writer", "propose", "Propose a change"),
        ("Press desk", "", ""),
        ("Editor", "record", "Record a change"),
        ("Administrator", "record", "Record a change"),
    ],
)
def test_who_may_record(client, demand, role, may, says):
    client.force_login(make_user(role=role))
    page = client.get(page_of(demand)).content.decode()
    for words in ("Propose a change", "Record a change"):
        assert (words in page) is (words == says)
    assert client.get(record_url(demand)).status_code == (200 if may else 403)
    assert client.post(record_url(demand), filled()).status_code == (302 if may else 403)
    assert DemandChange.objects.exists() is (may == "record")
    assert DemandProposal.objects.exists() is bool(may)


def test_strangers_are_asked_to_log_in(client, demand):
    assert client.post(record_url(demand), filled()).status_code == 302
    assert not DemandChange.objects.exists()


def test_asking_for_the_page_records_nothing(desk, demand):
    desk.get(record_url(demand))
    assert not DemandChange.objects.exists()


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"note": ""}, "Say in one or two sentences what happened."),
        ({"note": "", "status": "overtaken"}, "Say in one or two sentences what happened."),
        ({"source_url": ""}, "Give the address of a source where a reader can check it."),
        ({"source_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"on": ""}, "Enter the day it happened."),
        ({"on": "²"}, "Enter a valid date."),
        (
            {"on": (DAY + timedelta(days=2)).isoformat()},
            "Enter the day it happened. That day has not come yet.",
        ),
        ({"actor": "else"}, "Write who acted."),
        (
            {"actor": "all", "who_acted": "Belgium"},
            "Either an addressee acted or somebody else. Choose one of the two.",
        ),
        ({"actor": "999"}, "Select a valid choice. 999 is not one of the available choices."),
        ({"actor": ""}, "This field is required."),
        ({"status": ""}, "This field is required."),
        ({"hours": ""}, "Enter a number of hours; 0 makes it public at once."),
        ({"hours": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"hours": "9" * 30}, "Ensure this value is less than or equal to 168."),
        (
            {"hours": "2"},
            "Nobody is on the list of those who are told beforehand. Enter 0 hours, or add somebody.",
        ),
        ({"note": "x" * 10_000}, "Ensure this value has at most 1000 characters (it has 10000)."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk, demand, changes, said):
    response = desk.post(record_url(demand), filled(**changes))
    assert response.status_code == 200
    assert errors_of(response) == [said]
    assert fields_of(response)["source_title"] == "United Nations"
    assert not DemandChange.objects.exists()


def test_who_acted_is_an_addressee_somebody_else_or_all(desk, demand):
    holder = OfficeHolder.objects.get()
    desk.post(record_url(demand), filled(actor=str(holder.pk)))
    desk.post(record_url(demand), filled(actor="else", who_acted="Belgium"))
    desk.post(record_url(demand), filled(actor="all"))
    acted = [(change.addressee, change.who_acted) for change in demand.changes.all()]
    assert acted == [(holder, ""), (None, "Belgium"), (None, "")]
    page = desk.get(page_of(demand)).content.decode()
    assert "António Guterres, Secretary-General" in page and "Belgium" in page and "All addressees" in page


def test_only_addressees_of_the_letter_can_be_chosen(desk, demand):
    other = make_holder(name="Somebody else entirely")
    assert "Somebody else entirely" not in desk.get(record_url(demand)).content.decode()
    assert errors_of(desk.post(record_url(demand), filled(actor=str(other.pk))))


def test_an_entry_is_read_only_afterwards_and_can_be_translated(desk, demand):
    change = record(letter=demand.work.publications.get(), number=2)
    url = f"/admin/campaigns/demandchange/{change.pk}/change/"
    fields = fields_of(desk.get(url))
    assert not {"status", "on", "note", "source_url"} & set(fields)
    fields |= {
        "texts-TOTAL_FORMS": "1",
        "texts-0-language": "hy",
        "texts-0-note": "Շարասյունն անցավ։",
        "status": "refused",
        "note": "Forged",
    }
    assert desk.post(url, fields).status_code == 302
    change.refresh_from_db()
    assert (change.status, change.note) == ("met", "The convoy passed.")
    assert DemandChangeText.objects.get().note == "Շարասյունն անցավ։"
    assert desk.post(f"/admin/campaigns/demandchange/{change.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get("/admin/campaigns/demandchange/add/").status_code == 403


def test_the_forms_of_a_demand_change_nothing_but_the_day_of_the_last_look(desk, demand):
    change = record(letter=demand.work.publications.get(), number=2)
    fields = fields_of(desk.get(page_of(demand)))
    assert (
        desk.post(page_of(demand), fields | {"last_checked": "2031-04-30", "number": "9"}).status_code == 302
    )
    demand.refresh_from_db()
    assert (demand.number, demand.last_checked.isoformat()) == (2, "2031-04-30")
    assert demand.changes.get() == change
    assert desk.post(f"/admin/campaigns/demand/{demand.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get("/admin/campaigns/demand/add/").status_code == 403


@pytest.mark.parametrize(
    "day, said",
    [
        ((DAY + timedelta(days=2)).isoformat(), "Enter the day somebody looked. That day has not come yet."),
        ("²", "Enter a valid date."),
    ],
)
def test_nobody_has_looked_on_a_day_to_come(desk, demand, day, said):
    response = desk.post(page_of(demand), fields_of(desk.get(page_of(demand))) | {"last_checked": day})
    assert errors_of(response) == [said]
    demand.refresh_from_db()
    assert demand.last_checked is None


def test_last_checked_today_in_one_go(desk, demand):
    chosen = [str(pk) for pk in Demand.objects.values_list("pk", flat=True)]
    action = {"action": "check_today", "_selected_action": chosen}
    response = desk.post("/admin/campaigns/demand/", action, follow=True)
    assert "3 demands were last checked today." in response.content.decode()
    assert set(Demand.objects.values_list("last_checked", flat=True)) == {DAY}


def test_the_list_says_how_each_demand_stands_and_finds_them(desk, demand):
    record(letter=demand.work.publications.get(), number=2, status="refused")
    make_letter(title="Another letter", demands=["Corridor"], published=False)
    url = "/admin/campaigns/demand/"
    page = desk.get(url).content.decode()
    assert "2. Aid, in one line" in page and "Refused" in page and "Another letter" in page
    assert titles(desk.get(f"{url}?status=refused")) == ["2. Aid, in one line"]
    assert titles(desk.get(f"{url}?letter={demand.work_id}&status=open")) == [
        "1. Recognition, in one line",
        "3. Release, in one line",
    ]
    assert titles(desk.get(f"{url}?q=corridor")) == ["1. Corridor, in one line"]
    for nonsense in ("status=won", "letter=²", "letter=x", "letter=999999999999999999999"):
        assert desk.get(f"{url}?{nonsense}").status_code in (200, 302)


def titles(response):
    return [
        response.context["cl"].model_admin.number_and_title(row) for row in response.context["cl"].result_list
    ]


def test_a_long_list_costs_no_more_queries(desk, django_assert_max_num_queries):
    for number in range(8):
        make_letter(title=f"Letter {number}", demands=["Aid", "Release"])
    desk.get("/admin/campaigns/demand/")
    with django_assert_max_num_queries(14):
        desk.get("/admin/campaigns/demand/")


def test_the_first_page_says_which_demands_wait_and_what_was_recorded(desk, demand):
    letter = demand.work.publications.get()
    hidden = make_letter(title="Hidden letter", demands=["Corridor"], published=False)
    record(letter=letter, number=2, who=make_user(role="Editor", name="erik"))
    page = desk.get("/admin/").content.decode()
    assert "Demands to look at" in page
    assert "1. Recognition, in one line" in page and "Never checked" in page
    assert "Corridor" not in page, hidden
    assert "Changes of demands in the last seven days" in page and "Erik" in page
    Demand.objects.update(last_checked=DAY - timedelta(days=29))
    assert "Demands to look at" not in desk.get("/admin/").content.decode()


def test_office_holders_of_today(desk):
    make_holder(name="Ban Ki-moon", held_to=DAY - timedelta(days=1))
    make_holder(name="Volker Türk", held_from=DAY)
    make_holder(name="Somebody next", held_from=DAY + timedelta(days=1))
    url = "/admin/campaigns/officeholder/"
    shown = [row.name for row in desk.get(f"{url}?in_office=today").context["cl"].result_list]
    assert shown == [row.name for row in OfficeHolder.objects.all() if row.held_on(DAY)] == ["Volker Türk"]
    assert [row.name for row in desk.get(f"{url}?in_office=former").context["cl"].result_list] == [
        "Ban Ki-moon"
    ]


def test_an_editor_writes_office_holders_in_every_language(desk):
    url = "/admin/campaigns/officeholder/add/"
    fields = fields_of(desk.get(url)) | {
        "name": "Volker Türk",
        "office": "High Commissioner",
        "texts-TOTAL_FORMS": "1",
        "texts-0-language": "hy",
        "texts-0-name": "Ֆոլկեր Թյուրք",
        "texts-0-office": "Գերագույն հանձնակատար",
    }
    assert desk.post(url, fields).status_code == 302
    holder = OfficeHolder.objects.get()
    assert holder.in_language("hy").name == "Ֆոլկեր Թյուրք"
    assert holder.in_language("ru") == holder
