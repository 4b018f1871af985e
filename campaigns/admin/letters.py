"""Letters at the desk: addressees in protocol order, passages of numbered paragraphs, demands by number."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.admin import PublicationAdmin
from advocacy.richtext import blocks
from advocacy.site.admin_site import PUBLISH
from advocacy.site.sorted_inlines import SortedFormSet, SortedInline
from campaigns.models import Demand, DemandWording, Letter, LetterAddressee, LetterPassage
from campaigns.models.demands import DemandStatus

ASIDE = 20_000  # numbers that demands have for a moment while others take theirs


class AddresseeInline(SortedInline, admin.TabularInline):
    model = LetterAddressee
    fields = ["position", "holder"]
    autocomplete_fields = ["holder"]
    verbose_name = _("addressee")
    verbose_name_plural = _("addressees, in protocol order")


# -- passages


class PassageForm(forms.ModelForm):
    """Words out of one paragraph. `paragraphs` holds the numbered blocks of the text as it is being saved."""

    paragraph = forms.ChoiceField(
        label=_("Paragraph"),
        error_messages={
            "invalid_choice": _(
                "This paragraph is no longer in the text. Choose another one, or remove the passage."
            )
        },
    )

    class Meta:
        model = LetterPassage
        fields = ["position", "paragraph", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, paragraphs: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.texts = {block.id: block.text for block in paragraphs}
        self.fields["paragraph"].choices = [("", _("Choose a paragraph")), *numbered(paragraphs)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("paragraph") and cleaned.get("words"):
            passage = LetterPassage(words=cleaned["words"])
            if not passage.stands_in(self.texts.get(cleaned["paragraph"], "")):
                self.add_error(
                    "words",
                    _("These words do not stand in the paragraph. Copy them from it without a change."),
                )
        return cleaned


def numbered(paragraphs: list[Any]) -> list[tuple[str, str]]:
    return [
        (block.id, f"¶ {number} {Truncator(block.text).chars(80)}")
        for number, block in enumerate(paragraphs, 1)
        if block.tag != "figure"  # a picture has no words of its own
    ]


class PassageFormSet(SortedFormSet):
    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "paragraphs": self.paragraphs}

    @property
    def paragraphs(self) -> list[Any]:
        """The blocks of the letter: on saving, those of the text that is being saved."""
        return list(blocks(self.instance.body)) if self.instance.body else []


class PassageInline(SortedInline, admin.StackedInline):
    model = LetterPassage
    form = PassageForm
    formset = PassageFormSet
    fields = ["position", "paragraph", "words"]


# -- demands


class DemandForm(forms.ModelForm):
    """A demand's words in this letter's language, under a number that all its languages share."""

    number = forms.IntegerField(
        label=_("No."),
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        widget=forms.NumberInput(attrs={"min": 1, "max": 99, "class": "place"}),
    )

    class Meta:
        model = DemandWording
        fields = ["label", "title", "wording"]
        widgets = {
            "label": forms.TextInput(attrs={"size": 12}),
            "title": forms.Textarea(attrs={"rows": 2}),
            "wording": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.demand_id:
            self.initial["number"] = self.instance.demand.number

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())


class DemandFormSet(BaseInlineFormSet):
    """Finds each row's demand by its number. A second language thereby picks up the demands of the first."""

    renumbered: list[Demand]
    leaving: list[Demand]

    def standing(self) -> list[Any]:
        """The forms that will stand, in the order of their numbers."""
        forms_ = [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data")
            and not (self.can_delete and self._should_delete_form(form))
            and (not form.instance._state.adding or form.has_changed())
        ]
        return sorted(forms_, key=lambda form: form.cleaned_data.get("number") or 0)

    in_order = standing  # the name by which a preview asks for the rows

    def clean(self) -> None:
        super().clean()
        self.renumbered = []
        self.leaving = [
            demand for demand in self.deleted_demands() if self.is_orphan(demand, of=self.instance.pk)
        ]
        # Taken down first: a field with an error leaves the cleaned data.
        numbers = {
            form: form.cleaned_data["number"] for form in self.standing() if "number" in form.cleaned_data
        }
        self.refuse_repetitions(numbers)
        kept = {form: number for form, number in numbers.items() if form.instance.demand_id}
        for form, number in kept.items():
            self.keep_number(form, number)
        there = self.demands_elsewhere({form.instance.demand_id for form in kept})
        there = {number: demand for number, demand in there.items() if demand not in self.leaving}
        for form, number in kept.items():
            if number in there and not form.errors:
                form.add_error("number", self.taken(number))
        for form, number in numbers.items():
            if form not in kept:
                form.instance.demand = there.get(number) or Demand(number=number)
            form.instance.position = number

    def demands_elsewhere(self, here: set[int]) -> dict[int, Demand]:
        """The demands of the letter, by number, that have no row in this language so far."""
        if not self.instance.work_id:
            return {}
        elsewhere = Demand.objects.filter(work=self.instance.work_id).exclude(pk__in=here)
        return {demand.number: demand for demand in elsewhere}

    def refuse_repetitions(self, numbers: dict[Any, int]) -> None:
        seen: set[int] = set()
        for form, number in numbers.items():
            if number in seen:
                form.add_error("number", ValidationError(gettext("Two demands have the number %d.") % number))
            seen.add(number)

    def keep_number(self, form: Any, number: int) -> None:
        """Takes a changed number over, unless readers know the demand under the old one."""
        demand = form.instance.demand
        if demand.number == number:
            return
        if demand.public_number is not None:
            form.add_error(
                "number",
                ValidationError(
                    gettext("This demand was public as number %d. A number that was public never changes.")
                    % demand.public_number
                ),
            )
            return
        demand.number = number
        self.renumbered.append(demand)

    def taken(self, number: int) -> ValidationError:
        return ValidationError(
            gettext("Number %d belongs to another demand: it stands in another language, or has a record.")
            % number
        )

    def save(self, commit: bool = True) -> Any:
        with transaction.atomic():
            self.exchange_numbers()
            saved = super().save(commit)
            if commit:
                self.remove_orphans()
        return saved

    def exchange_numbers(self) -> None:
        """In two steps, so that two demands may exchange their numbers, or take that of one that goes."""
        for place, demand in enumerate(self.leaving):
            Demand.objects.filter(pk=demand.pk).update(number=ASIDE + 1_000 + place)
        for demand in self.renumbered:
            Demand.objects.filter(pk=demand.pk).update(number=ASIDE + demand.number)
        for demand in self.renumbered:
            Demand.objects.filter(pk=demand.pk).update(number=demand.number)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        demand = form.instance.demand
        if demand.pk is None:
            demand.work = self.instance.work
            demand.save()
        form.instance.demand = demand
        return super().save_new(form, commit)

    def deleted_demands(self) -> list[Demand]:
        return [form.instance.demand for form in self.deleted_forms if form.instance.demand_id]

    def remove_orphans(self) -> None:
        for demand in self.deleted_demands():
            if self.is_orphan(demand):
                demand.delete()

    @staticmethod
    def is_orphan(demand: Demand, of: int | None = None) -> bool:
        """True where no text but `of` words the demand, nothing is recorded of it, and no version held it."""
        if demand.wordings.exclude(letter=of).exists() or demand.changes.exists():
            return False
        cards = demand.work.versions.values_list("card", flat=True)
        return not any(str(demand.uid) in card.get("demands", {}) for card in cards)


