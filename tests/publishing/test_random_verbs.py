"""Three hundred verbs at random: never two open versions, and what was public at a past moment stays the answer."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from advocacy.publishing.models import Version
from tests.minutes.models import Minutes
from tests.publishing.makers import START, make_text, open_versions

pytestmark = pytest.mark.django_db


def answers(text, moments):
    return {
        moment: list(Version.objects.public(moment).filter(publication=text).values_list("pk", flat=True))
        for moment in moments
    }


LONG = [pytest.param(seed, 100, marks=pytest.mark.slow) for seed in (0, 1, 2)]


@pytest.mark.parametrize(("seed", "steps"), [(0, 50), *LONG])
def test_the_past_never_changes(seed, steps):
    chance = random.Random(seed)
    text = make_text(Minutes, word="Hall")
    now, past = START, {}
    for _step in range(steps):
        now += timedelta(minutes=chance.randint(1, 90))
        ahead = now + timedelta(minutes=chance.choice([0, 1, 30, 200, 1000]))
        verb = chance.choice(
            ["publish", "schedule", "withdraw", "withdraw-ahead", "unschedule", "edit", "rename"]
        )
        try:
            match verb:
                case "publish":
                    text.publish(at=now)
                case "schedule":
                    text.publish(at=now, starts=ahead)
                case "withdraw":
                    text.withdraw(at=now)
                case "withdraw-ahead":
                    text.withdraw(at=now, moment=ahead)
                case "unschedule":
                    text.unschedule(at=now)
                case "edit":
                    text.room = f"Room {chance.random()}"
                    text.save()
                case "rename":
                    text.slug = f"hall-{chance.randint(1, 5)}"
                    text.save()
        except ValidationError:
            pass
        assert open_versions(text) <= 1
        assert all(len(found) <= 1 for found in answers(text, [now, ahead]).values())
        moments = [*past, now - timedelta(seconds=1)]
        assert answers(text, past) == past, f"{verb} changed the past"
        past = answers(text, moments)
