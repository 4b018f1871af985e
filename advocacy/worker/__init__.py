"""The one loop, `manage.py worker`: everything that is not done in a request.

An app adds its own work with a module `jobs.py` that names it; nothing else has to know:

    from advocacy.worker.loop import Job

    JOBS = [Job("renditions", draw_next)]

`draw_next(at)` does one piece of what is due at that moment and says whether it did; the loop comes back at
once after True, and after a rest after False. `Job(..., every=timedelta(minutes=10))` sets that rest.

A table of due rows builds on `advocacy.worker.claims.Due`: a row is claimed for a lease, and its outcome is
written only where the claim is still held, so that many loops on many hosts share the work and a killed one
loses nothing.
"""
