"""What each public page asks of the database, query by query, and that it is the same in a small and in a large house.

A page is asked cold: nothing is cached between two readers. Each query is pinned by the table it reads and by
what it is for, so that a new one has to be given a reason here.
"""

import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version
from campaigns.models import Letter
from newsroom.models import Release
from tests.campaigns import makers as campaign_makers
from tests.publishing.makers import DAY, START, make_many, make_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
LOOK = START + timedelta(hours=4)

AROUND = [
    ("organisation_organisationtext", "the organisation, its logo and its words: the frame of every page"),
    ("publishing_version", "the plain pages in menu and footer"),
]
TODAY = [
    ("campaigns_demand", "the demands with their ledger, from which the statuses of a day are reckoned"),
    ("organisation_organisation", "the organisation's time zone, which says what day it is"),
]
LIST = [
    *AROUND,
    ("publishing_version", "twenty of the list and one more, which says whether there are older ones"),
]
RELEASE = [
    *AROUND,
    ("publishing_version", "the text that stands at this address"),
    ("publishing_version", "its other languages, the letter it carries, related works, coverage: one query"),
    *TODAY,
]
LETTER = [
    *AROUND,
    ("publishing_version", "the text that stands at this address"),
    ("publishing_version", "its other languages with the counters of signatories, works about it: one query"),
    *TODAY,
    ("campaigns_signatory", "the first organisations, and the first with a logo"),
    ("campaigns_signatory", "the first people"),
]
HOME = [
    *AROUND,
    ("publishing_version", "the newest letter"),
    ("campaigns_demand", "the demands with their ledger, from which the statuses of a day are reckoned"),
    ("campaigns_demandchange", "what changed, newest first, of letters that are public"),
    ("publishing_version", "the latest releases"),
    ("publishing_version", "the latest coverage"),
    ("subscribers_consenttext", "the words to which one agrees who asks for the bulletin"),
]
COVERAGE = [
    *AROUND,
    ("publishing_version", "the text that stands at this address"),
    ("publishing_version", "the works it is about"),
]
DEMAND = [
    *AROUND,
    ("publishing_version", "the letter that stands at this address"),
    *TODAY,
    ("publishing_version", "the letter's other languages"),
]
SIGNATORIES = [
    *AROUND,
    ("publishing_version", "the letter that stands at this address"),
    ("publishing_version", "its other languages, with the counters"),
    ("campaigns_signatory", "a hundred names and one more"),
]
PLAIN = [
    *AROUND,
    ("publishing_version", "the text that stands at this address"),
    ("publishing_version", "its other languages"),
]
PRESS = [*AROUND, ("organisation_persontext", "the spokespeople")]

# The kind of the tests' own (tests/minutes) shows its three newest on the home page: a query of its own, as
# any further kind would cost. The site without it keeps its budget.
MINUTES = ("publishing_version", "the latest minutes")

BUDGETS = {"release": 6, "letter": 8, "home": 8, "coverage": 4, "lists": 3}


def pages():
    """The pages with a pin, by their addresses in the demo."""
    letter = Version.objects.get(kind="letter", language="en", work__sample=True).url
    article = Version.objects.filter(kind="coverage", work__sample=True, references__isnull=False).first().url
    return {
        Version.objects.get(kind="release", slug="groups-ask-the-un-to-act").url: RELEASE,
        letter: LETTER,
        "/en/": [*HOME, MINUTES],
        article: COVERAGE,
        "/en/releases/": LIST,
        "/en/letters/": LIST,
        "/en/coverage/": LIST,
        f"{letter}demands/1/": DEMAND,
        f"{letter}signatories/organisations/": SIGNATORIES,
        f"{letter}signatories/people/": SIGNATORIES,
        Version.objects.filter(kind="page").first().url: PLAIN,
        "/en/press/": PRESS,
    }


