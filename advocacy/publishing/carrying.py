"""One work shown inside another from its own record: a release carries its letter.

The carrying text keeps the version and the ids of chosen paragraphs, never words; the carried kind says how it
is shown. Neither wing knows the other: both know this module.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version, Work
from advocacy.publishing.parts import Part


@dataclass(frozen=True, kw_only=True)
class Carried(Part):
    """What a carrying text keeps of the work it carries."""

    SAID = ()  # ids alone

    work_id: int = 0
    version_id: int = 0
    passages: tuple[str, ...] = ()


def carriable_kinds() -> list[str]:
    return [kind.kind_name() for kind in kinds() if kind.can_be_carried]


def newest_version(work: Work, language: str) -> Version | None:
    """The work's newest text, public or scheduled, in `language` or else in its original."""
    there = work.versions.not_voided().order_by("-number")
    return there.filter(language=language).first() or there.filter(is_original=True).first()


def passage_choices(work: Work, language: str) -> list[tuple[str, str]]:
    """(id, text) of each paragraph of the work's newest text that another text may quote."""
    newest = newest_version(work, language)
    return newest.kind_class.passage_choices(newest) if newest else []


def carried_problems(
    work: Work, kept: Version | None, passages: Iterable[str], starts: datetime
) -> list[str]:
    """Sentences that say why a text can't carry this work from `starts` on."""
    if kept is None or not kept.is_public(starts):
        if newer_than(work, kept, starts):
            return [
                gettext(
                    "The letter “%(title)s” was published or scheduled after this text was saved. Save this text "
                    "again, and look at the passages of the letter."
                )
                % {"title": work}
            ]
        return [
            gettext(
                "The letter “%(title)s” is not public at that moment. Publish it first, or for the same moment."
            )
            % {"title": work}
        ]
    known = {passage for passage, _text in kept.kind_class.passage_choices(kept)}
    if set(passages) - known:
        return [gettext("A chosen passage no longer stands in the letter. Choose the passages again.")]
    return []


def newer_than(work: Work, kept: Version | None, starts: datetime) -> bool:
    """True where the work is public at that moment, in another version than the one that is kept."""
    there = work.versions.public(starts)
    return (there.filter(language=kept.language) if kept else there).exists()


def carried_part(
    carried: Carried,
    versions: Iterable[Version],
    on: date,
    at: datetime,
    language: str,
    starts: datetime,
) -> Any:
    """What the carried kind shows on a page in `language`, as of the day `on`; None while its text is not public.

    The holder of a pass to a text that `starts` later sees the work that becomes public with it. `versions` holds the
    kept version and whatever of the work is public at `at`. Another language of the work does not stand in for a text
    that was withdrawn: the words are those of the kept one.
    """
    seen = max(at, starts)
    kept = next((each for each in versions if each.pk == carried.version_id), None)
    if kept is None or kept.barred or kept.starts > seen:
        return None
    texts = (each for each in versions if each.publication_id == kept.publication_id)
    current = next((each for each in texts if each.is_public(seen)), None)
    if current is None:
        return None
    return kept.kind_class.carried(
        kept, current=current, passages=carried.passages, on=on, at=at, language=language
    )
