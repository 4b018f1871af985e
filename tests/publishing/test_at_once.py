"""Verbs at once, on real connections: the row lock lets one after the other act, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from advocacy.publishing.models import Version
from tests.minutes.models import Minutes
from tests.publishing.makers import make_text, open_versions

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Runs every deed in a thread of its own, all let go at the same moment; returns what they returned."""
    start = Barrier(len(deeds))

    def run(deed):
        start.wait()
        try:
            return deed()
        except ValidationError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def test_eight_editors_publish_one_text_at_once():
    text = make_text(Minutes, word="Hall")
    at_once(*[Minutes.objects.get(pk=text.pk).publish for _editor in range(8)])
    numbers = list(
        Version.objects.filter(publication=text).order_by("number").values_list("number", flat=True)
    )
    assert numbers == list(range(1, 9))
    assert open_versions(text) == 1


def test_publishing_and_withdrawing_at_once_leaves_one_answer():
    text = make_text(Minutes, word="Hall")
    text.publish()
    at_once(*[Minutes.objects.get(pk=text.pk).publish, Minutes.objects.get(pk=text.pk).withdraw] * 3)
    assert open_versions(text) <= 1
    periods = list(
        Version.objects.filter(publication=text).not_voided().order_by("starts").values_list("starts", "ends")
    )
    for (_starts, ends), (following, _ends) in pairwise(periods):
        assert ends <= following


def test_eight_texts_of_one_day_get_eight_short_addresses():
    texts = [make_text(Minutes, word=f"W{n}") for n in range(8)]
    at_once(*[text.publish for text in texts])
    assert len({Minutes.objects.get(pk=text.pk).work.short_id for text in texts}) == 8
