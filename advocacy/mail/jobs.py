from datetime import timedelta

from advocacy.mail.bulk import Sender
from advocacy.mail.mailbox import read_next
from advocacy.mail.preparing import prepare_next
from advocacy.mail.sending import send_one
from advocacy.worker.loop import Job

JOBS = [
    Job("mail", send_one),
    Job("mailings", prepare_next),
    Job("sending mailings", Sender().send_some),
    Job("bounces", read_next, every=timedelta(seconds=30)),
]
