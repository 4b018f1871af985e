"""How a bulletin goes out: all its texts are published for one moment, and one mailing is made for it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from advocacy.mail.models import Mailing
from advocacy.organisation.languages import language_name
from advocacy.publishing.forms import PublishForm
from advocacy.publishing.models import Work
from advocacy.subscribers.models import Subscriber, Topic


class SendForm(PublishForm):
    """When it goes out, in which of its languages, and to whom. `texts` as `texts_to_send` gives them."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A language that you leave out stays at the desk, and its readers get the original."),
        error_messages={"required": _("Choose at least one language.")},
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.all(),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Who chose one of these gets it, and who chose none. Tick nothing, and everybody gets it."
        ),
    )

    def __init__(self, *args: Any, texts: list[Any], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, replaces=False, **kwargs)
        self.texts, self.at = texts, at
        for name in ("embargo", "note"):
            del self.fields[name]
        if not self.fields["topics"].queryset.exists():
            del self.fields["topics"]
        self.at_the_desk = {text.language: text for text in texts if not text.versions.public(at).exists()}
        self.fields["languages"].choices = [
            (code, f"{language_name(code)}, {text.get_status_display()}")
            for code, text in self.at_the_desk.items()
        ]
        self.initial["languages"] = [code for code, text in self.at_the_desk.items() if is_ready(text)]
        if len(texts) == 1 or not self.at_the_desk:
            del self.fields["languages"]

    def clean(self) -> dict[str, Any]:
        cleaned = {"topics": [], **super().clean()}
        moment = cleaned.get("moment")
        if cleaned.get("when") == self.LATER and moment and moment <= self.at:
            self.add_error("moment", _("Choose a moment that is still ahead."))  # or it would go out at once
        return cleaned

    def starts(self, at: datetime) -> datetime:
        later = self.cleaned_data["when"] == self.LATER
        return self.cleaned_data["moment"] if later else at

    def chosen(self) -> list[Any]:
        """What readers have goes out in any case, and of the rest what is ticked."""
        if "languages" not in self.fields:
            return self.texts
        ticked = self.cleaned_data.get("languages") if self.is_bound else self.initial["languages"]
        return [
            text
            for text in self.texts
            if text.language not in self.at_the_desk or text.language in (ticked or ())
        ]


def is_ready(text: Any) -> bool:
    """A translation that nobody approved is not sent unless somebody says so."""
    return not text.is_translation or text.status == text.Status.APPROVED


def texts_to_send(publication: Any) -> list[Any]:
    """The bulletin in each of its languages, the original first; what lies in the bin stays out."""
    texts = list(
        type(publication).objects.filter(work=publication.work_id, binned__isnull=True).select_related("work")
    )
    return sorted(texts, key=lambda text: (text.is_translation, text.language))


def running(work: Work) -> Mailing | None:
    """The mailing by which the bulletin went out, or will."""
    there = Mailing.objects.filter(work=work, purpose=Mailing.Purpose.BULLETIN)
    return there.exclude(state=Mailing.State.CANCELLED).first()


def send(
    texts: Iterable[Any],
    starts: datetime,
    *,
    who: Any,
    topics: Iterable[Topic],
    at: datetime,
    read: Mapping[int, str | None],
) -> Mailing:
    """Publishes what readers don't have as it stands, and makes the mailing; all of it or nothing.

    `read` holds for each text, by its id, the mark of it that was read, see `Publication.read_mark`. Raises
    ValidationError with the sentences of `publish`. Of two who press the button at once one finds it made.
    """
    with transaction.atomic():
        texts = list(texts)
        work = Work.objects.select_for_update().get(pk=texts[0].work_id)
        if there := running(work):
            return there
        for text in texts:
            if not text.going_out(starts, at).pk:
                text.publish(who=who, starts=max(starts, at), at=at, read=read.get(text.pk))
        mailing = Mailing.objects.create(work=work, purpose=Mailing.Purpose.BULLETIN, starts=starts)
        mailing.topics.set(topics)
    return mailing


def recipients_by_edition(texts: list[Any]) -> list[dict[str, Any]]:
    """The editions, with how many subscribers get each: that of their language, or else the first, the original."""
    there = {text.language for text in texts}
    original = texts[0].language if texts else ""
    counted: Counter[str] = Counter()
    rows = Subscriber.objects.receiving().order_by().values_list("language").annotate(Count("pk"))
    for language, number in rows:
        counted[language if language in there else original] += number
    return [
        {"text": text, "language": language_name(text.language), "count": counted[text.language]}
        for text in texts
    ]
