"""What stands at an address: a text, a redirect, 410, or nothing."""

from datetime import timedelta

import pytest
import time_machine

from tests.minutes.models import Minutes
from tests.publishing.makers import START, detail_url, make_text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def status_at(client, url, moment):
    with time_machine.travel(moment, tick=False):
        return client.get(url)


def test_an_address_serves_redirects_and_says_gone(client):
    text = make_text(Minutes, word="Hall", slug="hall")
    url = detail_url(text)
    assert status_at(client, url, START).status_code == 404
    text.publish(at=START)
    assert status_at(client, url, START).status_code == 200
    text.slug = "cellar"
    text.save()
    assert status_at(client, url, START + HOUR).status_code == 200
    text.publish(at=START + HOUR)
    moved = status_at(client, url, START + HOUR)
    assert (moved.status_code, moved["Location"]) == (301, detail_url(text))
    text.withdraw(at=START + 2 * HOUR)
    for address in (url, detail_url(text)):
        gone = status_at(client, address, START + 2 * HOUR)
        assert gone.status_code == 410
        assert b"Hall" not in gone.content


def test_a_changed_slug_of_a_draft_promises_nothing(client):
    text = make_text(Minutes, word="Hall", slug="hall")
    text.slug = "cellar"
    text.save()
    text.publish(at=START)
    assert status_at(client, "/en/minutes/hall/", START).status_code == 404


def test_the_short_address_leads_to_the_original_and_to_a_language(client):
    text = make_text(Minutes, word="Hall")
    text.publish(at=START)
    french = make_text(Minutes, word="Salle", language="fr", work=text.work)
    short = f"/r/{text.work.short_id}"
    assert status_at(client, short, START)["Location"] == detail_url(text)
    assert status_at(client, short + "/fr", START).status_code == 404
    french.publish(at=START + HOUR)
    assert status_at(client, short + "/fr", START + HOUR)["Location"] == detail_url(french)
    text.withdraw(at=START + 2 * HOUR)
    assert status_at(client, short, START + 2 * HOUR).status_code == 410
    assert status_at(client, "/r/2031-05-09", START).status_code == 404


def test_the_root_leads_to_the_default_language(client):
    from tests.organisation.makers import make_organisation

    make_organisation(default_language="hy")
    assert client.get("/")["Location"] == "/hy/"


def test_a_list_shows_each_work_once_in_its_language_or_its_original(client):
    both = make_text(Minutes, word="Both")
    both.publish(at=START)
    make_text(Minutes, word="Tous", language="fr", work=both.work).publish(at=START)
    only = make_text(Minutes, word="Only")
    only.publish(at=START)
    french = status_at(client, "/fr/minutes/", START).content.decode()
    assert "Tous title" in french and "Both title" not in french
    assert '<div lang="en" dir="ltr">' in french and "Only title" in french


def test_a_word_is_found_in_any_case_and_any_script(client):
    for number, title in enumerate(["Հայաստան և Արցախ", "Пленные Дома", "Élise à Genève"]):
        make_text(Minutes, word=f"W{number}", title=title).publish(at=START)
    for word, title in [("ՀԱՅԱՍՏԱՆ", "Հայաստան"), ("ПЛЕННЫЕ дома", "Пленные"), ("élise À", "Élise")]:
        page = status_at(client, f"/en/minutes/?word={word}", START).content.decode()
        assert page.count("<article>") == 1 and title in page
    assert "<article>" not in status_at(client, "/en/minutes/?word=100%25_", START).content.decode()
