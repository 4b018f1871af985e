"""Passes: what their holders read before, at and after the moment, and what opens nothing."""

import secrets
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from advocacy.mail.models import Message
from advocacy.mail.sending import send_due
from advocacy.publishing.models import Pass, Version
from advocacy.publishing.pass_desk import give_and_send
from newsroom.models import Release, ReleaseAttachment
from tests.accounts.makers import make_user
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_document

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
SECRET = "Zqembargoed"


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation(further_zones=["Europe/Brussels"])


@pytest.fixture
def now():
    """A clock that stands still until the test moves it."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        yield clock


def under_embargo(*, hours=2, title=SECRET, **columns):
    release = make_release(title=title, **columns)
    release.publish(starts=timezone.now() + hours * HOUR, embargo=True)
    return release


def given(version, *, days=7, **holder):
    """(pass, the path that opens it)"""
    person = {"name": "Jonas Weber", "outlet": "The Lantern", "email": "jonas@lantern.example"} | holder
    made, token = Pass.give(
        version, at=timezone.now(), expires=timezone.now() + timedelta(days=days), **person
    )
    return made, reverse("publishing:pass", kwargs={"language": version.language, "token": token})


def opened(client, path):
    """Presses the button on the door."""
    door = client.get(path).content.decode()
    stamp = door.split('name="stamp" value="')[1].split('"')[0]
    return client.post(path, {"stamp": stamp})


def read(client, path):
    return unescape(client.get(path).content.decode())


def test_the_first_use_asks_for_a_click_and_a_look_alone_counts_for_nothing(client, now):
    version = under_embargo().versions.get()
    made, path = given(version)
    door = client.get(path)
    assert SECRET not in unescape(door.content.decode())
    for _time in range(3):
        client.get(path)
    made.refresh_from_db()
    assert (made.first_used, made.days_used) == (None, 0)
    assert opened(client, path).status_code == 302
    assert SECRET in read(client, path)


def test_the_page_says_until_when_in_every_zone_and_is_kept_by_nobody(client, now, organisation):
    version = under_embargo().versions.get()
    _made, path = given(version, time_zone="America/New_York")
    opened(client, path)
    answer = client.get(path)
    shown = unescape(answer.content.decode())
    assert "Under embargo until" in shown and "not for release yet" in shown
    assert all(zone in shown for zone in ("UTC+4", "UTC+1", "UTC\N{MINUS SIGN}5")), shown[:3000]
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    assert 'id="share"' not in shown


def test_before_at_and_after_the_moment(client, now):
    release = under_embargo(hours=2)
    version = release.versions.get()
    _made, path = given(version)
    opened(client, path)
    address = version.url
    now.move_to(version.starts - TICK)
    assert SECRET in read(client, path)
    assert client.get(address).status_code == 404
    now.move_to(version.starts)
    assert client.get(path)["Location"] == address
    assert SECRET in read(client, address)
    now.move_to(version.starts + HOUR)
    release.withdraw()
    assert client.get(path).status_code == 410


def test_a_pass_opens_one_version_and_no_other(client, now):
    release = under_embargo()
    first = release.versions.get()
    _made, path = given(first)
    opened(client, path)
    release.title = "Zqlater"
    release.save()
    release.stamp()
    release.publish(starts=timezone.now() + 3 * HOUR, embargo=True)
    answer = client.get(path)
    assert answer.status_code == 410
    assert "Zqlater" not in unescape(answer.content.decode())
    assert SECRET not in unescape(answer.content.decode())


def test_revoked_and_expired_passes_open_nothing_one_by_one(client, now):
    version = under_embargo(hours=100).versions.get()
    one, one_path = given(version)
    _two, two_path = given(version, name="Mariam Sample", days=1)
    for path in (one_path, two_path):
        opened(client, path)
    one.revoke(timezone.now())
    assert client.get(one_path).status_code == 410
    assert SECRET in read(client, two_path)
    now.shift(timedelta(days=1))
    assert client.get(two_path).status_code == 410
    assert SECRET not in read(client, two_path)


def test_it_is_logged_as_first_and_last_use_and_a_number_of_days(client, now):
    version = under_embargo(hours=100).versions.get()
    made, path = given(version)
    opened(client, path)
    for hours in (1, 1, 24):
        now.shift(hours * HOUR)
        client.get(path)
    made.refresh_from_db()
    assert made.last_used - made.first_used == 26 * HOUR
    assert made.days_used == len({(made.first_used + hours * HOUR).date() for hours in (0, 1, 2, 26)})


def test_files_follow_and_other_files_do_not(client, now):
    release = make_release(title=SECRET)
    own, foreign = make_document(title="Own"), make_document(title="Foreign")
    ReleaseAttachment.objects.create(release=release, document=own)
    release.stamp()
    release.publish(starts=timezone.now() + HOUR, embargo=True)
    _made, path = given(release.versions.get())
    beside = f"{path}files/{own.key}/{own.name}"
    assert client.get(beside).status_code == 404, "nothing before the click"
    opened(client, path)
    assert beside in read(client, path)
    assert client.get(own.url).status_code == 404
    answer = client.get(beside)
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    answer = client.get(f"{path}files/{foreign.key}/{foreign.name}", follow=True)
    assert answer.status_code == 404
    now.shift(timedelta(days=30))
    assert client.get(beside).status_code == 404


def test_a_draft_is_shared_as_it_stood(client, now):
    release = make_release(title=SECRET)
    version = release.share_draft()
    _made, path = given(version)
    opened(client, path)
    release.title = "Zqlater"
    release.save()
    release.stamp()
    shown = read(client, path)
    assert SECRET in shown and "Zqlater" not in shown and "It is not public." in shown
    assert client.get(version.url).status_code == 404
    assert not Version.objects.ever_public(timezone.now() + 100 * HOUR).exists()
    release.refresh_from_db()
    release.put_into_bin()
    release.delete()
    assert client.get(path).status_code == 404, "a draft that was only shared can still be deleted"


def with_a_file(word, language, *, draft=False):
    """(version that uses a file of its own, that file): under embargo, or a draft as it stood."""
    release, document = (
        make_release(title=word, language=language),
        make_document(title=word.replace("Zq", "Paper ")),
    )
    ReleaseAttachment.objects.create(release=release, document=document)
    release.stamp()
    if draft:
        return release.share_draft(), document
    return release.publish(starts=timezone.now() + 2 * HOUR, embargo=True), document


def test_every_pass_opens_its_own_version_and_files_and_no_swap_opens_anything(client, now):
    """Tokens of two languages, of a draft and of an embargo, of two versions of one text, at every address."""
    items = [
        with_a_file("Zqone", "en"),
        with_a_file("Zqtwo", "hy"),
        with_a_file("Zqthree", "en", draft=True),
        with_a_file("Zqfour", "fr"),
    ]
    again = Release.objects.get(pk=items[0][0].publication_id)
    again.title = "Zqfive"
    again.save()
    again.stamp()
    items.append((again.share_draft(), items[0][1]))  # a second version of the first text, with the same file
    passes = [given(version) for version, _file in items]
    for (_made, path), (version, _file) in zip(passes, items, strict=True):
        opened(client, path)
        assert version.title in read(client, path)
    for (made, path), (own, own_file) in zip(passes, items, strict=True):
        token, words = path.split("/")[-2], {version.title for version, _file in items} - {own.title}
        for language, _name in settings.LANGUAGES:
            address = reverse("publishing:pass", kwargs={"language": language, "token": token})
            answer = client.get(address)
            assert answer.status_code == (200 if language == own.language else 404)
            assert not any(word in unescape(answer.content.decode()) for word in words), address
            for _version, document in items:
                answer = client.get(f"{address}files/{document.key}/{document.name}", follow=True)
                assert answer.status_code == (200 if document == own_file else 404), (made, document.title)
        for url in (own.url, f"{own.url}versions/{own.number}/", f"/r/{own.work.short_id}"):
            assert client.get(url, {"token": token, "pass": token}).status_code == 404
        preview = reverse("admin:newsroom_release_preview", args=[own.publication_id])
        assert client.get(preview, {"token": token}).status_code == 302, (
            "the desk asks for a name and a password"
        )


def guesses(token, number):
    """Near misses of a real token, its parts, and tokens as they are made."""
    yield from (
        "x",
        token[:-1],
        token[1:],
        token + "a",
        token.swapcase(),
        token[::-1],
        "²",
        "%00",
        "%2e%2e",
        token * 9,
    )
    yield from (
        token[:n] + sign + token[n + 1 :]
        for n in range(0, len(token), 8)
        for sign in "A_"
        if token[n] != sign
    )
    while number:
        number -= 1
        yield secrets.token_urlsafe(24)


@pytest.mark.parametrize("number", [20, pytest.param(10_000, marks=pytest.mark.slow)])
def test_guessed_tokens_open_nothing(client, now, number):
    version, document = with_a_file("Zqone", "en")
    _made, path = given(version)
    opened(client, path)
    for guess in guesses(path.split("/")[-2], number):
        answer = client.get(f"/en/pass/{guess}/")
        assert answer.status_code in {400, 404} and "Zqone" not in unescape(answer.content.decode())
        answer = client.get(f"/en/pass/{guess}/files/{document.key}/{document.name}")
        assert answer.status_code in {400, 404} and not answer.streaming
    assert "Zqone" in read(client, path), "the real one still does"


def test_a_pass_of_the_database_s_own_words_opens_nothing(client, now):
    """Who gets a copy of the database holds no address."""
    made, path = given(under_embargo().versions.get())
    assert client.get(f"/en/pass/{made.token_hash}/").status_code == 404
    assert path.split("/")[-2] not in str(Pass.objects.values())


# -- at the desk


def test_a_pass_is_sent_from_the_item_and_revoked_there(client, now):
    editor = make_user(name="anna")
    client.force_login(editor)
    release = under_embargo()
    page = reverse("admin:newsroom_release_passes", args=[release.pk])
    holder = {
        "name": "Jonas Weber",
        "outlet": "The Lantern",
        "email": "jonas@lantern.example",
        "time_zone": "",
    }
    assert client.post(page, {**holder, "days": "7"}).status_code == 302
    mail = Message.objects.get()
    assert mail.private and mail.deliveries.get().recipient == "jonas@lantern.example"
    assert SECRET in mail.subject and "under embargo until" in mail.text
    path = "/" + mail.text.split("http://testserver/")[1].split()[0]
    client.logout()
    opened(client, path)
    assert SECRET in read(client, path)
    client.force_login(editor)
    assert "Jonas Weber" in read(client, page)
    made = Pass.objects.get()
    client.post(reverse("admin:newsroom_release_revoke", args=[release.pk, made.pk]))
    client.logout()
    assert client.get(path).status_code == 410


def test_a_mail_with_a_pass_goes_out_while_the_text_is_still_to_come(now, mailoutbox):
    planned = under_embargo().versions.get()
    give_and_send(planned, at=timezone.now(), expires=timezone.now() + HOUR, name="J", email="j@a.example")
    send_due(timezone.now())
    assert len(mailoutbox) == 1


def test_a_mail_with_a_pass_to_a_text_that_is_put_off_meanwhile_names_it_to_nobody(now, mailoutbox):
    """A draft is no text to come: a pass to one is sent."""
    release = under_embargo()
    draft = make_release(title="A draft").share_draft()
    for version in (release.versions.get(), draft):
        give_and_send(
            version, at=timezone.now(), expires=timezone.now() + HOUR, name="J", email="j@a.example"
        )
    release.refresh_from_db()
    release.unschedule()
    send_due(timezone.now())
    assert ["A draft" in mail.body for mail in mailoutbox] == [True]


def test_bad_holders_are_refused_in_sentences_and_writers_give_no_passes(client, now):
    client.force_login(make_user(name="anna"))
    release = under_embargo()
    page = reverse("admin:newsroom_release_passes", args=[release.pk])
    answer = client.post(page, {"name": "J", "email": "x", "time_zone": "Mars/Base", "days": "²"})
    assert answer.status_code == 200 and "Choose the time zone from the list." in answer.content.decode()
    assert not Pass.objects.exists() and not Message.objects.exists()
    client.force_login(make_user(name="wanda", role="Writer"))
    assert client.get(page).status_code == 403


def test_a_release_under_embargo_carries_the_letter_of_the_same_moment(client, now):
    from tests.newsroom.test_releases import make_letter, paragraph_ids

    letter = make_letter(paragraphs=["Zqletter words."])
    letter.withdraw()
    starts = timezone.now() + HOUR
    letter.publish(starts=starts)
    release = make_release(title=SECRET, carried_work=letter.work, passages=paragraph_ids(letter))
    release.publish(starts=starts, embargo=True)
    _made, path = given(release.versions.get())
    opened(client, path)
    assert "Zqletter words." in read(client, path)
    assert "Zqletter" not in read(client, "/en/")
