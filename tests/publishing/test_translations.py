"""A translation beside its original: what lacks a counterpart, what changed since, and which text is authoritative."""

import hashlib
import json
from datetime import timedelta
from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone

from advocacy.publishing.content import Content
from campaigns.models import DemandWording
from newsroom.models import Release
from newsroom.models.releases import ReleaseContent
from tests.accounts.makers import PASSWORD, make_user
from tests.campaigns.forms import fields_of
from tests.campaigns.makers import add_demand, make_letter
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
THREE = "<p>One.</p><p>Two.</p><p>Three.</p>"


@pytest.fixture(autouse=True)
def organisation(request):
    request.getfixturevalue("live_site" if "browser_page" in request.fixturenames else "db")
    return make_organisation()


@pytest.fixture
def anna(client):
    client.force_login(make_user(name="anna"))
    return client


def page(name, text):
    return reverse(f"admin:{text._meta.app_label}_{text._meta.model_name}_{name}", args=[text.pk])


def shown(answer):
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def gaps(client, text):
    """The parity list: where, and what is said of it."""
    found = client.get(page("beside", text)).context["gaps"]
    return [(section.label, pair.place, pair.gap) for section, pair in found]


def rows(client, text, label):
    """What stands beside what under one heading."""
    sections = client.get(page("beside", text)).context["sections"]
    section = next(each for each in sections if each.label == label)
    return [(" ".join(pair.original), " ".join(pair.translation)) for pair in section.pairs]


def change(text, **columns):
    """What the form does when it is saved."""
    for name, value in columns.items():
        setattr(text, name, value)
    text.save()
    type(text).objects.get(pk=text.pk).stamp()


def release_in(language, **columns):
    """A public release in English with two quotations, and its translation as it begins."""
    release = make_release(
        published=True, body=THREE, quotes=[("We insist.", "Anna"), ("So do we.", "Boris")], **columns
    )
    return release, release.translated(language)


# -- side by side


@pytest.mark.parametrize(("language", "direction"), [("hy", "ltr"), ("ar", "rtl")])
def test_a_translation_begins_with_a_counterpart_for_everything(anna, language, direction):
    release, translation = release_in(language)
    html = shown(anna.get(page("beside", translation)))
    assert "Every field, paragraph and row has its counterpart." in html
    assert f'<div lang="{language}" dir="{direction}"><p>Two.</p>' in html
    assert '<div lang="en" dir="ltr"><p>Two.</p>' in html
    assert page("change", translation) in html
    assert "Beside the original" in shown(anna.get(page("change", translation)))
    assert "Beside the original" not in shown(anna.get(page("change", release)))
    assert anna.get(page("beside", release)).status_code == 404


def test_paragraphs_pair_by_their_ids_and_between_them_by_place(anna):
    _release, translation = release_in("hy")
    kept = str(translation.body)
    two = kept[kept.index("</p>") + 4 : kept.index("Two.")]
    change(translation, body=kept.replace(f"{two}Two.</p>", ""))
    assert rows(anna, translation, "Text") == [("One.", "One."), ("Two.", ""), ("Three.", "Three.")]
    assert gaps(anna, translation) == [("Text", "¶ 2", "The translation lacks this paragraph.")]
    change(translation, body="<p>Mek.</p><p>Yerku.</p><p>Yerek.</p><p>Chors.</p>")
    assert rows(anna, translation, "Text") == [
        ("One.", "Mek."),
        ("Two.", "Yerku."),
        ("Three.", "Yerek."),
        ("", "Chors."),
    ]
    assert gaps(anna, translation) == [("Text", "¶ 4", "The original has no such paragraph.")]


