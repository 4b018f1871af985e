from datetime import timedelta

from advocacy.privacy.purge import purge_block
from advocacy.worker.loop import Job

JOBS = [Job("purge", purge_block, every=timedelta(minutes=10))]
