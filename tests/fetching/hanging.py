"""A child process of fetch() whose name servers never answer, or that ends in another way: named by its argument."""

import os
import signal
import sys

from advocacy.fetching import visit


def hang(host, port):
    signal.pause()


def hungry(host, port):
    return [str(number) for number in range(10**9)]


def die(host, port):
    os.kill(os.getpid(), signal.SIGKILL)


def told(host, port):
    return ["10.0.0.1"] if not os.environ.keys() & {"CMS_SECRET_KEY", "HTTP_PROXY"} else []


visit.resolve = {"hang": hang, "hungry": hungry, "die": die, "told": told}[sys.argv[1]]
visit.run()
