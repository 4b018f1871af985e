"""What stands at an address: a text, a way to its new address, or the word that it was withdrawn."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404

from advocacy.pictures.cards import with_card
from advocacy.publishing.models import Version, Withdrawal


class Moved(Exception):
    """The text is public under another address: `url`."""

    def __init__(self, url: str):
        super().__init__(url)
        self.url = url


class Gone(Exception):
    """The text was public and is not any more: the page answers 410, with the `explanation` for readers if any."""

    def __init__(self, explanation: str = ""):
        super().__init__(explanation)
        self.explanation = explanation


def public_or_404(kind: str, language: str, slug: str, at: datetime, *, part: str = "") -> Version:
    """The version public under this address at `at`, with its share card or that of its `part`.

    Raises Moved where the text is public elsewhere now, Gone where it was withdrawn, and Http404 for an address
    that never was public: a draft's address must look like no address at all.
    """
    newest = (
        Version.objects.filter(kind=kind, language=language, slug=slug)
        .ever_public(at)
        .select_related("work")
        .annotate(**with_card(part))
        .order_by("-starts", "-number")
        .first()
    )
    if newest is None:
        raise Http404
    if newest.is_public(at):
        return newest
    now = Version.objects.public(at).filter(publication_id=newest.publication_id).defer("data").first()
    if now is None:
        raise Gone(explanation_of(newest))
    raise Moved(now.url)


def explanation_of(version: Version) -> str:
    """Why the text was withdrawn, as its readers are told."""
    told = Withdrawal.objects.filter(
        version__publication_id=version.publication_id, moment=version.ends
    ).last()
    return told.explanation if told else ""


def older_or_404(kind: str, language: str, slug: str, number: int, at: datetime) -> Version:
    """Version `number` of the text that is public under this address now, unless an editor barred it."""
    current = public_or_404(kind, language, slug, at)
    older = (
        Version.objects.ever_public(at)
        .filter(publication_id=current.publication_id, number=number, barred=False)
        .select_related("work")
        .first()
    )
    if older is None:
        raise Http404
    return older


def current_of(version: Version, public: Iterable[Version]) -> Version:
    """Of public versions in hand, the one that stands at this text's address now; itself where none is newer.

    A preview or a text under embargo is newer than what is public.
    """
    same = (each for each in public if each.publication_id == version.publication_id)
    return next((each for each in same if each.starts >= version.starts), version)


def shown_early(page: Any, version: Version) -> Any:
    """The page of a version that is not public: a preview, a pass. The date stands for the short address to come."""
    version.work.short_id = version.work.short_id or version.dated.isoformat()
    return version.kind_class.page_of(page, version)
