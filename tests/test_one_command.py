"""The script that a newcomer meets first: what it refuses, what it keeps, and what it says."""

import ast
import importlib.machinery
import importlib.util
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements/*.lock"))


@pytest.fixture
def cms(tmp_path, monkeypatch):
    """The script as a module, with a data folder of its own and nobody's answers in the environment."""
    for name in [name for name in os.environ if name.startswith("CMS_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CMS_DATA", str(tmp_path / "var"))
    loader = importlib.machinery.SourceFileLoader("cms", str(ROOT / "cms"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("cms", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    return module


def refusal(function, *arguments) -> str:
    with pytest.raises(SystemExit) as refused:
        function(*arguments)
    return str(refused.value)


def test_it_needs_the_standard_library_alone(cms):
    tree = ast.parse((ROOT / "cms").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    modules = {name.name for node in imports for name in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names


def test_an_old_python_can_read_it_far_enough_to_say_what_is_needed():
    source = (ROOT / "cms").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    assert source.index("sys.version_info < (3, 11)") < source.index("import argparse")


def test_it_listens_on_this_machine_unless_a_host_is_named(cms):
    port = cms.free_port()
    assert cms.listen_address([str(port)], "run") == ("127.0.0.1", port)
    assert cms.listen_address([f"0.0.0.0:{port}"], "run") == ("0.0.0.0", port)
    assert cms.site_url("0.0.0.0", port) == f"http://localhost:{port}"
    assert cms.site_url("fe80::1", port) == f"http://[fe80::1]:{port}"


@pytest.mark.parametrize("typed", ["0", "8000x", "²", "host:", "1:2:3:x", "70000", "-1", "--help"])
def test_what_is_no_address_is_refused_in_a_sentence(cms, typed):
    assert "./cms run" in refusal(cms.listen_address, [typed], "run")


def test_a_taken_port_is_named_with_another_to_try(cms):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = refusal(cms.listen_address, [str(port)], "run")
    assert answer == f"Port {port} is taken. End what uses it, or choose another: ./cms run {port + 1}"


def test_a_missing_venv_package_is_named(cms, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert "apt-get install python3-venv" in refusal(cms.make_venv)


def test_answers_come_back_as_they_were_given_and_are_for_the_owner_alone(cms):
    given = {
        "CMS_EMAIL_URL": "smtp://o'neil:p w\"$x#@mail.example.org:587",
        "CMS_SITE_URL": "https://example.org",
    }
    cms.write_private(
        cms.ANSWERS, "".join(f"{name}={cms.shlex.quote(value)}\n" for name, value in given.items())
    )
    assert cms.answers() == given
    assert stat.S_IMODE(cms.ANSWERS.stat().st_mode) == 0o600
    assert stat.S_IMODE(cms.DATA.stat().st_mode) == 0o700


def test_production_starts_without_debug_and_never_without_a_key(cms, monkeypatch):
    monkeypatch.setenv("CMS_DEBUG", "1")
    assert "./cms setup" in refusal(cms.production)
    cms.write_private(cms.DATA / "secret-key", "kept\n")
    assert cms.production()["CMS_SECRET_KEY"] == "kept"
    assert cms.production()["CMS_DEBUG"] == "0"


def test_development_mail_stays_here_whatever_the_owner_answered(cms, monkeypatch):
    cms.write_private(cms.ANSWERS, "CMS_EMAIL_URL=smtp://mail.example.org\nCMS_PROXIES=1\n")
    env = cms.development(CMS_EMAIL_URL="smtp://127.0.0.1:1025")
    assert (env["CMS_EMAIL_URL"], env["CMS_PROXIES"]) == ("smtp://127.0.0.1:1025", "1")
    monkeypatch.setenv("CMS_EMAIL_URL", "smtp://127.0.0.1:2525")
    assert cms.development(CMS_EMAIL_URL="smtp://127.0.0.1:1025")["CMS_EMAIL_URL"] == "smtp://127.0.0.1:2525"


def test_the_development_key_is_random_and_stays(cms):
    first = cms.development()["CMS_SECRET_KEY"]
    assert first == cms.development()["CMS_SECRET_KEY"]
    assert len(first) >= 50


def test_an_install_is_done_again_until_its_stamp_stands(cms, tmp_path, monkeypatch):
    calls = []
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/bin/python").symlink_to(sys.executable)
    monkeypatch.setattr(cms, "VENV", tmp_path / "venv")
    monkeypatch.setattr(cms, "PYTHON", tmp_path / "venv/bin/python")
    monkeypatch.setattr(cms, "is_usable_venv", lambda: True)

    def interrupted(*command, **_options):
        calls.append(command)
        raise KeyboardInterrupt

    monkeypatch.setattr(cms, "call", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cms.install()
    monkeypatch.setattr(cms, "call", lambda *command, **_options: calls.append(command))
    cms.install()
    cms.install()
    assert len(calls) == 2
    assert {"--require-hashes", "--only-binary"} <= set(calls[0])


def test_children_end_with_the_script(cms, tmp_path):
    """One that ignores SIGTERM is killed; one that ends by itself ends the others."""
    ready = tmp_path / "ready"
    stubborn = (
        "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: None);"
        "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    )
    handlers = [
        (number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ]
    try:
        with (
            pytest.raises(SystemExit, match=r"The site ended \(exit code 3\)"),
            cms.Processes(dict(os.environ)) as all_of_them,
        ):
            all_of_them.PATIENCE = 0.5
            all_of_them.start("worker", sys.executable, "-c", stubborn, ready)
            limit = time.monotonic() + 20
            while not ready.exists() and time.monotonic() < limit:
                time.sleep(0.01)
            all_of_them.start("site", sys.executable, "-c", "raise SystemExit(3)")
            all_of_them.watch()
    finally:
        for number, handler in handlers:
            signal.signal(number, handler)
    assert all_of_them.running["worker"].wait(5) == -signal.SIGKILL


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_files_hold_exact_versions_with_hashes_and_name_no_host(lock):
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert entries
    assert all(re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[\w.+!]+( ;.*)? \\$", line) for line in entries)
    assert text.count("--hash=sha256:") >= len(entries)


def test_the_tests_run_on_the_versions_that_the_site_runs_on():
    pins = {
        lock.name: set(re.findall(r"^[\w.\[\],-]+==[^ ;]+", lock.read_text(), re.MULTILINE)) for lock in LOCKS
    }
    assert pins["run.lock"] <= pins["test.lock"]


def test_an_unknown_verb_gets_the_known_ones():
    answer = subprocess.run([sys.executable, ROOT / "cms", "rum"], capture_output=True, text=True)
    assert answer.returncode == 1
    assert "run, test, serve" in answer.stderr


def test_without_a_verb_it_says_what_it_can_do():
    answer = subprocess.run([sys.executable, ROOT / "cms"], capture_output=True, text=True)
    assert answer.returncode == 0
    assert "./cms VERB" in answer.stdout
