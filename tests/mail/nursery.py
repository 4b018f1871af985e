"""Workers for tests, born quickly: this process loads the site once, and forks one that sends for each line it reads.

It stands in for hours by seconds: a lease of two seconds, a lock that is waited for half a second, short rests.
"""

import os
import signal
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402  (after the settings are read)
from django.db import connections  # noqa: E402

from advocacy.mail.bulk import Sender  # noqa: E402
from advocacy.worker import claims, loop  # noqa: E402

LEASE = timedelta(seconds=2)


def hurry():
    claims.LEASE = LEASE
    loop.SHORTEST_PENALTY, loop.LONGEST_PENALTY = timedelta(seconds=0.2), timedelta(seconds=1)
    settings.EMAIL_TIMEOUT = 0.6
    options = connections["default"].settings_dict["OPTIONS"]
    if connections["default"].vendor == "sqlite":
        options["timeout"] = 0.5
    else:
        options["options"] = "-c lock_timeout=500"


def work():
    """What a worker's loop does with mailings, until it is told to stop."""
    running = loop.Loop([loop.Job("sending mailings", Sender().send_some, every=timedelta(milliseconds=50))])
    signal.signal(signal.SIGTERM, running.stop)
    running.rest = lambda: timedelta(milliseconds=50)
    running.run()


def main():
    hurry()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    print("ready", flush=True)
    for _line in sys.stdin:
        born = os.fork()
        if not born:
            work()
            os._exit(0)
        print("born", born, flush=True)


if __name__ == "__main__":
    main()
