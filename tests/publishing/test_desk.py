"""A text on its way at the desk: read by a second person, corrected, withdrawn, restored, previewed, never lost."""

import base64
import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from advocacy.pictures.models import DrawnCard
from advocacy.publishing.jobs import empty_bin
from advocacy.publishing.models import Step, Typing, Version
from advocacy.sharing.networks import NETWORKS
from newsroom.models import Release
from tests.accounts.makers import make_user
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
ROWS = ("quotes", "contacts", "attachments", "pictures", "related")
NO_ROWS = {f"{rows}-{count}": "0" for rows in ROWS for count in ("TOTAL_FORMS", "INITIAL_FORMS")}


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


@pytest.fixture
def anna(client):
    return signed_in(client, make_user(name="anna"))


@pytest.fixture
def aram(client_of):
    return client_of(make_user(name="aram"))


@pytest.fixture
def writer(client_of):
    return client_of(make_user(name="wanda", role="Writer"))


@pytest.fixture
def client_of():
    from django.test import Client

    return lambda user: signed_in(Client(), user)


def signed_in(client, user):
    client.force_login(user)
    client.user = user
    return client


def page(name, text, *more):
    return reverse(f"admin:newsroom_release_{name}", args=[text.pk, *more])


def typed(text=None, **fields):
    """The form of a release as a browser sends it."""
    given = {
        "title": "A title",
        "form": "release",
        "language": "en",
        "place": "Yerevan",
        "body": "<p>One.</p>",
    }
    if text:
        given |= {"title": text.title, "place": text.place, "body": text.body, "slug": text.slug}
    return {**given, **NO_ROWS, **fields}


def written_by(person, **fields):
    answer = person.post(reverse("admin:newsroom_release_add"), typed(**fields))
    assert answer.status_code == 302
    return Release.objects.latest("pk")


def shown(answer):
    return unescape(answer.content.decode())


def publish(person, text, **fields):
    return person.post(page("publish", text), {"when": "now", "note": "", **fields})


def read(client, text):
    from django.test import Client

    return Client().get(f"/en/releases/{text.slug}/")


# -- a second person


def test_nobody_publishes_what_they_wrote_themselves(anna, aram):
    text = written_by(anna)
    assert "Somebody else has to approve or publish" in shown(publish(anna, text))
    assert read(anna, text).status_code == 404
    assert anna.post(page("approve", text)).status_code == 200, "nor approves it"
    publish(aram, text)
    assert read(anna, text).status_code == 200
    version = text.versions.get()
    assert (version.who, version.second) == (aram.user, anna.user)


def test_what_another_editor_approved_the_writer_may_publish_until_a_word_changes(anna, aram):
    text = written_by(anna)
    aram.post(page("approve", text))
    anna.post(page("change", text), typed(text, title="Another title"))
    publish(anna, text)
    assert not text.versions.exists()
    aram.post(page("approve", text))
    publish(anna, text)
    assert text.versions.get().second == aram.user


def test_saving_without_a_change_makes_nobody_the_second_person(anna, aram):
    text = written_by(anna)
    text.refresh_from_db()
    aram.post(page("change", text), typed(text))
    publish(anna, text)
    assert not text.versions.exists()


def test_with_one_person_the_record_says_so(anna, organisation):
    organisation.two_people = False
    organisation.save()
    text = written_by(anna)
    assert "published by one person" in shown(anna.get(page("publish", text)))
    publish(anna, text)
    assert "published by one person" in shown(anna.get(page("versions", text)))
    assert "published by one person" in shown(anna.get(page("change", text)))


def test_submitting_with_a_message_and_sending_back_with_a_reason(writer, anna):
    text = written_by(writer)
    assert writer.post(page("submit", text), {"words": "Please check the figures."}).status_code == 302
    assert "Please check the figures." in shown(anna.get(page("change", text)))
    assert writer.get(page("publish", text)).status_code == 403
    assert "Say what has to change." in shown(anna.post(page("send-back", text), {"words": ""}))
    anna.post(page("send-back", text), {"words": "The date is wrong."})
    text.refresh_from_db()
    assert text.status == "draft"
    assert "The date is wrong." in shown(writer.get(page("change", text)))
    writer.post(page("submit", text), {"words": ""})
    assert "The date is wrong." not in shown(writer.get(page("change", text)))


# -- corrections


def test_publishing_over_a_public_text_asks_what_sort_of_change_it_is(anna, client_of):
    text = make_release(published=True, title="Forty organisations write")
    assert "What sort of change it is" in shown(anna.get(page("publish", text)))
    assert "Say whether it is a minor edit or a correction." in shown(publish(anna, text))
    assert "Tell readers what was wrong." in shown(publish(anna, text, change="correction"))
    assert "tells readers nothing" in shown(publish(anna, text, change="minor", correction="x"))
    assert text.versions.count() == 1


