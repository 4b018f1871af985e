"""How a text becomes public, and stops being so: publish, withdraw, restore, and what stands in their way."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.models import Organisation
from advocacy.pictures.cards import ask_for_card
from advocacy.publishing.content import restore
from advocacy.publishing.kinds import kinds
from advocacy.publishing.links import links_to_nothing
from advocacy.publishing.models.steps import Step, Withdrawal
from advocacy.publishing.models.text_pictures import keys_in
from advocacy.publishing.models.versions import Version, folded

LONG_HEADLINE = 110  # characters; what search engines print of a headline


class Publishing:
    """The verbs of `Publication` that make versions or end them."""

    def problems(self: Any, starts: datetime) -> list[str]:
        """Whole sentences that say why this text can't be public from `starts` on. A kind adds its own."""
        found = []
        if not self.title.strip():
            found.append(gettext("The title is missing."))
        if self.address_of_another(self.slug):
            found.append(gettext("This address was public for another item and stays with it."))
        in_text = self.pictures_in_text()
        for picture in dict.fromkeys([*([self.picture] if self.picture else []), *in_text]):
            found.extend(picture.problems(self.language))
        if len(in_text) < len(keys_in(self)):
            found.append(
                gettext("A picture in the text is no longer in the library. Take it out of the text.")
            )
        for path in links_to_nothing(self.content(), self, starts):
            found.append(gettext("A link leads to a page that is not public then: %(path)s") % {"path": path})
        return found

    def warnings(self, starts: datetime) -> list[str]:
        """Whole sentences on what an editor should know before publishing; none stands in the way."""
        found = []
        if len(self.title) > LONG_HEADLINE:
            found.append(
                gettext("The title has %(count)d characters; beyond %(most)d, search engines cut it.")
                % {"count": len(self.title), "most": LONG_HEADLINE}
            )
        if self.is_older_than_original():
            found.append(gettext("The original was published again after this translation was changed."))
        return found

    def is_older_than_original(self) -> bool:
        """True where the original has a version that this text, a translation, can't know yet."""
        newer = self.work.versions.not_voided().filter(is_original=True, made__gt=self.changed)
        return self.is_translation and newer.exists()

    def card(self, content: Any) -> dict[str, Any]:
        """What lists need beside the version's own columns; small, because lists never load content."""
        return {}

    def words_found_by(self, content: Any) -> list[str]:
        """What a list's word finds it by beside title and summary."""
        return []

    def version(
        self,
        *,
        starts: datetime,
        rows: dict[str, Iterable[Any]] | None = None,
        at: datetime | None = None,
    ) -> Version:
        """The version that publishing would make, not saved: the preview is this very object.

        Asked `at` a moment, what is only scheduled then is no earlier text: publishing would drop it.
        """
        content = self.content(rows)
        earlier = self.last_before(min(starts, at or starts))
        version = Version(
            work=self.work,
            publication_id=self.pk,
            kind=self.kind_name(),
            language=self.language,
            is_original=not self.is_translation,
            slug=self.slug,
            # A correction does not make an old text new: readers know it by the date it had.
            dated=self.dated or (earlier.dated if earlier else starts.astimezone(zone()).date()),
            title=self.title,
            summary=self.summary,
            card=self.card(content),
            words=folded(" ".join([self.title, self.summary, *self.words_found_by(content)])),
            data=content.dump(),
            hash=content.hash(),
            first_public=earlier.first_public if earlier else starts,
            starts=starts,
        )
        version.content = content
        return version

    def last_before(self, starts: datetime) -> Version | None:
        """The last text that readers will have had at `starts`, without content; None for a new one."""
        earlier = Version.objects.filter(publication_id=self.pk).ever_public(starts).defer("data")
        return earlier.order_by("-starts").first() if self.pk else None

    def publish(
        self,
        *,
        who: Any = None,
        starts: datetime | None = None,
        at: datetime | None = None,
        note: str = "",
        correction: str = "",
        embargo: bool = False,
        read: str | None = None,
    ) -> Version:
        """Makes the desk's text public from `starts` (by default at once). Returns the version.

        `correction` tells readers what was wrong in the text that is public; without one it is a minor edit.
        Under `embargo` passes may be given until the text starts. `read` is the mark of the text that was read
        before, see `read_mark`. Raises ValidationError with the sentences of
        `problems`, where `starts` lies in the past, where a second person is asked for, and for a correction of
        nothing. A version that was scheduled and has not started is voided.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            desk._refuse_unread(read, now)
            starts = starts or now
            replaced = desk.versions.public(now).first()
            desk._refuse_publishing(starts, now, who=who, corrects_nothing=bool(correction and not replaced))
            desk._cut(now=now, moment=starts)  # what was scheduled and never came is no earlier text
            version = desk.version(starts=starts)
            version.number = desk._last_number() + 1
            version.who, version.note = who, note
            version.second = next(iter(desk.others_than(who)), None)
            version.embargoed = embargo and starts > now
            version.correction = correction
            version.corrections = [*(replaced.corrections if replaced else []), *told(version)]
            desk._name_work(version)
            version.save(force_insert=True)
            version.save_references()
            ask_for_card(version, now)
            approved_by = who or desk.approved_by
            desk._write(status=self.Status.APPROVED, desk_hash=version.hash, approved_by=approved_by)
            desk.published(version)
            desk._plan_changed(who=who, at=now)
        self.refresh_from_db()
        return version

    def _refuse_publishing(
        self, starts: datetime, now: datetime, *, who: Any, corrects_nothing: bool
    ) -> None:
        if starts < now:
            raise ValidationError(_("Choose a moment that is still ahead."))
        found = self.problems(starts)
        if self.binned:
            found.append(gettext("It lies in the bin. Take it out first."))
        if self.needs_somebody_else(who):
            found.append(gettext("Somebody else has to approve or publish what you wrote."))
        if corrects_nothing:
            found.append(gettext("There is no public text that could be corrected."))
        if found:
            raise ValidationError(found)

    def _name_work(self, version: Version) -> None:
        """At the work's first version: whether it comes from earlier times, and its short address."""
        if not self.work.versions.not_voided().exists():
            self.work.imported = version.dated < version.starts.astimezone(zone()).date()
            self.work.save(update_fields=["imported"])
        self.work.name_once(version.dated)

    def share_draft(self, *, who: Any = None, at: datetime | None = None) -> Version:
        """The desk's text as it stands, frozen for people with a pass. It never was and never will be public."""
        with transaction.atomic():
            desk, now = self._locked(at)
            version = desk.version(starts=now)
            version.number, version.who, version.made = desk._last_number() + 1, who, now
            version.ends = now
            version.note = gettext("Shared as a draft")
            version.save(force_insert=True)
            version.save_references()
        return version

    def published(self, version: Version) -> None:
        """What a kind does in the same transaction when a version was made."""

    def withdraw(
        self,
        *,
        who: Any = None,
        at: datetime | None = None,
        moment: datetime | None = None,
        explanation: str = "",
        reason: str = "",
    ) -> None:
        """Takes the text from the public at `moment` (by default at once) and voids what was scheduled.

        `explanation` is told to readers at its address, `reason` to staff in the history.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            if moment is not None and moment < now:
                raise ValidationError(_("Choose a moment that is still ahead."))
            public = desk.versions.public(now).first()
            if public and explanation:
                Withdrawal.objects.create(version=public, moment=moment or now, explanation=explanation)
            desk._cut(now=now, moment=moment or now)
            Step.record(desk, Step.Verb.WITHDRAWN, who=who, at=now, words=reason)
            desk._plan_changed(who=who, at=now)

    def unschedule(self, *, who: Any = None, at: datetime | None = None, reason: str = "") -> None:
        """Voids what has not started; the text before it stays public without an end. Staff read `reason`."""
        with transaction.atomic():
            desk, now = self._locked(at)
            desk.versions.filter(starts__gt=now).not_voided().update(ends=F("starts"))
            desk.versions.public(now).update(ends=None)
            Step.record(desk, Step.Verb.CANCELLED, who=who, at=now, words=reason)
            desk._plan_changed(who=who, at=now)

    def _plan_changed(self, *, who: Any, at: datetime) -> None:
        """Other texts may be scheduled to show this one at a moment at which it is not public any more."""
        for kind in kinds():
            kind.works_plan_changed(who=who, at=at)

    def _cut(self, *, now: datetime, moment: datetime) -> None:
        self.versions.filter(starts__gt=now).not_voided().update(ends=F("starts"))
        self.versions.public(now).update(ends=moment)

    def take_back(self, content: Any) -> None:
        """Puts on the desk what content keeps under another name than the desk's columns."""

    def restore(
        self,
        version: Version,
        *,
        who: Any = None,
        at: datetime | None = None,
        read: str | None = None,
    ) -> None:
        """Puts an old version's text on the desk. The address, what is public and every ledger stay.

        `read` is the mark of the text that it replaces, see `read_mark`.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            desk._refuse_unread(read, now)
            restore(version.content, desk)
            type(self).objects.get(pk=self.pk).stamp(who)
            words = gettext("Version %(number)d") % {"number": version.number}
            Step.record(desk, Step.Verb.RESTORED, who=who, at=now, words=words)
        self.refresh_from_db()

    def bar(self: Any, version: Version, *, who: Any = None, at: datetime | None = None) -> None:
        """Takes an older version's own address away, for somebody's safety."""
        with transaction.atomic():
            version.bar()
            words = gettext("Version %(number)d") % {"number": version.number}
            Step.record(self, Step.Verb.BARRED, who=who, at=at or timezone.now(), words=words)


def told(version: Version) -> list[dict[str, Any]]:
    """A correction as later versions carry it on; nothing of a minor edit."""
    if not version.correction:
        return []
    return [{"number": version.number, "at": version.starts.isoformat(), "note": version.correction}]


def zone() -> ZoneInfo:
    """The organisation's time zone, in which days begin and end."""
    return Organisation.current().zone


def on_our_clocks(at: datetime) -> datetime:
    """The moment in the organisation's zone. One that a page has brought there already costs no query."""
    return at if isinstance(at.tzinfo, ZoneInfo) else at.astimezone(zone())
