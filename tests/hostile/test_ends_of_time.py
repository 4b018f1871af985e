"""The first and the last day of the calendar, at which a clock of another zone has no time to show."""

from datetime import date

import pytest

from advocacy.organisation.models import Organisation
from advocacy.publishing.kinds import kinds
from tests.hostile.pages import complaints, forms_at, sent
from tests.hostile.test_forms import fault, with_value
from tests.hostile.words import some_quickly
from tests.publishing.makers import make_text

pytestmark = pytest.mark.django_db

DAYS = ["0001-01-01", "9999-12-31"]
ZONES = ["America/New_York", "Asia/Yerevan"]


def post_of(client, url):
    [form] = [form for form in forms_at(client, url) if form.method == "post"]
    return form


@pytest.mark.parametrize("zone", some_quickly(ZONES))
@pytest.mark.parametrize("day", DAYS)
def test_nothing_is_scheduled_for_a_moment_that_some_zone_has_not(desk, zone, day):
    Organisation.objects.update(time_zone=zone)
    text = make_text(kinds()[0], word="Ends")
    page = f"/admin/{text._meta.app_label}/{text._meta.model_name}/"
    form = post_of(desk, f"{page}{text.pk}/publish/")
    fields = form.fields()
    for name, value in {"when": "later", "moment_0": day, "moment_1": "23:59"}.items():
        fields = with_value(fields, name, value)
    answer = sent(desk, form, fields, keep=True)
    assert complaints(answer) == {"moment"}, fault(answer)
    assert not text.versions.exists()
    for url in (page, "/admin/"):
        assert desk.get(url).status_code == 200


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("kind", some_quickly(kinds(), every=3), ids=lambda kind: kind.kind_name())
def test_nothing_is_dated_in_a_year_that_no_list_can_name(desk, kind, day):
    text = make_text(kind, word="Ends")
    form = post_of(desk, f"/admin/{kind._meta.app_label}/{kind._meta.model_name}/{text.pk}/change/")
    answer = sent(desk, form, with_value(form.fields(), "dated", day))
    assert "dated" in complaints(answer), fault(answer)


@pytest.mark.parametrize("year", ["1900", "2999"])
def test_the_years_that_can_be_named_are_named(client, desk, year):
    for kind in kinds():
        make_text(kind, word="Ends", dated=date.fromisoformat(f"{year}-12-31")).publish()
    assert client.get("/sitemap.xml").status_code == 200
    assert client.get(f"/sitemap-{year}.xml").content.count(b"ends-text") >= len(kinds())
    assert client.get(f"/en/releases/?year={year}").content.count(b"ends-text") >= 1
