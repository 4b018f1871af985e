"""What every test stands on: an environment of its own, a database file, a browser where there is one.

The environment is set before Django reads its settings, so that `pytest` alone works as `./cms test` does
and no test touches var/, sends mail or meets the owner's answers.
"""

import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest

DATA = Path(tempfile.mkdtemp(prefix="cms-tests-"))
(DATA / "static").mkdir()  # where collected files would be; WhiteNoise warns if it is missing
FOR_TESTS = ("CMS_REQUIRE_ALL", "CMS_CHROMIUM")
for name in [name for name in os.environ if name.startswith("CMS_") and name not in FOR_TESTS]:
    del os.environ[name]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "CMS_DEBUG": "1",
    "CMS_DATA": str(DATA),
    "CMS_SITE_URL": "http://testserver",
}
# Each commit to PostgreSQL need not reach the disk: a test database is thrown away.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
django.setup()

from django.conf import settings as site_settings  # noqa: E402  (after the environment is set)
from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import client as django_client  # noqa: E402
from django.test import testcases  # noqa: E402

# The live server finds static files without collecting them. pytest-django would see to it, did our app of
# static files not stand under a name of its own.
testcases._StaticFilesHandler = StaticFilesHandler

BROWSER_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine is reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
NO_BROWSER = "no Chromium (on Debian and Ubuntu: apt-get install chromium; or name one in CMS_CHROMIUM)"
NO_GETTEXT = "no gettext (on Debian and Ubuntu: apt-get install gettext)"
NO_POSTGRES = "this run is on SQLite (with a server: DATABASE_URL=postgres://user@host/name ./cms test)"


def chromium() -> str | None:
    """The distribution's browser; none is ever downloaded."""
    named = os.environ.get("CMS_CHROMIUM")
    # The shell alone, without what a person's window needs, answers in half the time.
    lean = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    names = [named] if named else lean
    return next(filter(None, map(shutil.which, names)), None)


def is_required() -> bool:
    """In CI what is missing is a failure; on a person's machine it is a line at the end."""
    return os.environ.get("CMS_REQUIRE_ALL") == "1"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """Each worker reads the settings anew, after this file has given it a folder of its own."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(items):
    missing = {}
    if not chromium() and not is_required():
        missing["browser"] = NO_BROWSER
    if connection.vendor != "postgresql":
        missing["postgres"] = NO_POSTGRES
    for item in items:
        for mark, reason in missing.items():
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter):
    """One line for each thing that was missing."""
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for reason in (NO_BROWSER, NO_GETTEXT, NO_POSTGRES):
        if count := sum(reason in text for text in reasons):
            tests = "test was" if count == 1 else "tests were"
            terminalreporter.write_line(f"{count} {tests} skipped: {reason}", yellow=True)


def pytest_unconfigure():
    shutil.rmtree(DATA, ignore_errors=True)


# Database


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """On SQLite tests use a file, as the site does: each thread has its own connection, and WAL is on."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        suffix = os.environ.get("PYTEST_XDIST_WORKER", "")
        database["TEST"]["NAME"] = str(DATA / f"test{suffix}.sqlite3")
        # Nothing in it has to outlive the run, so nothing has to reach the disk.
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Passwords are hashed a thousand times a run; strength is for people."""
    site_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def pages_alone_are_recorded():
    """The test client copies the context of every template it meets; a form has hundreds of small ones."""
    record = django_client.store_rendered_templates

    def record_pages(store, signal, sender, template, context, **kwargs):
        if "/widgets/" not in (template.name or ""):
            record(store, signal, sender, template, context, **kwargs)

    django_client.store_rendered_templates = record_pages


# What migrating makes and no test changes for good.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly():
    """After a test with real transactions Django truncates every table and makes all permissions anew, which
    takes PostgreSQL two seconds. To delete the few rows takes milliseconds."""
    thoroughly = testcases.TransactionTestCase._fixture_teardown

    def empty(test):
        return empty_tables() if passes_triggers() else thoroughly(test)

    testcases.TransactionTestCase._fixture_teardown = empty


def passes_triggers() -> bool:
    """On PostgreSQL that is a superuser's right."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone()[0] == "on"


def empty_tables():
    """Deletes all rows but KEPT, past the foreign keys and the triggers that keep what was public."""
    tables = set(connection.introspection.table_names()) & set(connection.introspection.django_table_names())
    deletes = [f'DELETE FROM "{table}"' for table in sorted(tables - KEPT)]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("; ".join(deletes))
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        drops = [f"DROP TRIGGER {name}" for name, _sql in triggers]
        for statement in [*drops, *deletes, *(sql for _name, sql in triggers)]:
            cursor.execute(statement)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The sample site, loaded once for all tests of a module that ask for it, each of which is rolled back."""
    from django.utils import timezone

    from advocacy.site import demo

    with django_db_blocker.unblock(), transaction.atomic():
        demo.load(timezone.now())
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


# Browser


@pytest.fixture(scope="module")
def browser():
    """One Chromium for the tests of a module. Playwright's event loop runs in this thread until they are done:
    Django would refuse the database meanwhile, and other tests could start no loop of their own."""
    if not chromium():
        pytest.fail(NO_BROWSER)  # only where everything is required: elsewhere the test was skipped
    from playwright.sync_api import Locator, Page, sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        for thing, step in ((Locator, "click"), (Page, "click"), (Page, "wait_for_selector")):
            patch.setattr(thing, step, until_read_in(getattr(thing, step)))
        running = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_ARGUMENTS)
        yield running
        running.close()


def until_read_in(step):
    """A step of a browser test that is over once the page it leads to, if any, is read in.

    Playwright's own is over with the first bytes of that page: what asks at once and does not wait, for a title or
    a number of elements, would find a part of it now and then.
    """

    def taken(where, *args, **options):
        result = step(where, *args, **options)
        if not options.get("no_wait_after"):
            getattr(where, "page", where).wait_for_load_state("domcontentloaded")
        return result

    return taken


@pytest.fixture
def browser_context(browser, live_site):
    """Makes a stranger's fresh browser at the live site: `browser_context(java_script_enabled=False)`.

    Any request that leaves the machine is refused, and fails the test at its end. (Listened to, not routed: what is
    routed is never cached, and each page would ask for all its scripts anew.)
    """
    contexts, foreign = [], []

    def listen(request):
        stayed = request.failure == "csp"  # the page's own policy stopped it before it was made
        if not stayed and not request.url.startswith((live_site.url, "data:", "blob:")):
            foreign.append(request.url)

    def make(**options):
        context = browser.new_context(base_url=live_site.url, locale="en-GB", timezone_id="UTC", **options)
        context.set_default_timeout(10_000)
        context.on("requestfinished", listen)
        context.on("requestfailed", listen)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not foreign, f"pages asked other hosts: {foreign}"


@pytest.fixture
def browser_page(browser_context):
    """A page of 1280 by 800 in a fresh browser; addresses are paths: `browser_page.goto("/en/")`.

    What the page writes to its console as an error, a broken policy say, fails the test at its end.
    """
    page = browser_context(viewport={"width": 1280, "height": 800}).new_page()
    page.troubles = []
    page.on(
        "console", lambda message: page.troubles.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    yield page
    assert not page.troubles, f"the page complained: {page.troubles}"


@pytest.fixture
def live_site(live_server, transactional_db, settings):
    """The site on a port of its own. Links in its mail and share bars lead back to that port."""
    settings.SITE_URL = live_server.url
    settings.SITE_HOST = live_server.url.split("://", 1)[1]
    return live_server