def asked(client, address):
    """The statements of one reader who comes first."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return [query["sql"] for query in queries.captured_queries]


def table(sql):
    """The table whose rows a statement returns."""
    return re.match(r'SELECT (?:DISTINCT )?"(\w+)"', sql).group(1)


def tables(statements):
    return Counter(map(table, statements))


def grow(to):
    """Makes `to` publications of every kind about the sample letter, and as many signatories of it.

    Of plain pages ten at most: they all stand in the menu or the footer.
    """
    letter = Letter.objects.get(language="en", work__sample=True)
    for kind in kinds():
        make_many(kind, min(to, 10) if kind.in_chrome else to, word=f"Zq{to}")
    campaign_makers.make_many(letter=letter, organisations=to, people=to, counted=to)


def test_budgets_are_kept():
    assert len(RELEASE) <= BUDGETS["release"]
    assert len(LETTER) <= BUDGETS["letter"]
    assert len(HOME) <= BUDGETS["home"]
    assert len(COVERAGE) <= BUDGETS["coverage"]
    assert len(LIST) <= BUDGETS["lists"]


@pytest.mark.parametrize("size", [0, 10, 200, pytest.param(1000, marks=pytest.mark.slow)])
def test_each_page_asks_what_is_pinned_in_a_house_of_any_size(client, size):
    """`size` publications of every kind about the sample letter, and as many signatories, beside the demo."""
    pinned = pages()
    if size:
        grow(size)
    with time_machine.travel(LOOK, tick=False):
        for address, pins in pinned.items():
            assert tables(asked(client, address)) == Counter(name for name, _why in pins), address


def test_nothing_is_counted_and_lists_load_no_content(client):
    grow(10)
    with time_machine.travel(LOOK, tick=False):
        for address, pins in pages().items():
            statements = asked(client, address)
            assert not [sql for sql in statements if re.search(r"\bCOUNT\(", sql)], address
            if pins is LIST or address == "/en/":
                loading = [sql for sql in statements if '"publishing_version"."data"' in sql]
                # The letter in the brand field of the home page is shown with its demands.
                assert len(loading) == (1 if address == "/en/" else 0), address


def plan(sql):
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        return [step for *_, step in cursor.fetchall()]


WALKED = [
    "/en/",
    "/en/releases/",
    "/en/letters/",
    "/en/coverage/",
    "/en/releases/?before=2030-05-01.300",
    "/en/releases/?after=2030-05-01.300",
    "/en/releases/?language=en&year=2030",
    "/en/feed.rss",
    "/en/feed/release.rss",
]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plans")
def test_lists_walk_down_an_index(client):
    """In a thousand texts of each kind no list sorts or reads them all. (SQLite sorts in a "temp b-tree".)"""
    grow(1000)
    with time_machine.travel(LOOK, tick=False):
        lists = [
            sql for address in WALKED for sql in asked(client, address) if table(sql) == "publishing_version"
        ]
    assert len(lists) > len(WALKED)
    for sql in lists:
        if "IN ('page')" in sql and "NOT" not in sql:
            continue  # the plain pages, a handful
        steps = plan(sql)
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps, (sql, steps)
        assert "SCAN publishing_version" not in steps, (sql, steps)


# What is said of lists below is the same in each kind's: they share one module.


def titles(response):
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', response.content.decode())


def link(response, rel):
    found = re.search(rf'<a href="([^"]+)" rel="{rel}">', response.content.decode())
    return found and found.group(1).replace("&amp;", "&")


def at_the_look(client, address):
    with time_machine.travel(LOOK, tick=False):
        return client.get(address)


def test_older_and_newer_lead_through_all_of_them_once(client):
    make_many(Release, 45, word="Zqlist")
    seen, address = [], "/en/releases/?word=zqlist"
    visited = []
    while address:
        response = at_the_look(client, address)
        visited.append(titles(response))
        seen += visited[-1]
        address = link(response, "next")
    assert [len(each) for each in visited] == [20, 20, 5]
    assert len(seen) == len(set(seen)) == 45
    for page in reversed(visited[:-1]):
        address = link(response, "prev")
        response = at_the_look(client, address)
        assert titles(response) == page
    assert "word=zqlist" in address
    assert link(response, "prev") is None


def test_a_list_without_more_has_no_ways_on(client):
    make_text(Release, word="Zqonly", dated=START.date()).publish(at=START)
    response = at_the_look(client, "/en/releases/?word=zqonly")
    assert len(titles(response)) == 1
    assert link(response, "next") is None
    assert link(response, "prev") is None


@pytest.mark.slow
def test_several_of_one_day_are_told_apart(client):
    """Twenty-five of one day: the place in the list is the day and the text, and none is lost or shown twice."""
    for number in range(25):
        make_text(Release, word=f"Zqday{number}", title=f"Zqday {number}", dated=START.date()).publish(
            at=START
        )
    first = at_the_look(client, "/en/releases/?word=zqday")
    second = at_the_look(client, link(first, "next"))
    assert len(set(titles(first)) | set(titles(second))) == 25
    assert len(titles(second)) == 5


def test_filters_choose_and_keep_their_values(client):
    make_text(Release, word="Zqold", dated=START.date() - 400 * DAY).publish(at=START)
    make_text(Release, word="Zqnew", dated=START.date()).publish(at=START)
    make_text(Release, word="Zqarmenian", language="hy", dated=START.date()).publish(at=START)

    def chosen(query):
        response = at_the_look(client, f"/en/releases/?{query}")
        return [title for title in titles(response) if title.startswith("Zq")], response.content.decode()

    found, page = chosen("word=ZQ")
    assert len(found) == 3
    assert 'value="ZQ"' in page
    found, page = chosen("word=zq&year=2031")
    assert found == ["Zqarmenian title", "Zqnew title"]
    assert re.search(r'<option value="2031" selected>', page)
    found, page = chosen("word=zq&language=hy")
    assert found == ["Zqarmenian title"]
    assert re.search(r'<option value="hy" lang="hy" selected>', page)
    found, page = chosen("word=nothing-like-it&year=2031")
    assert not found
    assert "No releases match “nothing-like-it” in 2031" in page
    assert 'href="/en/releases/"' in page


@pytest.mark.parametrize(
    "query",
    [
        "year=²",
        "year=99999",
        "year=-1",
        "year=٢٠٢٣",
        "year=20231231235959999999999999999999",
        "language=zz",
        "language=en;drop",
        "before=garbage",
        "before=2023-13-45.1",
        "before=2023-09-28.²",
        "before=2023-09-28.99999999999999999999999999",
        "before=2023-09-28",
        "after=.",
        "after=0000-00-00.0",
        "before=2023-09-28.1&after=2023-09-28.1",
        "word=%25_'\"--",
        "word=" + "x" * 10_000,
        "unknown=1&year=",
        "word=a&word=b",
    ],
)
@pytest.mark.parametrize("name", ["releases", "letters", "coverage"])
def test_values_that_make_no_sense_are_harmless(client, name, query):
    response = at_the_look(client, f"/en/{name}/?{query}")
    assert response.status_code == 200


@pytest.mark.parametrize("query", ["after=²", "before=1.x", "after=99999.1", "before=2023-09-28.-1"])
def test_nonsense_in_the_lists_of_signatories_is_harmless(client, query):
    letter = Version.objects.get(kind="letter", language="en", work__sample=True).url
    assert at_the_look(client, f"{letter}signatories/people/?{query}").status_code == 200


@pytest.mark.slow
def test_a_letter_with_a_hundred_articles_shows_the_newest_dozen(client):
    letter = Version.objects.get(kind="letter", language="en", work__sample=True).url
    grow(100)
    page = at_the_look(client, letter).content.decode()
    shown = re.findall(r"<h3[^>]*><bdi>(Zq100 title[^<]*)</bdi></h3>", page)
    assert shown[:2] == ["Zq100 title", "Zq100 title 1"]
    assert len(shown) == 12
    assert re.search(r'<a href="/en/coverage/">[^<]+</a></p>', page)
