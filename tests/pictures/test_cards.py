"""Share cards: asked for at publishing, drawn by the worker, public while their text is."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from advocacy.organisation.models import Organisation
from advocacy.pictures import cards
from advocacy.pictures.cards import Bar, ShareCard, card_url
from advocacy.pictures.models import DrawnCard
from advocacy.pictures.typesetting import NotSet, typeset
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Work
from campaigns.models import Demand, Letter
from newsroom.models import Release
from tests.organisation.makers import make_organisation
from tests.publishing.makers import START, detail_url, make_text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


def draw_all(at=START):
    while cards.draw_next(at):
        pass


def published(kind, **options):
    text = make_text(kind, word="Zqcard", **options)
    text.publish(at=START)
    return text


def address(text, part=""):
    return card_url(text.language, Work.objects.get(pk=text.work_id).short_id, part)


def picture(response):
    return Image.open(BytesIO(b"".join(response.streaming_content)))


def shared(client, path, at=START):
    """The pairs of the page that networks read."""
    with time_machine.travel(at, tick=False):
        page = client.get(path).content.decode()
    return dict(re.findall(r'<meta property="([\w:]+)" content="([^"]*)">', page))


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_has_a_card_that_its_page_names_once_it_is_drawn(client, kind):
    text = published(kind)
    assert "og:image:width" not in shared(client, detail_url(text))
    draw_all()
    told = shared(client, detail_url(text))
    assert told["og:image"].startswith("http://testserver" + address(text) + "?")
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert "Zqcard" in told["og:image:alt"]
    with time_machine.travel(START, tick=False):
        response = client.get(told["og:image"].removeprefix("http://testserver"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert int(response["Content-Length"]) < 60_000
    image = picture(response)
    assert image.size == (1200, 630)
    assert len(image.getcolors()) <= 64


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_script_is_mirrored_or_not_and_drawn_with_a_face_of_its_own(client, language):
    text = published(Letter, language=language)
    draw_all()
    with time_machine.travel(START, tick=False):
        image = picture(client.get(address(text))).convert("RGB")
    lamp = (0xF5, 0xB0, 0x6A)
    start, end = image.getpixel((68, 90)), image.getpixel((1131, 90))
    near = [sum(abs(a - b) for a, b in zip(pixel, lamp, strict=True)) < 30 for pixel in (start, end)]
    assert near == [language != "ar", language == "ar"]


def test_nothing_that_is_not_public_has_a_card(client):
    text = make_text(Letter, word="Zqcard")
    text.publish(at=START, starts=START + HOUR)
    draw_all()
    assert DrawnCard.objects.exclude(hash="").count() == 2  # the letter's and its demand's
    for at, status in ((START, 404), (START + HOUR, 200)):
        with time_machine.travel(at, tick=False):
            for part in ("", "d1"):
                assert client.get(address(text, part)).status_code == status
    text.withdraw(at=START + 2 * HOUR)
    with time_machine.travel(START + 2 * HOUR, tick=False):
        assert client.get(address(text)).status_code == 404
        assert client.get(address(text, "d1")).status_code == 404


def test_parts_have_cards_of_their_own(client):
    letter, release = published(Letter), published(Release)
    draw_all()
    told = shared(client, detail_url(letter) + "demands/1/")
    assert told["og:image"].startswith("http://testserver" + address(letter, "d1"))
    assert told["og:image:alt"] == "Zqcard title Open"
    quote = DrawnCard.objects.get(version__publication=release, part="q1")
    assert quote.alt == "“Zqcard words”"
    with time_machine.travel(START, tick=False):
        assert client.get(address(release, "q1")).status_code == 200
        assert client.get(address(release, "q2")).status_code == 404


def test_a_change_of_a_demand_is_on_the_card_at_the_same_address(client):
    letter = published(Letter)
    draw_all()
    before = shared(client, detail_url(letter))
    assert before["og:image:alt"].endswith("1 open")
    Demand.objects.get().record(
        status="met", on=START.date(), note="It was done.", source_url="https://example.org/", at=START + HOUR
    )
    draw_all(START + HOUR)
    after = shared(client, detail_url(letter), START + HOUR)
    assert after["og:image:alt"].endswith("All met in full. 1 met")
    assert before["og:image"].split("?")[0] == after["og:image"].split("?")[0]
    assert before["og:image"] != after["og:image"]  # networks fetch it again


def test_a_change_while_a_worker_draws_is_not_lost():
    letter = published(Letter)
    held = DrawnCard.objects.claim_one(START)
    cards.look_again(letter.work_id, START)
    assert not held.settle(hash="0" * 64)
    draw_all()
    assert "0" * 64 not in DrawnCard.objects.values_list("hash", flat=True)


def test_another_name_or_colour_makes_all_cards_anew():
    text = published(Release)
    draw_all()
    before = set(DrawnCard.objects.values_list("hash", flat=True))
    cards.tend(START)
    assert not DrawnCard.objects.filter(due__isnull=False).exists()
    organisation = Organisation.current()
    organisation.brand_typed = "#1d5c3a"
    organisation.save()
    cards.tend(START)
    draw_all()
    assert not before & set(DrawnCard.objects.values_list("hash", flat=True))
    text.withdraw(at=START + HOUR)
    organisation.brand_typed = "#15285a"
    organisation.save()
    cards.tend(START + HOUR)
    assert not DrawnCard.objects.filter(due__isnull=False).exists()


def test_texts_from_before_there_were_cards_get_theirs():
    published(Release)
    DrawnCard.objects.all().delete()
    cards.tend(START)
    draw_all()
    assert DrawnCard.objects.exclude(hash="").count() == 2


def test_the_same_words_are_one_file_and_old_files_go():
    text = published(Release)
    draw_all()
    first = DrawnCard.objects.get(part="")
    text.publish(at=START + HOUR)
    draw_all(START + HOUR)
    assert DrawnCard.objects.filter(hash=first.hash, part="").count() == 2
    default_storage.delete(first.path)
    default_storage.save(f"{DrawnCard.FOLDER}/{'0' * 64}.png", BytesIO(b"x"))
    DrawnCard.objects.update(due=START)
    draw_all()
    assert default_storage.exists(first.path)  # a file that is missing is drawn again
    cards.sweep(START + 365 * 24 * HOUR)
    assert default_storage.exists(first.path)
    assert not default_storage.exists(f"{DrawnCard.FOLDER}/{'0' * 64}.png")


def test_samples_are_marked(client):
    text = published(Release)
    version = text.versions.get()
    plain = cards.data(ShareCard(title="x"), version, START)
    Work.objects.update(sample=True)
    version.work.refresh_from_db()
    marked = cards.data(ShareCard(title="x"), version, START)
    assert (plain["sample"], marked["sample"]) == ("", "Sample")


HOSTILE = [
    '#panic("x") #read("/etc/passwd") $x$ *b* _i_ @preview/x:1.0.0',
    "x" * 2_000,
    "one " * 500,
    "\u202eturned\u202c \u2066apart\u2069",
    "</script><b>",
    "𝔘𝔫𝔦 🇦🇲 \ufffd \x07",
    "²½ ԱԲԳ абв ابج",
    " ",
]


@pytest.mark.parametrize(
    "words", [HOSTILE[0], *(pytest.param(words, marks=pytest.mark.slow) for words in HOSTILE[1:])]
)
def test_hostile_words_are_set_as_they_are(words):
    text = published(Release)
    version = text.versions.get()
    bars = tuple(Bar(str(number), status) for number, status in enumerate(["open", "met", words] * 20))
    for card in (
        ShareCard(title=words, kicker=words, counts=words, before=words, after=words),
        ShareCard(title=words, bars=bars, counts=words),
    ):
        png = cards.quantised(typeset(cards.TEMPLATE, cards.data(card, version, START)))
        assert Image.open(BytesIO(png)).size == (1200, 630)


@pytest.mark.slow
def test_what_takes_too_long_or_too_much_is_stopped(tmp_path):
    endless, greedy = tmp_path / "endless.typ", tmp_path / "greedy.typ"
    endless.write_text(
        "#let f(n, x) = if n < 9 { for y in range(999) { f(n + 1, x + str(y)) } }\n#f(0, str(1))"
    )
    greedy.write_text('#let s = "x" * 1000000\n#range(9999).map(n => s + str(n)).join().len()')
    for template in (endless, greedy):
        with pytest.raises(NotSet, match="ended with -|memory|longer"):
            typeset(template, {}, seconds=2)


def test_a_card_that_can_not_be_drawn_is_left_out_after_some_attempts(client, monkeypatch, tmp_path):
    text = published(Release)
    draw_all()
    broken = tmp_path / "broken.typ"
    broken.write_text("#panic()")
    monkeypatch.setattr(cards, "TEMPLATE", broken)
    cards.template_hash.cache_clear()
    DrawnCard.objects.update(due=START)
    at = START
    for _attempt in range(20):
        draw_all(at)
        at += HOUR
    cards.template_hash.cache_clear()
    assert not DrawnCard.objects.filter(due__isnull=False).exists()
    assert "panicked" in DrawnCard.objects.get(part="").last_error
    assert "og:image:width" not in shared(client, detail_url(text), at)
    with time_machine.travel(at, tick=False):
        assert client.get(address(text)).status_code == 404
