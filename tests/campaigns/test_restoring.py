"""An old version returns to the desk by its button: the very text it was, and all that happened since stays."""

import dataclasses
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from advocacy.publishing.models import Version
from campaigns.models import DemandChange, DemandWording, Letter, OfficeHolder, Signatory
from campaigns.models.letters import LetterContent
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import make_holder, make_letter, make_signatory, record
from tests.minutes.models import Minutes, MinutesContent
from tests.organisation.makers import make_organisation
from tests.publishing.makers import make_text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(client):
    make_organisation(two_people=False)
    client.force_login(make_user(name="anna"))
    return client


def page(name, text, *more):
    return reverse(f"admin:{text._meta.app_label}_{text._meta.model_name}_{name}", args=[text.pk, *more])


def restore(desk, text, number):
    path = page("restore", text, number)
    answer = desk.post(path, fields_of(desk.get(path)))
    assert answer.status_code == 302, errors_of(answer)
    return type(text).objects.get(pk=text.pk)


def read(client, path):
    client.logout()
    return unescape(client.get(path).content.decode())


def what_happened():
    """Every row of the record, with its evidence, and everybody who signed."""
    return [
        list(DemandChange.objects.order_by("pk").values()),
        list(Signatory.objects.order_by("pk").values()),
    ]


def a_letter_with_a_history():
    """Public, signed and answered; then rewritten under another address, with two demands fewer, and public again."""
    now = timezone.now()
    letter = make_letter(
        title="First title",
        addressees=[make_holder(), make_holder(name="Volker Türk", office="High Commissioner")],
        passage="nobody was held to account",
        demands=["Recognition", "Aid", "Release"],
        at=now - 3 * DAY,
    )
    first = letter.versions.get()
    for number, status in enumerate(["met", "refused", "partly"], start=1):
        record(letter=letter, number=number, status=status, on=now.date() - 2 * DAY, at=now - 2 * DAY)
    for name in ("Anna Sample", "House of Samples"):
        make_signatory(letter=letter, name=name, is_organisation="House" in name, version=first)
    letter.demands.filter(demand__number__in=[2, 3]).delete()
    letter.passages.all().delete()
    letter.addressees.filter(position=1).delete()
    Letter.objects.filter(pk=letter.pk).update(body="<p>We wrote to you.</p>")
    letter = Letter.objects.get(pk=letter.pk)
    letter.title, letter.slug, letter.headline = "Second title", "second-address", "Second headline"
    letter.save()
    Letter.objects.get(pk=letter.pk).stamp()
    Letter.objects.get(pk=letter.pk).publish(at=now - DAY)
    return Letter.objects.get(pk=letter.pk), first


def test_a_letter_comes_back_whole_and_its_address_statuses_evidence_and_signatories_stay(desk, client):
    letter, first = a_letter_with_a_history()
    before, public = what_happened(), letter.versions.public(timezone.now()).get()
    restored = restore(desk, letter, 1)
    assert restored.content() == first.content
    assert restored.content().hash() == restored.desk_hash == first.hash
    assert (restored.slug, restored.title) == ("second-address", "First title")
    assert what_happened() == before
    assert [
        row.demand.changes.get().status
        for row in DemandWording.objects.filter(letter=letter).order_by("position")
    ] == [*("met", "refused", "partly")]
    assert letter.versions.public(timezone.now()).get() == public, "readers see no change"
    path = page("publish", letter)
    assert desk.post(path, fields_of(desk.get(path)) | {"change": "minor"}).status_code == 302
    third = letter.versions.get(number=3)
    assert (third.hash, third.data) == (first.hash, first.data) and what_happened() == before
    shown = read(client, "/en/letters/second-address/")
    assert all(
        word in shown
        for word in ("First title", "Release, in one line", "https://un.example/1", "Anna Sample")
    )
    assert client.get("/en/letters/first-title/").status_code == 301


def test_a_version_that_names_somebody_who_was_deleted_is_refused_in_words(desk):
    letter, _first = a_letter_with_a_history()
    gone = OfficeHolder.objects.get(name="António Guterres")
    before = letter.content()
    assert (
        desk.post(reverse("admin:campaigns_officeholder_delete", args=[gone.pk]), {"post": "yes"}).status_code
        == 302
    )
    path = page("restore", letter, 1)
    answer = desk.post(path, fields_of(desk.get(path)))
    assert "was deleted since and can't be put back: António Guterres" in unescape(answer.content.decode())
    assert Letter.objects.get(pk=letter.pk).content() == before


def test_what_was_written_before_a_field_was_there_comes_back_with_its_default(desk):
    letter, first = a_letter_with_a_history()
    stored = {
        name: value for name, value in first.data.items() if name not in ("headline", "summary", "file")
    }
    stored["passages"] = [{**row, "colour": "red"} for row in stored["passages"]]  # a field that is no more
    old = written_earlier(letter, data=stored)
    restored = restore(desk, letter, old.number)
    assert restored.headline == "" and restored.content() == dataclasses.replace(first.content)
    assert restored.content().hash() == LetterContent.load(stored).hash() == restored.desk_hash


def test_a_text_of_an_older_schema_comes_back_in_todays(desk):
    text = make_text(Minutes, word="Today")
    text.publish()
    stored = {"schema": 1, "title": "Of old", "hall": "The great hall", "body": "<p id='b-1'>They met.</p>"}
    old = written_earlier(text, data=stored)
    restored = restore(desk, text, old.number)
    assert (restored.room, restored.title, restored.slug) == ("The great hall", "Of old", text.slug)
    assert restored.content().dump()["schema"] == MinutesContent.SCHEMA == 2
    assert restored.desk_hash == Version.objects.get(pk=old.pk).content.hash()


def written_earlier(text, *, data):
    """A version as an earlier release of the software wrote it; it was public for a day, a year ago."""
    pattern = text.versions.get(number=1)
    starts = timezone.now() - 365 * DAY
    columns = {field.attname: getattr(pattern, field.attname) for field in Version._meta.concrete_fields}
    own = {"id": None, "number": 9, "data": data, "starts": starts, "ends": starts + DAY, "made": starts}
    return Version.objects.create(**columns | own)
