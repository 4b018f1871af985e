"""Two people at one text: who else has it open, what was not saved yet, and a second save that never overwrites."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from advocacy.publishing.bound import BoundForms
from advocacy.publishing.differences import differences
from advocacy.publishing.models.typing import Typing

MARK, OWN = "desk_mark", ("csrfmiddlewaretoken", "is_changed")
MOST_PAIRS = 5_000


class TogetherPages(BoundForms):
    """For PublicationAdmin."""

    def together_urls(self) -> list[Any]:
        added = [("typing", self.typing_view), ("throw-away", self.throw_away_view)]
        return [
            *(self.page(name, view) for name, view in added),
            *(
                path(
                    f"add/{name}/",
                    self.admin_site.admin_view(view),
                    name=self.url_name(f"add-{name}").split(":")[1],
                )
                for name, view in added
            ),
        ]

    def form_context(self, request: HttpRequest, publication: Any) -> dict[str, Any]:
        """What the form's page shows beside the form."""
        now = timezone.now()
        return {
            "standing": self.standing(request, publication) if publication else None,
            "desk_mark": publication.desk_mark if publication else "",
            "others_words": others_words(Typing.others(request.user, publication, now))
            if publication
            else "",
            "typing_url": self.below(publication, "typing"),
            "preview_url": self.below(publication, "preview"),
        }

    def below(self, publication: Any, page: str) -> str:
        """The address of a page of this text, or of a new one."""
        if publication is None:
            return reverse(self.url_name(f"add-{page}"))
        return self.url_of(publication, page)

    # -- what is open, and what was typed

    def opened(self, request: HttpRequest, pk: int | None) -> Any:
        """The text, for somebody who may change it; None for a new one."""
        if pk is not None:
            return self.wanted(request, pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None

    def typing_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form calls every few seconds: it is still open, and this stands in it."""
        publication = self.opened(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        now = timezone.now()
        changed = request.POST.get("is_changed") == "1"
        pairs = [[name, value] for name, values in request.POST.lists() for value in values]
        typed = [pair for pair in pairs if pair[0] not in OWN][:MOST_PAIRS]
        Typing.keep(request.user, self.model.kind_name(), publication, typed if changed else None, now)
        others = Typing.others(request.user, publication, now) if publication else []
        saved = gettext("Kept what you typed at %(time)s.") % {"time": f"{timezone.localtime(now):%H:%M}"}
        return JsonResponse({"others": others_words(others), "kept": saved if changed else ""})

    def throw_away_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        publication = self.opened(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        Typing.forget(request.user, self.model.kind_name(), publication)
        return HttpResponseRedirect(self.form_url(publication))

    def form_url(self, publication: Any) -> str:
        return self.url_of(publication) if publication else reverse(self.url_name("add"))

    def unsaved_words(self, request: HttpRequest, publication: Any) -> dict[str, Any]:
        """The notice of what was typed and not saved, for the form's page."""
        unsaved = Typing.unsaved(request.user, self.model.kind_name(), publication)
        if unsaved is None:
            return {}
        return {
            "unsaved_at": unsaved.seen,
            "throw_away_url": self.below(publication, "throw-away"),
            "bring_back_url": f"{self.form_url(publication)}?bring_back=1",
        }

    def brought_back(self, request: HttpRequest, publication: Any) -> HttpResponse | None:
        """The form with what was typed and not saved, where somebody asked for it."""
        unsaved = Typing.unsaved(request.user, self.model.kind_name(), publication)
        if unsaved is None:
            return None
        typed = as_query(unsaved.typed)
        context: dict[str, Any] = {"was_brought_back": True}
        if publication:
            # The mark of the text that was open then: whoever saved since is not overwritten either.
            context[MARK] = typed.get(MARK, publication.desk_mark)
            typed = self.over_what_stands(request, publication, typed)
        bound = self.bound(request, publication, typed)
        return self.bound_page(request, publication, bound, url=self.form_url(publication), **context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's form, with the rules for two people around it."""
        publication = self.get_object(request, object_id) if object_id else None
        if object_id and publication is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        may = (
            self.has_change_permission(request, publication)
            if publication
            else self.has_add_permission(request)
        )
        if request.method == "POST" and may:
            return self.saved(request, publication, object_id, form_url, extra_context)
        if "bring_back" in request.GET and may:
            found = self.brought_back(request, publication)
            if found:
                return found
        context = {
            **self.form_context(request, publication),
            **(self.unsaved_words(request, publication) if may else {}),
            **(extra_context or {}),
        }
        if publication and may:
            Typing.keep(request.user, self.model.kind_name(), publication, None, timezone.now())
        return super().changeform_view(request, object_id, form_url, context)

    def saved(
        self, request: HttpRequest, publication: Any, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Saves, unless somebody else saved since the form was opened: then both texts are shown."""
        with transaction.atomic():
            if publication:
                # Both rows, the kind's and the base's: a row that is only joined is read as it was before the wait.
                locked = self.model.objects.select_for_update().get(pk=publication.pk)
                if request.POST.get(MARK, locked.desk_mark) != locked.desk_mark:
                    return self.conflict_page(request, locked)
            context = {**self.form_context(request, publication), **(extra_context or {})}
            response = super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc]
            if response.status_code == 302:
                Typing.forget(request.user, self.model.kind_name(), publication)
            return response

    def conflict_page(self, request: HttpRequest, stored: Any) -> HttpResponse:
        """The form as typed, over what the other person saved. Saving it again takes both into account."""
        theirs = stored.content()
        bound = self.bound(request, stored, self.over_what_stands(request, stored, request.POST))
        mine = bound.publication.content(bound.rows()) if bound.is_valid else None
        return self.bound_page(
            request,
            stored,
            bound,
            url=self.url_of(stored),
            conflict=differences(mine, theirs, self.model) if mine else None,
            is_conflict=True,
            conflict_by=self.model.objects.get(pk=stored.pk).changed_by,
        )


def as_query(pairs: list[list[str]]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in pairs:
        made.appendlist(name, value)
    return made


def others_words(people: list[Any]) -> str:
    """Anna and Aram have this open, too."""
    if not people:
        return ""
    names = ", ".join(person.display_name for person in people)
    words = ngettext("%(names)s has this open, too.", "%(names)s have this open, too.", len(people))
    return words % {"names": names}
