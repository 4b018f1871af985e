"""A release goes to the press list: who gets it, once each; the text where it is public, a pass under embargo."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from advocacy.accounts.models import User
from advocacy.mail.models import Delivery, Message
from advocacy.mail.sending import send_due
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Pass
from newsroom import sending as sending_module
from newsroom.models import PressContact, PressSending
from newsroom.sending import Sending, version_to_send
from tests.accounts.makers import PASSWORD, make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import make_letter
from tests.newsroom.makers import AT, make_contact, make_release
from tests.organisation.makers import make_organisation

HOUR = timedelta(hours=1)


@pytest.fixture
def now(db, time_machine):
    make_organisation()
    time_machine.move_to(AT, tick=False)
    return time_machine


@pytest.fixture
def desk(client, now):
    client.force_login(make_user(role="Editor", name="edith"))
    return client


def page_of(release):
    return reverse("admin:newsroom_release_send", args=[release.pk])


def text_of(response):
    return unescape(response.content.decode())


def chosen(desk, release, query="", **changes):
    """The page that says how many get it, after the form was filled in."""
    found = fields_of(desk.get(page_of(release) + query)) | changes
    return desk.post(page_of(release), found)


def sent(desk, release, query="", **changes):
    """From the form to the button that sends."""
    return confirmed(desk, release, chosen(desk, release, query, **changes))


def confirmed(desk, release, asked):
    """Presses the button on the page that asks; people who were ticked stand there several times."""
    form = asked.context["form"]
    ticked = [contact.pk for contact in form.cleaned_data["contacts"]]
    return desk.post(page_of(release), fields_of(asked) | {"contacts": ticked}, follow=True)


def recipients():
    return sorted(Delivery.objects.values_list("recipient", flat=True))


def under_embargo(**columns):
    release = make_release(title="Zqembargoed", body="<p>Zqbody.</p>", **columns)
    release.publish(starts=AT + 2 * HOUR, embargo=True)
    return release


# -- a public text


def test_the_public_text_goes_to_those_who_read_its_language(desk):
    jonas = make_contact(time_zone="Europe/Berlin")
    make_contact(name="Mariam Sample", languages=["hy"])
    make_contact(name="Ani Pause", active=False)
    release = make_release(published=True, body="<p>Zqbody &amp; more.</p>")
    asked = chosen(desk, release, introduction="Our text of today.")
    assert "1 person gets it." in text_of(asked) and "Our text of today." in text_of(asked)
    assert not Message.objects.exists() and not PressSending.objects.exists()
    assert "It goes to 1 person." in text_of(confirmed(desk, release, asked))
    mail = Message.objects.get()
    assert recipients() == [jonas.email] and not mail.private
    assert (mail.subject, mail.reply_to) == ("Mandate renewed in Geneva", "press@carm.example")
    assert mail.text.index("Our text of today.") < mail.text.index("Zqbody & more.")
    assert f"http://testserver{release.versions.get().url}" in mail.text
    assert "To be taken off it, write to press@carm.example" in mail.text
    assert "List-Unsubscribe" not in mail.headers
    row = PressSending.objects.get()
    assert (row.contact, row.version, row.at, row.who.username) == (
        jonas,
        release.versions.get(),
        AT,
        "edith",
    )


def test_language_beat_and_ticks_choose(desk):
    release = make_release(published=True)
    courts = make_contact(languages=["hy"], beat="courts")
    other = make_contact(name="Mariam Sample", languages=["hy"], beat="war")
    english = make_contact(name="Ani Sample")
    sent(desk, release, "?language=hy&beat=courts")
    assert recipients() == [courts.email]
    sent(desk, release, "?language=&beat=", who="ticked", contacts=[english.pk])
    assert recipients() == sorted([courts.email, english.email])
    sent(desk, release, "?language=&beat=")
    assert recipients() == sorted([courts.email, english.email, other.email])


def test_nothing_goes_out_twice_but_for_again(desk):
    release = make_release(published=True)
    make_contact()
    asked, late = chosen(desk, release), chosen(desk, release)
    confirmed(desk, release, asked)
    assert "Nobody is left to send it to" in text_of(confirmed(desk, release, late))
    assert "Nobody is left to send it to" in text_of(chosen(desk, release))
    assert Delivery.objects.count() == 1
    again, twice = (chosen(desk, release, again="on") for _editor in range(2))
    confirmed(desk, release, again)
    assert "Nobody is left to send it to" in text_of(confirmed(desk, release, twice))
    assert Delivery.objects.count() == 2
    release.title = "Mandate renewed, corrected"
    release.save()
    release.stamp()
    release.publish()
    sent(desk, release)
    assert Delivery.objects.count() == 3


def test_the_page_tells_what_was_sent_and_who_got_it(desk):
    release = make_release(published=True)
    make_contact()
    sent(desk, release)
    make_contact(name="Mariam Sample")
    page = text_of(desk.get(page_of(release)))
    assert "Sent so far" in page and "Edith" in page and page.count("Sent before") == 1


def test_what_changed_in_between_is_shown_first(desk):
    release = make_release(published=True)
    make_contact()
    asked = chosen(desk, release)
    make_contact(name="Mariam Sample")
    more = confirmed(desk, release, asked)
    assert "2 people get it." in text_of(more) and not Message.objects.exists()
    release.title = "Corrected"
    release.save()
    release.stamp()
    release.publish()
    answer = desk.post(page_of(release), fields_of(more))
    assert "Another version of the text is to be sent by now. Read it, and choose again." in errors_of(answer)
    assert not Message.objects.exists()
    assert "2 people get it." in text_of(desk.post(page_of(release), fields_of(answer)))


# -- under embargo


def test_under_embargo_each_gets_a_pass_of_their_own_and_no_text(desk, client, now):
    release = under_embargo()
    make_contact(time_zone="America/New_York")
    make_contact(name="Mariam Sample", time_zone="Asia/Yerevan")
    sent(desk, release, introduction="For your planning.")
    first, second = Message.objects.order_by("pk")
    assert first.private and second.private
    links = {mail.text.split("http://testserver")[1].split()[0] for mail in (first, second)}
    assert len(links) == 2 and all("/en/pass/" in link for link in links)
    for mail in (first, second):
        assert "Zqbody" not in mail.text and release.slug not in mail.text
        assert "under embargo until 24 March 2026, 21:40 Yerevan (UTC+4)" in mail.text
        assert "For your planning." in mail.text and "To be taken off it, write to" in mail.text
    assert "By your clock the embargo ends on 24 March 2026, 13:40 New York (UTC−4)." in first.text
    assert "By your clock" not in second.text
    client.logout()
    for link in links:
        stamp = text_of(client.get(link)).split('name="stamp" value="')[1].split('"')[0]
        client.post(link, {"stamp": stamp})
        assert "Zqbody" in text_of(client.get(link))
    assert {given.expires for given in Pass.objects.all()} == {AT + 2 * HOUR + timedelta(days=7)}
    now.move_to(AT + 2 * HOUR)
    assert client.get(links.pop())["Location"] == release.versions.get().url


def test_a_hostile_name_makes_no_header_and_no_line_of_its_own(desk):
    release = under_embargo(slug="zq")
    make_contact(
        name="Eve\r\nBcc: all@outlet.example\r\n\r\nRead this",
        outlet="=?utf-8?q?x?=",
        email="eve@outlet.example",
    )
    sent(desk, release, introduction="One\r\nBcc: all@outlet.example")
    mail = Message.objects.get()
    assert recipients() == ["eve@outlet.example"] and "Bcc" not in str(mail.headers)
    assert "\n" not in mail.subject and mail.text.startswith("Eve Bcc: all@outlet.example Read this,\n")
    headers = Delivery.objects.get().email().message()
    assert headers["Bcc"] is None and headers["To"] == "eve@outlet.example"


# -- where it is not offered


def test_it_is_not_offered_where_there_is_nothing_to_send(desk):
    draft, scheduled = make_release(), make_release(title="Later", starts=AT + HOUR)
    withdrawn = make_release(title="Gone", published=True)
    withdrawn.withdraw()
    for release in (draft, scheduled, withdrawn):
        change = desk.get(reverse("admin:newsroom_release_change", args=[release.pk]))
        assert "Send to the press" not in text_of(change)
        assert desk.get(page_of(release)).status_code == 404
    public = make_release(title="Out", published=True)
    for release in (public, under_embargo()):
        change = desk.get(reverse("admin:newsroom_release_change", args=[release.pk]))
        assert page_of(release) in text_of(change)


@pytest.mark.parametrize(("role", "public", "embargoed"), [("Press desk", 200, 403), ("Writer", 403, 403)])
def test_the_press_desk_sends_what_is_public_and_a_writer_nothing(client, now, role, public, embargoed):
    client.force_login(make_user(role=role, name="someone"))
    for release, status in ((make_release(published=True), public), (under_embargo(), embargoed)):
        assert client.get(page_of(release)).status_code == status
        assert client.post(page_of(release), {}).status_code == status
        change = text_of(client.get(reverse("admin:newsroom_release_change", args=[release.pk])))
        assert (page_of(release) in change) is (status == 200)


def test_nothing_is_sent_without_an_address_to_be_taken_off_by_or_to_a_choice_that_is_none(desk):
    release = make_release(published=True)
    make_contact()
    form = fields_of(desk.get(page_of(release)))
    assert "Nobody is left" in text_of(desk.post(page_of(release), form | {"language": "xx"}))
    Organisation.objects.update(press_email="")
    assert "The organisation has no press address" in text_of(desk.post(page_of(release), form))
    assert not Message.objects.exists()


# -- in blocks, and at once


def test_rows_are_made_in_blocks_and_a_stop_halfway_goes_on(now, monkeypatch):
    monkeypatch.setattr(sending_module, "AT_ONCE", 2)
    user, version = make_user(name="edith"), make_release(published=True).versions.get()
    for number in range(5):
        make_contact(name=f"N{number}")
    sending = Sending(version, PressContact.objects.all())
    assert sending.send_block(user, AT) == 2
    assert sending.send(who=user, at=AT) == 3
    assert Delivery.objects.count() == 5 and Message.objects.count() == 3


def test_the_database_keeps_one_row_for_each_round(now):
    user, contact = make_user(), make_contact()
    row = {"version": make_release(published=True).versions.get(), "contact": contact, "at": AT, "who": user}
    PressSending.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        PressSending.objects.create(**row)
    PressSending.objects.create(**row, round=2)


@pytest.mark.django_db
@pytest.mark.parametrize("embargo", [False, True])
def test_a_mail_that_waits_for_a_slow_server_does_not_go_out_once_the_text_is_withdrawn(
    desk, now, mailoutbox, embargo
):
    make_contact()
    release = under_embargo() if embargo else make_release(published=True)
    sent(desk, release)
    release.refresh_from_db()
    release.withdraw()
    send_due(AT)
    assert not mailoutbox and Delivery.objects.get().state == Delivery.State.CANCELLED
    release.refresh_from_db()
    release.publish()
    sent(desk, release)
    send_due(AT)
    assert len(mailoutbox) == 1


@pytest.mark.django_db
def test_nor_does_one_that_quotes_a_letter_that_is_withdrawn(desk, now, mailoutbox):
    make_contact()
    letter = make_letter(at=AT)
    release = make_release(carried_work=letter.work)
    release.publish()
    sent(desk, release)
    letter.refresh_from_db()
    letter.withdraw()
    send_due(AT)
    assert not mailoutbox and Delivery.objects.get().state == Delivery.State.CANCELLED


def test_what_is_withdrawn_meanwhile_goes_to_nobody(now):
    user, release = make_user(name="edith"), make_release(published=True)
    make_contact()
    sending = Sending(release.versions.get(), PressContact.objects.all())
    release.withdraw()
    assert sending.send(who=user, at=AT) == 0
    assert not Message.objects.exists() and version_to_send(release, AT) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, pytest.param(0, marks=pytest.mark.slow)])
def test_editors_who_press_at_once_send_once(again):
    make_organisation()
    user, version = make_user(name="edith"), make_release(published=True).versions.get()
    for number in range(3):
        make_contact(name=f"N{number}")
    at, start = version.starts, Barrier(4)

    def press(_editor):
        start.wait()
        try:
            return Sending(version, PressContact.objects.all(), again=again).send(who=user, at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(press, range(4))) == 3
    assert Delivery.objects.count() == PressSending.objects.count() == 3


# -- by hand


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_release_is_sent_to_a_press_list(browser_page):
    make_organisation()
    make_user(name="anna", role="Editor")
    release = make_release(published=True)
    jonas, mariam = make_contact(), make_contact(name="Mariam Sample")
    page = browser_page
    page.goto("/admin/")
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/")
    page.goto(reverse("admin:newsroom_release_change", args=[release.pk]))
    page.get_by_role("link", name="Send to the press").click()
    page.get_by_label("Only those whom I tick here").check()
    page.get_by_label("Mariam Sample").check()
    page.get_by_label("Introduction").fill("For your pages of tomorrow.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("1 person gets it.").wait_for()
    page.get_by_role("button", name="Send it to 1 person").click()
    page.locator(".messagelist .success").wait_for()
    assert recipients() == [mariam.email] and jonas.email not in recipients()
    assert "For your pages of tomorrow." in Message.objects.get().text
    assert page.get_by_text("Sent before").count() == 1
    assert User.objects.get().username == PressSending.objects.get().who.username
