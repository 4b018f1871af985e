from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from advocacy.organisation import chrome
from advocacy.organisation.hours import Desk, city, offset, zone_name
from advocacy.organisation.models import (
    OnCall,
    Organisation,
    OrganisationText,
    Person,
    PersonText,
    Term,
)
from advocacy.organisation.names import keep_names_together
from tests.organisation.makers import make_organisation

SEPTEMBER = datetime(2023, 9, 28, 14, tzinfo=UTC)
pytestmark = pytest.mark.django_db


# One row


def test_there_is_one_row():
    make_organisation()
    for attempt in (Organisation(), Organisation(id=2)):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt.save(force_insert=True)
    assert Organisation.objects.count() == 1


def test_before_the_set_up_there_are_defaults_and_nothing_is_written(settings):
    assert Organisation.current().brand == "#8a1538"
    assert chrome.load("en").name == settings.SITE_HOST
    assert not Organisation.objects.exists()


def test_saving_works_out_the_colours():
    organisation = make_organisation(brand_typed="#009EDB")
    assert organisation.brand == "#035d82"
    assert Organisation.current().brand_css.startswith(":root{--brand:#035d82;")


def test_what_does_not_fit_together_gets_a_sentence_at_its_field():
    for name, values in {
        "brand_typed": {"brand_typed": "reddish"},
        "lamp_typed": {"lamp_typed": "#12"},
        "desk_closes": {"desk_opens": time(8), "desk_closes": None},
        "languages": {"languages": ["hy"]},
        "time_zone": {"time_zone": "Yerevan"},
        "country": {"country": "Armenia"},
    }.items():
        with pytest.raises(ValidationError) as caught:
            Organisation(**values).full_clean()
        assert name in caught.value.message_dict


# What a page reads


def test_a_page_reads_everything_in_one_query(django_assert_num_queries):
    make_organisation(names={"en": "Coalition", "hy": "Կոալիցիա", "fr": "Coalition (fr)"})
    with django_assert_num_queries(1):
        loaded = chrome.load("hy", SEPTEMBER)
        assert loaded.name == "Կոալիցիա"
        assert loaded.logo is None
        assert loaded.brand_css and loaded.hours_text and loaded.kept_names == ()


def test_a_language_without_words_has_those_of_the_default_language():
    make_organisation(names={"hy": "Կոալիցիա", "en": "Coalition"}, default_language="hy")
    loaded = chrome.load("ar")
    assert (loaded.name, loaded.words_in, loaded.language) == ("Կոալիցիա", "hy", "ar")
    OrganisationText.objects.filter(language="hy").delete()
    assert chrome.load("ar").name == "Coalition"


def test_languages_stand_in_the_chosen_order():
    make_organisation(languages=["hy", "en", "xx"])
    assert chrome.load("en").languages == ("hy", "en")


def test_foot_of_the_page():
    make_organisation(about_line="We publish what we asked for.", reprint_note="Reprint with credit.")
    assert chrome.load("en").footer_text == "We publish what we asked for.\nReprint with credit."


# Hours


def test_desk_hours_in_each_zone():
    make_organisation(further_zones=["Europe/Brussels", "America/New_York", "Asia/Yerevan"])
    loaded = chrome.load("en", SEPTEMBER)
    assert loaded.hours_text == "Answered 08:00–22:00 Yerevan (UTC+4)"
    assert [str(hours) for hours in loaded.desk_hours(SEPTEMBER)] == [
        "08:00–22:00 Yerevan (UTC+4)",
        "06:00–20:00 Brussels (UTC+2)",
        "00:00–14:00 New York (UTC−4)",
    ]
    winter = datetime(2023, 12, 28, 14, tzinfo=UTC)
    assert str(loaded.desk_hours(winter)[1]) == "05:00–19:00 Brussels (UTC+1)"


def test_no_hours_no_line():
    make_organisation(desk_opens=None, desk_closes=None)
    loaded = chrome.load("en", SEPTEMBER)
    assert loaded.hours_text == "" and loaded.desk_hours(SEPTEMBER) == []
    assert loaded.answered_from(SEPTEMBER) == SEPTEMBER


@pytest.mark.parametrize(
    ("opens", "closes", "at", "answered"),
    [
        (8, 22, "2023-09-28T07:59", "2023-09-28T08:00"),
        (8, 22, "2023-09-28T08:00", "2023-09-28T08:00"),
        (8, 22, "2023-09-28T21:59", "2023-09-28T21:59"),
        (8, 22, "2023-09-28T22:00", "2023-09-29T08:00"),
        (20, 6, "2023-09-28T23:00", "2023-09-28T23:00"),
        (20, 6, "2023-09-28T05:59", "2023-09-28T05:59"),
        (20, 6, "2023-09-28T06:00", "2023-09-28T20:00"),
        (0, 0, "2023-09-28T12:00", "2023-09-28T12:00"),
    ],
)
def test_when_a_person_will_read_it(opens, closes, at, answered):
    zone = ZoneInfo("Asia/Yerevan")
    desk = Desk(time(opens), time(closes), zone)
    moment = datetime.fromisoformat(at).replace(tzinfo=zone)
    assert desk.answered_from(moment) == datetime.fromisoformat(answered).replace(tzinfo=zone)


def test_an_opening_on_the_day_the_clocks_change():
    desk = Desk(time(8), time(22), ZoneInfo("Europe/Berlin"))
    evening = datetime(2023, 10, 28, 21, tzinfo=UTC)  # 23:00 in Berlin, the clocks go back in the night
    assert desk.answered_from(evening) == datetime(2023, 10, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "UTC"),
        ("Asia/Yerevan", "Yerevan (UTC+4)"),
        ("Europe/London", "London (UTC+1)"),
        ("Asia/Kathmandu", "Kathmandu (UTC+5:45)"),
        ("America/St_Johns", "St Johns (UTC−2:30)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (UTC−3)"),
    ],
)
def test_names_of_zones(zone, name):
    assert zone_name(SEPTEMBER.astimezone(ZoneInfo(zone))) == name