def test_a_correction_is_told_everywhere_and_a_minor_edit_nowhere(anna, client):
    text = make_release(published=True, title="Forty organisations write")
    text.title = "Thirty-nine organisations write"
    text.save()
    text.stamp()
    note = "The number of organisations was wrong."
    assert publish(anna, text, change="correction", correction=note).status_code == 302
    client.logout()
    address = f"/en/releases/{text.slug}/"
    for where in (address, "/en/corrections/", "/en/feed.rss", "/en/feed/release.atom"):
        answer = shown(client.get(where))
        assert (note in answer and "Corrected on" in answer) or where.endswith("corrections/"), where
    assert '"CorrectionComment"' in shown(client.get(address))
    changed = shown(client.get(f"/en/corrections/release/{text.slug}/2/"))
    assert "<del>Forty</del>" in changed and "<ins>Thirty" in changed
    text.refresh_from_db()
    text.place = "Geneva and Yerevan"
    text.save()
    text.stamp()
    text.publish()
    assert note in shown(client.get(address)), "it stays on the text"
    assert client.get(f"/en/corrections/release/{text.slug}/3/").status_code == 404


def test_a_correction_does_not_make_an_old_text_new():
    text = make_release(title="Forty organisations write")
    text.publish(at=timezone.now() - timedelta(days=40))
    dated = text.versions.get().dated
    text.publish(correction="The number was wrong.")
    assert text.versions.latest("number").dated == dated


def test_what_was_corrected_out_for_safety_is_shown_nowhere(client):
    text = make_release(published=True, body="<p>Lilit Sample saw it.</p>")
    text.body = "<p>A witness saw it.</p>"
    text.save()
    text.stamp()
    text.publish(correction="A name was taken out.")
    address = f"/en/corrections/release/{text.slug}/2/"
    assert "Lilit" in shown(client.get(address))
    text.publish(correction="The day was wrong.")
    told_at = (f"/en/releases/{text.slug}/", "/en/corrections/")
    for page in told_at:
        assert shown(client.get(page)).count("See what changed") == 2, page
    text.bar(text.versions.get(number=1))
    for page in told_at:
        told = shown(client.get(page))
        assert "A name was taken out." in told, page
        assert address not in told and address.replace("/2/", "/3/") in told, page
    assert client.get(address).status_code == 410
    assert "Lilit" not in shown(client.get(address))


def test_what_a_barred_correction_says_stands_nowhere(client):
    text = make_release(published=True)
    text.publish(correction="Lilit Sample was not there.")
    text.publish(correction="The day was wrong.")
    text.bar(text.versions.get(number=2))
    for address in (f"/en/releases/{text.slug}/", "/en/corrections/", "/en/feed.rss", "/en/feed/release.rss"):
        told = shown(client.get(address))
        assert "The day was wrong." in told and "Lilit Sample" not in told, address


def test_corrections_of_what_is_not_public_stand_nowhere(client):
    text = make_release(published=True)
    text.publish(correction="Something was wrong.")
    text.withdraw()
    assert "Something was wrong." not in shown(client.get("/en/corrections/"))
    assert client.get(f"/en/corrections/release/{text.slug}/2/").status_code == 410


def test_a_scheduled_correction_waits_for_its_moment(client):
    text = make_release(published=True)
    text.publish(correction="Something was wrong.", starts=timezone.now() + timedelta(hours=1))
    for address in ("/en/corrections/", f"/en/releases/{text.slug}/", "/en/feed.rss"):
        assert "Something was wrong." not in shown(client.get(address))
    assert client.get(f"/en/corrections/release/{text.slug}/2/").status_code == 404


# -- withdrawing, and what readers are told


def test_a_withdrawal_explains_itself_to_readers_and_its_reason_to_staff(anna, client):
    text = make_release(published=True)
    anna.post(page("withdraw", text), {"explanation": "It named a wrong date.", "words": "Call from Geneva"})
    gone = read(client, text)
    assert gone.status_code == 410
    assert "It named a wrong date." in shown(gone) and "Call from Geneva" not in shown(gone)
    assert "Call from Geneva" in shown(anna.get(page("versions", text)))
    publish(anna, text)
    assert read(client, text).status_code == 200, "undone by publishing again"
    text.withdraw()
    assert "It named a wrong date." not in shown(read(client, text))


# -- versions


def test_an_earlier_version_returns_to_the_desk_and_readers_see_no_change(anna, client):
    text = make_release(published=True, title="First title", quotes=[("We ask", "Anna Sample")])
    first = text.versions.get()
    text.title = "Second title"
    text.save()
    text.quotes.all().delete()
    Release.objects.get(pk=text.pk).stamp()
    text.publish()
    assert "Second title" in shown(anna.get(page("restore", text, 1)))
    anna.post(page("restore", text, 1))
    text.refresh_from_db()
    assert (text.title, text.quotes.get().speaker) == ("First title", "Anna Sample")
    assert text.desk_hash == first.hash
    assert "Second title" in shown(read(client, text))
    assert Step.objects.filter(publication=text, verb="restored", who=anna.user).exists()


