import pytest
from django.core.management import CommandError, call_command

from advocacy.mail.models import Delivery
from advocacy.worker import loop
from tests.mail.makers import queue_delivery

pytestmark = pytest.mark.django_db


def test_once_sends_what_is_due(mailoutbox):
    delivery = queue_delivery()
    call_command("worker", "--once")
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT
    assert len(mailoutbox) == 1


def test_once_tells_of_a_job_that_failed(monkeypatch):
    monkeypatch.setattr(
        "advocacy.worker.management.commands.worker.all_jobs", lambda: [loop.Job("broken", lambda at: 1 / 0)]
    )
    with pytest.raises(CommandError, match="broken: ZeroDivisionError"):
        call_command("worker", "--once")