def test_arabic_pages_have_arabic_digits_in_zones_too():
    with translation.override("ar"):
        assert offset(SEPTEMBER.astimezone(ZoneInfo("Asia/Yerevan"))) == "\u2066UTC+٤\u2069"
    assert city("Etc/UTC") == "UTC"


# People


def test_people_of_the_press_page_in_one_query(django_assert_num_queries):
    make_organisation()
    aram = make_person(
        position=2, names={"en": "Aram Petrosyan", "hy": "Արամ Պետրոսյան"}, spoken=["hy", "ru"]
    )
    make_person(position=1, names={"en": "Anna Lindqvist"}, spoken=["en", "fr"])
    make_person(position=3, names={"en": "Not shown"}, is_shown=False)
    with django_assert_num_queries(1):
        people = chrome.people("hy")
    assert [person.name for person in people] == ["Anna Lindqvist", "Արամ Պետրոսյան"]
    assert [person.words_in for person in people] == ["en", "hy"]
    with translation.override("en"):
        assert chrome.people("en")[1].spoken == ("Armenian", "Russian")
    assert str(aram) == "Aram Petrosyan, Press officer"


def make_person(*, names, role="Press officer", **columns):
    person = Person.objects.create(**columns)
    for language, name in names.items():
        PersonText.objects.create(person=person, language=language, name=name, role=role)
    return person


# On call


def test_who_is_told_at_which_hour():
    organisation = make_organisation(time_zone="Asia/Yerevan")
    night = OnCall.objects.create(email="night@carm.example", starts=time(22), ends=time(8))
    OnCall.objects.create(email="day@carm.example", starts=time(8), ends=time(22))
    OnCall.objects.create(email="always@carm.example")
    OnCall.objects.create(email="away@carm.example", is_active=False)
    assert organisation.on_call(SEPTEMBER) == ["day@carm.example", "always@carm.example"]
    assert organisation.on_call(SEPTEMBER.replace(hour=23)) == ["night@carm.example", "always@carm.example"]
    night.delete()
    OnCall.objects.filter(email="always@carm.example").delete()
    assert organisation.on_call(SEPTEMBER.replace(hour=23)) == ["day@carm.example"]  # better than nobody
    OnCall.objects.all().delete()
    assert organisation.on_call(SEPTEMBER) == ["press@carm.example"]


def test_a_disabled_account_is_not_on_call():
    organisation = make_organisation()
    user = get_user_model().objects.create_user("mari", "mari@carm.example", "a long enough password")
    OnCall.objects.create(user=user)
    assert organisation.on_call(SEPTEMBER) == ["mari@carm.example"]
    user.disable()
    assert organisation.on_call(SEPTEMBER) == ["press@carm.example"]


def test_on_call_is_a_colleague_or_an_address():
    make_organisation()
    with pytest.raises(ValidationError, match="one of the two"):
        OnCall(email="").full_clean()
    with pytest.raises(ValidationError, match="beginning and the end"):
        OnCall(email="a@carm.example", starts=time(8)).full_clean()


# Terms


def test_names_that_stay_on_one_line_reach_the_page(django_assert_num_queries):
    make_organisation()
    Term.objects.create(texts={"en": "Nagorno-Karabakh", "hy": "Լեռնային Ղարաբաղ"}, keep_together=True)
    Term.objects.create(texts={"en": "so-called"}, keep_together=False)
    with django_assert_num_queries(1):
        loaded = chrome.load("en")
        html = loaded.keep_names_together("Ten demands for Nagorno-Karabakh.")
    assert html == 'Ten demands for <span class="keep">Nagorno-Karabakh.</span>'
    assert chrome.load("hy").kept_names == ("Լեռնային Ղարաբաղ",)
    Term.objects.filter(keep_together=True).delete()
    assert chrome.load("en").kept_names == ()


def test_terms_may_come_before_the_organisation():
    Term.objects.create(texts={"en": "Nagorno-Karabakh"}, keep_together=True)
    make_organisation()
    assert chrome.load("en").kept_names == ("Nagorno-Karabakh",)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A <b>&amp;", "A &lt;b&gt;&amp;amp;"),
        ("Лачинский коридор", "Лачинский коридор"),
        ("Լեռնային Ղարաբաղի հայերը", '<span class="keep">Լեռնային Ղարաբաղի</span> հայերը'),
        ("xNagorno-Karabakh", "xNagorno-Karabakh"),
        ("Nagorno-Karabakh", '<span class="keep">Nagorno-Karabakh</span>'),
        ("the “Nagorno-Karabakh’s”, and", 'the <span class="keep">“Nagorno-Karabakh’s”,</span> and'),
        ("à propos de l’Nagorno-Karabakh", 'à propos de <span class="keep">l’Nagorno-Karabakh</span>'),
        ("a<c a<c", '<span class="keep">a&lt;c</span> <span class="keep">a&lt;c</span>'),
        ("", ""),
    ],
)
def test_names_are_kept_by_a_span_alone(text, html):
    assert keep_names_together(text, ["Nagorno-Karabakh", "Լեռնային Ղարաբաղ", "a<c", ""]) == html


def test_a_name_too_long_for_a_phone_is_refused():
    term = Term(texts={"en": "Office of the High Commissioner"}, keep_together=True)
    with pytest.raises(ValidationError, match="at most 18 characters"):
        term.full_clean()