def test_any_two_versions_and_the_desk_are_compared_word_by_word(anna):
    text = make_release(published=True, body="<p>Nobody was held to account.</p>")
    text.body = text.body.replace("Nobody was", "Two officers were")
    text.save()
    text.stamp()
    answer = shown(anna.get(page("compare", text) + "?from=1&to=desk"))
    assert "<del>Nobody</del>" in answer and "<ins>Two</ins>" in answer
    assert "Text" in shown(anna.get(page("change", text))), "the form says what was edited since"
    text.publish()
    assert "They say the same." in shown(anna.get(page("compare", text) + "?from=2&to=desk"))
    for nonsense in ("²", "99", "x", "-1"):
        assert anna.get(page("compare", text) + f"?from={nonsense}").status_code == 404


# -- the bin, and copies


def test_a_draft_goes_into_the_bin_and_comes_back_and_what_was_public_stays(anna):
    text, public = written_by(anna), make_release(published=True)
    listed = reverse("admin:newsroom_release_changelist")
    anna.post(page("bin", text))
    anna.get(listed)  # reads the messages
    assert text.title not in shown(anna.get(listed))
    assert text.title in shown(anna.get(f"{listed}?state=bin"))
    assert anna.post(page("delete", public), {"post": "yes"}).status_code == 403
    assert "What was public once is kept." in shown(anna.post(page("bin", public)))
    anna.post(page("unbin", text))
    assert text.title in shown(anna.get(listed))
    assert anna.post(page("delete", text), {"post": "yes"}).status_code == 403, "only out of the bin"
    anna.post(page("bin", text))
    assert anna.post(page("delete", text), {"post": "yes"}).status_code == 302


def test_a_copy_is_a_draft_of_its_own(anna):
    text = make_release(published=True, title="The first", quotes=[("We ask", "Anna Sample")])
    anna.post(page("copy", text))
    copy = Release.objects.exclude(pk=text.pk).get()
    assert copy.work_id != text.work_id and copy.slug != text.slug and not copy.is_kept
    assert copy.quotes.get().words == "We ask"


# -- preview


def preview_of(answer):
    return unescape(re.search(r'srcdoc="(.*?)"', answer.content.decode(), re.S)[1])


def test_a_form_is_previewed_as_it_stands_and_nothing_is_stored(anna):
    quote = {
        "quotes-TOTAL_FORMS": "1",
        "quotes-0-words": "We ask for observers",
        "quotes-0-speaker": "Anna Sample",
        "quotes-0-after_paragraph": "1",
    }
    answer = anna.post(reverse("admin:newsroom_release_add-preview"), typed(title="Not saved", **quote))
    assert "This text was not saved yet." in shown(answer)
    html = preview_of(answer)
    assert "Not saved" in html and "We ask for observers" in html
    assert not Release.objects.exists() and not Version.objects.exists()


def test_a_preview_shows_the_share_card_and_what_each_network_is_told(anna):
    text = make_release(published=True, title="As it is")
    answer = anna.post(page("preview", text), typed(text, title="As it\tmay be", slug="as-it-is"))
    html = shown(answer)
    png, alt = re.search(r'src="data:image/png;base64,([^"]+)"[^>]* alt="([^"]*)"', html).groups()
    assert "As it may be" in alt
    assert base64.b64decode(png).startswith(b"\x89PNG")
    as_it_is = shown(anna.get(page("preview", text)))
    assert png not in as_it_is and "The share card: As it is" in as_it_is
    assert not DrawnCard.objects.exclude(hash="").exists()  # nothing is stored

    told = {str(label): lines for label, lines in answer.context_data["networks"]}
    assert list(told) == [str(network.label) for network in NETWORKS.values()]
    url = settings.SITE_URL + text.versions.get().url
    assert told["X"] == told["Telegram"][::-1] == ["As it may be", url]
    assert told["E-mail"] == ["As it may be", "As it may be", url]  # the subject, then the letter
    assert told["Bluesky"] == told["WhatsApp"] == [f"As it may be {url}"]
    assert told["LinkedIn"] == told["Facebook"] == [url]
    assert html.count("The network reads title, description and picture from the page.") == 2


def test_a_preview_without_a_card_says_so(anna, monkeypatch):
    monkeypatch.setattr("advocacy.pictures.cards.MOST_BYTES", 0)
    answer = anna.get(page("preview", make_release()))
    assert "The share card can't be drawn as the text stands." in shown(answer)


