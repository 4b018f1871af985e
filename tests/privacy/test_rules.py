"""Each column that can hold a person's data is declared; each rule is carried out to the second.

`tests/<area>/personal_samples.py` offers `SAMPLES`: for each model with a rule a function that makes one row
as the site would make it at a moment, so that the time of each of the model's rules runs from that moment. Where
rules are about different rows of a model, it offers a function for a rule too.
"""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.utils import translation

import tests
from advocacy.mail.models import CaughtMail
from advocacy.privacy import purge as purging
from advocacy.privacy.borrowed import BORROWED
from advocacy.privacy.purge import carry_out, purge, purge_block, waiting
from advocacy.privacy.rules import (
    Kept,
    Rule,
    asks_for_a_line,
    is_day,
    is_ours,
    is_staff,
    not_personal,
    our_models,
    personal,
    rules,
    sentences,
    undeclared,
)

AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)


def samples():
    found = {}
    for area in pkgutil.iter_modules(tests.__path__, "tests."):
        if area.ispkg and any(
            part.name == "personal_samples" for part in pkgutil.iter_modules([area_path(area)])
        ):
            found |= importlib.import_module(f"{area.name}.personal_samples").SAMPLES
    return found


def area_path(area):
    return f"{area.module_finder.path}/{area.name.rpartition('.')[2]}"


def test_every_column_that_can_hold_words_says_whether_they_are_a_persons():
    assert undeclared() == []


def test_nothing_is_declared_twice_or_for_a_column_that_is_not_there():
    for model in our_models():
        both = personal(model).keys() & not_personal(model)
        assert not both, f"{model._meta.label} declares {both} both ways"
        columns = {column.name for column in model._meta.get_fields()}
        named = vars(model).get("PERSONAL", {}).keys() | set(vars(model).get("NOT_PERSONAL", ()))
        assert named <= columns, f"{model._meta.label} declares {named - columns}, which it does not have"


def test_every_table_of_another_package_has_been_thought_of():
    others = {model._meta.label for model in apps.get_models() if not is_ours(model)}
    assert others <= BORROWED.keys()
    for label in others:
        columns = {column.name for column in apps.get_model(label)._meta.get_fields()}
        assert BORROWED[label].keys() <= columns


def test_staff_need_no_line_and_other_relations_hold_no_words():
    for model in our_models():
        for column in model._meta.local_fields:
            assert not (is_staff(column) and asks_for_a_line(column))


@pytest.mark.django_db
def test_each_rule_is_carried_out_on_its_date_and_not_before():
    missing = set()
    for model, rule in rules():
        if not is_ours(model):
            continue
        make = samples().get(rule) or samples().get(model)
        if make is None:
            missing.add(model._meta.label)
            continue
        row = make(AT)
        due = AT + rule.after
        early = due - (timedelta(days=1) if is_day(model, rule.since) else timedelta(seconds=1))
        assert not rule.past(model, early).filter(pk=row.pk).exists(), f"{model._meta.label}: too early"
        assert rule.past(model, due).filter(pk=row.pk).exists(), f"{model._meta.label}: not found on its date"
        while carry_out(model, rule, due):
            pass
        left = model._base_manager.filter(pk=row.pk)
        if rule.blank is None:
            assert not left.exists(), f"{model._meta.label}: still there"
        else:
            assert left.filter(**rule.blank).exists(), f"{model._meta.label}: not emptied"
            declared = {name for name, its in personal(model).items() if its is rule}
            assert declared <= rule.blank.keys(), (
                f"{model._meta.label}: {declared - rule.blank.keys()} is not emptied"
            )
    assert not missing, f"no row in any tests/<area>/personal_samples.py for {missing}"


@pytest.mark.django_db
def test_rules_of_other_packages_can_be_carried_out():
    for model, rule in rules():
        if not is_ours(model):
            assert carry_out(model, rule, AT) == 0


@pytest.mark.django_db
def test_a_purge_goes_on_to_the_end_in_blocks(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(purging, "BLOCK", 4)
    for _ in range(10):
        CaughtMail.objects.create(recipients="desk@council.example", raw=b"", received=AT - timedelta(days=8))
    CaughtMail.objects.create(recipients="desk@council.example", raw=b"", received=AT)
    assert purge_block(AT)
    assert CaughtMail.objects.count() == 7
    assert purge(AT) == 6
    assert not purge_block(AT)
    assert CaughtMail.objects.get().received == AT


@pytest.mark.django_db
def test_the_command_lists_what_is_due_and_carries_it_out(time_machine):
    time_machine.move_to(AT, tick=False)
    CaughtMail.objects.create(recipients="desk@council.example", raw=b"", received=AT - timedelta(days=8))
    assert ("mail.CaughtMail", CaughtMail.ERASED.text, 1) in list(waiting(AT))
    told = StringIO()
    call_command("purge", "--dry-run", stdout=told)
    assert "1  mail.CaughtMail: Mail that is caught" in told.getvalue()
    assert CaughtMail.objects.exists()
    call_command("purge", stdout=told)
    assert not CaughtMail.objects.exists()


def test_readers_are_told_in_whole_sentences():
    with translation.override("en"):
        told = [str(sentence) for sentence in sentences()]
    assert len(told) == len(set(told))
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in told)


def test_a_model_adds_to_what_its_parents_say():
    erased, kept = Rule("Erased.", since="created"), Kept("Kept.")

    class Parent(models.Model):
        created = models.DateTimeField()
        name = models.CharField(max_length=9)
        colour = models.CharField(max_length=9)
        PERSONAL = {"name": erased}
        NOT_PERSONAL = ("colour",)

        class Meta:
            abstract = True
            app_label = "mail"

    with isolated():

        class Child(Parent):  # noqa: DJ008
            office = models.CharField(max_length=9)
            note = models.TextField()
            PERSONAL = {"office": kept}

            class Meta:
                app_label = "mail"

        assert personal(Child) == {"name": erased, "office": kept}
        assert undeclared_of(Child) == ["note"]


def isolated():
    from django.test.utils import isolate_apps

    return isolate_apps("advocacy.mail")


def undeclared_of(model):
    said = personal(model).keys() | not_personal(model)
    return [
        column.name
        for column in model._meta.local_fields
        if asks_for_a_line(column) and column.name not in said
    ]
