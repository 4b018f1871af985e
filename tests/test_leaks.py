"""Nothing unpublished leaks: every public address, for every kind in every state, in every language.

Each text is filled with a word of its own; where the state says that readers may not see it, the word may stand in
no answer of the site: no page, list, feed, sitemap, file, redirect or error.
"""

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import ForeignObject

from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication, Version
from advocacy.publishing.parts import row_type, types_of
from campaigns.models import Demand, DemandProposal, Letter, ToldBeforehand
from newsroom.models import Coverage, Release
from tests.accounts.makers import make_user
from tests.organisation.makers import make_organisation
from tests.publishing.makers import START, add_rows, detail_url, make_text, slug_with
from tests.walk import LANGUAGES, addresses

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
LOOK = START + 4 * HOUR  # the moment at which strangers look
SECRET, OPEN = "Zqsecret", "Zqopen"
WRITTEN = ("en", "hy")  # the languages of tests whose texts stand in these
# Visibility knows no language: one quickly, that from right to left.
in_languages = pytest.mark.parametrize(
    "languages", [("ar",), pytest.param(LANGUAGES, marks=pytest.mark.slow)], ids=["one", "every"]
)


def named(state):
    return getattr(state, "__name__", state)


def rewrite(text, word):
    """The desk says something else now."""
    other = make_text(type(text), word=word, language="zz", slug=f"{word.lower()}-other")
    for field in type(text)._meta.concrete_fields:
        own = {"id", "publication_ptr", "work", "language", "slug", "kind"}
        if field.name not in own:
            setattr(text, field.attname, getattr(other, field.attname))
    text.save()
    for name, kind in types_of(type(text).content_class).items():
        manager = getattr(text, name, None)
        if row_type(kind) and hasattr(manager, "field"):
            manager.all().delete()
    add_rows(text, word)
    text.stamp()
    other.work.delete()


def as_draft(text):
    pass


def as_in_review(text):
    text.submit()


def as_approved(text):
    text.approve()


def as_scheduled(text):
    text.publish(at=START, starts=LOOK + HOUR)


def as_one_tick_before(text):
    text.publish(at=START, starts=LOOK + TICK)


def as_voided(text):
    text.publish(at=START, starts=START + 2 * HOUR)
    text.withdraw(at=START + HOUR)


def as_unscheduled(text):
    text.publish(at=START, starts=START + 2 * HOUR)
    text.unschedule(at=START + HOUR)


HIDDEN = [as_draft, as_in_review, as_approved, as_scheduled, as_one_tick_before, as_voided, as_unscheduled]


def as_public(text):
    text.publish(at=START)


def as_public_at_the_moment(text):
    text.publish(at=START, starts=LOOK)


def as_edited_and_renamed_at_the_desk(text):
    text.publish(at=START)
    rewrite(text, SECRET)
    text.slug = f"{SECRET.lower()}-renamed"
    text.title = f"{SECRET} title"
    text.save()
    text.stamp()


def as_amendment_scheduled(text):
    text.publish(at=START)
    rewrite(text, SECRET)
    text.publish(at=START + HOUR, starts=LOOK + TICK)


AMENDED = [as_edited_and_renamed_at_the_desk, as_amendment_scheduled]

DESK_TABLES = {Publication._meta.db_table, DemandProposal._meta.db_table, ToldBeforehand._meta.db_table}
for model in apps.get_models():
    for field in model._meta.get_fields():
        refers = isinstance(field, ForeignObject) and field.concrete and model is not Version
        if refers and issubclass(field.related_model, Publication):
            DESK_TABLES.add(model._meta.db_table)


@contextmanager
def no_desk_table():
    """Fails where a public view's SQL names a table of the desk."""

    def watch(execute, sql, params, many, context):
        named = {table for table in DESK_TABLES if re.search(rf'"{table}"', sql)}
        assert not named, f"a public view reads the desk: {named}\n{sql}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def everything_public(client, languages=LANGUAGES):
    """(address, status, all that was answered) for the whole site at LOOK."""
    every = addresses(languages)
    with time_machine.travel(LOOK, tick=False), no_desk_table():
        for address in every:
            response = client.get(address)
            assert response.status_code < 500, address
            body = b"".join(response.streaming_content) if response.streaming else response.content
            yield address, response.status_code, body.decode("utf-8", "replace") + str(response.headers)


def make_everything(state, word, slug="", languages=LANGUAGES):
    """One text of every kind in every language, all in one state, and all with one slug: so few addresses reach all."""
    texts = []
    for kind in kinds():
        work = None
        for language in languages:
            text = make_text(kind, word=word, language=language, work=work, slug=slug or slug_with(word))
            work = text.work
            state(text)
            texts.append(text)
    record_changes(word)
    return texts


def record_changes(word, **of):
    """Something happened to every demand, whether its letter is public or not."""
    for demand in Demand.objects.filter(changes=None, **of):
        demand.record(
            status="partly",
            on=START.date(),
            note=f"{word} note",
            who_acted=f"{word} body",
            source_url=f"https://{word.lower()}.example/",
            at=START,
        )


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


def found(word, text):
    return re.search(word, text, re.I)


@in_languages
def test_nothing_of_it_is_public(client, languages):
    """All hidden states at once: an address says by its slug which it was."""
    for state in HIDDEN:
        slug = f"{SECRET.lower()}-{state.__name__.replace('_', '-')}"
        make_everything(state, SECRET, slug=slug, languages=languages)
    for address, status, answer in everything_public(client, languages):
        shown = answer.replace(address, "")
        assert not found(SECRET, shown), f"{address} ({status})"
        assert status != 410, f"{address}: only what was public once is gone"
        if SECRET.lower() in address:
            assert status == 404, f"{address}: what never was public is not here ({status})"


