"""Typst, in a process of its own: it knows no time limit, and a few words can keep it busy for ever.

Data reaches a template as JSON and never as markup; templates use no package, so nothing is fetched. This module is
what the child process runs, too; it imports neither Django nor the site.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
SECONDS = 20  # of processor time, and a little more by the clock
MEMORY = 3 * 1024**3  # of addresses; Typst's threads reserve far more than they fill
FEW_THREADS = {"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}  # else they reserve by the number of cores


class NotSet(Exception):
    """Typst refused, took too long or wanted too much memory."""


def typeset(template: Path, data: dict[str, Any], *, form: str = "png", seconds: int = SECONDS) -> bytes:
    """The document that `template` makes of `data`, in PNG (one page, a point a pixel) or PDF. NotSet if it can't be."""
    told = json.dumps({"template": str(template), "form": form, "seconds": seconds, "data": data})
    command = [sys.executable, "-I", str(Path(__file__).resolve())]
    try:
        done = subprocess.run(
            command,
            input=told.encode(),
            capture_output=True,
            timeout=seconds + 10,
            env={**os.environ, **FEW_THREADS},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotSet(f"It took longer than {seconds + 10} seconds.") from error
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-3:]
        raise NotSet(" ".join(last) or f"The process ended with {done.returncode}.")
    return done.stdout


def set_limits(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run() -> None:
    told = json.load(sys.stdin)
    set_limits(told["seconds"])
    import typst

    template = Path(told["template"])
    made = typst.compile(
        template,
        root=template.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format=told["form"],
        ppi=72.0,
        sys_inputs={"data": json.dumps(told["data"], ensure_ascii=False)},
    )
    sys.stdout.buffer.write(made if isinstance(made, bytes) else made[0])


if __name__ == "__main__":
    run()
