"""The words to which a subscriber agrees, as they stood on the form. A wording is never changed, only followed."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.languages import language_choices


class ConsentText(models.Model):
    """One wording in one language. The newest that staff wrote is on the form; until then, the site's own."""

    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    number = models.PositiveIntegerField(_("version"), editable=False)
    words = models.TextField(
        _("words"),
        max_length=1000,
        help_text=_(
            "What people agree to, as it stands over the button: what they get, from whom, and how they leave."
        ),
    )
    key = models.CharField(max_length=32, editable=False)
    made = models.DateTimeField(_("written"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("words", "key")
    ROLES: ClassVar[dict] = {"Editor": ("view", "add"), "Administrator": ("view", "add")}

    class Meta:
        verbose_name = _("wording of the consent")
        verbose_name_plural = _("wordings of the consent")
        ordering = ["language", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["language", "number"], name="consent_text_number"),
        ]
        indexes = [models.Index(fields=["language", "key"], name="consent_text_key")]

    def __str__(self) -> str:
        return f"{self.language} {self.number}"

    @classmethod
    def shown(cls, language: str) -> "ConsentText":
        """The wording that stands on the form in a language, stored or not; one query."""
        own = cls.objects.filter(language=language, made_by__isnull=False).order_by("-number").first()
        return own or cls(language=language, words=own_words(language), key=key_of(own_words(language)))

    @classmethod
    def agreed(cls, language: str, key: str, at: datetime) -> "ConsentText | None":
        """The stored wording that somebody read, by the key that came with the form; None for no wording of ours.

        The site's own wording is stored when the first person agrees to it.
        """
        if not key.isalnum() or not key.isascii():
            return None
        stored = cls.objects.filter(language=language, key=key).order_by("-number").first()
        if stored or key != key_of(own_words(language)):
            return stored
        return cls.write(language, own_words(language), at=at)

    @classmethod
    def write(cls, language: str, words: str, *, at: datetime, who: Any = None) -> "ConsentText":
        """Stores a wording under the next number of its language."""
        for again in (True, True, False):
            last = cls.objects.filter(language=language).aggregate(last=Max("number"))["last"] or 0
            wording = cls(
                language=language, number=last + 1, words=words, key=key_of(words), made=at, made_by=who
            )
            try:
                with transaction.atomic():
                    wording.save(force_insert=True)
                break
            except IntegrityError:  # somebody else took the number at the same moment
                if not again:
                    raise
        return wording


def own_words(language: str) -> str:
    with override(language):
        return gettext(
            "I want the bulletin by e-mail. I can leave it at any time by the link in each mail. "
            "Whether I open a mail and which links I follow is not tracked."
        )


def key_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]
