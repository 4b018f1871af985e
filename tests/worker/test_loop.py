from datetime import UTC, datetime, timedelta

import pytest

from advocacy.worker.loop import LONGEST_PENALTY, SHORTEST_PENALTY, Job, Loop, all_jobs
from advocacy.worker.models import Heartbeat

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self):
        self.at = AT

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


def pile(pieces, name="pile", **given):
    """A job with some pieces to do, and the moments at which it was asked."""
    asked = []

    def run_one(at):
        asked.append(at)
        if not pieces:
            return False
        pieces.pop()
        return True

    return Job(name, run_one, **given), asked


def broken(name="broken"):
    asked = []

    def run_one(at):
        asked.append(at)
        raise ZeroDivisionError("a secret of somebody")

    return Job(name, run_one), asked


def test_what_is_due_now_is_done_to_the_end(clock):
    job, asked = pile([1, 2, 3])
    assert Loop([job], clock=clock).run_once()
    assert asked == [AT] * 4


def test_jobs_take_turns(clock):
    order = []
    loop = Loop(
        [Job(name, lambda at, name=name: order.append(name) or len(order) < 5) for name in "ab"], clock=clock
    )
    loop.run_once()
    assert order[:4] == ["a", "b", "a", "b"]


def test_a_job_that_fails_rests_ever_longer_and_stops_nobody(clock, caplog):
    bad, asked = broken()
    good, _ = pile(pieces := [1, 2, 3])
    loop = Loop([bad, good], clock=clock)
    assert not loop.run_once()
    assert not pieces
    assert len(asked) == 1
    assert loop.troubles() == ["broken: ZeroDivisionError"]
    assert "The job broken failed" in caplog.text

    rests = []
    for _ in range(12):
        [turn] = [turn for turn in loop.turns if turn.job is bad]
        rests.append(turn.next - clock.at)
        clock.at = turn.next - SECOND
        before = len(asked)
        loop.go_round()
        assert len(asked) == before
        clock.at = turn.next
        loop.go_round()
        assert len(asked) == before + 1
    assert rests[:3] == [SHORTEST_PENALTY, 2 * SHORTEST_PENALTY, 4 * SHORTEST_PENALTY]
    assert max(rests) == LONGEST_PENALTY


def test_a_job_that_works_again_is_no_trouble_any_more(clock):
    fails = [True]

    def run_one(at):
        if fails.pop() if fails else False:
            raise ZeroDivisionError
        return False

    loop = Loop([Job("moody", run_one)], clock=clock)
    loop.go_round()
    assert loop.troubles()
    clock.at += SHORTEST_PENALTY
    loop.go_round()
    assert not loop.troubles()


def test_a_job_with_nothing_to_do_is_asked_after_its_rest(clock):
    job, asked = pile([], every=timedelta(minutes=10))
    loop = Loop([job], clock=clock)
    loop.go_round()
    clock.at += timedelta(minutes=10) - SECOND
    loop.go_round()
    assert asked == [AT]
    clock.at += SECOND
    loop.go_round()
    assert asked == [AT, clock.at]


def test_the_loop_rests_no_longer_than_a_second_and_never_less_than_nothing(clock):
    job, _ = pile([], every=timedelta(minutes=10))
    loop = Loop([job], clock=clock)
    loop.go_round()
    assert loop.rest() == SECOND
    clock.at += timedelta(minutes=20)
    assert loop.rest() == timedelta(0)
    assert Loop([], clock=clock).rest() == SECOND


@pytest.mark.django_db(transaction=True)
def test_told_to_stop_it_finishes_the_piece_in_hand_and_takes_no_other(clock):
    done = []
    loop = Loop([], clock=clock)

    def run_one(at):
        loop.stop()
        done.append(at)
        return True

    never, asked = pile([1])
    loop.__init__([Job("last", run_one), never], clock=clock)
    loop.run()
    assert done == [AT]
    assert not asked


def test_it_writes_that_it_is_alive_and_what_fails(clock):
    bad, _ = broken()
    loop = Loop([bad], clock=clock, host="desk-1")
    loop.go_round()
    assert Heartbeat.latest().troubles == ""
    clock.at += Heartbeat.EVERY
    loop.go_round()
    beat = Heartbeat.objects.get(host="desk-1")
    assert (beat.seen, beat.troubles) == (clock.at, "broken: ZeroDivisionError")
    assert not beat.is_silent(clock.at + timedelta(minutes=2))
    assert beat.is_silent(clock.at + timedelta(minutes=4))


def test_a_beat_that_cannot_be_written_stops_nothing(clock, monkeypatch, caplog):
    monkeypatch.setattr(Heartbeat, "beat", classmethod(lambda cls, **given: 1 / 0))
    job, asked = pile([1])
    assert Loop([job], clock=clock).run_once()
    assert asked
    assert "could not write that it is alive" in caplog.text


def test_the_jobs_of_installed_apps_are_found():
    assert {"mail", "purge"} <= {job.name for job in all_jobs()}
    assert len({job.name for job in all_jobs()}) == len(all_jobs())
