"""What is taken away of a release: plain text, quotations, the press kit; each equal to the page, and as public."""

import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest

from advocacy.delivery.plain_text import wrapped
from advocacy.pictures.cards import draw_next
from advocacy.publishing.models import Version
from newsroom import downloads
from newsroom.models import Release, ReleaseAttachment, ReleaseContact, ReleasePicture
from tests.campaigns.makers import make_holder, make_letter, record
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_document, make_picture

pytestmark = pytest.mark.django_db
AT = datetime(2031, 5, 20, 12, tzinfo=UTC)
TAILS = ("text.txt", "quotes/", "press-kit.zip")


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation(names={"en": "Coalition for Artsakh"})
    time_machine.move_to(AT, tick=False)
    return time_machine


def full_release(**columns):
    """A release with everything a release can have."""
    letter = make_letter(addressees=[make_holder()], at=AT - timedelta(hours=3))
    record(letter=letter, number=2, status="partly", at=AT - timedelta(hours=2))
    release = make_release(
        title="Groups ask the United Nations to act",
        subheadline="Ten demands stand in a letter.",
        body="<p>The <a href='https://un.example/vote'>Council</a> voted.</p><ul><li>First point</li></ul>",
        notes="<p>Background for editors.</p>",
        own_boilerplate="<p>We speak for eleven groups.</p>",
        quotes=[("We ask for observers", "Anna Lindqvist")],
        dated=AT.date(),
        carried_work=letter.work,
        **columns,
    )
    release.passages = [letter.body.blocks[1].id]
    ReleasePicture.objects.create(release=release, position=1, picture=make_picture())
    document = make_document(title="Fact sheet")
    ReleaseAttachment.objects.create(release=release, position=1, document=document)
    release.save()
    release.stamp()
    release.publish()
    return release


def url_of(release):
    return release.versions.latest("number").url


