"""The loop: asks each job in turn for one piece of what is due."""

import logging
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from threading import Event

from django.apps import apps
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from advocacy.worker.models import Heartbeat

logger = logging.getLogger(__name__)

SHORTEST_PENALTY = timedelta(seconds=5)
LONGEST_PENALTY = timedelta(minutes=5)


@dataclass(frozen=True)
class Job:
    """Work of one sort. `run_one(at)` does one piece of what is due and says whether it did."""

    name: str
    run_one: Callable[[datetime], bool]
    every: timedelta = timedelta(seconds=1)


def all_jobs() -> list[Job]:
    """The jobs that installed apps name in their module `jobs`."""
    jobs: list[Job] = []
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "jobs"):
            jobs += getattr(import_module(f"{app.name}.jobs"), "JOBS", [])
    return jobs


@dataclass
class Turn:
    """Where a job stands: when it is asked again, and how often it has failed in a row."""

    job: Job
    next: datetime | None = None
    failures: int = 0
    trouble: str = ""

    def is_up(self, at: datetime) -> bool:
        return self.next is None or self.next <= at

    def run(self, at: datetime) -> bool:
        """Let the job do one piece. One that fails rests for ever longer and never stops the others."""
        try:
            worked = self.job.run_one(at)
        except Exception as error:
            self.failures += 1
            self.trouble = f"{self.job.name}: {type(error).__name__}"
            rest = min(LONGEST_PENALTY, SHORTEST_PENALTY * 2 ** min(self.failures - 1, 10))
            self.next = at + rest
            logger.exception("The job %s failed; it is asked again in %s.", self.job.name, rest)
            return False
        self.failures, self.trouble = 0, ""
        self.next = None if worked else at + self.job.every
        return worked


@dataclass
class Loop:
    jobs: Iterable[Job]
    clock: Callable[[], datetime] = timezone.now
    host: str = field(default_factory=socket.gethostname)

    def __post_init__(self) -> None:
        self.turns = [Turn(job) for job in self.jobs]
        self.stopping = Event()
        self.next_beat: datetime | None = None

    def stop(self, *_signal: object) -> None:
        """Finish the piece in hand, then end."""
        self.stopping.set()

    def run(self) -> None:
        """Work until told to stop, resting while nothing is due."""
        while not self.stopping.is_set():
            close_old_connections()
            if not self.go_round():
                self.stopping.wait(self.rest().total_seconds())

    def run_once(self) -> bool:
        """Do all that is due now and end; False if a job failed."""
        while self.go_round():
            pass
        return not self.troubles()

    def go_round(self) -> bool:
        """Ask each job whose turn it is for one piece; says whether any of them worked."""
        self.beat()
        worked = False
        for turn in self.turns:
            at = self.clock()
            if turn.is_up(at) and not self.stopping.is_set():
                worked |= turn.run(at)
        return worked and not self.stopping.is_set()

    def rest(self) -> timedelta:
        """How long nothing is to be done, at most a second so that the clock may be set without harm."""
        at = self.clock()
        waits = [turn.next - at for turn in self.turns if turn.next is not None]
        return max(timedelta(0), min([*waits, timedelta(seconds=1)]))

    def troubles(self) -> list[str]:
        return [turn.trouble for turn in self.turns if turn.trouble]

    def beat(self) -> None:
        at = self.clock()
        if self.next_beat is not None and at < self.next_beat:
            return
        self.next_beat = at + Heartbeat.EVERY
        try:
            Heartbeat.beat(host=self.host, at=at, troubles=self.troubles())
        except Exception:
            logger.exception("The worker could not write that it is alive.")
