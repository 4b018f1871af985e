"""Links of texts: who is asked, how often, and what staff are told."""

from datetime import UTC, datetime, timedelta

import pytest

from advocacy.fetching import checking
from advocacy.fetching.checking import RESTS, check_next
from advocacy.fetching.fetch import NotFetched, Page, Reason
from advocacy.fetching.links import FRESH, LONGEST, TRIED, ask, sentences
from advocacy.fetching.models import LinkCheck
from advocacy.site.models import Page as PlainPage
from advocacy.worker.loop import all_jobs
from tests.accounts.makers import make_user
from tests.publishing.makers import START, make_text

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINK = "https://site.example/article"


class Web:
    """What fetch() finds, by address: a status or a reason why not."""

    def __init__(self):
        self.pages, self.asked = {}, []

    def fetch(self, url, *, types, limit, seconds):
        assert types is None
        assert limit <= 10_000
        self.asked.append(url)
        said = self.pages.get(url, 200)
        if isinstance(said, Reason):
            raise NotFetched(said, f"It is {said}.\r\nX: y\0")
        return Page(url=url, status=said, type="", charset="", body=b"", whole=True)


@pytest.fixture
def web(monkeypatch):
    web = Web()
    monkeypatch.setattr(checking, "fetch", web.fetch)
    return web


def check_all(at=AT):
    count = 0
    while check_next(at):
        count += 1
    return count


def test_a_link_is_checked_once_however_often_it_is_asked_for(web):
    ask([LINK, LINK, f"{LINK}#part", f" {LINK} "], AT)
    ask([LINK], AT)
    assert check_all() == 1
    assert web.asked == [LINK]
    assert sentences([LINK], AT) == ([], [])


def test_what_answered_is_checked_again_after_hours(web):
    ask([LINK], AT)
    check_all()
    ask([LINK], AT + FRESH - MINUTE)
    assert check_all(AT + FRESH) == 0
    ask([LINK], AT + FRESH)
    assert check_all(AT + FRESH) == 1


@pytest.mark.parametrize("found", [404, Reason.NO_SUCH_HOST])
def test_what_did_not_answer_is_checked_again_soon(web, found):
    web.pages[LINK] = found
    ask([LINK], AT)
    check_all()
    ask([LINK], AT + TRIED - MINUTE)
    assert check_all(AT + TRIED) == 0
    assert sentences([LINK], AT)[0]
    web.pages[LINK] = 200
    ask([LINK], AT + TRIED)
    assert sentences([LINK], AT)[0], "the last check counts until the next"
    assert check_all(AT + TRIED) == 1
    assert sentences([LINK], AT) == ([], [])


@pytest.mark.parametrize("found", [404, 410, Reason.NO_SUCH_HOST])
def test_what_is_not_there_is_a_problem(web, found):
    web.pages[LINK] = found
    ask([LINK], AT)
    check_all()
    assert LinkCheck.objects.get().state == LinkCheck.State.BROKEN
    assert sentences([LINK], AT) == ([f"The link {LINK} does not answer."], [])


UNSURE = [301, 304, 400, 401, 403, 405, 429, 451, 500, 503, 999]


@pytest.mark.parametrize("found", [*UNSURE, *(each for each in Reason if each != Reason.NO_SUCH_HOST)])
def test_what_could_not_be_checked_only_warns(web, found):
    web.pages[LINK] = found
    ask([LINK], AT)
    check_all()
    row = LinkCheck.objects.get()
    assert (row.state, row.status) == (row.State.UNKNOWN, found if found in UNSURE else None)
    assert row.last_error.isprintable()
    problems, warnings = sentences([LINK], AT)
    assert not problems
    assert warnings == [f"The link {LINK} could not be checked. Open it to see for yourself."]


def test_what_could_not_be_checked_is_tried_a_few_times(web):
    web.pages[LINK] = Reason.TOO_SLOW
    ask([LINK], AT)
    at = AT
    for rest in RESTS:
        assert check_all(at) == 1
        assert check_all(at + rest - MINUTE / 2) == 0
        at += rest
    assert check_all(at) == 1
    assert LinkCheck.objects.get().due is None
    ask([LINK], at + TRIED)
    assert (LinkCheck.objects.get().due, LinkCheck.objects.get().attempts) == (at + TRIED, 0)