@in_languages
def test_at_the_moment_it_is_public_everywhere_it_should_be(client, languages):
    texts = make_everything(as_public_at_the_moment, OPEN, languages=languages)
    told = {
        address: answer
        for address, status, answer in everything_public(client, languages)
        if status == 200 and found(OPEN, answer)
    }
    for text in texts:
        assert detail_url(text) in told
    for language in languages:
        assert {f"/{language}/", f"/{language}/feed.rss", f"/{language}/feed.atom"} <= set(told)
    assert "/sitemap-2031.xml" in told


@in_languages
@pytest.mark.parametrize("state", [AMENDED[0], pytest.param(AMENDED[1], marks=pytest.mark.slow)], ids=named)
def test_readers_have_the_public_text_and_nothing_of_the_desks(client, state, languages):
    texts = make_everything(state, OPEN, languages=languages)
    urls = {Version.objects.public(LOOK).get(publication=text).url for text in texts}
    for address, status, answer in everything_public(client, languages):
        assert not found(SECRET, answer.replace(address, "")), f"{address} ({status})"
        if address in urls:
            assert status == 200 and found(OPEN, answer)


def test_changes_that_nobody_approved_and_changes_not_yet_known_are_nowhere(client):
    """A release of this very day carries the letter, so it is asked for what was known by the end of the day."""
    letter = make_text(Letter, word=OPEN)
    letter.publish(at=START)
    make_text(Release, word=OPEN, carried_work=letter.work, dated=LOOK.date()).publish(at=START)
    [demand] = letter.work.demands.all()
    happened = {
        "status": "met",
        "on": START.date(),
        "note": f"{SECRET} note",
        "who_acted": f"{SECRET} body",
        "source_url": f"https://{SECRET.lower()}.example/",
    }
    DemandProposal(demand=demand, proposed_by=make_user(), **happened).propose(at=START)
    for moment in (LOOK + TICK, LOOK + HOUR):
        demand.record(**happened, at=START, known=moment)
    for address, status, answer in everything_public(client, WRITTEN):
        assert not found(SECRET, answer), f"{address} ({status})"
        # The key of the tally names each status; no demand has this one.
        assert "demand s-met" not in answer and "1 met" not in answer, f"{address} ({status})"
        assert 'class="ledger"' not in answer, f"{address} ({status})"  # what changed, on the home page
    demand.record(**happened, at=START, known=LOOK)
    with time_machine.travel(LOOK, tick=False):
        assert 'class="ledger"' in client.get("/en/").content.decode()
        for address in ("/en/letters/zqopen-text/", "/en/letters/zqopen-text/demands.rss"):
            assert found(SECRET, client.get(address).content.decode()), address


@in_languages
def test_a_withdrawn_text_is_gone_and_says_nothing_of_itself(client, languages):
    texts = make_everything(as_public, SECRET, languages=languages)
    for text in texts:
        text.withdraw(at=START + HOUR)
    urls = {detail_url(text) for text in texts}
    for address, status, answer in everything_public(client, languages):
        assert not found(SECRET, answer.replace(address, "")), f"{address} ({status})"
        if address in urls:
            assert status == 410


def refer(text, rows, work):
    """Makes the text's rows of this name refer to `work`, and to nothing else."""
    manager = getattr(text, rows)
    manager.all().delete()
    manager.create(work=work)
    text.stamp()


def as_withdrawn(text):
    text.publish(at=START)
    text.withdraw(at=START + HOUR)


@pytest.mark.parametrize(
    "states",
    [
        (as_withdrawn,),
        pytest.param((as_scheduled, as_one_tick_before, as_voided, as_withdrawn), marks=pytest.mark.slow),
    ],
    ids=["one", "every"],
)
def test_hidden_neighbours_of_public_texts_stay_hidden(client, states):
    """A public release, letter and article, with hidden works that refer to them and to which they refer."""
    kinds = (Letter, Release, Coverage)
    for state in states:
        slug = state.__name__.replace("_", "-")
        hidden = {kind: make_text(kind, word=SECRET, slug=f"zqsecret-{slug}") for kind in kinds}
        letter, release, article = (make_text(kind, word=OPEN, slug=f"zqopen-{slug}") for kind in kinds)
        translation = make_text(Letter, word=SECRET, slug=f"zqsecret-{slug}", language="hy", work=letter.work)
        refer(release, "related", hidden[Release].work)
        refer(article, "about", hidden[Release].work)
        refer(hidden[Release], "related", letter.work)
        refer(hidden[Coverage], "about", letter.work)
        for text in (letter, release, article):
            text.publish(at=START)
        for text in (*hidden.values(), translation):
            state(text)
        record_changes(SECRET, work=hidden[Letter].work)
    for address, status, answer in everything_public(client, WRITTEN):
        assert not found(SECRET, answer.replace(address, "")), f"{address} ({status})"


@pytest.mark.parametrize("translated", [False, True])
def test_a_withdrawn_letter_takes_its_part_out_of_the_release_that_carries_it(client, translated):
    letter = make_text(Letter, word=SECRET)
    letter.publish(at=START)
    if translated:  # it stays, and does not stand in for the text that went
        make_text(Letter, word=OPEN, language="hy", work=letter.work).publish(at=START)
    release = make_text(Release, word=OPEN, carried_work=letter.work)
    release.publish(at=START)
    with time_machine.travel(LOOK, tick=False):
        assert found(SECRET, client.get(detail_url(release)).content.decode())
        letter.withdraw(at=START + HOUR)
        assert not found(SECRET, client.get(detail_url(release)).content.decode())
