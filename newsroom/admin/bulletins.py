"""Bulletins at the desk: begun from the last one and from what became public since, then put in order by hand."""

import re
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from advocacy.mail.parts import Shown
from advocacy.organisation.models import Organisation
from advocacy.publishing.admin import PublicationAdmin
from advocacy.publishing.bound import typed_rows
from advocacy.publishing.models import Version
from advocacy.publishing.slugs import slug_from
from advocacy.site.admin_site import PUBLISH
from advocacy.site.sorted_inlines import LAST, SortedInline
from newsroom.admin.bulletin_pages import BulletinPages
from newsroom.models import Bulletin, BulletinContact, BulletinItem

WITHOUT_A_LAST_ONE = 7  # days, and so where the last one is older than a year
A_YEAR, LONGEST = 366, 3660
NUMBER = re.compile("[0-9]{1,18}")


class BuildForm(forms.Form):
    """In which language, from how many days, and which of the works that became public in them.

    Sent with `show`, it proposes anew: all that fits what was typed is ticked.
    """

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    days = forms.IntegerField(
        label=_("From the last days"),
        min_value=1,
        max_value=LONGEST,
        help_text=_(
            "What became public in these days is proposed, and what is scheduled for the next seven."
        ),
    )
    works = forms.MultipleChoiceField(label=_("Items"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: QueryDict | None, *, language: str, at: datetime) -> None:
        self.at, self.last = at, last_public(at)
        since = (at - self.last.first_public).days + 1 if self.last else WITHOUT_A_LAST_ONE
        shown = since if since <= A_YEAR else WITHOUT_A_LAST_ONE
        data = data.copy() if data is not None else None
        super().__init__(data, initial={"language": language, "days": shown})
        self.proposals = self.proposed()
        self.fields["works"].choices = [(str(each.work_id), self.words(each)) for each in self.proposals]
        every = self.initial["works"] = [str(each.work_id) for each in self.proposals]
        if data is not None and "show" in data:
            data.setlist("works", every)

    def proposed(self) -> list[Version]:
        """What was chosen decides, where it makes sense; else what the form begins with."""
        days, language = str(self["days"].value()), self["language"].value()
        number = int(days) if re.fullmatch("[0-9]{1,4}", days) else WITHOUT_A_LAST_ONE
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        return Bulletin.proposed(language, self.at - timedelta(days=number), self.at + timedelta(days=7))

    def words(self, version: Version) -> str:
        ahead = gettext(", scheduled") if version.starts > self.at else ""
        return f"{version.kind_label}{ahead}: {version.title}"

    def chosen(self) -> list[Version]:
        ticked = set(self.cleaned_data["works"])
        return [each for each in self.proposals if str(each.work_id) in ticked]


def known_language(code: str) -> str:
    """The language that was asked for, where it is one of the site's, or else the organisation's own."""
    return code if code in dict(settings.LANGUAGES) else Organisation.current().default_language


def last_public(at: datetime) -> Version | None:
    """The bulletin that readers had last."""
    ever = Version.objects.ever_public(at).filter(kind=Bulletin.kind_name()).defer("data")
    return ever.order_by("-first_public", "-pk").first()


def last_bulletin(language: str) -> Bulletin | None:
    """The bulletin in this language that was begun last, or else in any."""
    there = Bulletin.objects.filter(binned__isnull=True).order_by("-created", "-pk")
    return there.filter(language=language).first() or there.first()


def build(language: str, chosen: list[Version], who: Any) -> Bulletin:
    """A draft with these works; introduction, headings, lengths and contacts are those of the last bulletin."""
    last = last_bulletin(language)
    title = Bulletin.default_title([each.work_id for each in chosen], language)
    title = title or (chosen[0].title if chosen else title_of_none(language))
    with transaction.atomic():
        made = Bulletin(language=language, title=title, changed_by=who)
        made.introduction = last.introduction if last and last.language == language else ""
        made.save()
        for position, version in enumerate(chosen, start=1):
            is_first = position == 1 or chosen[position - 2].kind != version.kind
            shown, section = as_last_time(last, version, is_first=is_first)
            made.items.create(work=version.work, position=position, shown=shown, section=section)
        for row in last.contacts.all() if last else ():
            made.contacts.create(person=row.person, position=row.position)
        Bulletin.objects.get(pk=made.pk).stamp(who)
    return made


def title_of_none(language: str) -> str:
    """Stands over a bulletin that has no items yet."""
    with override(language):
        return gettext("Bulletin")


def as_last_time(last: Bulletin | None, version: Version, *, is_first: bool) -> tuple[str, str]:
    """(how much is shown, the heading) as the last bulletin had it for a text of this kind."""
    before = last.items.filter(work__kind=version.kind).order_by("position").first() if last else None
    if before is None:
        return Shown.FULL, ""
    same_language = last is not None and last.language == version.language
    return before.shown, before.section if is_first and same_language else ""


class BulletinForm(forms.ModelForm):
    class Meta:
        model = Bulletin
        fields: ClassVar = ()  # the admin's fieldsets choose
        help_texts = {
            "title": _("Leave it empty to take the title of the first release."),
            "dated": _(
                "Demands are shown as they stand on this day. Leave it empty for the day on which it is sent."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].required = False

    def clean_title(self) -> str:
        """Left empty, it is that of the first release; and one that was so follows when another release comes first."""
        typed = str(self.cleaned_data["title"])
        if typed and not self.follows(typed):
            return typed
        title = Bulletin.default_title(
            typed_works(self.data), self.data.get("language", self.instance.language)
        )
        if not (title or typed):
            raise forms.ValidationError(_("Write a title: no release stands among the items."))
        return title or typed

    def follows(self, typed: str) -> bool:
        """True where nobody chose the title that stands there."""
        stored = self.instance
        if not stored.pk or typed != stored.title:
            return False
        works = list(stored.items.order_by("position").values_list("work", flat=True))
        return typed in (Bulletin.default_title(works, stored.language), title_of_none(stored.language))

    def clean(self) -> dict[str, Any]:
        """An address that was made of a title follows it, until it was public."""
        cleaned = super().clean() or {}
        stored, title = self.instance, cleaned.get("title")
        if not stored.pk or not title or title == stored.title or cleaned.get("slug") != stored.slug:
            return cleaned
        if stored.slug.startswith(slug_from(stored.title)) and not stored.versions.exists():
            cleaned["slug"] = ""
        return cleaned


def typed_works(data: Any) -> list[int]:
    """The works of the items as they were typed, by their numbers."""
    rows = [row for row in typed_rows(data.copy(), "items") if "DELETE" not in row]
    rows.sort(key=lambda row: place_in(row.get("position", [])))
    works = ["".join(row.get("work", [])) for row in rows]
    return [int(work) for work in works if NUMBER.fullmatch(work)]


def place_in(typed: list[str]) -> float:
    return int(typed[0]) if typed and NUMBER.fullmatch(typed[0]) else LAST


class ItemInline(SortedInline, admin.TabularInline):
    model = BulletinItem
    fields = ("position", "work", "shown", "section")
    autocomplete_fields = ("work",)


class ContactInline(SortedInline, admin.TabularInline):
    model = BulletinContact
    fields = ("position", "person")
    autocomplete_fields = ("person",)


@admin.register(Bulletin)
class BulletinAdmin(BulletinPages, PublicationAdmin):
    desk_group = PUBLISH
    desk_order = 15

    form = BulletinForm
    search_fields = ("title", "subject", "preheader", "summary", "slug", "introduction")
    search_help_text = _("Search by title, subject or words of the introduction.")
    inlines = (ItemInline, ContactInline)
    fieldsets = (
        (None, {"fields": ("title", "language", "dated")}),
        (_("In the inbox"), {"fields": ("subject", "preheader")}),
        (_("Introduction"), {"fields": ("introduction",)}),
        (_("In lists and links"), {"fields": ("summary", "picture", "slug")}),
    )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Proposes what became public; a press of the button makes the draft."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        language = known_language(request.GET.get("language", ""))
        form = BuildForm(posted, language=language, at=timezone.now())
        if form.is_valid() and "show" not in request.POST:
            made = build(form.cleaned_data["language"], form.chosen(), request.user)
            self.log_addition(request, made, gettext("Began a bulletin."))
            messages.success(request, gettext("The bulletin is begun. Nothing of it is public yet."))
            return HttpResponseRedirect(self.url_of(made))
        context = {"form": form, "title": gettext("New bulletin"), "opts": self.opts}
        return TemplateResponse(
            request,
            "admin/newsroom/bulletin/build.html",
            {**self.admin_site.each_context(request), **context},
        )
