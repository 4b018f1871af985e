"""Carries the rules out, a block at a time, so that no transaction holds SQLite's write lock for long."""

from collections.abc import Iterator
from datetime import datetime

from django.db import models, transaction

from advocacy.privacy.rules import Rule, Words, rules

BLOCK = 500


def carry_out(model: type[models.Model], rule: Rule, at: datetime) -> int:
    """Delete or empty one block of rows that are past their date; says how many there were."""
    with transaction.atomic():
        keys = list(rule.past(model, at).order_by("pk").values_list("pk", flat=True).distinct()[:BLOCK])
        rows = model._base_manager.filter(pk__in=keys)
        if not keys:
            return 0
        if rule.blank is None:
            rows.delete()
        else:
            rows.update(**rule.blank)
    return len(keys)


def purge_block(at: datetime) -> bool:
    """Carry out one block of the first rule with rows past their date; False when there is none left."""
    return any(carry_out(model, rule, at) for model, rule in rules())


def purge(at: datetime) -> int:
    """Carry out every rule to its end; says how many rows there were."""
    done = 0
    for model, rule in rules():
        while block := carry_out(model, rule, at):
            done += block
    return done


def waiting(at: datetime) -> Iterator[tuple[str, Words, int]]:
    """What a purge would do at this moment: the model, the sentence of the rule, the number of rows."""
    for model, rule in rules():
        yield model._meta.label, rule.text, rule.past(model, at).values("pk").distinct().count()
