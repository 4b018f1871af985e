"""Rows in order: by number alone, as without a script."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocacy.organisation.models import Organisation, Person
from advocacy.site.sorted_inlines import SortedInline

pytestmark = pytest.mark.django_db


class PersonInline(SortedInline, admin.TabularInline):
    model = Person
    fields = ("position", "phone")


@pytest.fixture
def organisation():
    organisation = Organisation.objects.create()
    for number, phone in enumerate("abc", start=1):
        Person.objects.create(organisation=organisation, position=number, phone=phone)
    return organisation


def formset(organisation, rf, admin_user, rows):
    """A form in which each row is (phone of the saved row or None, number typed, phone typed, delete)."""
    request = rf.get("/")
    request.user = admin_user
    saved = {person.phone: person.pk for person in organisation.people.all()}
    data = {
        "people-TOTAL_FORMS": len(rows),
        "people-INITIAL_FORMS": sum(row[0] is not None for row in rows),
        "people-MIN_NUM_FORMS": 0,
        "people-MAX_NUM_FORMS": 1000,
    }
    for index, (was, number, phone, *delete) in enumerate(rows):
        data |= {f"people-{index}-position": number, f"people-{index}-phone": phone}
        if was:
            data[f"people-{index}-id"] = saved[was]
        if delete:
            data[f"people-{index}-DELETE"] = "on"
    FormSet = PersonInline(Organisation, admin.site).get_formset(request, organisation)
    return FormSet(data, instance=organisation, prefix="people")


def saved(organisation, *args):
    forms = formset(organisation, *args)
    assert forms.is_valid(), forms.errors
    forms.save()
    return [(person.position, person.phone) for person in organisation.people.order_by("position", "pk")]


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([("a", 1, "a"), ("b", 2, "b"), ("c", 3, "c")], "abc"),
        ([("a", 3, "a"), ("b", 2, "b"), ("c", 1, "c")], "cba"),
        ([("a", 1, "a"), ("b", 2, "b"), ("c", 1, "c")], "cab"),  # moved up: takes the place
        ([("a", 3, "a"), ("b", 2, "b"), ("c", 3, "c")], "bca"),  # moved down: takes the place
        ([("a", 1, "a", True), ("b", 2, "b"), ("c", 3, "c")], "bc"),
        ([("a", 10, "a"), ("b", 20, "b"), ("c", 15, "c")], "acb"),
        ([("a", 1, "a"), ("b", "", "b"), ("c", 3, "c")], "acb"),  # without a number: last
        ([("a", 1, "a"), ("b", 2, "b"), ("c", 3, "c"), (None, 2, "d")], "adbc"),
        ([("a", 1, "a"), ("b", 2, "b"), ("c", 3, "c"), (None, "", "d")], "abcd"),
        ([("a", 1, "a"), ("b", 2, "b"), ("c", 3, "c"), (None, 4, "")], "abc"),  # an empty row with a number
        ([("a", 0, "a"), ("b", 0, "b"), ("c", 0, "c")], "abc"),
    ],
)
def test_numbers_become_one_to_n(organisation, rf, admin_user, rows, order):
    assert saved(organisation, rf, admin_user, rows) == list(enumerate(order, start=1))


@pytest.mark.parametrize("number", ["²", "x", "-1", "99999", "1e3", "\x00"])
def test_what_is_no_number_is_a_form_error(organisation, rf, admin_user, number):
    forms = formset(organisation, rf, admin_user, [("a", number, "a"), ("b", 2, "b"), ("c", 3, "c")])
    assert not forms.is_valid()
    assert "position" in forms.errors[0]


def test_nothing_is_written_where_nothing_moved(organisation, rf, admin_user):
    rows = [("a", 1, "a"), ("b", 2, "b"), ("c", 3, "c")]
    forms = formset(organisation, rf, admin_user, rows)
    assert forms.is_valid()
    with CaptureQueriesContext(connection) as queries:
        forms.save()
    assert not [query for query in queries if "UPDATE" in query["sql"]]


def test_a_preview_sees_the_new_order_before_anything_is_saved(organisation, rf, admin_user):
    rows = [("a", 3, "a"), ("b", 2, "b"), ("c", 1, "c"), (None, 1, "new")]
    forms = formset(organisation, rf, admin_user, rows)
    assert forms.is_valid()
    seen = [(form.instance.position, form.instance.phone) for form in forms.in_order()]
    assert seen == [(1, "c"), (2, "new"), (3, "b"), (4, "a")]
    assert [person.phone for person in organisation.people.order_by("position")] == ["a", "b", "c"]
