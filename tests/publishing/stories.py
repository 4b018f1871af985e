"""Verbs in any order, beside a small model that says what should be so: what tests of that sort have in common."""

import re
from ast import literal_eval
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.accounts.makers import make_user
from tests.organisation.makers import make_organisation
from tests.publishing.makers import START

MINUTE = timedelta(minutes=1)
ROLES = ["Writer", "Editor", "Press desk", "Administrator"]
WORD = re.compile(r"zqquince\d+[a-w]?x", re.I)  # longer than chance makes them in the signs of a token


def word(number, place=""):
    """A word that stands nowhere else: that of an edit, with a letter for the place where it put it."""
    return f"Zqquince{number}{place}x"


def words_in(shown):
    return {found.lower() for found in WORD.findall(shown)}


def lower(words):
    return {each.lower() for each in words}


@dataclass
class Plan:
    """From which moment on readers have which version. It knows no `starts` and no `ends`."""

    now: datetime = START
    plan: list[tuple[datetime, Any]] = field(default_factory=list)

    def plan_on(self, moment: datetime, version: Any) -> None:
        """What was planned is dropped, what was is kept, and from `moment` on it is `version`, None for nothing."""
        self.drop_what_is_ahead()
        self.plan.append((moment, version))

    def drop_what_is_ahead(self) -> None:
        self.plan = [(moment, version) for moment, version in self.plan if moment <= self.now]

    def public(self, at: datetime) -> Any:
        return next((version for moment, version in reversed(self.plan) if moment <= at), None)

    def periods(self) -> list[tuple[datetime, Any]]:
        """Each version that was, is or will be public for any time at all, with its first moment."""
        following = [moment for moment, _version in self.plan[1:]] + [None]
        pairs = zip(self.plan, following, strict=False)
        return [(moment, version) for (moment, version), ends in pairs if version and ends != moment]

    def was_public(self) -> list[Any]:
        return [version for moment, version in self.periods() if moment <= self.now]

    def over(self) -> list[Any]:
        """Versions that were public and are not any more: what the desk lets people bar."""
        public = self.public(self.now)
        return [version for version in self.was_public() if version is not public]

    def is_ahead(self, version: Any) -> bool:
        return any(each is version and moment > self.now for moment, each in self.periods())


@dataclass(eq=False)
class Made:
    """A version as the model knows it. `first`: when its text was or will be public for the first time."""

    number: int
    content: Any
    first: datetime
    barred: bool = False


@dataclass
class Text(Plan):
    """A text at the desk, by what stands there, and its versions."""

    desk: Any = 0
    versions: list[Made] = field(default_factory=list)

    def first_public(self, starts: datetime) -> datetime:
        """The first moment at which readers had any text of it, or else, published for `starts`, would."""
        return next((moment for moment, _version in self.periods() if moment <= self.now), starts)

    def publish(self, starts: datetime) -> None:
        made = Made(len(self.versions) + 1, self.desk, self.first_public(starts))
        self.versions.append(made)
        self.plan_on(starts, made)

    def next_public(self) -> datetime:
        """When readers have it next, now where they do or where nothing is planned."""
        ahead = (moment for moment, _version in self.periods() if moment > self.now)
        return self.now if self.public(self.now) else next(ahead, self.now)


class Story(RuleBasedStateMachine):
    """A site at START that is thrown away at the end. A test adds a `model`, rules, and what must be so after each."""

    thorough = False  # every page for every role after each step, instead of one after another in turn

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.travelled = self.clock.start()
        self.organisation = make_organisation()
        self.staff = {role: make_user(name=f"the-{role}".replace(" ", "-"), role=role) for role in ROLES}
        self.clients = {role: Client() for role in ROLES}
        self.stranger, self.steps = Client(), 0

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def in_turn(self, things):
        """All of them, or in the quick run one after another, step by step."""
        return dict.fromkeys(things) if self.thorough else [things[self.steps % len(things)]]

    def logged_in(self, role):
        """The browser of somebody with this role, who logs in anew: the last session may have run out."""
        self.clients[role].force_login(self.staff[role])
        return self.clients[role]

    def refused(self, expected, deed):
        """Does it; whether it was refused, which has to be what the model expects."""
        if not expected:
            deed()
            return False
        with pytest.raises(ValidationError):
            deed()
        return True

    def seen(self, path, status, words, who=None):
        """The page has this status and shows, of all words, just these; what it answered."""
        answer = (who or self.stranger).get(path)
        assert answer.status_code == status, (path, self.model)
        assert words_in(unescape(answer.content.decode())) == lower(words), path
        return answer


def run(machine, *, examples, steps):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def tell(machine, story, check):
    """Takes the steps of a story, verb and arguments each, with `check` after every one."""
    told = machine()
    try:
        for step in story.replace("\n", ";").split(";"):
            if words := step.split():
                getattr(told, words[0])(*map(literal, words[1:]))
                check(told)
    finally:
        told.teardown()


def literal(word):
    try:
        return literal_eval(word)
    except ValueError:
        return word
