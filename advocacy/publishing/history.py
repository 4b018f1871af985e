"""Every version and step of a text, what differs between any two, and the way back to an earlier one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.content import Content
from advocacy.publishing.differences import differences
from advocacy.publishing.forms import Confirmation
from advocacy.publishing.models import Publication, Step, Version
from advocacy.publishing.verbs import READ

DESK, PUBLIC = "desk", "public"


@dataclass(frozen=True)
class Entry:
    """A line of the history: a version or a step."""

    at: datetime
    who: str
    what: str
    words: str = ""
    version: Version | None = None
    state: str = ""
    second: str = ""
    may_restore: bool = False
    may_bar: bool = False


def entries(publication: Publication, at: datetime, *, may_publish: bool) -> list[Entry]:
    """What happened to the text, newest first."""
    versions = publication.versions.defer("data").select_related("who", "second").order_by("number")
    steps = publication.steps.select_related("who")
    found = [version_entry(each, at, may_publish=may_publish) for each in versions]
    found += [Entry(step.at, name_of(step.who), str(step.get_verb_display()), step.words) for step in steps]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def version_entry(version: Version, at: datetime, *, may_publish: bool) -> Entry:
    is_old = not version.is_public(at) and version.starts <= at
    was_public = is_old and version.ends is not None and version.ends > version.starts
    return Entry(
        at=version.made,
        who=name_of(version.who),
        what=gettext("Version %(number)d") % {"number": version.number},
        words=version.note,
        version=version,
        state=state_of(version, at),
        second=second_of(version),
        may_restore=True,
        may_bar=may_publish and was_public and not version.barred,
    )


def second_of(version: Version) -> str:
    """Who else had a hand in it, or that nobody had."""
    if version.second:
        return gettext("with %(name)s") % {"name": name_of(version.second)}
    return gettext("published by one person") if version.who else ""


def name_of(person: Any) -> str:
    return person.display_name if person else ""


def state_of(version: Version, at: datetime) -> str:
    """What readers have or had of it."""
    if version.is_public(at):
        return gettext("Public now")
    if version.ends is not None and version.ends <= version.starts:
        return gettext("Never public")
    if version.starts > at:
        return gettext("Scheduled, under embargo") if version.embargoed else gettext("Scheduled")
    return gettext("Was public; its own address is barred") if version.barred else gettext("Was public")


class HistoryPages:
    """For PublicationAdmin: the list of versions, comparing, restoring and barring."""

    def history_urls(self) -> list[Any]:
        return [
            self.page("versions", self.versions_view),
            self.page("compare", self.compare_view),
            self.page("restore", self.restore_view, "<int:number>/"),
            self.page("bar", self.bar_view, "<int:number>/"),
        ]

    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.viewed(request, pk)
        now = timezone.now()
        found = entries(publication, now, may_publish=self.may_publish(request))
        return self.verb_page(
            request,
            publication,
            "versions",
            entries=found,
            choices=[(DESK, _("The text at the desk"))]
            + [(str(each.version.number), each.what) for each in found if each.version],
            may_change=self.has_change_permission(request, publication),
        )

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What differs between two versions, or between one of them and the desk: ?from=2&to=desk."""
        publication = self.viewed(request, pk)
        before, after = request.GET.get("from", PUBLIC), request.GET.get("to", DESK)
        old, new = self.content_of(publication, before), self.content_of(publication, after)
        return self.verb_page(
            request,
            publication,
            "compare",
            differences=differences(old, new, self.model),
            before=side_words(before),
            after=side_words(after),
        )

    def content_of(self, publication: Any, side: str) -> Content:
        """The content of a version by its number, of the public version, or of the desk."""
        if side == DESK:
            return publication.content()
        versions = publication.versions.all()
        if side == PUBLIC:
            found = versions.public(timezone.now()).first()
        else:
            is_number = side.isascii() and side.isdigit() and len(side) < 9
            found = versions.filter(number=int(side)).first() if is_number else None
        if found is None:
            raise Http404
        return found.content

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """GET asks, POST puts the version on the desk. Readers see nothing of it."""
        publication = self.wanted(request, pk)
        version = self.numbered(publication, number)
        problems: list[str] = []
        if request.method == "POST":
            try:
                publication.restore(version, who=request.user, read=request.POST.get(READ))
            except ValidationError as refused:
                problems = refused.messages
                publication.refresh_from_db()  # what is shown beside the problem is what stands now
            else:
                words = gettext("Version %(number)d stands on the desk. Readers see no change.")
                told = words % {"number": version.number}
                self.log_change(request, publication, told)
                return self.done(request, publication, told)
        return self.verb_page(
            request,
            publication,
            "restore",
            form=Confirmation(),
            problems=problems,
            version=version,
            differences=differences(publication.content(), version.content, self.model),
        )

    def bar_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """GET asks, POST takes the old version's own address away, for somebody's safety."""
        publication = self.wanted(request, pk, publishing=True)
        version = self.numbered(publication, number)
        if version.is_public(timezone.now()) or version.starts > timezone.now():
            raise PermissionDenied
        if request.method == "POST":
            publication.bar(version, who=request.user)
            told = gettext("Version %(number)d is barred.") % {"number": version.number}
            self.log_change(request, publication, told)
            return self.done(request, publication, told)
        return self.verb_page(request, publication, "bar", form=Confirmation(), version=version)

    def numbered(self, publication: Any, number: int) -> Version:
        found = publication.versions.filter(number=number).first()
        if found is None:
            raise Http404
        return found

    def viewed(self, request: HttpRequest, pk: int) -> Any:
        """The publication, for somebody who may read the desk."""
        publication = self.model.objects.filter(pk=pk).first()
        if publication is None:
            raise Http404
        if not self.has_view_permission(request, publication):
            raise PermissionDenied
        return publication


def side_words(side: str) -> str:
    if side == DESK:
        return gettext("the text at the desk")
    if side == PUBLIC:
        return gettext("the public text")
    return gettext("version %(number)s") % {"number": side}


def last_sent_back(publication: Publication) -> Step | None:
    """Why it came back, while it is a draft that was sent back; what a writer has to read."""
    last = publication.steps.filter(verb__in=[Step.Verb.SENT_BACK, Step.Verb.SUBMITTED]).last()
    return last if last and last.verb == Step.Verb.SENT_BACK else None
