"""fetch() makes its visits by a child process, which can be stopped whatever it does."""

import ast
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from advocacy.fetching import fetch as fetching
from advocacy.fetching.fetch import NotFetched, Reason, fetch

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def child(monkeypatch):
    """The child process runs with other name servers."""

    def child(kind):
        code = "import sys; sys.path.insert(0, sys.argv.pop()); import tests.fetching.hanging"
        monkeypatch.setattr(fetching, "CHILD", [sys.executable, "-I", "-c", code, kind, str(ROOT)])

    return child


def failure_of(url, **how):
    with pytest.raises(NotFetched) as failure:
        fetch(url, **how)
    return failure.value


def test_what_the_process_says_comes_back():
    """A private address needs neither name servers nor a connection."""
    failure = failure_of("http://127.0.0.1/")
    assert failure.reason == Reason.REFUSED
    assert str(failure) == "The host in the address is no name and no public address."


def test_a_page_comes_back_whole(monkeypatch):
    said = b'{"url": "u", "status": 404, "type": "t", "charset": "", "whole": true}\nline\nline \xff\n'
    print_it = f"import sys; sys.stdout.buffer.write({said!r})"
    monkeypatch.setattr(fetching, "CHILD", [sys.executable, "-I", "-c", print_it])
    page = fetch("http://site.example/")
    assert (page.status, page.body, page.whole) == (404, b"line\nline \xff\n", True)


@pytest.mark.slow
def test_name_servers_that_never_answer_are_left(child, monkeypatch):
    monkeypatch.setattr(fetching, "GRACE", 1)
    child("hang")
    began = time.monotonic()
    assert failure_of("http://site.example/", seconds=1).reason == Reason.TOO_SLOW
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("kind", "reason"), [("die", "unreachable"), ("hungry", "unreachable")])
def test_a_process_that_dies_or_takes_too_much_is_no_page(child, kind, reason):
    child(kind)
    assert failure_of("http://site.example/").reason == reason


def test_neither_keys_nor_proxies_are_handed_to_the_process(child, monkeypatch):
    monkeypatch.setenv("CMS_SECRET_KEY", "hidden")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    child("told")
    assert failure_of("http://site.example/").reason == Reason.REFUSED


@pytest.mark.parametrize("url", ["http://\ud800/", "http://\0/", "x" * 100_000, "http://[", "\n"])
def test_an_address_that_is_none_reaches_no_command(url):
    assert failure_of(url).reason == Reason.REFUSED


MAY_FETCH = {"advocacy/fetching/checking.py": {"advocacy/fetching/jobs.py"}}  # and who may ask it to


def importers(*modules):
    """The files of the site that import one of these modules."""
    paths = [path for wing in ("advocacy", "newsroom", "campaigns") for path in (ROOT / wing).rglob("*.py")]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            named = (
                [f"{node.module}.{name.name}" for name in node.names]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            named += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            if any(f"{name}.".startswith(f"{module}.") for name in named for module in modules):
                yield path.relative_to(ROOT).as_posix()


def test_no_page_waits_for_another_host():
    """fetch() belongs into the worker: what calls it is asked by a job alone."""
    assert set(importers("advocacy.fetching.fetch")) == MAY_FETCH.keys()
    assert set(importers("advocacy.fetching.visit")) == {"advocacy/fetching/fetch.py"}
    for path, askers in MAY_FETCH.items():
        assert set(importers(path.removesuffix(".py").replace("/", "."))) == askers


def test_only_one_module_speaks_http():
    found = set(importers("httpx", "httpcore", "urllib.request", "http.client", "requests"))
    errors_only = {"advocacy/mail/couriers.py"}  # what django-anymail raises
    assert found - errors_only == {"advocacy/fetching/visit.py"}
