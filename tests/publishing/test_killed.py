"""A process that is killed while it publishes a large letter: readers have the old text or the new one, whole."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
from django.db import connection, connections
from django.utils import timezone

from advocacy.pictures.cards import DrawnCard
from advocacy.publishing.models import Publication, Reference, Version, Work
from campaigns.models import Letter, Signatory
from tests.campaigns.makers import add_demand, make_holder, make_letter, make_many
from tests.mail.processes import PATIENCE, ROOT, database_url
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_document

pytestmark = pytest.mark.django_db(transaction=True)
OLD, NEW = "/en/letters/zqold/", "/en/letters/zqnew/"
KILLS = 30


def large_letter():
    """Public as Zqold; at the desk it is Zqnew, with another address, a file, a demand more and new signatories."""
    make_organisation()
    body = "".join(f"<p>Paragraph {number} of the letter.</p>" for number in range(100))
    letter = make_letter(
        title="Zqold",
        slug="zqold",
        body=body,
        demands=[f"Aid {number}" for number in range(6)],
        addressees=[make_holder(name=f"Holder {number}") for number in range(3)],
        at=timezone.now() - timedelta(days=1),
    )
    letter.title, letter.slug, letter.document = "Zqnew", "zqnew", make_document()
    letter.body += "<p>Zqnew paragraph.</p>"
    letter.save()
    add_demand(letter=letter, number=7, label="Zqnew")
    Letter.objects.get(pk=letter.pk).stamp()
    make_many(letter=letter, people=500)
    return Letter.objects.get(pk=letter.pk)


def stored():
    """Every row that publishing touches."""
    rows = [(Version, "pk"), (Reference, "pk"), (Work, "pk"), (Publication, "pk"), (DrawnCard, "pk")]
    return [list(model.objects.order_by(key).values()) for model, key in rows] + [
        sorted(Signatory.objects.values_list("pk", "version__number"))
    ]


def is_wholly_old_or_new(client, letter, before, *, looks=True):
    """Whether it is the new one; neither is a failure."""
    if not Version.objects.filter(number=2).exists():
        assert stored() == before
        if not looks:
            return False
        shown = unescape(client.get(OLD).content.decode())
        assert "Zqold" in shown and "Zqnew" not in shown
        assert client.get(NEW).status_code == 404
        return False
    first, second = letter.versions.order_by("number")
    assert (first.ends, second.ends) == (second.starts, None)
    assert second.content == letter.content() and second.hash == Letter.objects.get(pk=letter.pk).desk_hash
    assert second.references.filter(document=letter.document).exists()
    assert set(Signatory.objects.values_list("version__number", flat=True)) == {2}
    assert DrawnCard.objects.filter(version=second).exists()
    assert Letter.objects.get(pk=letter.pk).status == "approved"
    shown = unescape(client.get(NEW).content.decode())
    assert all(word in shown for word in ("Zqnew paragraph.", "Paragraph 99", "Zqnew, in one line"))
    assert client.get(OLD)["Location"] == NEW
    return True


def publish_and_die(letter, statement):
    """Publishes in a process of its own that is killed as it comes to its nth statement, from the first that writes; whether it was."""
    connections.close_all()
    child = os.fork()
    if child:
        _pid, ended = os.waitpid(child, 0)
        return os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL
    try:
        sent = []

        def kill(execute, sql, *others):
            if sent or not sql.startswith("SELECT"):  # before it writes there is nothing to leave behind
                sent.append(sql)
            if len(sent) == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, *others)

        with connection.execute_wrapper(kill):
            letter.publish()
    finally:
        os._exit(0)  # nothing of the tests' own may run twice


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_at_any_of_its_statements_it_leaves_the_old_text_or_the_new_one(client, every):
    letter = large_letter()
    before = stored()
    for statement in count(1, every):
        was_killed = publish_and_die(letter, statement)
        if is_wholly_old_or_new(client, letter, before, looks=statement % 20 == 1):
            break
        assert was_killed, "it ended, and nothing was published"
    assert statement > 2 * every, "it writes in several statements"
    assert letter.publish().number == 3, "and it can be published again"


PUBLISH = """
from campaigns.models import Letter
letter = Letter.objects.get(pk={pk})
print("ready", flush=True)
letter.publish()
print("published", flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_the_old_text_or_the_new_one(client):
    """From outside, with kill -9, wherever it is; the moments are spread over as long as publishing takes."""
    letter = large_letter()
    took, ended = duration(letter), {"old": 0, "new": 0}
    for kill in range(KILLS):
        letter.withdraw()
        Letter.objects.filter(pk=letter.pk).update(title=f"Zq{kill}x")
        letter = Letter.objects.get(pk=letter.pk)
        letter.stamp()
        before, last = stored(), letter.versions.latest("number").number
        process = started(letter)
        time.sleep(took * kill / KILLS)  # the moment of the kill is what is tried; nothing waits for it
        process.kill()
        process.communicate(timeout=PATIENCE)
        until_its_connection_is_gone()
        newest = letter.versions.latest("number")
        if newest.number == last:
            assert stored() == before
            assert client.get(newest.url).status_code == 410
            ended["old"] += 1
        else:
            assert newest.number == last + 1 and newest.content == letter.content()
            assert f"Zq{kill}x" in client.get(newest.url).content.decode()
            assert newest.references.exists() and DrawnCard.objects.filter(version=newest).exists()
            ended["new"] += 1
        assert Letter.objects.get(pk=letter.pk).publish().content == letter.content()
    assert ended["old"], ended


def started(letter):
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "shell", "-c", PUBLISH.format(pk=letter.pk)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        text=True,
    )
    while "ready" not in (line := process.stdout.readline()):
        assert line, "it ended before it began"
    return process


def duration(letter):
    """How long publishing takes in a process of its own."""
    process = started(letter)
    begun = time.monotonic()
    process.communicate(timeout=PATIENCE)
    return time.monotonic() - begun


def until_its_connection_is_gone():
    """PostgreSQL notices a moment later; SQLite's lock goes with the process."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with connection.cursor() as cursor:
        for _try in range(1_000):
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("a killed process still holds its connection")
