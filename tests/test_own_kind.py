"""A kind in an app of its own (tests/minutes) is everywhere at once: nothing elsewhere names it but settings and urls."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from advocacy.publishing.kinds import kind_named, kinds
from tests import settings as test_settings
from tests import urls as test_urls
from tests.accounts.makers import make_user
from tests.minutes.models import Minutes
from tests.organisation.makers import make_organisation
from tests.publishing.makers import START, make_text
from tests.walk import addresses, public_patterns

pytestmark = pytest.mark.django_db
LOOK = START + timedelta(hours=4)
TITLE = "Zqminutes title"
OURS = ("advocacy", "newsroom", "campaigns", "templates")


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


@pytest.fixture
def minutes():
    """Public in English, and in Armenian from an hour later on."""
    text = make_text(Minutes, word="Zqminutes")
    text.publish(at=START)
    make_text(Minutes, word="Zqarmenian", language="hy", work=text.work).publish(
        at=START + timedelta(hours=1)
    )
    return text


def page(client, address):
    with time_machine.travel(LOOK, tick=False):
        response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_registry_of_apps_is_all_it_is_found_by():
    assert Minutes in kinds()
    assert kind_named("minutes") is Minutes


def test_it_has_pages_of_its_own(client, minutes):
    detail = page(client, "/en/minutes/zqminutes-text/")
    assert f"<h1>{TITLE}</h1>" in detail
    assert "Zqminutes room" in detail
    assert (
        '<link rel="alternate" hreflang="hy" href="http://testserver/hy/minutes/zqarmenian-text/">' in detail
    )
    assert TITLE in page(client, "/en/minutes/")
    assert "Zqarmenian title" in page(client, "/hy/minutes/")


def test_it_is_in_the_navigation_of_every_page(client, minutes):
    for address in ("/en/", "/en/releases/", "/en/press/", "/en/minutes/"):
        assert re.search(
            r'<a href="/en/minutes/"( aria-current="page")?>Minutes</a>', page(client, address)
        ), address


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_it_is_in_the_feed_of_everything_and_has_one_of_its_own(client, minutes, form):
    for feed in (f"/en/feed.{form}", f"/en/feed/minutes.{form}"):
        text = page(client, feed)
        assert TITLE in text, feed
        assert "http://testserver/en/minutes/zqminutes-text/" in text, feed
    assert "Zqarmenian title" in page(client, f"/hy/feed/minutes.{form}")
    assert TITLE not in page(client, f"/en/feed/release.{form}")
    assert "/en/feed/minutes.rss" in page(client, "/en/")


def test_it_is_in_the_sitemap(client, minutes):
    assert "sitemap-2031.xml" in page(client, "/sitemap.xml")
    year = page(client, "/sitemap-2031.xml")
    for address in ("/en/minutes/zqminutes-text/", "/hy/minutes/zqarmenian-text/"):
        assert f"<loc>http://testserver{address}</loc>" in year
    assert "<loc>http://testserver/ar/minutes/</loc>" in page(client, "/sitemap-lists.xml")


def test_it_is_on_the_home_page(client, minutes):
    home = page(client, "/en/")
    assert TITLE in home
    assert 'href="/en/minutes/zqminutes-text/"' in home


def test_it_is_shared_and_has_short_addresses(client, minutes):
    minutes.work.refresh_from_db()
    short = minutes.work.short_id
    with time_machine.travel(LOOK, tick=False):
        assert client.get(f"/r/{short}")["Location"] == "/en/minutes/zqminutes-text/"
        assert client.get(f"/r/{short}/hy")["Location"] == "/hy/minutes/zqarmenian-text/"
        shared = client.get(f"/share/x/en/{short}")
        assert shared.status_code == 302
        assert "Zqminutes" in shared["Location"]
        assert client.get(f"/qr/en/{short}.svg").status_code == 200


def test_it_is_withdrawn_like_any_other(client, minutes):
    minutes.withdraw(at=START + timedelta(hours=2))
    with time_machine.travel(LOOK, tick=False):
        assert client.get("/en/minutes/zqminutes-text/").status_code == 410
    for address in ("/en/", "/en/feed.rss", "/en/feed/minutes.rss", "/sitemap-2031.xml"):
        assert TITLE not in page(client, address)
        assert "/en/minutes/zqminutes-text/" not in page(client, address)


def test_it_is_on_the_landing_page_of_the_admin_and_has_its_place_at_the_desk(client):
    client.force_login(make_user(role="Editor"), backend="django.contrib.auth.backends.ModelBackend")
    text = make_text(Minutes, word="Zqminutes")
    text.submit()
    landing = client.get("/admin/").content.decode()
    assert "New minutes" in landing
    assert TITLE in landing
    change = f"/admin/minutes/minutes/{text.pk}/change/"
    assert change in landing
    assert client.get("/admin/minutes/minutes/").status_code == 200
    assert "Publish" in client.get(change).content.decode()
    published = client.post(f"/admin/minutes/minutes/{text.pk}/publish/", {"when": "now"})
    assert published.status_code == 302
    assert client.get("/en/minutes/zqminutes-text/").status_code == 200


def test_the_leak_test_walks_it(minutes):
    """tests/test_leaks.py makes a text of every kind in every state, and walks every pattern there is."""
    assert {"minutes:minutes-list", "minutes:minutes-detail"} <= {name for name, _parts in public_patterns()}
    walked = addresses()
    assert "/en/minutes/zqminutes-text/" in walked
    assert "/hy/minutes/zqarmenian-text/" in walked
    assert "/ar/feed/minutes.atom" in walked


def test_settings_and_urls_are_all_that_was_edited():
    from advocacy import settings as site_settings
    from advocacy import urls as site_urls

    assert set(test_settings.INSTALLED_APPS) - set(site_settings.INSTALLED_APPS) == {"tests.minutes"}
    assert len(test_urls.urlpatterns) == len(site_urls.urlpatterns) + 1


def test_no_file_but_its_own_names_it():
    """As a name, that is: an hour has sixty minutes in any file."""
    name = re.compile(
        r"tests\.minutes|minutes[_:]minutes|minutes-(list|detail)|\bMinutes\(|kind=.minutes.", re.I
    )
    root = Path(settings.BASE_DIR)
    files = [
        path
        for folder in OURS
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".html", ".txt")
    ]
    assert len(files) > 100
    assert not [path for path in files if name.search(path.read_text())]
