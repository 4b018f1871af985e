"""What `./cms bench --mailing` measures: the rows of a large mailing, and how fast and in how much memory it is sent.

The mail server is a process beside it that says yes to everything, and costs as little as it can.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from advocacy.mail.editions import JOINED, PREFERENCES_URL, UNSUBSCRIBE_URL, Edition
from advocacy.mail.models import Mailing
from advocacy.mail.preparing import add_block, keep_words
from advocacy.publishing.models import Version
from advocacy.subscribers.models import Subscriber

TOGETHER = 10_000  # subscribers written at once
PARAGRAPH = "Ten demands are before the parliament, and each has an address, a date and a source. Հայերեն: տասը պահանջ. "


def make_subscribers(count: int, at: datetime) -> None:
    """Confirmed ones in a few languages and domains, most of them in the first."""
    languages = [code for code, _name in settings.LANGUAGES]
    domains = [
        "mail.example",
        "mail.example",
        "post.example",
        *(f"small{each}.example" for each in range(97)),
    ]
    for start in range(0, count, TOGETHER):
        Subscriber.objects.bulk_create(
            Subscriber.of(
                f"reader{number}@{domains[number % len(domains)]}",
                state=Subscriber.State.CONFIRMED,
                language=languages[number % len(languages)],
                asked=at,
                joined=at,
            )
            for number in range(start, min(start + TOGETHER, count))
        )


def make_mailing(at: datetime) -> Mailing:
    """A mailing of any work, with an edition as long as a bulletin in two languages."""
    version = Version.objects.filter(is_original=True).defer("data").first()
    if version is None:
        raise ValueError("There is no text to send. Load the sample first.")
    mailing = Mailing.objects.create(work_id=version.work_id, purpose=Mailing.Purpose.BULLETIN, starts=at)
    paragraphs = "".join(f"<p>{PARAGRAPH}</p>\n" for _ in range(120))
    own = f'<p>{JOINED} <a href="{UNSUBSCRIBE_URL}">x</a> <a href="{PREFERENCES_URL}">y</a></p>'
    texts = f"{PARAGRAPH}\n" * 60 + f"{JOINED}\n{UNSUBSCRIBE_URL}\n{PREFERENCES_URL}\n"
    editions = [
        Edition(
            language=language,
            subject=f"Bulletin in {language}",
            html=f"<html><body>{paragraphs}{own}</body></html>",
            text=texts,
            sender_name="Bench",
        )
        for language in ("en", "hy")
    ]
    keep_words(mailing, editions, at)
    return mailing


def make_rows(mailing: Mailing, at: datetime) -> tuple[float, int]:
    """Seconds until all rows are there, and in how many blocks."""
    began, blocks = time.perf_counter(), 0
    while mailing.state != Mailing.State.SENDING:
        add_block(mailing, at)
        mailing.refresh_from_db()
        blocks += 1
    return time.perf_counter() - began, blocks


@dataclass
class Sent:
    count: int
    seconds: float
    early: int  # megabytes of the sender when a tenth was sent
    peak: int  # and at most

    @property
    def rate(self) -> float:
        return self.count / self.seconds


def send(mailing: Mailing, *, most: int) -> Sent:
    """Let a worker of its own send, until `most` mails are out; its memory is its own."""
    sink = subprocess.Popen(
        [sys.executable, "-m", "advocacy.mail.bench_sink"], stdout=subprocess.PIPE, text=True
    )
    assert sink.stdout is not None
    port = int(sink.stdout.readline())
    env = os.environ | {
        "CMS_EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "CMS_MAIL_PER_MINUTE": "10000000",
        "CMS_MAIL_PER_DOMAIN": "10000000",
    }
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"], env=env, stdout=subprocess.DEVNULL)
    try:
        return watch(mailing, worker, most)
    finally:
        for process in (worker, sink):
            process.terminate()
            process.wait()


def watch(mailing: Mailing, worker: subprocess.Popen, most: int) -> Sent:
    """The clock runs from the first mail on: starting a worker is not sending."""
    began = first = early = 0.0
    while worker.poll() is None:
        count = mailing.deliveries.had().count()
        if count and not began:
            began, first = time.perf_counter(), count
        if not early and count >= most / 10:
            early = memory(worker.pid, "VmRSS")
        if count >= most:
            return Sent(
                int(count - first), time.perf_counter() - began, int(early), memory(worker.pid, "VmHWM")
            )
        time.sleep(0.5)
    raise ValueError("The worker ended before all was sent.")


def memory(pid: int, name: str) -> int:
    """Megabytes that a process holds now (VmRSS) or held at most (VmHWM); Linux tells."""
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) // 1024
