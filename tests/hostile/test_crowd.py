"""Five hundred people write in at the same moment, to the server that runs in production: nobody is lost."""

import http.client
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from advocacy.delivery.stamps import stamp
from advocacy.mail.models import Message
from newsroom.models import Inquiry
from tests.mail.processes import ROOT, database_url
from tests.newsroom.makers import posted
from tests.organisation.makers import make_organisation

PRESS = "/en/press/"
PEOPLE, AT_ONCE = 500, 24
PATIENCE = 30  # seconds for one answer, more than a writer waits for its turn


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(transactional_db):
    """The production server on the test's database, behind a proxy that says who asks; its port."""
    port = free_port()
    words = f"--interface wsgi --no-ws --blocking-threads 4 --workers 2 --log-level warning --host 127.0.0.1 --port {port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *words.split(), "advocacy.wsgi:application"],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "advocacy.settings",
            "DATABASE_URL": database_url(),
            "CMS_PROXIES": "1",
            "CMS_SITE_URL": f"http://127.0.0.1:{port}",
        },
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def wait_for(port):
    for _try in range(300):
        try:
            if ask(port, "GET", "/robots.txt") == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def write_in(port, number):
    fields = posted(message=f"Question {number}", stamp=stamp("inquiry", PRESS, timezone.now()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": f"10.{number // 200}.{number % 200}.1",
    }
    return ask(port, "POST", PRESS, urlencode(fields), headers)


def read_on(port, is_over):
    """A reader who keeps reading meanwhile: every status, and how long the slowest page took."""
    seen, slowest = [], 0.0
    while not is_over.is_set():
        for path in ("/en/", PRESS, "/en/releases/"):
            begun = time.monotonic()
            seen.append(ask(port, "GET", path))
            slowest = max(slowest, time.monotonic() - begun)
    return seen, slowest


@pytest.mark.slow
def test_five_hundred_inquiries_at_once_are_all_stored(server):
    make_organisation()
    is_over = Event()
    with ThreadPoolExecutor(AT_ONCE + 1) as people:
        reader = people.submit(read_on, server, is_over)
        try:
            answers = list(people.map(lambda number: write_in(server, number), range(PEOPLE), timeout=300))
        finally:
            is_over.set()
        seen, slowest = reader.result(timeout=60)
    assert set(answers) == {303}
    stored = Inquiry.objects.values_list("message", flat=True)
    assert sorted(stored) == sorted(f"Question {number}" for number in range(PEOPLE))
    assert Message.objects.filter(purpose__startswith="inquiry").count() == PEOPLE
    assert set(seen) == {200}
    assert slowest < 10
