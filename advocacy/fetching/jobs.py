from advocacy.fetching.checking import check_next
from advocacy.worker.loop import Job

JOBS = [Job("links", check_next)]