def test_a_preview_says_what_differs(anna):
    text = make_release(published=True, title="As it is")
    answer = shown(anna.post(page("preview", text), typed(text, title="As it may be")))
    assert "Differs from the saved text in: Title." in answer
    assert "Differs from the public text in: Title." in answer
    text.refresh_from_db()
    assert text.title == "As it is"
    answer = shown(anna.get(page("preview", text)))
    assert "As it was saved." in answer and "Readers see the same." in answer


def test_an_invalid_form_returns_from_the_preview_with_all_that_was_typed(anna):
    text = make_release()
    answer = anna.post(page("preview", text), typed(text, title="", place="Typed in vain"))
    assert "Typed in vain" in shown(answer) and "This field is required." in shown(answer)
    assert f'action="{page("change", text)}"' in shown(answer)


# -- two people at one text


def test_the_second_save_never_overwrites(anna, aram):
    text = written_by(anna)
    text.refresh_from_db()
    mark = text.desk_mark
    assert (
        aram.post(page("change", text), typed(text, title="Aram's title", desk_mark=mark)).status_code == 302
    )
    answer = anna.post(
        page("change", text), typed(text, title="Anna's title", place="Geneva", desk_mark=mark)
    )
    assert answer.status_code == 200
    assert "Aram saved this text while you were writing." in shown(answer)
    assert "Anna's title" in shown(answer) and "Geneva" in shown(answer)
    text.refresh_from_db()
    assert text.title == "Aram's title"
    new_mark = re.search(r'name="desk_mark" value="(\w+)"', shown(answer))[1]
    anna.post(page("change", text), typed(text, title="Both titles", desk_mark=new_mark))
    text.refresh_from_db()
    assert text.title == "Both titles"


def test_rows_count_as_well(anna, aram):
    text = make_release(quotes=[("We ask", "Anna Sample")])
    text.refresh_from_db()
    mark, row = text.desk_mark, text.quotes.get()
    rows = {
        "quotes-TOTAL_FORMS": "1",
        "quotes-INITIAL_FORMS": "1",
        "quotes-0-id": str(row.pk),
        "quotes-0-release": str(text.pk),
        "quotes-0-words": "We demand",
        "quotes-0-speaker": "Anna Sample",
        "quotes-0-after_paragraph": "2",
    }
    assert aram.post(page("change", text), typed(text, desk_mark=mark, **rows)).status_code == 302
    answer = anna.post(page("change", text), typed(text, place="Geneva", desk_mark=mark))
    assert "saved this text while you were writing" in shown(answer)
    assert text.quotes.get().words == "We demand"


def test_who_else_has_it_open_is_said_for_a_minute(anna, aram):
    text = make_release()
    anna.get(page("change", text))
    assert "Anna has this open, too." in shown(aram.get(page("change", text)))
    Typing.objects.filter(user=anna.user).update(seen=timezone.now() - timedelta(seconds=61))
    assert "has this open" not in shown(aram.get(page("change", text)))
    answer = aram.post(page("typing", text), {"title": "x"}).json()
    assert answer == {"others": "", "kept": ""}


def test_what_was_typed_survives_a_closed_browser(anna, aram):
    text = make_release(title="As it was")
    anna.post(page("typing", text), {**typed(text, title="Half a thought"), "is_changed": "1"})
    anna.post(page("typing", text), {})
    assert "was not saved" in shown(anna.get(page("change", text)))
    assert "was not saved" not in shown(aram.get(page("change", text))), "it is one person's own"
    answer = shown(anna.get(page("change", text) + "?bring_back=1"))
    assert "Half a thought" in answer and "It is not saved yet." in answer
    text.refresh_from_db()
    assert text.title == "As it was"
    anna.post(page("change", text), typed(text, title="A whole thought"))
    assert "was not saved" not in shown(anna.get(page("change", text)))


def test_a_new_text_is_kept_too_and_can_be_thrown_away(anna):
    add = reverse("admin:newsroom_release_add")
    anna.post(reverse("admin:newsroom_release_add-typing"), {**typed(title="Beginnings"), "is_changed": "1"})
    assert "Beginnings" in shown(anna.get(f"{add}?bring_back=1"))
    anna.post(reverse("admin:newsroom_release_add-throw-away"))
    assert "Beginnings" not in shown(anna.get(f"{add}?bring_back=1"))


def test_the_bin_is_emptied_after_thirty_days(anna):
    now = timezone.now()
    old, young, kept = make_release(), make_release(), make_release(published=True)
    old.put_into_bin(at=now - timedelta(days=30))
    young.put_into_bin(at=now - timedelta(days=29))
    assert empty_bin(now) and not empty_bin(now)
    assert set(Release.objects.values_list("pk", flat=True)) == {young.pk, kept.pk}
    assert not Version.objects.filter(work=old.work_id).exists()
