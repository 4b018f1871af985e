"""Mailings and workers as they live and die, against a mail server as it is on a bad day.

Each claim here is counted from what the server got: nobody lost, nobody twice but for the one letter that a killed
worker had in hand, and that under the same Message-ID.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import pytest
from django.utils import timezone

from advocacy.mail.models import Delivery, Mailing
from advocacy.subscribers.models import Subscriber
from tests.mail.mailings import made, make_minutes, states
from tests.mail.makers import queue_mail
from tests.mail.processes import PATIENCE, ROOT, database_url
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

State = Delivery.State


class Nursery:
    """Gives birth to workers that send to a port (see nursery.py)."""

    def __init__(self, mail_port):
        env = {
            "DATABASE_URL": database_url(),
            "CMS_EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "CMS_MAIL_PER_MINUTE": "1000000",
            "CMS_MAIL_PER_DOMAIN": "1000000",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.mail.nursery"],
            cwd=ROOT,
            env=os.environ | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.workers = set()
        assert self.process.stdout.readline() == "ready\n"

    def bear(self):
        self.process.stdin.write("one more\n")
        self.process.stdin.flush()
        worker = int(self.process.stdout.readline().removeprefix("born "))
        self.workers.add(worker)
        return worker

    def kill(self, worker):
        """At once and for good, wherever it stands."""
        os.kill(worker, signal.SIGKILL)
        until(lambda: not is_alive(worker))
        self.workers.discard(worker)

    def close(self):
        for worker in list(self.workers):
            if is_alive(worker):
                self.kill(worker)
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def until(holds, patience=PATIENCE):
    """Wait until something holds that other processes bring about."""
    limit = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < limit, "it never came to pass"
        time.sleep(0.002)


@contextmanager
def nursery(sink):
    running = Nursery(sink.port)
    try:
        yield running
    finally:
        running.close()


def made_now(recipients):
    work = make_minutes(at=timezone.now())
    mailing = made(count=recipients, work=work, at=timezone.now())
    assert mailing.state == Mailing.State.SENDING, mailing.reason
    return mailing


def is_done(mailing):
    return Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.DONE).exists()


def got(sink):
    """How often the server took each Message-ID."""
    return Counter(received.mail["Message-ID"] for received in list(sink.received))


def ids(mailing):
    return set(mailing.deliveries.values_list("mail_id", flat=True))


def in_hand():
    """The letters that were begun and of which nobody has written what became of them, with the try it is."""
    begun = Delivery.objects.queued().filter(attempts__gt=0, claim__isnull=False)
    return set(begun.values_list("mail_id", "attempts"))


def sent_through_kills(sink, *, recipients, kills):
    mailing = made_now(recipients)
    chance = random.Random(20)
    died_in_hand = set()
    with nursery(sink) as workers:
        for left in range(kills, 0, -1):
            before = in_hand()
            worker = workers.bear()
            had = len(sink.received)
            more = chance.randint(0, max(1, 2 * (recipients - had) // left))
            until(
                lambda had=had, more=more: (
                    len(sink.received) >= min(had + more, recipients) or is_done(mailing)
                )
            )
            time.sleep(chance.random() * 0.01)
            workers.kill(worker)
            left_behind = in_hand() - before
            assert len(left_behind) <= 1
            died_in_hand |= {mail_id for mail_id, _attempt in left_behind}
        workers.bear()
        until(lambda: is_done(mailing))
    return mailing, died_in_hand


def each_got_it(sink, mailing, died_in_hand):
    taken = got(sink)
    assert set(taken) == ids(mailing), "lost"
    doubled = {mail_id for mail_id, times in taken.items() if times > 1}
    assert doubled <= died_in_hand, "doubled without a kill"
    assert states(mailing) == {State.SENT: len(taken)}
    return doubled


@pytest.mark.slow
def test_a_few_kills_lose_nobody(sink):
    mailing, died_in_hand = sent_through_kills(sink, recipients=120, kills=4)
    assert len(each_got_it(sink, mailing, died_in_hand)) <= 4


@pytest.mark.slow
def test_a_hundred_kills_over_two_thousand_lose_nobody(sink):
    mailing, died_in_hand = sent_through_kills(sink, recipients=2000, kills=100)
    assert len(each_got_it(sink, mailing, died_in_hand)) <= 100


@pytest.mark.parametrize(("recipients", "number"), [(150, 2), pytest.param(2000, 2, marks=pytest.mark.slow)])
def test_workers_side_by_side_double_nobody(sink, recipients, number):
    mailing = made_now(recipients)
    with nursery(sink) as workers:
        for _ in range(number):
            workers.bear()
        until(lambda: is_done(mailing))
    taken = got(sink)
    assert set(taken) == ids(mailing)
    assert set(taken.values()) == {1}
    assert states(mailing) == {State.SENT: recipients}


# -- a bad day


class Faulty(Sink):
    """451 at first for every tenth, 550 for every hundredth; slow for some; some hang after the text, once or always."""

    def __init__(self):
        super().__init__()
        self.asked = Counter()
        self.hung = Counter()

    async def handle_RCPT(self, server, session, envelope, address, options):
        number = number_of(address)
        self.asked[number] += 1
        if number % 50 == 5:
            await asyncio.sleep(0.2)
        if number % 100 == 99:
            return "550 5.1.1 No such user here"
        if number % 10 == 0 and self.asked[number] <= 2:
            return "451 4.7.1 Greylisted"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        number = number_of(envelope.rcpt_tos[0])
        if number in HANGS_ALWAYS or (number in HANGS_ONCE and not self.hung[number]):
            self.hung[number] += 1
            await asyncio.sleep(SILENCE)  # the worker hangs up first
        return answer


HANGS_ONCE, HANGS_ALWAYS = {7, 31}, {13, 42}
SILENCE = 3  # seconds, longer than the worker of these tests waits for an answer


def number_of(address):
    return int(address.split("@")[0].removeprefix("reader"))


@pytest.fixture
def faulty():
    server = Faulty()
    server.start()
    yield server
    server.stop()


def hurry_those_put_off():
    """A minute, or four, are over."""
    Delivery.objects.queued().filter(claim__isnull=True, due__gt=timezone.now()).update(due=timezone.now())


@pytest.mark.slow
@pytest.mark.parametrize(("recipients", "down"), [(100, 1), (2000, 60)])  # seconds
def test_on_a_bad_day_each_ends_in_the_right_state_and_the_site_answers(faulty, client, recipients, down):
    mailing = made_now(recipients)
    answers = []

    def use_the_site():
        queue_mail(at=timezone.now())  # what a form of the site stores
        answers.append(client.get("/en/").status_code)

    with nursery(faulty) as workers:
        workers.bear()
        until(lambda: len(faulty.received) > recipients // 4)
        faulty.go_down()
        for _second in range(down):
            use_the_site()
            time.sleep(1)
        assert Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.SENDING).exclude(reason="").exists()
        assert len(faulty.received) < recipients
        faulty.come_back()

        def progress():
            hurry_those_put_off()
            use_the_site()
            return is_done(mailing)

        until(progress, patience=4 * PATIENCE)
    assert set(answers) == {200}
    numbers = range(recipients)
    refused = {number for number in numbers if number % 100 == 99}
    uncertain = {number for number in HANGS_ALWAYS if number < recipients}
    by_state = {State.REFUSED: refused, State.UNCERTAIN: uncertain}
    by_state[State.SENT] = set(numbers) - refused - uncertain
    for state, expected in by_state.items():
        found = mailing.deliveries.filter(state=state).values_list("subscriber__email", flat=True)
        assert {number_of(email) for email in found} == expected, state
    taken = got(faulty)
    doubled = {mail_id for mail_id, times in taken.items() if times > 1}
    hung = mailing.deliveries.filter(
        subscriber__email__in=[f"reader{each}@reader.example" for each in HANGS_ONCE | HANGS_ALWAYS]
    )
    assert doubled == set(hung.values_list("mail_id", flat=True))
    assert set(taken.values()) <= {1, 2}
    gone = Subscriber.objects.filter(state="suppressed").values_list("email", flat=True)
    assert {number_of(email) for email in gone} == refused