def text_of(client, release):
    response = client.get(f"{url_of(release)}text.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{release.slug}.txt"'
    assert response["X-Robots-Tag"] == "noindex"
    return response.content.decode()


def kit_of(client, release, tail="press-kit.zip"):
    response = client.get(f"{url_of(release)}{tail}")
    assert response.status_code == 200 and response["Content-Type"] == "application/zip"
    return b"".join(response.streaming_content)


def files_in(packed):
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {entry.filename.split("/", 1)[1]: archive.read(entry) for entry in archive.infolist()}


def test_the_page_leads_to_them(client):
    release = full_release()
    page = client.get(url_of(release)).content.decode()
    assert all(f'href="{url_of(release)}{tail}"' in page for tail in TAILS)
    plain = make_release(title="Without quotations", published=True)
    assert "quotes/" not in client.get(url_of(plain)).content.decode()
    assert client.get(f"{url_of(plain)}quotes/").status_code == 404


def test_the_text_has_the_words_of_the_page_in_their_order(client):
    release = full_release()
    text = text_of(client, release)
    there = [
        "Coalition for Artsakh\n",
        "Press release, for immediate release\n",
        "Groups ask the United Nations to act\n",
        "Ten demands stand in a letter.\n",
        "Published: 20 May 2031, 16:00 Yerevan (UTC+4)\n",
        "Place: Geneva\n",
        "Geneva, 20 May 2031. The Council (https://un.example/vote) voted.\n",
        "- First point\n",
        "“We ask for observers”\nAnna Lindqvist\n",
        "The letter is addressed to Secretary-General António Guterres.\n",
        "“Every call not to use force was ignored, and nobody was held to\naccount.”\n",
        "From paragraph 2 of the letter\n",
        "1. [ ] Open: Recognition, as the letter puts it.\n",
        "2. [~] Partly met: Aid, as the letter puts it.\n",
        "Read the entire letter:\nhttp://testserver/en/letters/ten-demands/\n",
        "Background for editors.\n",
        "About Coalition for Artsakh\n",
        "We speak for eleven groups.\n",
        "Fact sheet (PDF, 2 pages, 263\xa0bytes)\nhttp://testserver/files/d",
        "Press contact\n\n+374 10 555 01\npress@carm.example\n",
        f"http://testserver/r/{release.work.short_id}\n",
    ]
    places = [text.find(words) for words in there]
    assert -1 not in places, there[places.index(-1)] + text
    assert places == sorted(places)
    assert "\n\n\n" not in text and "&" not in text and "<" not in text


def test_no_line_is_longer_than_72_but_an_address(client):
    body = "<p>" + "One word and another, a-hyphened-word, and so on. " * 20 + "</p>"
    address = "https://un.example/" + "long/" * 30
    release = make_release(body=f'{body}<p><a href="{address}">Here</a></p>', published=True)
    text = text_of(client, release)
    assert f"({address})." not in text and address in text
    long = [line for line in text.splitlines() if len(line) > 72]
    assert len(long) == 1 and address in long[0] and " " not in long[0]


def test_a_demand_hangs_under_its_number():
    line = "7. [ ] Open: " + "Restore free movement along the corridor " * 3
    first, *others = wrapped(line).splitlines()
    assert first.startswith("7. [ ] Open: ") and others
    assert all(other.startswith("   ") and other[3] != " " for other in others)


def test_markup_and_signs_of_the_desk_stay_as_they_were_typed(client):
    text = text_of(client, make_release(title="A & B <i>and</i> {{ C }}", published=True))
    assert "A & B <i>and</i> {{ C }}\n" in text


def test_people_of_the_release_come_before_the_desk(client):
    from advocacy.organisation.models import Person, PersonText

    person = Person.objects.create(organisation_id=1, phone="+374 10 555 02", email="a@carm.example")
    PersonText.objects.create(person=person, language="en", name="Anna Lindqvist", role="Spokesperson")
    release = make_release()
    ReleaseContact.objects.create(release=release, position=1, person=person)
    release.stamp()
    release.publish()
    text = text_of(client, release)
    assert "Anna Lindqvist, Spokesperson\n+374 10 555 02\na@carm.example\n" in text
    assert "press@carm.example" not in text


def test_quotations_are_selected_as_a_whole(client):
    page = client.get(f"{url_of(full_release())}quotes/").content.decode()
    assert '<p class="copy">“We ask for observers”<br>Anna Lindqvist</p>' in page
    assert 'name="robots" content="noindex"' in page


def test_each_quotation_leads_to_its_picture_once_that_is_drawn(client, now):
    release = full_release()
    address = f"{url_of(release)}quotes/"
    assert "As a picture" not in client.get(address).content.decode()
    while draw_next(AT):
        pass
    [picture] = re.findall('href="([^"]+)">As a picture to share', client.get(address).content.decode())
    assert picture.endswith("/q1.png") and client.get(picture)["Content-Type"] == "image/png"
    now.move_to(AT + timedelta(hours=1), tick=False)
    release.publish()
    assert "As a picture" not in client.get(f"{url_of(release)}versions/1/quotes/").content.decode()


def test_the_kit_holds_text_pictures_with_credits_and_files(client):
    release = full_release()
    found = files_in(kit_of(client, release))
    assert found[f"{release.slug}.txt"].decode() == text_of(client, release)
    [picture] = [name for name in found if name.startswith("pictures/")]
    [document] = [name for name in found if name.startswith("files/")]
    assert found[picture].startswith(b"\xff\xd8"), "the whole picture, for print"
    contents = found["contents.txt"].decode()
    assert f"{picture}\nA road\nCredit: Mari Example\n" in contents
    assert f"{document}\nFact sheet\n" in contents
    assert len(found) == 4


def test_the_same_release_makes_the_same_bytes_on_another_day(client, now):
    release = full_release()
    first = kit_of(client, release)
    now.move_to(AT + timedelta(days=3), tick=False)
    assert kit_of(client, release) == first


def test_an_edit_at_the_desk_is_in_none_of_them_and_a_correction_in_all(client, now):
    release = full_release()
    before = {tail: whole(client.get(url_of(release) + tail)) for tail in TAILS}
    Release.objects.filter(pk=release.pk).update(title="Zqsecret")
    release.quotes.update(words="Zqsecret")
    release.pictures.all().delete()
    assert {tail: whole(client.get(url_of(release) + tail)) for tail in TAILS} == before
    now.move_to(AT + timedelta(hours=1), tick=False)
    release = Release.objects.get(pk=release.pk)
    release.stamp()
    release.publish()
    after = {tail: whole(client.get(url_of(release) + tail)) for tail in TAILS}
    assert all(b"Zqsecret" in after[tail] for tail in TAILS)
    assert not [name for name in files_in(after["press-kit.zip"]) if name.startswith("pictures/")]
    # The older text can be taken away too, without the picture that readers may not have any more.
    older = url_of(release) + "versions/1/"
    assert f'href="{older}text.txt"' in client.get(older).content.decode()
    for tail in TAILS:
        assert b"We ask for observers" in whole(client.get(older + tail)), tail
    assert b"This is the version of 20 May 2031" in whole(client.get(older + "text.txt"))
    assert not [
        name for name in files_in(kit_of(client, release, "versions/1/press-kit.zip")) if "pictures/" in name
    ]


def whole(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_what_is_too_large_is_named_with_its_address(client, monkeypatch):
    release = full_release()
    monkeypatch.setattr(downloads, "LARGEST_KIT", 2_000)
    found = files_in(kit_of(client, release))
    assert not [name for name in found if name.startswith("pictures/")]
    contents = found["contents.txt"].decode()
    assert "These files are too large for a press kit." in contents
    assert "A road\nCredit: Mari Example\nhttp://testserver/files/p" in contents


def test_a_file_that_is_missing_leaves_the_rest(client):
    release = full_release()
    picture = release.pictures.get().picture
    picture.file.storage.delete(picture.path)
    assert not [name for name in files_in(kit_of(client, release)) if name.startswith("pictures/")]


@pytest.mark.parametrize("tail", TAILS)
def test_they_follow_the_page_wherever_it_goes(client, tail, now):
    release = full_release(slug="first")
    assert client.get(f"/en/releases/nowhere/{tail}").status_code == 404
    assert client.get(f"/hy/releases/first/{tail}").status_code == 404
    assert client.get(f"/en/releases/first/versions/9/{tail}").status_code == 404
    now.move_to(AT + timedelta(hours=1), tick=False)
    release.slug = "second"
    release.save()
    release.stamp()
    release.publish()
    assert client.get(f"/en/releases/first/{tail}")["Location"] == f"/en/releases/second/{tail}"
    moved = client.get(f"/en/releases/first/versions/1/{tail}")["Location"]
    assert moved == f"/en/releases/second/versions/1/{tail}"
    assert client.get(moved).status_code == 200
    Version.objects.get(number=1, publication=release).bar()
    assert client.get(moved).status_code == 404
    now.move_to(AT + timedelta(hours=2), tick=False)
    release.withdraw()
    assert client.get(f"/en/releases/second/{tail}").status_code == 410


@pytest.mark.parametrize("tail", TAILS)
def test_before_it_is_public_there_is_nothing(client, tail):
    make_release(slug="later", quotes=[("Soon", "Anna")], starts=AT + timedelta(hours=1))
    assert client.get(f"/en/releases/later/{tail}").status_code == 404


def test_old_dates_and_every_language(client):
    for language in ("hy", "ru", "fr", "ar"):
        release = make_release(
            language=language, slug=f"old-{language}", dated=date(1915, 4, 24), published=True
        )
        found = files_in(kit_of(client, release))
        assert list(found) == [f"{release.slug}.txt"]
