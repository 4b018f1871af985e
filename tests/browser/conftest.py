"""One running site with the sample on it for all tests of a module: they read it, or write what no other test reads."""

import pytest
from django.test import override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from advocacy.site import demo
from tests.browser import looking
from tests.conftest import empty_tables


@pytest.fixture(scope="module")
def live_site(django_db_setup, django_db_blocker):
    """Stands in for the fixture of the same name, which empties the database after each test."""
    with django_db_blocker.unblock():
        demo.load(timezone.now())
        server = LiveServer("localhost")
        with override_settings(SITE_URL=server.url, SITE_HOST=server.url.split("://", 1)[1]):
            yield server
        server.stop()
        empty_tables()


@pytest.fixture
def transactional_db(live_site):
    """Stands in for pytest-django's: its name puts these tests behind those that roll back, and the database of the
    running site is there already."""


@pytest.fixture
def violations():
    return looking.violations


@pytest.fixture
def overflow():
    return looking.overflow