def test_empty_fields_and_missing_quotations_are_told(anna):
    release, translation = release_in("ar", subheadline="Today")
    release.quotes.update(office="Director")
    release.publish()
    translation.quotes.filter(speaker="Boris").delete()
    translation.quotes.update(office="")
    change(translation, subheadline="")
    assert gaps(anna, translation) == [
        ("Subheadline", "", "This is empty in the translation."),
        ("Quotations", "No. 1", "Empty in the translation: Office."),
        ("Quotations", "No. 2", "The translation lacks this row."),
    ]
    change(translation, subheadline="Today", own_boilerplate="<p>About us.</p>")
    labels = [label for label, _place, _gap in gaps(anna, translation)]
    assert labels == ["Quotations", "Quotations", "About the organisation", "About the organisation"]


def test_demands_pair_by_number(anna):
    letter = make_letter(passage="nobody was held to account", at=timezone.now())
    translation = letter.translated("hy")
    assert gaps(anna, translation) == []
    wordings = DemandWording.objects.filter(letter=translation)
    wordings.get(demand__number=1).delete()
    wordings.filter(demand__number=3).update(wording="")
    assert gaps(anna, translation) == [
        ("Demands", "No. 1", "The translation lacks this row."),
        ("Demands", "No. 3", "Empty in the translation: Wording."),
    ]
    wordings.get(demand__number=3).delete()
    add_demand(letter=translation, number=4, label="Return")
    assert [each[1:] for each in gaps(anna, translation)] == [
        ("No. 1", "The translation lacks this row."),
        ("No. 3", "The translation lacks this row."),
        ("No. 4", "The original has no such row."),
    ]
    html = shown(anna.get(page("beside", translation)))
    assert translation.passages.get().paragraph not in html, "ids are no words"


def test_publishing_warns_of_gaps_and_leads_to_them(anna):
    release, translation = release_in("hy")
    change(translation, body="<p>Mek.</p>")
    html = shown(anna.get(page("publish", translation)))
    assert "In 2 places, original and translation have no counterpart for each other." in html
    assert f'<a href="{page("beside", translation)}">See the two texts side by side</a>' in html
    assert "counterpart" not in shown(anna.get(page("publish", release)))


def test_what_changed_in_the_original_since_is_shown(anna):
    release, translation = release_in("hy")
    assert "Nothing: the translation was last changed after that." in shown(
        anna.get(page("beside", translation))
    )
    change(release, body=str(release.body).replace("Two.", "Two and a half."))
    assert not anna.get(page("beside", translation)).context["changes"], "the desk is not public"
    release.publish(starts=timezone.now() + timedelta(hours=1))
    answer = anna.get(page("beside", translation))
    assert [each.label for each in answer.context["changes"]] == ["Text"]
    assert "<ins> and a half</ins>" in shown(answer)
    assert "version 2: Scheduled" in shown(answer)
    change(Release.objects.get(pk=translation.pk), title="Vernagir")
    assert not anna.get(page("beside", translation)).context["changes"]


def test_an_original_that_was_never_published_is_shown_as_it_stands(anna):
    release = make_release(body=THREE)
    translation = release.translated("ar")
    assert "The original was never published" in shown(anna.get(page("beside", translation)))
    release.publish()
    assert "was first published after this translation" in shown(anna.get(page("beside", translation)))


def test_the_page_asks_for_the_desk(client):
    _release, translation = release_in("hy")
    assert client.get(page("beside", translation)).status_code == 302
    client.force_login(make_user(name="pia", role="Press desk"))
    assert client.get(page("beside", translation)).status_code == 200, "who may read may compare"


# -- authoritative and courtesy


def public_release():
    return make_release(published=True)


def public_letter():
    return make_letter(at=timezone.now())


@pytest.mark.parametrize("make", [public_release, public_letter])
def test_readers_are_told_which_text_is_authoritative(client, make):
    original = make()
    for language in ("hy", "ar"):
        original.translated(language).publish()
    link = f'<a href="{original.versions.get().url}" lang="en" hreflang="en">English</a>'
    assert notice(link) in read(client, original, "hy")
    assert notice(link) in read(client, original, "ar")
    assert 'class="notice"' not in read(client, original, "en")
    original.withdraw()
    assert notice('<span lang="en">English</span>') in read(client, original, "hy")


def notice(link):
    """The end of the notice; its sentence is in the language of the page."""
    return f" {link}</p></div>"


