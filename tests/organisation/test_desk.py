"""The organisation at the desk: one form for the one row, its people, its terms."""

from datetime import time

import pytest
from django.urls import reverse

from advocacy.organisation import chrome
from advocacy.organisation.models import Organisation, Person, Term
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
LIST = reverse("admin:organisation_organisation_changelist")
ADD = reverse("admin:organisation_organisation_add")
CHANGE = reverse("admin:organisation_organisation_change", args=[1])


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_superuser(
        "editor", "editor@carm.example", "a long enough password"
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows(prefix, *forms, initial=0):
    """What the form of an inline sends."""
    data = {f"{prefix}-TOTAL_FORMS": str(len(forms)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


def typed(**values):
    return {
        "languages_0": "hy",
        "languages_1": "en",
        "default_language": "en",
        "time_zone": "Asia/Yerevan",
        "date_order": "american",
        "phone": "+374 10 555 01",
        "press_email": "press@carm.example",
        "country": "AM",
        "desk_opens": "08:00",
        "desk_closes": "22:00",
        "desk_zone": "",
        "further_zones_0": "Europe/Brussels",
        "further_zones_1": "America/New_York",
        "brand_typed": "#009edb",
        "lamp_typed": "",
        "inquiry_days": "180",
        "excerpt_words": "40",
        **rows("texts", {"language": "en", "name": "Coalition", "boilerplate": "<p>About us</p>"}),
        **rows("people"),
        **rows(
            "on_call_list",
            {"email": "night@carm.example", "starts": "22:00", "ends": "08:00", "is_active": "on"},
        ),
        **values,
    }


def errors(response):
    context = response.context
    return [
        context["adminform"].form.errors,
        *(formset.formset.errors for formset in context["inline_admin_formsets"]),
    ]


def test_the_list_leads_to_the_form_for_the_one_row(editor):
    assert editor.get(LIST)["Location"] == ADD
    make_organisation()
    assert editor.get(LIST)["Location"] == CHANGE
    assert editor.get(ADD).status_code == 403
    assert editor.get(reverse("admin:organisation_organisation_delete", args=[1])).status_code == 403


def test_setting_up_the_organisation(editor):
    assert editor.get(ADD).status_code == 200
    response = editor.post(ADD, typed())
    assert response.status_code == 302, errors(response)
    organisation = Organisation.current()
    assert organisation.languages == ["hy", "en"]
    assert organisation.further_zones == ["Europe/Brussels", "America/New_York"]
    assert (organisation.desk_opens, organisation.desk_closes) == (time(8), time(22))
    assert organisation.on_call_list.get().email == "night@carm.example"
    loaded = chrome.load("en")
    assert (loaded.name, str(loaded.zone), loaded.date_order) == ("Coalition", "Asia/Yerevan", "american")
    assert "About us" in loaded.boilerplate


def test_the_settings_say_that_nobody_is_tracked(editor):
    make_organisation()
    shown = editor.get(reverse("admin:organisation_organisation_change", args=[1])).content.decode()
    assert "who opens a bulletin, and which links are followed" in shown


def test_the_form_shows_what_became_of_the_colour_and_says_why(editor):
    editor.post(ADD, typed())
    page = editor.get(CHANGE).content.decode()
    assert "#009edb" in page and "#035d82" in page and "#014867" in page
    assert "We darkened your colour so that white text is readable on it." in page
    assert "We made the lamp colour from your brand colour" in page
    Organisation.objects.get().delete()
    make_organisation()
    page = editor.get(CHANGE).content.decode()
    assert "We darkened" not in page and "We made the lamp" not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"brand_typed": "pomegranate"}, "Write the colour as # and six digits"),
        ({"lamp_typed": "²²²²²²"}, "Write the colour as # and six digits"),
        ({"desk_closes": ""}, "Enter both the beginning and the end"),
        ({"languages_1": ""}, "The default language has to be one of the languages"),
        ({"time_zone": "Atlantis/City"}, "Select a valid choice"),
        ({"country": "Armenia"}, "at most 2 characters"),
        ({"country": "am"}, "two capital letters"),
        ({"inquiry_days": "0"}, "greater than or equal to 1"),
        ({"inquiry_days": "²"}, "Enter a whole number"),
        (
            rows("texts", {"language": "en", "name": "A"}, {"language": "en", "name": "B"}),
            "duplicate data for language",
        ),
        (rows("texts", {"language": "en", "name": ""}), "This field is required"),
        (
            rows("on_call_list", {"email": "", "is_active": "on", "starts": "08:00", "ends": "09:00"}),
            "one of the two",
        ),
    ],
)
def test_a_mistake_is_a_sentence_and_nothing_is_saved(editor, values, sentence):
    response = editor.post(ADD, typed(**values))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Organisation.objects.exists()


def test_a_person_is_written_with_a_name_in_each_language(editor):
    make_organisation()
    add = reverse("admin:organisation_person_add")
    names = [
        {"language": "en", "name": "Anna Lindqvist", "role": "Spokesperson"},
        {"language": "hy", "name": "Աննա"},
    ]
    data = {"position": "1", "spoken_0": "sv", "spoken_1": "en", "is_shown": "on", **rows("texts", *names)}
    response = editor.post(add, data)
    assert response.status_code == 302, errors(response)
    person = Person.objects.get()
    assert person.spoken == ["sv", "en"]
    assert chrome.people("hy")[0].name == "Աննա"
    assert "Anna Lindqvist" in editor.get(reverse("admin:organisation_person_changelist")).content.decode()
    assert "Anna Lindqvist" in editor.get(CHANGE).content.decode()
    assert editor.post(add, {**data, **rows("texts")}).status_code == 200  # nobody without a name


def test_a_term_is_written_in_each_language(editor):
    make_organisation()
    add = reverse("admin:organisation_term_add")
    data = {"texts_en": "Nagorno-Karabakh", "texts_hy": "Լեռնային Ղարաբաղ", "keep_together": "on"}
    assert editor.post(add, data).status_code == 302
    assert Term.objects.get().texts == {"en": "Nagorno-Karabakh", "hy": "Լեռնային Ղարաբաղ"}
    assert chrome.load("en").kept_names == ("Nagorno-Karabakh",)
    assert "Լեռնային Ղարաբաղ" in editor.get(reverse("admin:organisation_term_changelist")).content.decode()
    response = editor.post(add, {"texts_en": ""})
    assert "This field is required" in response.content.decode()
    editor.post(
        reverse("admin:organisation_term_changelist"),
        {"action": "delete_selected", "_selected_action": [Term.objects.get().pk], "post": "yes"},
    )
    assert chrome.load("en").kept_names == ()
