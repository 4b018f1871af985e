import importlib
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

import tests
from advocacy.accounts.models import User
from advocacy.publishing.kinds import kinds
from tests.publishing.makers import columns, make_text


@pytest.fixture
def own_files(settings, tmp_path):
    """What is uploaded in a test lies in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def stranger():
    """Somebody without an account; a fault of the site is an answer to look at, not an exception."""
    return Client(raise_request_exception=False)


@pytest.fixture
def desk(db, demo, own_files, rf):
    """A superuser at a desk with at least one row in every table that the admin shows, drafts of each kind last."""
    user = User.objects.create_superuser("attacker", "attacker@staff.example", "correct horse battery")
    make_rows()
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


def make_rows():
    for kind in kinds():
        make_text(kind, word="Draft")
    samples = personal_samples()
    for model in admin.site._registry:
        if model in samples:
            samples[model](timezone.now())
        elif not model._default_manager.exists():
            model._default_manager.create(**columns(model, "Row", {}))
    for maker in samples.values():
        maker(timezone.now())


def personal_samples():
    """A row of each table with personal data, as each area's tests make it."""
    found = {}
    for file in sorted(Path(tests.__file__).parent.glob("*/personal_samples.py")):
        found |= importlib.import_module(f"tests.{file.parent.name}.personal_samples").SAMPLES
    return found
