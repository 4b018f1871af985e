"""`fetch()`, the one way in which the site gets a page from another host. For the worker: it may take its time.

The visit is made by a child process, for two reasons: a name server that never answers can't be given up from within,
and bytes of strangers are read where neither the site's keys nor its database are.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from advocacy.fetching.visit import NotFetched, Page, Reason

__all__ = ["NotFetched", "Page", "Reason", "fetch"]

HTML = ("text/html", "application/xhtml+xml")
SECONDS = 15
BYTES = 2_000_000
GRACE = 3  # seconds that the process has on top, to start and to end by itself

ROOT = Path(__file__).resolve().parent.parent.parent
CHILD = [
    sys.executable,
    "-I",
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]); from advocacy.fetching.visit import run; run()",
    str(ROOT),
]
# What Python and the resolver need; no proxy, no key, no address of the database.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "RES_OPTIONS", "LOCALDOMAIN")


def fetch(
    url: str, *, types: Collection[str] | None = HTML, limit: int = BYTES, seconds: float = SECONDS
) -> Page:
    """The page at an address that anybody may have written, whatever its status.

    `types` are the media types of which it may be, None for any; more than `limit` bytes are not read. NotFetched
    with a Reason if there is none, if the address is no public one on port 80 or 443, here or after a redirect, or
    once the seconds are over.
    """
    told = {
        "url": url,
        "types": None if types is None else list(types),
        "limit": limit,
        "seconds": seconds,
    }
    try:
        done = subprocess.run(
            CHILD,
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=seconds + GRACE,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotFetched(Reason.TOO_SLOW, "It took too long, and was stopped.") from error
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise NotFetched(Reason.UNREACHABLE, " ".join(last) or f"The process ended with {done.returncode}.")
    head, _line, body = done.stdout.partition(b"\n")
    said = json.loads(head)
    if "reason" in said:
        raise NotFetched(Reason(said["reason"]), said["words"])
    return Page(body=body, **said)