def test_what_was_not_checked_yet_warns(web):
    nobody_asked = sentences([LINK], AT)
    ask([LINK], AT)
    assert sentences([LINK], AT) == nobody_asked == ([], [f"The link {LINK} has not been checked yet."])


def test_other_things_than_links_to_sites_are_passed_over(web):
    others = [
        "mailto:a@site.example",
        "tel:+37410000000",
        "#part",
        "",
        "x",
        "javascript:alert(1)",
        "ftp://x/",
    ]
    ask(others, AT)
    assert not LinkCheck.objects.exists()
    assert sentences(others, AT) == ([], [])


@pytest.mark.parametrize("tail", ["a" * LONGEST, "\0", "\ud800", "\n"])
def test_an_address_that_cannot_be_kept_only_warns(web, tail):
    link = f"https://site.example/{tail}b"
    ask([link], AT)
    assert not LinkCheck.objects.exists()
    problems, (warning,) = sentences([link], AT)
    assert not problems
    assert "could not be checked" in warning
    assert len(warning) < 200


@pytest.mark.parametrize(
    "link", ["http://[", "https://[::1", "http://a]b/", "http://", "http:", "https://:x/"]
)
def test_an_address_that_is_none_never_crashes(web, link):
    web.pages[link] = Reason.REFUSED
    ask([link], AT)
    check_all()
    assert sentences([link], AT) == (
        [],
        [f"The link {link} could not be checked. Open it to see for yourself."],
    )


def test_links_to_this_site_are_looked_up_and_never_fetched(web, settings):
    make_text(PlainPage, word="Found").publish(starts=START)
    make_text(PlainPage, word="Hidden")
    found, hidden = (f"http://testserver/en/pages/{name}-text/" for name in ("found", "hidden"))
    links = [found, hidden, "http://testserver", "HTTP://TestServer/en/", "/en/", "http://testserver/no-such"]
    ask(links, AT)
    assert not LinkCheck.objects.exists()
    problems, warnings = sentences(links, START)
    assert not warnings
    assert problems == [
        f"The link {link} leads to no public page of this site." for link in (hidden, links[-1])
    ]
    before = sentences([found], START - MINUTE)[0]
    assert before == [f"The link {found} leads to no public page of this site."]


def test_a_name_that_only_begins_like_this_site_is_another_site(web):
    ask(["http://testserver.evil.example/", "http://testserver@evil.example/"], AT)
    assert check_all() == 2


def test_the_rows_are_read_by_a_fixed_number_of_statements(
    web, django_assert_num_queries, django_assert_max_num_queries
):
    links = [f"https://site.example/{number}" for number in range(200)]
    with django_assert_max_num_queries(6):  # SQLite takes them in two pieces
        ask(links, AT)
    with django_assert_num_queries(1):
        sentences(links, AT)


def test_links_that_are_asked_for_stay(web):
    """30 days after nobody asked any more the row goes: tests/privacy/test_rules.py carries the rule out."""
    ask([LINK], AT)
    ask([LINK], AT + timedelta(days=20))
    assert LinkCheck.objects.get().asked == AT + timedelta(days=20)
    assert not LinkCheck.ERASED.past(LinkCheck, AT + timedelta(days=49)).exists()
    assert LinkCheck.ERASED.past(LinkCheck, AT + timedelta(days=50)).exists()


def test_the_worker_has_the_job(web):
    assert check_next in [job.run_one for job in all_jobs()]


def test_two_workers_check_a_link_once(web):
    ask([LINK], AT)
    mine = LinkCheck.objects.claim_one(AT)
    assert not check_next(AT)
    assert mine.settle(state=LinkCheck.State.ANSWERS)


def test_staff_read_the_list_and_filter_it(client, web):
    client.force_login(make_user(role="Writer"))
    web.pages["https://gone.example/"] = 404
    ask([LINK, "https://gone.example/"], AT)
    check_all()
    listed = client.get("/admin/fetching/linkcheck/?state__exact=broken").content.decode()
    assert "gone.example" in listed
    assert "site.example" not in listed
    row = LinkCheck.objects.get(state="broken")
    assert client.get(f"/admin/fetching/linkcheck/{row.pk}/change/").status_code == 200
    assert client.post(f"/admin/fetching/linkcheck/{row.pk}/change/", {"state": "answers"}).status_code == 403
    assert client.get("/admin/fetching/linkcheck/add/").status_code == 403
