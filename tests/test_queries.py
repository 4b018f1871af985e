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
from newsroom.models import Coverage, Release
from tests.campaigns import makers as campaign_makers
from tests.publishing.makers import START, make_many

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
LIST = [*AROUND, ("publishing_version", "twenty of the list and one more, which says whether there are older ones")]
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
    *TODAY,
    ("campaigns_demandchange", "what changed, newest first, of letters that are public"),
    ("publishing_version", "the latest releases"),
    ("publishing_version", "the latest coverage"),
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


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_each_page_asks_what_is_pinned_in_a_house_of_any_size(client, size):
    """`size` publications of every kind about the sample letter, and as many signatories, beside the demo."""
    pinned = pages()
    if size:
        grow(size)
    with time_machine.travel(LOOK, tick=False):
        for address, pins in pinned.items():
            assert tables(asked(client, address)) == Counter(name for name, _why in pins), address
