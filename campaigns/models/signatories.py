"""Who signed a letter: organisations and people apart, names shown or only counted, and the counters."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.pictures.models import Picture
from advocacy.privacy.rules import Rule
from advocacy.publishing.models import Version, Work

BLOCK = 500  # rows of one INSERT

TWO_YEARS = timedelta(days=730)
NAMES = Rule(
    _(
        "The name of somebody who signed a letter stands with it as long as the letter is kept. Of those "
        "who asked to be counted without their name, everything but the count is erased two years after it was "
        "entered."
    ),
    since="entered",
    after=TWO_YEARS,
    only=Q(shown=False),
    blank={"name": "", "name_key": "", "role": "", "country": "", "website": "", "consent": "", "email": ""},
)
ADDRESSES = Rule(
    _(
        "The e-mail address of somebody who signed a letter is never shown and is erased two years after it "
        "was entered."
    ),
    since="entered",
    after=TWO_YEARS,
    blank={"email": ""},
)
LISTS = Rule(
    _("A list of signatories that was read from a file is deleted seven days after it was read."),
    since="made",
    after=timedelta(days=7),
)


LONGEST_KEY = 600  # some signs become many when they are folded: ﷺ becomes eighteen


def name_key(name: str) -> str:
    """What two spellings of one name have in common, on every database: neither case nor spaces count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:LONGEST_KEY]


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    """Every way to add, change or delete several signatories keeps the counters in step."""

    # SQLite finds rows by an index where a column is compared, and not where it stands alone as a condition, as
    # `shown=True` would have it: "in" is the comparison that Django leaves one.

    def shown(self) -> Self:
        """The only signatories whose names ever leave the house."""
        return self.filter(shown__in=[True])

    def organisations(self) -> Self:
        return self.filter(is_organisation__in=[True])

    def people(self) -> Self:
        return self.filter(is_organisation__in=[False])

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def after(self, position: int, pk: int) -> Self:
        """The keyset behind a row in their order; a range and an exclusion use the index, an OR does not."""
        return self.filter(position__gte=position).exclude(position=position, pk__lte=pk)

    def before(self, position: int, pk: int) -> Self:
        return self.filter(position__lte=position).exclude(position=position, pk__gte=pk)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.complete()
        with transaction.atomic():
            made = super().bulk_create(rows, *args, **{"batch_size": BLOCK, **kwargs})
            LetterCount.recount({row.work_id for row in rows})
        return made

    def update(self, **columns: Any) -> int:
        if not columns.keys() & {"work", "work_id", "is_organisation", "shown"}:
            return super().update(**columns)
        with transaction.atomic():
            works = set(self.order_by().values_list("work_id", flat=True))
            works |= {
                getattr(work, "pk", work) for name, work in columns.items() if name in ("work", "work_id")
            }
            done = super().update(**columns)
            LetterCount.recount(works)
        return done

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            works = set(self.order_by().values_list("work_id", flat=True))
            done = super().delete()
            LetterCount.recount(works)
        return done


