"""The site's commands as processes of their own, on the database of the test."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds


def database_url():
    """The address of the test's own database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return (
        f"postgres://{login}@{quote(database['HOST'], safe='')}:{database['PORT'] or 5432}/{database['NAME']}"
    )


class Process:
    """manage.py with a command; what it writes is read line by line."""

    def __init__(self, *command, mail_port):
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", *command],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": database_url(),
                "CMS_EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.told = ""

    def hear(self, pattern):
        """Read until a line says this; gives the match."""
        for line in self.process.stdout:
            self.told += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"the process ended without saying {pattern!r}: {self.told}")

    def is_alive(self):
        if self.process.poll() is None:
            return True
        self.finish()
        return False

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self):
        """Wait for the end; the exit code."""
        told, _ = self.process.communicate(timeout=PATIENCE)
        self.told += told
        return self.process.returncode

    def end(self):
        """Leave nothing behind, however the test went."""
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.communicate()
