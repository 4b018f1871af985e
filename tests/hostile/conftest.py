import importlib
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

import tests
from advocacy.accounts.log import Sort, record
from advocacy.accounts.models import User
from advocacy.publishing.kinds import kinds
from tests.accounts.makers import any_user
from tests.publishing.makers import columns, make_text


@pytest.fixture(scope="module")
def own_files(tmp_path_factory):
    """What a module's tests upload lies in a folder of its own."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


@pytest.fixture
def stranger():
    """Somebody without an account; a fault of the site is an answer to look at, not an exception."""
    return Client(raise_request_exception=False)


@pytest.fixture(scope="module")
def furnished(demo, own_files, django_db_blocker):
    """The sample site, and beside it one row at least in every table that the admin shows."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_rows()
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


@pytest.fixture
def desk(furnished, db):
    """A superuser, logged in."""
    client = Client(raise_request_exception=False)
    client.user = User.objects.create_superuser("attacker", "attacker@staff.example", "correct horse battery")
    client.force_login(client.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_rows():
    for kind in kinds():
        make_text(kind, word="Draft")
    record(any_user(), Sort.LOGGED_IN, at=timezone.now())
    samples = personal_samples()
    for maker in samples.values():
        maker(timezone.now())
    for model in admin.site._registry:
        if model in samples:
            samples[model](timezone.now())
        elif not model._default_manager.exists():
            model._default_manager.create(**columns(model, "Row", {}))


def personal_samples():
    """A row of each table with personal data, as each area's tests make it."""
    found = {}
    for file in sorted(Path(tests.__file__).parent.glob("*/personal_samples.py")):
        found |= importlib.import_module(f"tests.{file.parent.name}.personal_samples").SAMPLES
    return found