def read(client, original, language):
    url = original.work.versions.filter(language=language).latest("pk").url
    return shown(client.get(url))


def test_an_editor_says_that_a_translation_is_authoritative_and_publishes_it(anna):
    _release, translation = release_in("hy")
    translation.publish()
    assert courtesy(anna, translation)
    fields = fields_of(anna.get(page("change", translation)))
    answer = anna.post(page("change", translation), {**fields, "is_authoritative": "on"})
    assert answer.status_code == 302
    assert courtesy(anna, translation), "what is public says what it said"
    told = shown(anna.get(page("change", translation)))
    assert "Edited since: As authoritative as the original." in told
    translation.publish()
    assert not courtesy(anna, translation)
    assert not Release.objects.get(pk=translation.translated("ar").pk).is_authoritative


def courtesy(client, text):
    return 'hreflang="en">English</a></p></div>' in read(client, text, "hy")


def test_only_translations_are_asked(anna):
    release, translation = release_in("hy")
    assert "is_authoritative" not in shown(anna.get(page("change", release)))
    assert "is_authoritative" not in shown(anna.get(reverse("admin:newsroom_release_add")))
    assert 'name="is_authoritative"' in shown(anna.get(page("change", translation)))


def test_an_original_whose_language_is_mended_stays_the_original(anna):
    release = make_release()
    fields = fields_of(anna.get(page("change", release)))
    assert anna.post(page("change", release), {**fields, "language": "hy"}).status_code == 302
    assert not Release.objects.get(pk=release.pk).is_translation


def test_a_text_from_before_keeps_its_hash_and_is_not_edited(anna):
    """Stored content without the field, as versions made earlier have it."""
    release = make_release(published=True)
    version = release.versions.get()
    assert "is_authoritative" not in version.data
    text = json.dumps(version.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert ReleaseContent.load(version.data).hash() == hashlib.sha256(text.encode()).hexdigest()
    release.stamp()
    assert release.desk_hash == version.hash
    assert Content(is_authoritative=True).hash() != Content().hash()
    assert Content.load(Content(is_authoritative=True).dump()).is_authoritative


def test_the_hash_of_old_content_is_what_it_was():
    """Reckoned before texts said whether they are authoritative."""
    old = {"schema": 1, "title": "Ten demands", "summary": "", "picture_id": None, "lead": None}
    was = "5244732873df10b60fed2a18fd378782f1d0bbdc5c49567d3ce42706f825212e"
    assert Content.load(old).hash() == was


# -- in a browser


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["hy", "ar"])
def test_translation_parity(browser_page, language):
    """axe, both columns, one above the other on a phone, and the way from the list to the gap by keyboard."""
    make_user(name="anna")
    _release, translation = release_in(language)
    change(translation, body="<p>Mek.</p><p>Yerku.</p>")
    browser = browser_page
    browser.goto("/admin/login/")
    browser.fill("#id_username", "anna")
    browser.fill("#id_password", PASSWORD)
    browser.click("input[type=submit]")
    browser.goto(page("beside", translation))
    there, here = (side.bounding_box() for side in browser.locator("#body-1 .beside-pair > div").all())
    assert there["y"] == here["y"] and there["x"] < here["x"]
    assert Axe().run(browser).violations_count == 0
    link = browser.get_by_role("link", name="Text, ¶ 3")
    link.focus()
    browser.keyboard.press("Enter")
    assert browser.url.endswith("#body-3")
    assert "The translation lacks this paragraph." in browser.locator("#body-3:target").inner_text()
    browser.keyboard.press("Tab")
    assert browser.evaluate("document.activeElement.textContent") == "Back to the text"
    browser.set_viewport_size({"width": 320, "height": 700})
    there, here = (side.bounding_box() for side in browser.locator("#body-1 .beside-pair > div").all())
    assert there["y"] < here["y"] and there["x"] == here["x"]
    assert browser.evaluate("document.documentElement.scrollWidth") <= 320
    assert Axe().run(browser).violations_count == 0
