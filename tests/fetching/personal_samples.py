"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.fetching.links import ask
from advocacy.fetching.models import LinkCheck


def link(at):
    ask(["https://site.example/"], at)
    return LinkCheck.objects.get()


SAMPLES = {LinkCheck: link}
