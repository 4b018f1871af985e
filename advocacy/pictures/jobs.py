from datetime import timedelta

from advocacy.pictures import avif, cards
from advocacy.worker.loop import Job

JOBS = [
    Job("share cards", cards.draw_next),
    Job("all share cards", cards.tend, every=timedelta(minutes=10)),
    Job("avif", avif.draw_next),
]
