"""Every address of the admin, for every role and method: who may open what stands in addresses.txt, cell by cell.

An address that is not in the table fails the test. After a change that is meant, write the table anew and read what
changed in it:

    WRITE_TABLE=1 ./cms test --slow tests/roles
"""

import os
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.accounts.makers import make_user

TABLE = Path(__file__).with_name("addresses.txt")
ROLES = ("Stranger", "Writer", "Editor", "Press desk", "Administrator")
METHODS = ("get", "post")
UNKNOWN = {"app_label", "url"}  # parts of Django's own catch-all addresses


def patterns():
    """(name, names of its parts) of each address of the admin."""

    def walk(entries, parts):
        for entry in entries:
            names = (*parts, *entry.pattern.converters)
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, names)
            elif entry.name and not UNKNOWN & {*names, *entry.pattern.regex.groupindex}:
                yield entry.name, names

    return dict(walk(admin.site.get_urls(), ()))


def test_every_address_of_the_admin_stands_in_the_table():
    known = {line.split("\t")[0] for line in TABLE.read_text().splitlines()[1:]}
    assert set(patterns()) == known


def address(name, parts):
    """The address with a row that is there, where it is of one model; else with a number that leads nowhere."""
    model = next(
        (
            each
            for each in admin.site._registry
            if name.startswith(f"{each._meta.app_label}_{each._meta.model_name}_")
        ),
        None,
    )
    row = model._default_manager.order_by("pk").values_list("pk", flat=True).first() if model else None
    given = dict.fromkeys(parts, row or 1)
    return reverse(f"admin:{name}", kwargs={part: value_of(part, value) for part, value in given.items()})


def value_of(part, value):
    return {
        "service": "listmonk",
        "uidb64": "MQ",
        "token": "set-password",
        "number": 1,
        "given": 1,
        "sort": "totp",
    }.get(part, value)


def cells(people):
    """Name of the address and the status of each role and method, in the order of the head."""
    for name, parts in sorted(patterns().items()):
        url = address(name, parts)
        yield name, [status(people[role], method, url) for role in ROLES for method in METHODS]


def status(person, method, url):
    """What this address answers somebody who has just logged in; whatever it did is undone."""
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    to_log_in = answer.status_code == 302 and "/login/" in answer["Location"]
    return "log in" if to_log_in else str(answer.status_code)


@pytest.mark.slow
@pytest.mark.django_db
def test_who_may_open_what(furnished):
    people = {
        role: make_user(name=f"the-{role.lower()}".replace(" ", "-"), role=role) for role in ROLES[1:]
    } | {"Stranger": None}
    head = ["address", *(f"{role} {method.upper()}" for role in ROLES for method in METHODS)]
    lines = ["\t".join(head), *("\t".join([name, *found]) for name, found in cells(people))]
    if os.environ.get("WRITE_TABLE") or not TABLE.exists():
        TABLE.write_text("\n".join(lines) + "\n")
    assert TABLE.read_text().splitlines() == lines
    assert not [line for line in lines if "\t500" in line]
