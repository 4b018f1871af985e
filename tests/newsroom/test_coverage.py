"""Coverage: whose words are shown, how many of them, and where the article appears."""

import pytest
from django.urls import reverse

from newsroom.models import Coverage
from newsroom.models.coverage import cut_after
from tests.accounts.makers import make_user
from tests.newsroom.makers import make_coverage, make_outlet, make_release
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db

FORTY = " ".join(f"w{number}" for number in range(1, 41))
FIFTY = " ".join(f"w{number}" for number in range(1, 51))
LIST = "/en/coverage/"


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation(excerpt_words=40)


def shown(client, address=LIST):
    return client.get(address).content.decode()


def rows(*works):
    """The rows of works in the form at the desk."""
    data = {"about-TOTAL_FORMS": len(works), "about-INITIAL_FORMS": 0}
    for number, work in enumerate(works):
        data |= {f"about-{number}-work": work.pk, f"about-{number}-position": number + 1}
    return data


def test_an_excerpt_is_cut_after_forty_words_everywhere(client):
    coverage = make_coverage(excerpt=FIFTY, published=True)
    for address in (LIST, coverage.versions.get().url, "/en/feed/coverage.rss"):
        page = shown(client, address)
        assert "w40 …" in page
        assert "w41" not in page
    assert "w41" not in str(coverage.versions.get().data)


def test_an_excerpt_of_forty_words_is_whole(client):
    make_coverage(excerpt=FORTY, published=True)
    assert "w40" in shown(client) and "…" not in shown(client)


def test_a_longer_excerpt_by_a_recorded_permission(client):
    outlet = make_outlet(permitted_words=45, permission="Desk editor, by mail of 3 May 2026")
    make_coverage(excerpt=FIFTY, outlet=outlet, published=True)
    page = shown(client)
    assert "w45 …" in page and "w46" not in page
    assert "Desk editor" not in page


def test_the_limit_is_the_organisations(client, organisation):
    organisation.excerpt_words = 3
    organisation.save()
    make_coverage(excerpt=FIFTY, published=True)
    assert "w3 …" in shown(client) and "w4 " not in shown(client)


def test_our_own_summary_is_labelled_and_never_cut(client):
    make_coverage(excerpt=FIFTY, excerpt_is_summary=True, published=True)
    assert "Summary by the site" in shown(client) and "w50" in shown(client)


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("", 2, ("", "")),
        ("a b", 2, ("a b", "")),
        ("a\n\nb c", 2, ("a\n\nb", " c")),
        ("“a” — b", 2, ("“a” —", " b")),
    ],
)
def test_the_cut_keeps_paragraphs(text, words, parts):
    assert cut_after(text, words) == parts


def test_a_headline_stands_in_its_own_language_and_an_unknown_date_is_not_shown(client):
    make_coverage(
        title="Was die Koalition fordert",
        headline_language="de",
        dated="2023-09-29",
        date_is_known=False,
        published=True,
    )
    page = shown(client)
    assert '<h3 lang="de"><bdi>Was die Koalition fordert</bdi></h3>' in page
    assert "29 September 2023" not in page


def test_an_article_stands_on_the_page_of_the_release_it_is_about(client):
    release = make_release(published=True)
    make_coverage(title="About the mandate", about=[release.work], published=True)
    make_coverage(title="Something else", published=True)
    make_coverage(title="Not public", about=[release.work])
    page = shown(client, release.versions.get().url)
    assert "About the mandate" in page
    assert "Something else" not in page and "Not public" not in page
    assert "Mandate renewed in Geneva" in shown(
        client, Coverage.objects.get(title="About the mandate").versions.get().url
    )


def test_an_edit_at_the_desk_changes_nothing_public(client):
    coverage = make_coverage(excerpt="Old words.", published=True)
    coverage.excerpt, coverage.title = "New words.", "New headline"
    coverage.save()
    coverage.outlet.name = "New name"
    coverage.outlet.save()
    page = shown(client)
    assert "Old words." in page and "What the coalition asks" in page and "The Lantern" in page
    assert "New" not in page.replace("Newer", "")


# At the desk


@pytest.fixture
def press(client):
    client.force_login(make_user(role="Press desk"))
    return client


def test_the_press_desk_enters_an_article(press):
    outlet, work = make_outlet(), make_release(published=True).work
    response = press.post(
        reverse("admin:newsroom_coverage_add"),
        {
            "outlet": outlet.pk,
            "title": "What the coalition asks",
            "headline_language": "en",
            "language": "en",
            "address": "https://lantern.example/asks",
            "excerpt": FIFTY,
            "date_is_known": "on",
            **rows(work),
        },
    )
    assert response.status_code == 302, response.context["errors"]
    coverage = Coverage.objects.get()
    assert [row.work for row in coverage.about.all()] == [work]
    page = shown(press, reverse("admin:newsroom_coverage_change", args=[coverage.pk]))
    assert "w40 … <del>w41" in page and "10 words are left out." in page


def test_the_list_at_the_desk_finds_an_outlet_by_any_of_its_names(press):
    make_coverage(title="By alias", outlet=make_outlet(name="The Lantern", aliases=["Lantern Daily"]))
    make_coverage(title="Another", outlet=make_outlet(name="The Beacon"))
    page = shown(press, reverse("admin:newsroom_coverage_changelist") + "?q=lantern+daily")
    assert "By alias" in page and "Another" not in page


def test_an_outlet_is_found_by_its_alias_and_stands_once(press):
    make_outlet(name="The Lantern", aliases=["Lantern", "Lantern Daily"])
    make_outlet(name="The Beacon")
    found = press.get(
        "/admin/autocomplete/",
        {"term": "lantern", "app_label": "newsroom", "model_name": "coverage", "field_name": "outlet"},
    ).json()
    assert [result["text"] for result in found["results"]] == ["The Lantern"]


def test_a_longer_excerpt_needs_a_recorded_permission(press):
    data = {
        "name": "The Lantern",
        "permitted_words": "90",
        "aliases-TOTAL_FORMS": 0,
        "aliases-INITIAL_FORMS": 0,
    }
    response = press.post(reverse("admin:newsroom_outlet_add"), data)
    assert "Say who allowed the longer excerpt, and when." in response.content.decode()
    data["permission"] = "Desk editor, by mail of 3 May 2026"
    assert press.post(reverse("admin:newsroom_outlet_add"), data).status_code == 302
