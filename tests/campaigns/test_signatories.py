"""Who signed: counters in step, names shown or only counted, pages of names, the text that was signed."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from advocacy.pictures.public import is_public
from campaigns.models import LetterCount, Signatory
from campaigns.views.signatories import PER_PAGE, SHOWN, shown_signatories, signatory_urls
from tests.campaigns.makers import AT, make_letter, make_many, make_signatory
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_picture

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LETTER = "/en/letters/ten-demands/"
ORGANISATIONS = f"{LETTER}signatories/organisations/"
PEOPLE = f"{LETTER}signatories/people/"


@pytest.fixture(autouse=True)
def now(time_machine):
    """Readers look an hour after the letter became public."""
    make_organisation()
    time_machine.move_to(AT + HOUR, tick=False)
    return time_machine


def counts(letter):
    found = LetterCount.objects.filter(work=letter.work).first() or LetterCount()
    stored = (found.organisations, found.people, found.shown_organisations, found.shown_people)
    assert stored == tuple(LetterCount.counted(letter.work_id).values()), "the counters are out of step"
    return stored


# -- counters


def test_counters_follow_every_way_to_add_change_and_delete():
    letter, other = make_letter(), make_letter(title="Another letter")
    house = make_signatory(letter=letter, name="House of Rights", is_organisation=True)
    anahit = make_signatory(letter=letter, name="Anahit", shown=False)
    assert counts(letter) == (1, 1, 1, 0)
    make_many(letter=letter, organisations=3, people=4, counted=5)
    assert counts(letter) == (4, 10, 4, 4)
    anahit.shown = True
    anahit.save()
    assert counts(letter) == (4, 10, 4, 5)
    Signatory.objects.filter(work=letter.work).people().update(shown=False)
    assert counts(letter) == (4, 10, 4, 0)
    house.work = other.work
    house.save()
    assert (counts(letter), counts(other)) == ((3, 10, 3, 0), (1, 0, 1, 0))
    Signatory.objects.filter(pk=anahit.pk).update(work=other.work)
    assert (counts(letter), counts(other)) == ((3, 9, 3, 0), (1, 1, 1, 0))
    anahit.delete()
    assert counts(other) == (1, 0, 1, 0)
    Signatory.objects.filter(work=letter.work).delete()
    assert counts(letter) == (0, 0, 0, 0)


def test_a_row_that_is_not_saved_is_not_counted():
    letter = make_letter()
    make_signatory(letter=letter, name="House of Rights", is_organisation=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signatory.objects.bulk_create(
            [
                Signatory(
                    work=letter.work, name=name, is_organisation=True, shown=True, language="en", consent="x"
                )
                for name in ("New House", "HOUSE of  rights")
            ]
        )
    assert counts(letter) == (1, 0, 1, 0)


# -- names


@pytest.mark.parametrize(
    "again", ["House of Rights", "HOUSE OF RIGHTS", "  House  of Rights ", "Ｈouse of Rights"]
)
def test_an_organisation_stands_on_a_letter_once(again):
    letter = make_letter()
    make_signatory(letter=letter, name="House of Rights", is_organisation=True)
    twice = Signatory(
        work=letter.work, name=again, is_organisation=True, shown=True, language="en", consent="x"
    )
    with pytest.raises(ValidationError, match="already on the letter"):
        twice.full_clean()
    twice.work = make_letter(title="Another letter").work
    twice.full_clean()


@pytest.mark.parametrize(
    "first, again", [("Հայրենիք", "ՀԱՅՐԵՆԻՔ"), ("Мемориал", "МЕМОРИАЛ"), ("Égalité", "ÉGALITÉ")]
)
def test_case_does_not_count_in_any_script_on_any_database(first, again):
    letter = make_letter()
    make_signatory(letter=letter, name=first, is_organisation=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_signatory(letter=letter, name=again, is_organisation=True)


def test_two_people_may_share_a_name():
    letter = make_letter()
    for _ in range(2):
        make_signatory(letter=letter, name="Anna Petrosyan").full_clean()
    assert counts(letter) == (0, 2, 0, 2)


def test_a_person_has_no_logo_and_an_organisation_no_role():
    letter = make_letter()
    person = make_signatory(letter=letter, name="Anna")
    person.website = "https://anna.example"
    with pytest.raises(ValidationError, match="Only an organisation has a website"):
        person.full_clean()
    house = make_signatory(letter=letter, name="House", is_organisation=True)
    house.role = "Director"
    with pytest.raises(ValidationError, match="Only a person has a role"):
        house.full_clean()


def test_nobody_signs_a_language_the_letter_is_not_written_in():
    letter = make_letter()
    with pytest.raises(ValidationError, match="no text in this language"):
        make_signatory(letter=letter, name="Anna", language="hy").full_clean()


# -- the text that was signed


def test_who_signed_before_is_bound_when_the_letter_is_first_published():
    letter = make_letter(published=False)
    anna = make_signatory(letter=letter, name="Anna")
    version = letter.publish(at=AT)
    anna.refresh_from_db()
    assert anna.version == version
    letter.title = "Ten demands, again"
    letter.save()
    letter.publish(at=AT + HOUR)
    anna.refresh_from_db()
    assert anna.version == version, "a signature stays with the text that was signed"


def test_each_is_bound_to_the_language_that_was_signed():
    letter = make_letter(published=False)
    other = make_letter(work=letter.work, language="hy", title="Տասը պահանջ", published=False)
    anna = make_signatory(letter=letter, name="Anna")
    anahit = make_signatory(letter=other, name="Անահիտ")
    letter.publish(at=AT)
    anahit.refresh_from_db()
    assert anahit.version is None
    armenian = other.publish(at=AT)
    for each in (anna, anahit):
        each.refresh_from_db()
    assert (anna.version.language, anahit.version) == ("en", armenian)


def test_a_version_that_never_became_public_binds_nobody():
    letter = make_letter(published=False)
    anna = make_signatory(letter=letter, name="Anna")
    scheduled = letter.publish(at=AT, starts=AT + HOUR)
    letter.unschedule(at=AT)
    version = letter.publish(at=AT)
    anna.refresh_from_db()
    assert anna.version == version != scheduled


def test_who_is_entered_while_the_letter_is_public_signed_what_is_public():
    letter = make_letter()
    assert Signatory.version_signed(letter.work, "en", AT) == letter.versions.get()
    amended = letter.publish(at=AT, starts=AT + HOUR)
    assert Signatory.version_signed(letter.work, "en", AT).number == 1
    assert Signatory.version_signed(letter.work, "en", AT + HOUR) == amended
    letter.withdraw(at=AT + HOUR)
    assert Signatory.version_signed(letter.work, "en", AT + HOUR) is None


# -- what readers see


def test_the_letter_shows_counters_and_the_first_names(client):
    letter = make_letter()
    make_many(letter=letter, organisations=41, people=30, counted=282)
    page = client.get(LETTER).content.decode()
    assert "<b>41</b>" in page and "<b>312</b>" in page
    assert "353" not in page, "people and organisations are never added up"
    assert page.count("House 0") == SHOWN and page.count("Person 0") == SHOWN
    assert f'href="{ORGANISATIONS}"' in page and f'href="{PEOPLE}"' in page


def test_a_letter_nobody_signed_has_no_word_of_signatories(client):
    make_letter()
    page = client.get(LETTER).content.decode()
    assert "ignator" not in page and "counters" not in page


def test_short_lists_have_no_page_to_go_to(client):
    letter = make_letter()
    make_many(letter=letter, organisations=SHOWN, people=1)
    assert "/signatories/" not in client.get(LETTER).content.decode()


def test_names_stand_in_the_order_staff_gave_them(client):
    letter = make_letter()
    for name in ("Zora", "Anna", "Mane"):
        make_signatory(letter=letter, name=name, country="Armenia", role="Nurse")
    Signatory.objects.filter(name="Mane").update(position=1)
    Signatory.objects.filter(name="Zora").update(position=3)
    page = client.get(PEOPLE).content.decode()
    assert page.index("Mane") < page.index("Anna") < page.index("Zora")
    assert "Nurse, Armenia" in page


def names_on(response):
    import re

    return re.findall(r"(?:House|Person) \d{4}", response.content.decode())


def test_pages_of_names_lead_there_and_back(client):
    letter = make_letter()
    make_many(letter=letter, people=2 * PER_PAGE + 1)
    everybody, url, addresses = [], PEOPLE, []
    while url:
        response = client.get(url)
        addresses.append(url)
        everybody += names_on(response)
        url = link(response, "next")
    assert everybody == [f"Person {n:04}" for n in range(1, 2 * PER_PAGE + 2)]
    assert len(addresses) == 3
    back = client.get(link(client.get(addresses[2]), "prev"))
    assert names_on(back) == everybody[PER_PAGE : 2 * PER_PAGE]
    assert names_on(client.get(link(back, "prev"))) == everybody[:PER_PAGE]


def link(response, rel):
    import re

    found = re.search(rf'href="([^"]+)" rel="{rel}"', response.content.decode())
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize(
    "query", ["after=²", "after=1", "after=1.x", "before=-1.2", f"after={'9' * 40}.1", "after=1.2&before=3.4"]
)
def test_a_place_that_makes_no_sense_is_no_error(client, query):
    letter = make_letter()
    make_many(letter=letter, people=3)
    assert client.get(f"{PEOPLE}?{query}").status_code == 200


def test_a_place_is_found_when_its_name_is_gone(client):
    letter = make_letter()
    make_many(letter=letter, people=PER_PAGE + 5)
    url = link(client.get(PEOPLE), "next")
    Signatory.objects.filter(name=f"Person {PER_PAGE:04}").delete()
    assert names_on(client.get(url)) == [f"Person {n:04}" for n in range(PER_PAGE + 1, PER_PAGE + 6)]


def test_the_lists_are_public_while_the_letter_is(client, now):
    letter = make_letter(published=False)
    make_many(letter=letter, organisations=1, people=1)
    for url in (ORGANISATIONS, PEOPLE):
        assert client.get(url).status_code == 404
    letter.publish(at=AT, starts=AT + 2 * HOUR)
    assert client.get(PEOPLE).status_code == 404
    now.move_to(AT + 2 * HOUR)
    assert client.get(PEOPLE).status_code == 200
    now.move_to(AT + 3 * HOUR)
    letter.withdraw(at=AT + 3 * HOUR)
    for url in (ORGANISATIONS, PEOPLE):
        response = client.get(url)
        assert response.status_code == 410
        assert b"Person 0001" not in response.content


def test_the_lists_stand_in_every_language_of_the_letter(client):
    letter = make_letter()
    make_letter(work=letter.work, language="hy", title="Ten demands hy")
    make_many(letter=letter, people=2)
    page = client.get(PEOPLE).content.decode()
    assert '/hy/letters/ten-demands-hy/signatories/people/"' in page
    assert "Person 0002" in client.get("/hy/letters/ten-demands-hy/signatories/people/").content.decode()
    assert client.get("/ru/letters/ten-demands/signatories/people/").status_code == 404


def test_the_lists_move_with_the_letter(client):
    letter = make_letter()
    make_many(letter=letter, organisations=1)
    letter.slug = "demands-to-the-un"
    letter.save()
    letter.publish(at=AT + HOUR / 2)
    response = client.get(ORGANISATIONS)
    assert response.status_code == 301
    assert response.headers["Location"] == "/en/letters/demands-to-the-un/signatories/organisations/"


def test_sub_addresses_name_the_lists_that_hold_a_name():
    letter = make_letter()
    version = letter.versions.get()
    make_many(letter=letter, counted=3)
    assert signatory_urls(version) == []
    make_many(letter=letter, organisations=1)
    assert signatory_urls(version) == [ORGANISATIONS]


def test_who_is_only_counted_is_counted_and_named_nowhere(client):
    """Pages, lists, feeds, sitemap: the name, the e-mail address and the consent appear in none of them."""
    letter = make_letter()
    make_many(letter=letter, people=1, counted=3)
    make_signatory(
        letter=letter, name="Zqsecret House", is_organisation=True, shown=False, country="Zqsecretland"
    )
    make_signatory(letter=letter, name="Anna", email="zqsecret@home.example", consent="Zqsecret said so")
    for url in (
        LETTER,
        PEOPLE,
        ORGANISATIONS,
        "/en/letters/",
        "/en/",
        f"{LETTER}demands.rss",
        f"{LETTER}demands.atom",
        "/en/feed.rss",
        "/en/feed/letter.atom",
        "/sitemap.xml",
        "/sitemap-2031.xml",
    ):
        response = client.get(url)
        assert response.status_code == 200, url
        assert b"zqsecret" not in response.content.lower(), url
    assert "<b>5</b>" in client.get(LETTER).content.decode(), "three who are counted, two who are shown"


def test_the_count_of_a_list_is_of_the_names_in_it(client):
    letter = make_letter()
    make_many(letter=letter, people=2, counted=7)
    page = client.get(PEOPLE).content.decode()
    assert "2 individuals" in page
    assert "9 individuals" not in page


# -- logos


def test_logos_come_first_and_replace_no_name(client):
    letter = make_letter()
    make_many(letter=letter, organisations=30)
    logo = make_picture()
    make_signatory(letter=letter, name="House of the Logo", is_organisation=True, logo=logo)
    page = client.get(LETTER).content.decode()
    assert page.count('alt="House of the Logo"') == 1
    assert page.index('alt="House of the Logo"') < page.index("House 0001")
    assert page.count("House 0") == SHOWN, "a logo takes no place in the list of names"
    assert f"/files/{logo.key}/" in page


def test_a_logo_is_public_while_its_name_is_shown_and_the_letter_public():
    letter = make_letter(published=False)
    logo = make_picture()
    house = make_signatory(letter=letter, name="House", is_organisation=True, logo=logo)
    assert not is_public(logo, AT)
    letter.publish(at=AT)
    assert is_public(logo, AT)
    Signatory.objects.filter(pk=house.pk).update(shown=False)
    assert not is_public(logo, AT)
    Signatory.objects.filter(pk=house.pk).update(shown=True)
    letter.withdraw(at=AT + HOUR)
    assert not is_public(logo, AT + HOUR)


# -- what it costs


def queries_of(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_a_thousand_cost_what_ten_cost(client):
    letter = make_letter()
    make_many(letter=letter, organisations=10, people=10)
    few = [queries_of(client, url) for url in (LETTER, ORGANISATIONS, PEOPLE)]
    Signatory.objects.all().delete()
    make_many(letter=letter, organisations=1000, people=1000, counted=1000)
    assert [queries_of(client, url) for url in (LETTER, ORGANISATIONS, PEOPLE)] == few
    assert few == [8, 5, 5]


def test_the_letter_asks_twice_for_names(django_assert_num_queries):
    letter = make_letter()
    make_many(letter=letter, organisations=100, people=100)
    version = type(letter.versions.get()).objects.select_related("work__letter_count").get(work=letter.work)
    with django_assert_num_queries(2):
        shown = shown_signatories(version)
        assert next(each.name for each in shown.organisations) == "House 0001"
        assert next(each.detail for each in shown.people) == "Teacher"
    nobody = make_letter(title="Another letter").versions.select_related("work__letter_count").get()
    with django_assert_num_queries(0):
        assert not shown_signatories(nobody)
