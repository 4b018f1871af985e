"""Workers as they live and die: several at once, told to stop, and killed in the middle of a mail."""

import signal
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from advocacy.mail.models import Delivery
from advocacy.mail.sending import send_due
from tests.mail.makers import AT, queue_delivery, queue_mail

pytestmark = pytest.mark.django_db(transaction=True)

State = Delivery.State


def many(number):
    return [f"reader{number}@council.example" for number in range(number)]


def each_sent_once(sink, number):
    received = Counter(received.mail["Message-ID"] for received in sink.received)
    assert received == Counter(Delivery.objects.values_list("mail_id", flat=True))
    assert len(received) == number
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_senders_at_once_share_the_work_and_send_nothing_twice(smtp):
    queue_mail(to=many(40))
    together = threading.Barrier(4)
    shares = []

    def send():
        together.wait()
        try:
            shares.append(send_due(AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(shares) == 40
    each_sent_once(smtp, 40)


@pytest.mark.slow
def test_worker_processes_at_once_share_the_work(sink, start):
    queue_mail(to=many(80))
    workers = [start("worker", "--once") for _ in range(3)]
    for worker in workers:
        assert worker.finish() == 0, worker.told
    each_sent_once(sink, 80)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "copies"),
    [
        ("EHLO", 1),
        ("MAIL", 1),
        ("RCPT", 1),
        ("DATA", 2),  # the server has the text, and the worker died before it heard so
        ("QUIT", 1),  # the outcome is written before the worker says goodbye
    ],
)
def test_a_worker_killed_in_the_middle_of_a_mail_loses_nothing(sink, start, command, copies):
    delivery = queue_delivery(at=timezone.now())
    held = sink.hold(command)
    worker = start("worker")
    held.wait(worker)
    worker.signal(signal.SIGKILL)
    assert worker.finish() == -signal.SIGKILL
    held.let_go.set()

    # Until the lease has run out the mail is left to whoever might still be sending it.
    worker = start("worker", "--once")
    assert worker.finish() == 0, worker.told
    delivery.refresh_from_db()
    assert delivery.state == (State.SENT if command == "QUIT" else State.QUEUED)

    Delivery.objects.filter(state=State.QUEUED).update(due=timezone.now() - timedelta(seconds=1))
    worker = start("worker", "--once")
    assert worker.finish() == 0, worker.told
    delivery.refresh_from_db()
    assert delivery.state == State.SENT
    assert [received.mail["Message-ID"] for received in sink.received] == [delivery.mail_id] * copies


@pytest.mark.slow
def test_a_worker_told_to_stop_finishes_the_mail_in_hand(sink, start):
    first, second = (queue_delivery(at=timezone.now(), to=[address]) for address in many(2))
    held = sink.hold("DATA")
    worker = start("worker")
    worker.hear("The worker runs: .*mail")
    held.wait(worker)
    worker.signal(signal.SIGTERM)
    held.let_go.set()
    assert worker.finish() == 0, worker.told
    assert "finished what it held" in worker.told
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.attempts) == (State.SENT, State.QUEUED, 0)