class Signatory(models.Model):
    """An organisation or a person that signed a letter, in the exact text and language they signed."""

    class Source(models.TextChoices):
        ENTERED = "entered", _("Entered by staff")
        IMPORTED = "imported", _("Imported from a list")

    work = models.ForeignKey(
        Work, on_delete=models.CASCADE, related_name="signatories", verbose_name=_("letter")
    )
    is_organisation = models.BooleanField(_("organisation"), default=False)
    name = models.CharField(_("name"), max_length=200, help_text=_("As it should appear."))
    name_key = models.CharField(max_length=LONGEST_KEY, editable=False)
    role = models.CharField(
        _("role"),
        max_length=200,
        blank=True,
        help_text=_("For a person: title or role, such as professor of law."),
    )
    country = models.CharField(
        _("country"), max_length=100, blank=True, help_text=_("As it should appear, such as Armenia.")
    )
    website = models.URLField(
        _("website"),
        max_length=300,
        blank=True,
        help_text=_("For an organisation: its address, such as https://hrh.example."),
    )
    logo = models.ForeignKey(
        Picture,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signatory_logos",
        verbose_name=_("logo"),
        help_text=_(
            "For an organisation: chosen from the picture library. The name stands in the list all the same."
        ),
    )
    shown = models.BooleanField(
        _("name shown"),
        help_text=_("Whoever asked to be counted without a name is counted, and the name appears nowhere."),
    )
    email = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Never shown to readers. It is erased two years after you enter it."),
    )
    language = models.CharField(
        _("language signed"),
        max_length=10,
        choices=settings.LANGUAGES,
        help_text=_("The language of the text that was signed."),
    )
    signed_on = models.DateField(
        _("signed on"), null=True, blank=True, help_text=_("Leave it empty if it is not known.")
    )
    consent = models.CharField(
        _("where the consent came from"),
        max_length=300,
        help_text=_("In words that a colleague can check, such as: e-mail of 26 September 2023."),
    )
    version = models.ForeignKey(
        Version,
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        related_name="signatories",
        verbose_name=_("version signed"),
    )
    position = models.PositiveIntegerField(
        _("place in the list"),
        default=0,
        help_text=_("Lower numbers stand first. Leave it at 0 to put the name at the end."),
    )
    source = models.CharField(
        _("how it came here"), max_length=10, choices=Source, default=Source.ENTERED, editable=False
    )
    entered = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )

    objects = SignatoryQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {
        **dict.fromkeys(["name", "name_key", "role", "country", "website", "consent"], NAMES),
        "email": ADDRESSES,
    }
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Editor": ("view", "add", "change", "delete")}

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints = [
            models.UniqueConstraint(
                fields=["work", "name_key"],
                condition=Q(is_organisation=True) & ~Q(name_key=""),
                name="signatory_organisation_once",
                violation_error_message=_(
                    "This organisation is already on the letter. Its name is spelled the same."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_organisation=True) | (Q(website="") & Q(logo__isnull=True)),
                name="signatory_person_without_logo",
                violation_error_message=_(
                    "Only an organisation has a website and a logo here. Leave both empty for a person."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_organisation=False) | Q(role=""),
                name="signatory_organisation_without_role",
                violation_error_message=_("Only a person has a role. Leave it empty for an organisation."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["work", "is_organisation", "shown", "position", "id"], name="signatory_list"
            ),
            models.Index(fields=["work", "name_key"], name="signatory_names"),
            models.Index(fields=["-entered"], name="signatory_newest"),
        ]

    def __str__(self) -> str:
        return self.name or gettext("Counted without a name")

    @property
    def is_erased(self) -> bool:
        """True once the name of somebody who is only counted was erased on its date."""
        return not self.name

    @property
    def detail(self) -> str:
        """What stands under the name: the country, or role and country."""
        return ", ".join(filter(None, [self.role, self.country]))

    def clean(self) -> None:
        super().clean()
        self.name = " ".join(self.name.split())
        self.name_key = name_key(self.name)
        if self.work_id and not self.work.publications.filter(language=self.language).exists():
            raise ValidationError(
                {"language": _("This letter has no text in this language. Choose another one.")}
            )

    def validate_constraints(self, exclude: Any = None) -> None:
        # Django skips a constraint whose field is not on the form; a double name would then be a 500.
        super().validate_constraints(
            exclude=set(exclude or ()) - {"name_key", "work", "is_organisation", "role", "website"}
        )

    def complete(self) -> None:
        self.name_key = name_key(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.complete()
        with transaction.atomic():
            works = {*self.stored_works(), self.work_id}
            if not self.position:
                self.position = Signatory.next_position(self.work_id)
            super().save(*args, **kwargs)
            LetterCount.recount(works)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            works = self.stored_works()
            done = super().delete(*args, **kwargs)
            LetterCount.recount(works)
        return done

    def stored_works(self) -> set[int]:
        """The letter this row counts for as the database knows it, whatever this object says."""
        return set(Signatory.objects.filter(pk=self.pk).values_list("work_id", flat=True))

    @classmethod
    def next_position(cls, work_id: int) -> int:
        last = cls.objects.filter(work=work_id).aggregate(last=models.Max("position"))["last"]
        return (last or 0) + 1

    # -- the text that was signed

    @classmethod
    def bind(cls, version: Version) -> None:
        """Ties those who signed this text before it had a version to `version`.

        Called when a version is made. Who is bound stays bound, unless that version never became public.
        """
        unbound = Q(version__isnull=True) | Q(version__ends=F("version__starts"))
        waiting = cls.objects.filter(unbound, work=version.work_id, language=version.language)
        cls.objects.filter(pk__in=waiting.values("pk")).update(version=version)

    @staticmethod
    def version_signed(work: Work, language: str, at: datetime) -> Version | None:
        """The text that somebody entered at `at` signed: the public one, or the one that is scheduled."""
        there = work.versions.not_voided().filter(Q(ends__isnull=True) | Q(ends__gt=at), language=language)
        return there.defer("data").order_by("starts").first()

    # -- pictures

    @classmethod
    def public_pictures(cls, at: datetime) -> models.QuerySet[Picture]:
        """Logos of organisations whose names are shown on a letter that is public."""
        letters = Version.objects.public(at).filter(kind="letter").values("work")
        shown = cls.objects.organisations().shown().filter(work__in=letters, logo__isnull=False)
        return Picture.objects.filter(pk__in=shown.values("logo"))


class LetterCount(models.Model):
    """How many signed a letter, organisations and people apart; kept in step: no page counts."""

    work = models.OneToOneField(
        Work, on_delete=models.CASCADE, related_name="letter_count", verbose_name=_("letter")
    )
    organisations = models.PositiveIntegerField(_("organisations"), default=0)
    people = models.PositiveIntegerField(_("people"), default=0)
    shown_organisations = models.PositiveIntegerField(_("organisations shown"), default=0)
    shown_people = models.PositiveIntegerField(_("people shown"), default=0)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Administrator": ("view",), "Editor": ("view",)}

    class Meta:
        verbose_name = _("count of signatories")
        verbose_name_plural = _("counts of signatories")

    def __str__(self) -> str:
        return f"{self.organisations}, {self.people}"

    @classmethod
    def counted(cls, work_id: int) -> dict[str, int]:
        """The counters as the rows of the letter say."""
        return Signatory.objects.filter(work=work_id).aggregate(
            organisations=Count("pk", filter=Q(is_organisation=True)),
            people=Count("pk", filter=Q(is_organisation=False)),
            shown_organisations=Count("pk", filter=Q(is_organisation=True, shown=True)),
            shown_people=Count("pk", filter=Q(is_organisation=False, shown=True)),
        )

    @classmethod
    def recount(cls, works: Iterable[int]) -> None:
        """Writes the counters of these letters anew, inside the transaction that changed the signatories."""
        for work_id in sorted(works):
            cls.objects.get_or_create(work_id=work_id)
            # The lock before the count: of two who add names at once, the second counts what the first added.
            cls.objects.select_for_update().get(work_id=work_id)
            cls.objects.filter(work_id=work_id).update(**cls.counted(work_id))


class SignatoryImport(models.Model):
    """A list of signatories as it was read from a file: what would be added, once somebody says so."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+", verbose_name=_("letter"))
    language = models.CharField(_("language signed"), max_length=10, choices=settings.LANGUAGES)
    file_name = models.CharField(_("file"), max_length=200)
    report = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    made = models.DateTimeField(_("read"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    done = models.DateTimeField(_("imported"), null=True)
    added = models.PositiveIntegerField(_("added"), default=0)

    PERSONAL: ClassVar[dict] = {"file_name": LISTS, "rows": LISTS, "report": LISTS}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Editor": ("view", "add")}

    class Meta:
        verbose_name = _("import of signatories")
        verbose_name_plural = _("imports of signatories")

    def __str__(self) -> str:
        return self.file_name
