"""Releases: what readers see, what comes from the letter's own record, and how they are written."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from advocacy.publishing.models import Version, zone
from advocacy.richtext import blocks
from campaigns.models import Demand, DemandWording, Letter
from newsroom.models import Release
from tests.accounts.makers import make_user
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation
from tests.pictures.makers import PDF_BYTES, make_document

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.now() - timedelta(days=1)
NO_ROWS = {
    f"{rows}-{count}": "0"
    for rows in ("quotes", "contacts", "attachments", "pictures", "related")
    for count in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation(two_people=False)


def make_letter(*, paragraphs=("First paragraph.", "Second paragraph."), dated=None, starts=None):
    """A letter with one demand, public or scheduled."""
    letter = Letter.objects.create(
        title="To the United Nations", body="".join(f"<p>{text}</p>" for text in paragraphs), dated=dated
    )
    demand = Demand.objects.create(work=letter.work, number=1)
    DemandWording.objects.create(
        letter=letter, demand=demand, position=1, label="Observers", title="Send observers"
    )
    letter.stamp()
    letter.publish(starts=starts)
    return letter


def paragraph_ids(letter):
    return [block.id for block in blocks(letter.body)]


def shown(client, release, **headers):
    return client.get(release.versions.latest("number").url).content.decode()


# The page


def test_the_text_opens_with_a_dateline_and_quotes_stand_at_their_places(client):
    release = make_release(
        dated=date(2023, 9, 28),
        body="<p>First.</p><p>Second.</p><p>Third.</p>",
        quotes=[("We ask for observers", "Anna Lindqvist")],
        published=True,
    )
    page = shown(client, release)
    assert "<b>Geneva, 28 September 2023.</b> First." in page.replace('<b class="dateline">', "<b>")
    assert page.index("Second.") < page.index("We ask for observers") < page.index("Third.")
    assert "Anna Lindqvist" in page


def test_a_release_without_a_text_of_its_own_closes_with_the_organisations(client, organisation):
    organisation.texts.update(boilerplate="<p>We speak for eleven groups.</p>")
    assert "We speak for eleven groups." in shown(client, make_release(published=True))
    own = make_release(title="Another", own_boilerplate="<p>Only this once.</p>", published=True)
    assert "Only this once." in shown(client, own) and "eleven groups" not in shown(client, own)


def test_an_edit_at_the_desk_changes_nothing_public(client):
    release = make_release(quotes=[("Old quote", "Anna")], published=True)
    before = client.get(release.versions.get().url).content
    release.title, release.body, release.slug, release.place = "New", "<p>New text</p>", "new", "New York"
    release.save()
    release.quotes.all().delete()
    release.stamp()
    assert client.get(Version.objects.get().url).content == before
    assert client.get("/en/releases/new/").status_code == 404
    assert "New text" not in client.get("/en/releases/").content.decode()


def test_an_older_text_of_a_release_opens_with_a_way_to_the_new_one(client):
    release = make_release(published=True)
    release.body = "<p>The corrected text.</p>"
    release.save()
    release.stamp()
    release.publish()
    url = release.versions.latest("number").url
    assert "The corrected text." in client.get(url).content.decode()
    older = client.get(f"{url}versions/1/")
    assert "The Council decided today." in older.content.decode()
    assert older["X-Robots-Tag"] == "noindex"
    assert client.get(f"{url}versions/3/").status_code == 404


def test_pinned_queries(client, django_assert_num_queries):
    release = make_release(carried_work=make_letter().work, published=True)
    url = release.versions.get().url
    client.get(url)
    with django_assert_num_queries(6):
        client.get(url)


# The letter it carries


def test_passages_and_demands_come_from_the_version_of_the_letter_that_was_kept(client):
    letter = make_letter()
    release = make_release(carried_work=letter.work, passages=paragraph_ids(letter)[1:])
    release.publish()
    letter.body = letter.body.replace("Second paragraph.", "Rewritten paragraph.")
    letter.save()
    letter.stamp()
    letter.publish()
    page = shown(client, release)
    assert "Second paragraph." in page and "Rewritten" not in page
    assert "First paragraph." not in page
    assert "Send observers" in page
    assert "Second" not in str(release.versions.get().data)


def test_the_entire_letter_is_the_file_that_readers_have_now(client):
    letter = make_letter()
    letter.document = make_document(title="Scan")
    letter.save()
    letter.stamp()
    letter.publish()
    release = make_release(carried_work=letter.work)
    release.publish()
    letter.document = make_document(title="Better scan", data=PDF_BYTES + b"%%")
    letter.save()
    letter.stamp()
    letter.publish()
    address = re.search(r'<a href="([^"]+)">Read the entire letter', shown(client, release))[1]
    assert address.endswith("better-scan.pdf") and client.get(address).status_code == 200


def test_statuses_as_of_its_own_date_and_todays_apart(client, time_machine):
    time_machine.move_to(datetime(2031, 5, 20, 12, tzinfo=UTC), tick=False)
    letter = make_letter()
    release = make_release(carried_work=letter.work, dated=date(2031, 5, 1))
    release.publish()
    demand = Demand.objects.get()
    demand.record(
        status="met",
        on=date(2031, 5, 10),
        note="Observers arrived.",
        source_url="https://un.example/1",
        who_acted="The Council",
    )
    page = shown(client, release)
    body, side = page.split("<aside", 1)
    assert 'class="demand s-open"' in body
    assert "Status today, 20 May 2031" in side and "s-met" in side


def test_the_part_is_gone_while_the_letter_is_not_public(client):
    letter = make_letter()
    release = make_release(carried_work=letter.work)
    release.publish()
    assert "Send observers" in shown(client, release)
    letter.withdraw()
    page = shown(client, release)
    assert "Send observers" not in page and "Read the entire letter" not in page


def test_a_release_waits_for_its_letter():
    letter = Letter.objects.create(title="Not yet", body="<p>One.</p>")
    release = make_release(carried_work=letter.work)
    assert release.problems(timezone.now()) == [
        "The letter “Not yet” is not public at that moment. Publish it first, or for the same moment."
    ]


def test_a_letter_published_after_the_release_was_saved_has_to_be_looked_at():
    letter = make_letter()
    release = make_release(carried_work=letter.work)
    letter.publish()
    [problem] = Release.objects.get(pk=release.pk).problems(timezone.now())
    assert "was published or scheduled after this text was saved" in problem
    release.save()
    assert not release.problems(timezone.now())


# At the desk


@pytest.fixture
def editor(client):
    client.force_login(make_user(role="Editor"))
    return client


def form_of(release, **fields):
    given = {
        "title": release.title,
        "form": release.form,
        "language": release.language,
        "place": release.place,
        "body": release.body,
        "carried_work": release.carried_work_id or "",
        "passages": release.passages,
    }
    return {**given, **NO_ROWS, **fields}


def change(client, release, **fields):
    response = client.post(
        reverse("admin:newsroom_release_change", args=[release.pk]), form_of(release, **fields)
    )
    release.refresh_from_db()
    return response


def test_a_release_is_written_at_the_desk_and_read_by_a_stranger(editor, client):
    response = editor.post(
        reverse("admin:newsroom_release_add"),
        {
            "title": "Coalition writes to Geneva",
            "form": "statement",
            "language": "en",
            "place": "Yerevan",
            "body": "<p>The coalition wrote today.</p>",
            **NO_ROWS,
            "quotes-TOTAL_FORMS": "2",
            "quotes-0-position": "2",
            "quotes-0-words": "Second said",
            "quotes-0-speaker": "Aram",
            "quotes-0-after_paragraph": "1",
            "quotes-1-position": "1",
            "quotes-1-words": "First said",
            "quotes-1-speaker": "Anna",
            "quotes-1-after_paragraph": "1",
        },
    )
    assert response.status_code == 302, response.context["errors"]
    release = Release.objects.get()
    assert [quote.speaker for quote in release.quotes.all()] == ["Anna", "Aram"]
    assert client.get("/en/releases/coalition-writes-to-geneva/").status_code == 404
    editor.post(reverse("admin:newsroom_release_publish", args=[release.pk]), {"when": "now", "note": ""})
    client.logout()
    page = client.get("/en/releases/coalition-writes-to-geneva/").content.decode()
    assert "The coalition wrote today." in page and "Statement" in page
    assert page.index("First said") < page.index("Second said")


def test_the_paragraphs_of_the_letter_are_ticked_and_never_typed(editor):
    letter = make_letter()
    release = make_release()
    page = editor.get(reverse("admin:newsroom_release_change", args=[release.pk])).content.decode()
    assert "First paragraph." not in page
    assert change(editor, release, carried_work=letter.work_id).status_code == 302
    page = editor.get(reverse("admin:newsroom_release_change", args=[release.pk])).content.decode()
    assert "First paragraph." in page and "Second paragraph." in page
    first, second = paragraph_ids(letter)
    assert change(editor, release, passages=[first, second]).status_code == 302
    assert release.passages == [first, second]
    assert change(editor, release, passages=["nothing"]).status_code == 200
    assert release.passages == [first, second]


def test_a_release_is_seen_and_scheduled_with_the_letter_that_it_waits_for(editor):
    starts = timezone.now().replace(second=0, microsecond=0) + timedelta(days=2)
    letter = make_letter(starts=starts)
    release = make_release()
    preview = editor.post(
        reverse("admin:newsroom_release_preview", args=[release.pk]),
        form_of(release, carried_work=letter.work_id),
    )
    assert "Send observers" in preview.content.decode()
    release.carried_work = letter.work
    release.save()
    saved = editor.get(reverse("admin:newsroom_release_preview", args=[release.pk])).content.decode()
    assert "Send observers" in saved
    page = editor.get(reverse("admin:newsroom_release_publish", args=[release.pk]))
    assert page.context["problems"] == [] and page.context["form"]["moment"].initial == starts
    local = starts.astimezone(zone())
    assert f'value="{local:%Y-%m-%d}"' in page.content.decode()
    assert f'value="{local:%H:%M}"' in page.content.decode()


def test_another_letter_forgets_the_passages_of_the_first(editor):
    letter, other = make_letter(), make_letter(paragraphs=["Another text."])
    release = make_release(carried_work=letter.work, passages=paragraph_ids(letter))
    assert change(editor, release, carried_work=other.work_id).status_code == 302
    assert (release.carried_work, release.passages) == (other.work, [])


def test_a_passage_that_is_gone_is_named_at_the_desk(editor):
    letter = make_letter()
    release = make_release(carried_work=letter.work, passages=paragraph_ids(letter))
    letter.body = "<p>Another text altogether.</p>"
    letter.save()
    letter.stamp()
    letter.publish()
    page = editor.get(reverse("admin:newsroom_release_change", args=[release.pk])).content.decode()
    assert "This paragraph no longer stands in the letter. Untick it." in page
    response = change(editor, release)
    assert "A chosen passage no longer stands in the letter. Untick it." in response.content.decode()


def test_only_a_letter_can_be_carried(editor):
    other = make_release(title="Another release")
    release = make_release()
    assert change(editor, release, carried_work=other.work_id).status_code == 200
    assert release.carried_work is None
    found = editor.get(
        "/admin/autocomplete/",
        {"term": "", "app_label": "newsroom", "model_name": "release", "field_name": "carried_work"},
    ).json()
    assert found["results"] == []


@pytest.mark.parametrize(
    ("role", "status"), [("Writer", 200), ("Editor", 200), ("Press desk", 403), ("Administrator", 200)]
)
def test_who_may_write_a_release(client, role, status):
    client.force_login(make_user(role=role))
    assert client.get(reverse("admin:newsroom_release_add")).status_code == status


# What stands in the way of publishing


def test_publishing_says_what_is_missing(organisation):
    organisation.phone = organisation.press_email = ""
    organisation.save()
    hidden = make_release(title="Not public", slug="not-public")
    release = make_release(
        place="",
        body='<p><a href="/en/releases/not-public/">One</a> <a href="/en/nothing/">two</a> <a href="/en/">three</a></p>',
    )
    found = release.problems(timezone.now())
    assert [sentence.split(".")[0] for sentence in found] == [
        "A link leads to a page that is not public then: /en/releases/not-public/",
        "A link leads to a page that is not public then: /en/nothing/",
        "The dateline has no place",
        "No press contact is named",
    ]
    organisation.phone = "+374 10 555 01"
    organisation.save()
    hidden.publish()
    assert "not-public" not in " ".join(release.problems(timezone.now()))


def test_a_quotation_that_cites_a_letter_cannot_drift(editor):
    letter = make_letter(paragraphs=["We ask for observers.", "We ask for them now."])
    release = make_release(quotes=[("We ask for them now.", "The coalition")])
    release.quotes.update(cited_work=letter.work, cited_paragraph=2)
    assert release.problems(timezone.now()) == []
    letter.body = letter.body.replace("them now", "them at once")
    letter.save()
    letter.stamp()
    letter.publish()
    page = editor.get(reverse("admin:newsroom_release_publish", args=[release.pk])).content.decode()
    assert "differs from ¶ 2" in page and "<del>now</del><ins>at once</ins>" in page
    editor.post(reverse("admin:newsroom_release_publish", args=[release.pk]), {"when": "now", "note": ""})
    assert not release.versions.exists()
    letter.withdraw()
    assert "which a quotation cites, is not public then" in " ".join(release.problems(timezone.now()))


def test_a_translation_of_a_letter_words_every_demand():
    letter = make_letter()
    translation = letter.translated("hy")
    translation.demands.all().delete()
    assert "Demand 1 has no wording in this language." in translation.problems(timezone.now())
