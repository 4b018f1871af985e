"""One running site with the sample on it for all tests of a module: they read it, or write what no other test reads."""

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from advocacy.site import demo


@pytest.fixture(scope="module")
def live_site(django_db_setup, django_db_blocker):
    """Stands in for the fixture of the same name, which empties the database after each test."""
    with django_db_blocker.unblock():
        demo.load(timezone.now())
        server = LiveServer("localhost")
        with override_settings(SITE_URL=server.url, SITE_HOST=server.url.split("://", 1)[1]):
            yield server
        server.stop()
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def transactional_db(live_site):
    """Stands in for pytest-django's: its name puts these tests behind those that roll back, and the database of the
    running site is there already."""


AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture
def violations():
    """What axe finds on a page as it stands, in one line for each element: `violations(page)`.

    The editor's own bars are not ours: what they hold is left out, as is the text that it shows in a frame.
    """

    def run(page, options=None):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        told = json.dumps(AXE_OPTIONS | (options or {}))
        found = page.evaluate(f"axe.run({{exclude: ['.cke']}}, {told})")["violations"]
        return [
            f"{each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]
        ]

    return run


@pytest.fixture
def overflow():
    """By how many pixels a page is wider than its window: `overflow(page)`."""
    return lambda page: page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
