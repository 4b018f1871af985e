"""Sample items: published on the day they are dated, on works marked as samples, so that they can be taken out again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from advocacy.publishing.models import Publication, Version, Work


def publish_sample(
    kind: type[Publication],
    at: datetime,
    *,
    language: str = "en",
    work: Work | None = None,
    rows: Callable[[Any], None] | None = None,
    **fields: Any,
) -> Version:
    """Makes a sample text of `kind` that is public from `at` on; `rows(text)` adds what hangs on it."""
    work = work or Work.objects.create(
        kind=kind.kind_name(), original_language=language, sample=True, created=at
    )
    text = kind(work=work, language=language, **fields)
    text.save()
    if rows:
        rows(text)
    text = kind.objects.get(pk=text.pk)
    text.stamp()
    return text.publish(at=at, note="Sample")


def sample_works(kind: str) -> Any:
    return Work.objects.filter(kind=kind, sample=True).order_by("pk")
