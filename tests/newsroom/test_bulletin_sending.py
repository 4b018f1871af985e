"""A bulletin goes out: what is checked before, what each subscriber gets, and who is told of a correction."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.urls import reverse

from advocacy.fetching.models import LinkCheck
from advocacy.mail.models import Mailing
from advocacy.organisation.models import OrganisationText
from newsroom.admin.bulletin_sending import send as give_to_worker
from newsroom.models import Bulletin
from tests.accounts.makers import make_user
from tests.campaigns.makers import make_letter
from tests.mail.conftest import sink, smtp
from tests.mail.mailings import prepare, send
from tests.newsroom.test_bulletins import AT, HOUR, make_bulletin, make_release, now, page
from tests.organisation.makers import make_organisation
from tests.subscribers.makers import make_subscriber

__all__ = ["now", "sink", "smtp"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation():
    organisation = make_organisation()
    OrganisationText.objects.update(address="1 Sample Street\n0001 Yerevan")
    return organisation


@pytest.fixture
def editor(client, now):
    client.force_login(make_user())
    return client


def follow(mailing):
    return reverse("admin:mail_mailing_change", args=[mailing.pk])


def send_now(client, bulletin, **more):
    return client.post(page("send", bulletin), {"when": "now", **more})


def work_off(at=AT):
    prepare(at)
    send(at)


def mails(sink):
    return {mail["To"]: mail for mail in map(parsed, raws(sink))}


def parsed(raw):
    return message_from_bytes(raw, policy=policy.default)


def raws(sink):
    return [each.raw for each in sink.received]


# -- before it goes out


def told(answer):
    return [*answer.context["problems"], *answer.context["warnings"]]


def test_what_stands_in_the_way_is_said_and_nothing_goes_out(editor):
    make_subscriber(email="a@reader.example")
    release = make_release(title="Not yet", starts=AT + HOUR)
    bulletin = make_bulletin(release)
    OrganisationText.objects.update(address="")
    looked, sent = editor.get(page("send", bulletin)), send_now(editor, bulletin)
    assert "English: An item is not public at that moment: “Not yet”" in told(sent)
    assert "not public at that moment" not in "\n".join(told(looked))
    assert looked.context["form"].initial["moment"] == AT + HOUR, "the first moment at which it can go out"
    for answer in (looked, sent):
        assert "The organisation has no postal address in this language." in "\n".join(told(answer))
    assert not Mailing.objects.exists() and not bulletin.versions.exists()


def test_it_can_be_scheduled_for_when_its_items_are_public(editor, organisation):
    bulletin = make_bulletin(make_release(title="Not yet", starts=AT + HOUR))
    moment = (AT + 2 * HOUR).astimezone(organisation.zone)
    later = {"when": "later", "moment_0": f"{moment:%Y-%m-%d}", "moment_1": f"{moment:%H:%M}"}
    assert editor.post(page("send", bulletin), later).status_code == 302
    mailing = Mailing.objects.get()
    assert mailing.starts == AT + 2 * HOUR == bulletin.versions.get().starts
    prepare(AT + HOUR)
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.WAITING


def test_a_moment_that_is_past_is_told_and_nothing_goes_out(editor, organisation):
    bulletin = make_bulletin(make_release(starts=AT - 9 * HOUR))
    moment = (AT - HOUR).astimezone(organisation.zone)
    later = {"when": "later", "moment_0": f"{moment:%Y-%m-%d}", "moment_1": f"{moment:%H:%M}"}
    answer = editor.post(page("send", bulletin), later)
    assert answer.status_code == 200 and "Choose a moment that is still ahead." in answer.content.decode()
    assert f'value="{moment:%H:%M}"' in answer.content.decode(), "what was typed is kept"
    assert not Mailing.objects.exists() and not bulletin.versions.exists()


@pytest.mark.slow
def test_a_mail_that_would_be_cut_off_stands_in_the_way(editor):
    texts = [
        make_release(title=f"Long {n}", starts=AT, body="<p>Words and words.</p>" * 1600) for n in range(2)
    ]
    answer = send_now(editor, make_bulletin(*texts))
    assert any("mail programs cut it off" in problem for problem in answer.context["problems"])
    assert not Mailing.objects.exists()


def test_no_mail_goes_out_without_a_server_and_a_sender_that_somebody_set(editor, settings):
    settings.MAIL_IS_SET = settings.SENDER_IS_SET = False
    answer = send_now(editor, make_bulletin(make_release(starts=AT)))
    said = "\n".join(answer.context["problems"])
    assert "CMS_EMAIL_URL" in said and "CMS_EMAIL_FROM" in said and not Mailing.objects.exists()


def test_links_are_checked_by_the_worker_and_one_that_is_broken_stands_in_the_way(editor):
    body = '<p>See <a href="https://other.example/report">the report</a>.</p>'
    bulletin = make_bulletin(make_release(starts=AT, body=body))
    first = editor.get(page("send", bulletin))
    assert any("https://other.example/report has not been checked yet" in each for each in told(first))
    check = LinkCheck.objects.get()
    assert check.address == "https://other.example/report", "no network's address and none of our own"
    check.settle(state=LinkCheck.State.BROKEN, checked=AT)
    LinkCheck.objects.update(state=LinkCheck.State.BROKEN, checked=AT)
    answer = send_now(editor, bulletin)
    assert (
        any("does not answer" in each for each in answer.context["problems"]) and not Mailing.objects.exists()
    )
    LinkCheck.objects.update(state=LinkCheck.State.ANSWERS)
    assert send_now(editor, bulletin).status_code == 302


def test_only_who_may_publish_sends(client, now):
    bulletin = make_bulletin(make_release(starts=AT))
    client.force_login(make_user(role="Writer"))
    for name in ("send", "test"):
        assert client.get(page(name, bulletin)).status_code == 403
    assert client.post(page("test", bulletin), {"others": "a@example.org"}).status_code == 403
    assert send_now(client, bulletin).status_code == 403 and not Mailing.objects.exists()


def test_where_two_people_are_asked_for_one_alone_does_not_send(editor, organisation):
    organisation.two_people = True
    organisation.save()
    bulletin = make_bulletin(make_release(starts=AT))
    Bulletin.objects.update(changed_by=editor.get("/admin/").wsgi_request.user)
    answer = send_now(editor, bulletin)
    assert "Somebody else has to approve" in "\n".join(answer.context["problems"])
    assert not Mailing.objects.exists() and not bulletin.versions.exists()


def hidden_marks(answer):
    return dict(re.findall(r'name="(read_mark-\d+)" value="([^"]*)"', answer.content.decode()))


def test_what_was_saved_since_somebody_read_it_does_not_go_out(editor, now):
    bulletin = make_bulletin(make_release(starts=AT))
    hy = make_bulletin(make_release(starts=AT), language="hy", title="Տեղեկագիր", work=bulletin.work)
    marks = hidden_marks(editor.get(page("send", bulletin)))
    assert len(marks) == 2
    hy.title = "Something else"
    hy.save()
    hy.stamp()
    both = {"languages": ["en", "hy"]}
    refused = send_now(editor, bulletin, **both, **marks)
    assert "This text was saved or published since you opened this page. Read it again." in told(refused)
    assert not Mailing.objects.exists() and not bulletin.versions.exists(), "all of it or nothing"
    assert send_now(editor, bulletin, **both, **hidden_marks(refused)).status_code == 302


def test_a_translation_that_nobody_approved_goes_out_only_where_it_is_ticked(editor, smtp):
    bulletin = make_bulletin(make_release(starts=AT), title="In English")
    hy = make_bulletin(make_release(starts=AT), language="hy", title="Half done", work=bulletin.work)
    make_subscriber(email="hy@reader.example", language="hy")
    looked = editor.get(page("send", bulletin))
    assert looked.context["form"].initial["languages"] == ["en"]
    assert "Choose at least one language." in send_now(editor, bulletin).content.decode()
    assert send_now(editor, bulletin, languages=["en"]).status_code == 302
    work_off()
    assert mails(smtp)["hy@reader.example"]["Subject"] == "In English" and not hy.versions.exists()


def test_an_approved_translation_is_ticked(editor):
    bulletin = make_bulletin(make_release(starts=AT))
    hy = make_bulletin(make_release(starts=AT), language="hy", title="Տեղեկագիր", work=bulletin.work)
    hy.approve()
    assert editor.get(page("send", bulletin)).context["form"].initial["languages"] == ["en", "hy"]


def test_a_bulletin_that_stood_on_the_site_before_shows_no_text_of_yesterday(editor, now):
    release = make_release(title="With a mistake", starts=AT)
    bulletin = make_bulletin(release, starts=AT)
    now.shift(HOUR)
    assert "has changed since" not in "\n".join(told(editor.get(page("send", bulletin))))
    release.title = "Without it"
    release.save()
    release.publish(correction="The number was wrong.")
    said = "\n".join(told(send_now(editor, bulletin)))
    assert "“With a mistake” has changed since this bulletin became public" in said
    assert not Mailing.objects.exists()


# -- on its way


def test_each_gets_the_edition_in_their_language_with_their_own_links(editor, smtp):
    english = make_bulletin(make_release(title="In English", starts=AT), title="A bulletin")
    armenian = make_release(title="Հայերեն", language="hy", starts=AT)
    make_bulletin(armenian, language="hy", title="Տեղեկագիր", work=english.work)
    people = {
        code: make_subscriber(email=f"{code}@reader.example", language=code) for code in ("en", "hy", "fr")
    }
    answer = send_now(editor, english, languages=["en", "hy"])
    mailing = Mailing.objects.get()
    assert answer["Location"] == follow(mailing)
    work_off()
    got = mails(smtp)
    subjects = {address: mail["Subject"] for address, mail in got.items()}
    assert subjects == {
        "en@reader.example": "A bulletin",
        "fr@reader.example": "A bulletin",
        "hy@reader.example": "Տեղեկագիր",
    }
    for code, person in people.items():
        mail = got[f"{code}@reader.example"]
        text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert "%%" not in text and "%%" not in html
        for other in people.values():
            assert (other.token in text) == (other is person) == (other.token in html)
        assert person.token in mail["List-Unsubscribe"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    hy = got["hy@reader.example"].get_body(("html",)).get_content()
    assert 'lang="hy"' in hy and "/en/bulletins/a-bulletin/" in hy, "it names its other edition"


def test_whoever_types_the_name_of_a_place_makes_none_of_it(editor, smtp, now):
    reader = make_subscriber(email="a@reader.example")
    release = make_release(title="Press %%unsubscribe%% now", starts=AT)
    bulletin = make_bulletin(release, preheader="%%preferences%%", introduction="<p>%%joined%%</p>")
    send_now(editor, bulletin)
    now.shift(HOUR)
    release.title = "Corrected %%unsubscribe%%"
    release.save()
    work_off()
    release.publish(correction="It said %%preferences%%.")
    editor.post(reverse("admin:newsroom_release_tell", args=[release.pk]))
    work_off(AT + HOUR)
    for raw in raws(smtp):
        mail = message_from_bytes(raw, policy=policy.default)
        for kind in ("plain", "html"):
            words = mail.get_body((kind,)).get_content()
            assert words.count(reader.token) == 2 and "unsubscribe%%" in words
    assert len(smtp.received) == 2


def test_it_goes_to_nobody_twice(editor, smtp):
    make_subscriber(email="a@reader.example")
    bulletin = make_bulletin(make_release(starts=AT))
    assert ">Send</a>" in editor.get(page("change", bulletin)).content.decode()
    send_now(editor, bulletin)
    form = editor.get(page("change", bulletin)).content.decode()
    followed = reverse("admin:mail_mailing_change", args=[Mailing.objects.get().pk])
    assert f'href="{followed}">Follow the sending</a>' in form and ">Send</a>" not in form
    assert "It is sent to nobody twice." in send_now(editor, bulletin).content.decode()
    assert give_to_worker([bulletin], AT, who=None, topics=[], at=AT, read={}) == Mailing.objects.get()
    work_off()
    assert len(smtp.received) == 1


def test_it_waits_where_an_item_was_withdrawn_meanwhile(editor, smtp, now):
    make_subscriber(email="a@reader.example")
    gone, stays = make_release(title="Gone", starts=AT), make_release(title="Stays", starts=AT)
    bulletin = make_bulletin(gone, stays)
    send_now(editor, bulletin)
    gone.withdraw(at=AT)
    work_off(AT + HOUR)
    mailing = Mailing.objects.get()
    assert mailing.state == Mailing.State.PAUSED and "Gone" in mailing.reason and not smtp.received
    resume = reverse("admin:mail_mailing_resume", args=[mailing.pk])
    assert "It stays paused. “" in editor.post(resume, follow=True).content.decode()
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.PAUSED and "Gone" in mailing.reason
    bulletin.items.filter(work=gone.work).delete()
    bulletin.refresh_from_db()
    now.shift(HOUR)
    bulletin.publish(at=AT + HOUR)
    assert "It goes on where it stood." in editor.post(resume, follow=True).content.decode()
    work_off(AT + HOUR)
    assert "Stays" in raws(smtp)[0].decode() and "Gone" not in raws(smtp)[0].decode()


def test_it_waits_where_an_item_was_corrected_meanwhile(editor, smtp, now):
    make_subscriber(email="a@reader.example")
    release = make_release(title="With a mistake", starts=AT)
    bulletin = make_bulletin(release, starts=AT)
    later = {"when": "later", "moment_0": "2031-05-02", "moment_1": "08:00"}
    assert editor.post(page("send", bulletin), later).status_code == 302
    now.shift(HOUR)
    release.title = "Without it"
    release.save()
    release.publish(correction="The number was wrong.")
    work_off(AT + timedelta(days=2))
    mailing = Mailing.objects.get()
    assert mailing.state == Mailing.State.PAUSED and not smtp.received
    assert "“With a mistake” has changed since this bulletin became public" in mailing.reason
    resume = reverse("admin:mail_mailing_resume", args=[mailing.pk])
    assert (
        "It stays paused. “With a mistake” has changed" in editor.post(resume, follow=True).content.decode()
    )


def test_a_bulletin_that_was_withdrawn_does_not_go_out(editor, smtp):
    make_subscriber(email="a@reader.example")
    bulletin = make_bulletin(make_release(starts=AT))
    send_now(editor, bulletin)
    bulletin.withdraw(at=AT)
    work_off(AT + HOUR)
    assert Mailing.objects.get().state == Mailing.State.PAUSED and not smtp.received


# -- a correction


def test_a_correction_is_told_to_exactly_those_who_had_the_earlier_text(editor, smtp, now):
    had, left = (make_subscriber(email=f"{name}@reader.example") for name in ("had", "left"))
    release = make_release(title="With a mistake", starts=AT)
    send_now(editor, make_bulletin(release))
    work_off()
    smtp.received.clear()
    make_subscriber(email="new@reader.example")
    left.leave(at=AT) if hasattr(left, "leave") else type(left).objects.filter(pk=left.pk).update(
        state="left"
    )
    release.title = "Without it"
    release.save()
    now.shift(HOUR)
    tell = reverse("admin:newsroom_release_tell", args=[release.pk])
    assert editor.get(tell).status_code == 302, "there is no correction yet"
    release.publish(correction="The number was wrong.")
    form = editor.get(reverse("admin:newsroom_release_change", args=[release.pk])).content.decode()
    assert tell in form
    shown = editor.get(tell)
    assert shown.context["count"] == 1 and "The number was wrong." in shown.content.decode()
    assert "%%" not in shown.content.decode(), "it is shown as somebody would get it"
    assert not Mailing.objects.filter(purpose="correction").exists(), "looking sends nothing"
    answer = editor.post(tell)
    mailing = Mailing.objects.get(purpose="correction")
    assert answer["Location"] == follow(mailing)
    work_off(AT + HOUR)
    got = mails(smtp)
    assert list(got) == [had.email]
    assert got[had.email]["Subject"] == "Correction: Without it"
    text = got[had.email].get_body(("plain",)).get_content()
    assert "The number was wrong." in text and had.token in text and "%%" not in text
    assert editor.post(tell).status_code == 302 and Mailing.objects.filter(purpose="correction").count() == 1


def test_a_correction_is_told_after_a_minor_edit_too(editor, smtp, now):
    had = make_subscriber(email="had@reader.example")
    release = make_release(title="With a mistake", starts=AT)
    send_now(editor, make_bulletin(release))
    work_off()
    smtp.received.clear()
    now.shift(HOUR)
    release.publish(correction="The number was wrong.")
    now.shift(HOUR)
    release.refresh_from_db()
    release.title = "With a comma"
    release.save()
    release.publish()
    tell = reverse("admin:newsroom_release_tell", args=[release.pk])
    assert tell in editor.get(reverse("admin:newsroom_release_change", args=[release.pk])).content.decode()
    editor.post(tell)
    work_off(AT + 2 * HOUR)
    assert [mail["Subject"] for mail in mails(smtp).values()] == ["Correction: With a comma"]
    assert list(mails(smtp)) == [had.email]


def test_a_correction_of_the_bulletin_itself_is_told_to_those_who_had_it(editor, smtp, now):
    had = make_subscriber(email="had@reader.example")
    bulletin = make_bulletin(make_release(starts=AT), introduction="<p>With a mistake</p>")
    send_now(editor, bulletin)
    work_off()
    smtp.received.clear()
    now.shift(HOUR)
    bulletin.refresh_from_db()
    bulletin.introduction = "<p>Without it</p>"
    bulletin.save()
    bulletin.publish(correction="The introduction named another day.")
    tell = page("tell", bulletin)
    assert tell in editor.get(page("change", bulletin)).content.decode()
    editor.post(tell)
    work_off(AT + HOUR)
    assert list(mails(smtp)) == [had.email]


def test_a_bulletin_that_is_withdrawn_while_it_goes_out_reaches_nobody_else(editor, smtp):
    make_subscriber(email="a@reader.example")
    bulletin = make_bulletin(make_release(starts=AT))
    send_now(editor, bulletin)
    prepare(AT)
    bulletin.refresh_from_db()
    bulletin.withdraw(at=AT)
    send(AT + HOUR)
    assert Mailing.objects.get().state == Mailing.State.PAUSED and not smtp.received


def test_a_letter_whose_demands_a_release_shows_is_a_text_of_the_mail_too(editor, smtp, now):
    had = make_subscriber(email="had@reader.example")
    letter = make_letter(title="Asks", at=AT)
    bulletin = make_bulletin(make_release(starts=AT, carried_work=letter.work))
    send_now(editor, bulletin)
    prepare(AT)
    letter.refresh_from_db()
    letter.withdraw(at=AT)
    send(AT + HOUR)
    mailing = Mailing.objects.get()
    assert mailing.state == Mailing.State.PAUSED and "Asks" in mailing.reason and not smtp.received
    letter.publish(at=AT + HOUR)
    now.shift(HOUR)
    mailing.resume(AT + HOUR)
    send(AT + HOUR)
    assert list(mails(smtp)) == [had.email]
    smtp.received.clear()
    letter.publish(at=AT + HOUR, correction="A demand was wrong.")
    editor.post(reverse("admin:campaigns_letter_tell", args=[letter.pk]))
    work_off(AT + HOUR)
    assert list(mails(smtp)) == [had.email]


def test_a_correction_that_was_barred_while_its_mail_goes_out_is_told_to_nobody_else(editor, smtp, now):
    make_subscriber(email="had@reader.example")
    release = make_release(title="With a name", starts=AT)
    send_now(editor, make_bulletin(release))
    work_off()
    smtp.received.clear()
    now.shift(HOUR)
    wrong = release.publish(correction="A. Hidden was not there.")
    editor.post(reverse("admin:newsroom_release_tell", args=[release.pk]))
    now.shift(HOUR)
    release.refresh_from_db()
    release.title = "Without it"
    release.save()
    release.publish()
    prepare(AT + 2 * HOUR)
    release.bar(wrong)
    send(AT + 2 * HOUR)
    mailing = Mailing.objects.get(purpose="correction")
    assert mailing.state == Mailing.State.PAUSED and not smtp.received


def test_who_is_sent_the_earlier_text_after_its_correction_was_told_is_told_too(editor, smtp, now):
    had = make_subscriber(email="had@reader.example")
    release = make_release(title="With a mistake", starts=AT)
    send_now(editor, make_bulletin(release))
    work_off()
    now.shift(HOUR)
    release.publish(correction="The number was wrong.")
    editor.post(reverse("admin:newsroom_release_tell", args=[release.pk]))
    work_off(AT + HOUR)
    smtp.received.clear()
    late = make_subscriber(email="late@elsewhere.example")
    mailing = Mailing.objects.get(purpose="bulletin")
    for hours, address in enumerate((had.email, late.email), start=2):
        now.shift(HOUR)
        editor.post(reverse("admin:mail_mailing_resend", args=[mailing.pk]), {"address": address})
        for minutes in (0, 1):  # so that the pace allows for it
            work_off(AT + hours * HOUR + timedelta(minutes=minutes))
    got = [(mail["To"], "Correction" in mail["Subject"]) for mail in map(parsed, raws(smtp))]
    assert got == [(had.email, False), (late.email, False), (late.email, True)]
    assert {each.state for each in Mailing.objects.all()} == {Mailing.State.DONE}


def test_nobody_is_offered_a_mail_that_would_go_to_nobody(editor, now):
    release = make_release(title="Never mailed", starts=AT)
    now.shift(timedelta(minutes=1))
    release.publish(correction="A word was wrong.")
    form = editor.get(reverse("admin:newsroom_release_change", args=[release.pk])).content.decode()
    assert reverse("admin:newsroom_release_tell", args=[release.pk]) not in form


def test_the_week_ahead_shows_it_as_a_bulletin(editor, organisation):
    make_bulletin(make_release(starts=AT), title="Next week").publish(at=AT, starts=AT + timedelta(days=2))
    make_release(title="Held back").publish(at=AT, starts=AT + timedelta(days=3), embargo=True)
    week = editor.get("/admin/").context["desk"]["days"]
    shown = {each.entry.text: each.kind for day in week for each in day.entries}
    assert shown == {"Next week, en": "Bulletin", "Held back, en": "Embargoed"}