class DemandInline(admin.TabularInline):
    model = DemandWording
    form = DemandForm
    formset = DemandFormSet
    extra = 0
    fields = ["number", "label", "title", "wording", "record"]
    readonly_fields = ["record"]
    ordering = ["demand__number"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("demand__work")

    @admin.display(description=_("record"))
    def record(self, wording: DemandWording) -> str:
        """How it stands, and the way to its record."""
        if not wording.demand_id:
            return "–"
        newest = wording.demand.changes.order_by("on", "known", "pk").last()
        status = DemandStatus(newest.status if newest else DemandStatus.OPEN).label
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:campaigns_demand_change", args=[wording.demand_id]), status
        )


@admin.register(Letter)
class LetterAdmin(PublicationAdmin):
    desk_group = PUBLISH
    desk_order = 20

    search_fields = (*PublicationAdmin.search_fields, "addressed_to", "body")
    search_help_text = _("Search by title, summary, addressee or words of the text.")
    autocomplete_fields = (*PublicationAdmin.autocomplete_fields, "document")
    inlines = (AddresseeInline, PassageInline, DemandInline)
    fieldsets = (
        (None, {"fields": ("title", "addressed_to", "language", "dated")}),
        (
            _("Text"),
            {
                "fields": ("body", "document"),
                "description": _("Once the text is saved, passages can be taken from its paragraphs below."),
            },
        ),
        (_("On the home page"), {"fields": ("headline",)}),
        (_("In lists and links"), {"fields": ("summary", "picture", "slug")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Passages are taken from the paragraphs of the saved text."""
        return [inline for inline in self.inlines if obj or inline is not PassageInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(getattr(formset, "renumbered", None) for formset in formsets):
            for other in Letter.objects.filter(work=form.instance.work_id).exclude(pk=form.instance.pk):
                other.stamp(request.user)
