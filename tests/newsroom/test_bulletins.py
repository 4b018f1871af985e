"""A bulletin: built from what is public, shown as it will go out, frozen once it went."""

import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advocacy.mail.editions import PREFERENCES_URL, UNSUBSCRIBE_URL
from advocacy.mail.models import Delivery, Mailing, Message
from advocacy.publishing.models import Pass, Version
from campaigns.models import Demand
from newsroom.bulletin_mail import LARGEST, edition, edition_of
from newsroom.mail_services import SERVICES
from newsroom.models import Bulletin, Release
from tests.accounts.makers import make_user
from tests.campaigns.makers import make_letter
from tests.newsroom import makers
from tests.newsroom.makers import make_coverage
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_document

pytestmark = pytest.mark.django_db
AT = datetime(2031, 5, 1, 12, tzinfo=UTC)  # ahead of the database's own clock, which guards what is past
HOUR = timedelta(hours=1)
PROGRAMS = Path(__file__).with_name("mail_programs.tsv")


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


@pytest.fixture
def now():
    with time_machine.travel(AT, tick=False) as clock:
        yield clock


@pytest.fixture
def editor(client, now):
    client.force_login(make_user())
    return client


def page(name, bulletin=None, *more):
    return reverse(f"admin:newsroom_bulletin_{name}", args=[*([bulletin.pk] if bulletin else []), *more])


def make_release(*, starts=None, published=False, **columns):
    release = makers.make_release(published=published, **columns)
    if starts:
        release.publish(at=min(starts, AT), starts=starts)
    return release


def make_bulletin(*items, language="en", starts=None, work=None, **columns):
    """`items` are texts, or (text, how much, heading)."""
    bulletin = Bulletin(language=language, **{"title": "What happened this week", **columns})
    if work:
        bulletin.work = work
    bulletin.save()
    for position, item in enumerate(items, start=1):
        text, shown, section = item if isinstance(item, tuple) else (item, "full", "")
        bulletin.items.create(work=text.work, position=position, shown=shown, section=section)
    bulletin = Bulletin.objects.get(pk=bulletin.pk)
    bulletin.stamp()
    if starts:
        bulletin.publish(at=starts)
    return bulletin


def mail_of(bulletin, at=AT):
    version = bulletin.versions.public(at).select_related("work").get()
    return edition(version, list(Version.objects.public(at).filter(work=bulletin.work_id)), at)


def shown(client, bulletin):
    return client.get(f"/{bulletin.language}/bulletins/{bulletin.slug}/").content.decode()


# -- what it is built from


def test_it_begins_with_the_last_one_and_with_what_became_public_since(editor, now):
    old = make_release(title="Told before", starts=AT - timedelta(days=9))
    article = make_coverage(title="Old article")
    article.publish(at=AT - timedelta(days=9))
    last = make_bulletin(
        old, (article, "short", "In the press"), starts=AT, introduction="<p>Dear reader</p>"
    )
    now.shift(timedelta(days=3))
    make_release(title="A new release", published=True)
    make_release(title="A draft")
    make_coverage(published=True, title="A new article")
    asked = editor.get(page("add")).content.decode()
    assert "A new release" in asked and "A new article" in asked
    assert "A draft" not in asked and "Told before" not in asked
    works = re.findall(r'name="works" value="(\d+)"', asked)
    answer = editor.post(page("add"), {"language": "en", "days": "4", "works": works})
    made = Bulletin.objects.latest("pk")
    assert answer["Location"] == page("change", made) and made != last
    assert made.title == "A new release" and "Dear reader" in made.introduction
    rows = [(row.work.kind, row.shown, row.section) for row in made.items.all()]
    assert rows == [("release", "full", ""), ("coverage", "short", "In the press")]
    assert not made.versions.exists()


def test_more_days_are_proposed_on_request_and_nonsense_is_told(editor, now):
    make_release(title="Long ago", starts=AT - timedelta(days=40))
    assert "Long ago" not in editor.get(page("add")).content.decode()
    wider = editor.post(page("add"), {"language": "en", "days": "60", "show": "1"})
    assert "Long ago" in wider.content.decode() and not Bulletin.objects.exists()
    assert wider.context["form"].last is None
    for days in ("²", "0", "9" * 30, "000000001" + "9" * 30, ""):
        answer = editor.post(page("add"), {"language": "xx", "days": days})
        assert answer.status_code == 200 and answer.context["form"].errors


# -- what it shows


def test_texts_are_those_that_were_public_when_it_went_out(client, now):
    release = make_release(title="As it was", starts=AT - HOUR)
    bulletin = make_bulletin(release, starts=AT)
    before = shown(client, bulletin)
    mailed = mail_of(bulletin)
    now.shift(HOUR)
    release.title = "As it is today"
    release.save()
    release.stamp()
    release.publish()
    assert shown(client, bulletin) == before and "As it is today" not in before
    assert mail_of(bulletin, AT + HOUR).html == mailed.html


def test_a_correction_of_the_bulletin_shows_the_texts_of_its_first_day(client, now):
    release = make_release(title="As it was", starts=AT - HOUR)
    bulletin = make_bulletin(release, starts=AT)
    now.shift(HOUR)
    release.title = "As it is today"
    release.save()
    release.publish()
    bulletin.introduction = "<p>With an introduction</p>"
    bulletin.save()
    bulletin.publish()
    text = shown(client, bulletin)
    assert "With an introduction" in text and "As it was" in text and "As it is today" not in text


def test_demands_stand_as_of_its_day_and_as_it_was_known_when_it_went_out(client, now):
    letter = make_letter(at=AT - HOUR, demands=("Aid",))
    bulletin = make_bulletin(letter, starts=AT)
    [demand] = Demand.objects.all()
    change = {"who_acted": "A council", "note": "It was done", "source_url": "https://un.example/"}
    demand.record(status="met", on=AT.date(), at=AT + HOUR, **change)
    now.shift(2 * HOUR)
    assert "s-open" in shown(client, bulletin) and "s-met" not in shown(client, bulletin)
    assert "1. [ ] Open: " in mail_of(bulletin, AT + 2 * HOUR).text
    later = make_bulletin(letter, starts=AT + 2 * HOUR)
    assert "1. [x] Met: " in mail_of(later, AT + 2 * HOUR).text
    assert Demand.objects.count() == 1


@pytest.mark.parametrize("carried", [False, True])
def test_a_pass_tells_of_no_change_of_a_demand_that_readers_do_not_know_yet(client, now, carried):
    letter = make_letter(at=AT - HOUR, demands=["Convoys"])
    shown = make_release(starts=AT, carried_work=letter.work) if carried else letter
    ahead = make_bulletin(shown).publish(at=AT, starts=AT + 3 * HOUR, embargo=True)
    change = {"who_acted": "A council", "note": "It was done", "source_url": "https://un.example/"}
    demand = Demand.objects.get()
    demand.record(status="met", on=AT.date(), at=AT, known=AT + 2 * HOUR, **change)
    given, token = Pass.give(ahead, at=AT, expires=ahead.starts, name="Jonas", email="jonas@press.example")
    given.use(AT)
    path = reverse("publishing:pass", kwargs={"language": "en", "token": token})
    assert "s-open" in (text := client.get(path).content.decode()) and "s-met" not in text
    now.shift(2 * HOUR)
    assert "s-met" in client.get(path).content.decode()


def test_what_was_withdrawn_since_is_left_out_and_a_line_says_so(client, now):
    release = make_release(title="Zqgone", starts=AT - HOUR)
    stays = make_release(title="It stays", starts=AT - HOUR)
    bulletin = make_bulletin(stays, release, starts=AT)
    assert "Zqgone" in shown(client, bulletin)
    now.shift(HOUR)
    release.withdraw()
    text = shown(client, bulletin)
    assert "Zqgone" not in text and "It stays" in text and "not public any more" in text
    assert "Zqgone" not in client.get("/en/feed/bulletin.rss").content.decode()


@pytest.mark.parametrize("translated", [False, True])
def test_a_letter_that_was_withdrawn_leaves_the_release_that_carried_it(client, now, translated):
    letter = make_letter(title="Zqletter", at=AT - HOUR)
    if translated:
        letter.translated("hy").publish(at=AT - HOUR)
    release = make_release(starts=AT, carried_work=letter.work)
    bulletin = make_bulletin(release, starts=AT)
    assert "What the coalition demands" in shown(client, bulletin)
    now.shift(HOUR)
    letter.withdraw()
    assert "What the coalition demands" not in shown(client, bulletin)
    assert "What the coalition demands" not in mail_of(bulletin, AT + HOUR).text


def test_a_barred_text_is_left_out(client, now):
    release = make_release(title="Zqname", starts=AT - HOUR)
    bulletin = make_bulletin(release, starts=AT)
    now.shift(HOUR)
    release.title = "Without the name"
    release.save()
    release.publish()
    release.bar(release.versions.get(number=1))
    assert "Zqname" not in shown(client, bulletin)


def test_an_item_that_is_not_public_by_then_stands_in_the_way(now):
    release = make_release(title="Embargoed", starts=AT + 2 * HOUR)
    bulletin = make_bulletin(release)
    assert bulletin.problems(AT + HOUR) == ["An item is not public at that moment: “Embargoed”"]
    assert bulletin.problems(AT + 2 * HOUR) == []
    assert make_bulletin().problems(AT) == ["The bulletin has no items. Add at least one."]


def test_an_item_without_a_text_in_its_language_stands_in_the_authoritative_one_and_says_so(client, now):
    release = make_release(title="Only in English", starts=AT - HOUR)
    bulletin = make_bulletin(release, language="ar", starts=AT)
    html = mail_of(bulletin).html
    assert re.search(r'<h2[^>]* dir="ltr" lang="en"[^>]*><a[^>]*>Only in English', html)
    assert 'lang="ar" dir="rtl"' in html and 'lang="en" dir="ltr"' in shown(client, bulletin)


def test_how_much_is_shown_is_chosen_for_each_item(now):
    texts = [
        make_release(
            title=f"Release {number}", subheadline=f"Sub {number}", body=f"<p>Body {number}</p>", starts=AT
        )
        for number in range(3)
    ]
    bulletin = make_bulletin(
        (texts[0], "full", ""), (texts[1], "short", "Also"), (texts[2], "headline", ""), starts=AT
    )
    text = mail_of(bulletin).text
    assert "Body 0" in text and "Sub 1" in text and "\nAlso\n" in text and "Release 2" in text
    assert not re.search(r"Body [12]|Sub [02]", text)


def test_an_article_without_an_excerpt_shows_none(now):
    with_one = make_coverage(published=True, title="With one", excerpt="A few words of theirs")
    without = make_coverage(published=True, title="Without", outlet=with_one.outlet)
    text = mail_of(make_bulletin((with_one, "full", "Coverage"), without, starts=AT)).text
    assert "The Lantern: With one\n" in text and "“A few words of theirs”" in text
    assert re.search(r"The Lantern: Without\n.*\nRead at The Lantern\nhttps://lantern.example/asks\n", text)


# -- the mail


@pytest.fixture
def mailed(now):
    letter = make_letter(at=AT - HOUR, passage="not to use force", addressees=())
    release = make_release(
        title="Groups ask the UN to act",
        starts=AT,
        body='<p>Words with <a href="/en/releases/">a link</a>.</p><ul><li>One</li><li>Two</li></ul>',
        quotes=[("We were not heard.", "Anna Example")],
        carried_work=letter.work,
    )
    article = make_coverage(published=True, excerpt="Of another outlet")
    bulletin = make_bulletin(
        release, (article, "full", "Coverage"), starts=AT, introduction="<p>Dear reader</p>"
    )
    return mail_of(bulletin)


def words_of(html):
    body = re.sub(
        r"<!--\[if mso\]>.*?<!\[endif\]-->", "", html.split("<body", 1)[1].split(">", 1)[1], flags=re.S
    )
    body = re.sub(r'<div[^>]*class="hidden".*?</div>', "", body, flags=re.S)
    body = re.sub(r">https?://[^<]*<", "><", body)  # the text has each address on its own line
    return set(re.findall(r"\w{3,}", unescape(re.sub(r"<[^>]*>", " ", body))))


def test_the_text_says_the_words_of_the_html(mailed):
    text = set(re.findall(r"\w{3,}", re.sub(r"https?://\S+|mailto:\S+", " ", mailed.text)))
    links = {"http", "https"}
    assert words_of(mailed.html) - text - links == set()
    assert "Dear reader" in mailed.text and mailed.text.index("Dear reader") < mailed.text.index("Coverage")


def test_no_line_of_the_text_is_longer_than_72_but_an_address(mailed):
    assert not [line for line in mailed.text.splitlines() if len(line) > 72 and " " in line]


def test_nothing_in_it_tracks_or_asks_for_anything(mailed):
    assert "<img" not in mailed.html and "url(" not in mailed.html and "<script" not in mailed.html
    assert f"{settings.SITE_URL}/share/" not in mailed.html, "links lead straight to the networks"
    assert "https://x.com/intent/post" in mailed.html
    assert f'href="{settings.SITE_URL}/en/releases/"' in mailed.html
    relative = re.findall(r'href="(?!https?:|mailto:|tel:|%%)[^"]*"', mailed.html)
    assert relative == []


def test_the_preheader_is_the_first_release_s_subheadline_where_none_is_typed(now):
    release = make_release(subheadline="What carries the news", starts=AT)
    assert mail_of(make_bulletin(release, starts=AT)).preheader == "What carries the news"
    typed = make_bulletin(release, title="Another", preheader="Typed", starts=AT)
    assert mail_of(typed).preheader == "Typed"


@pytest.mark.parametrize("how", ["withdrawn", "barred"])
def test_the_preheader_says_nothing_of_a_text_that_readers_may_not_have(editor, now, how):
    gone = make_release(title="Gone", subheadline="A name that has to go", starts=AT)
    stays = make_release(title="Stays", subheadline="Another line", starts=AT)
    bulletin = make_bulletin(gone, stays, starts=AT)
    now.shift(HOUR)
    if how == "withdrawn":
        gone.withdraw()
    else:
        gone.subheadline = "Without the name"
        gone.save()
        gone.publish()
        gone.bar(gone.versions.get(number=1))
    files = zipfile.ZipFile(BytesIO(editor.get(page("files", bulletin, "mailchimp")).content))
    assert all("A name that has to go" not in files.read(name).decode() for name in files.namelist())
    assert mail_of(bulletin, AT + HOUR).preheader == "Another line"


def test_its_styles_stand_on_its_elements(mailed):
    body = mailed.html.split("<body", 1)[1]
    assert "<style" not in body and 'style="' in body
    head = mailed.html.split("<body", 1)[0]
    assert "prefers-color-scheme: dark" in head and 'content="light dark"' in head
    assert "<v:rect" in body, "Outlook's button"


def features_of(html):
    """The properties, tags and rules of a mail, as the table names them."""
    html = re.sub(r"<!--\[if mso\]>.*?<!\[endif\]-->", "", html, flags=re.S)  # Outlook's own button
    styles = re.findall(r'style="([^"]*)"', html) + re.findall(r"\{([^{}]*)\}", html.split("</style>")[0])
    found = {name.strip() for style in styles for name in re.findall(r"(?:^|;)\s*([a-z-]+)\s*:", style)}
    found |= {f"<{tag}>" for tag in re.findall(r"<([a-z][a-z0-9]*)", html)}
    return found | {
        sign for sign in ("@media", "prefers-color-scheme", "!important", "mailto:") if sign in html
    }


def test_whatever_it_uses_is_known_to_mail_programs_or_has_a_fallback(mailed):
    lines = PROGRAMS.read_text().splitlines()[2:]
    head, *rows = [line.split("\t") for line in lines]
    table = {
        feature: (dict(zip(head[1:-1], known, strict=True)), instead) for feature, *known, instead in rows
    }
    assert features_of(mailed.html) - table.keys() == set()
    for feature, (known, instead) in table.items():
        assert instead or "n" not in known.values(), f"{feature} has no fallback"


def test_each_recipient_s_own_places_are_left_open(mailed):
    for words in (mailed.html, mailed.text):
        assert UNSUBSCRIBE_URL in words and PREFERENCES_URL in words


def test_twelve_items_with_long_armenian_words_stay_under_the_limit(now):
    long = "Լեռնայինղարաբաղյան" * 3
    texts = [
        make_release(
            title=f"{long} {number}"[:190],
            language="hy",
            starts=AT,
            body="".join(f"<p>{(long + ' ') * 6}</p>" for _each in range(3)),
        )
        for number in range(12)
    ]
    made = mail_of(make_bulletin(*texts, language="hy", starts=AT))
    assert len(made.html.encode()) <= LARGEST
    assert 'lang="hy" dir="ltr"' in made.html


def test_the_bulletin_page_has_nobody_s_link(client, now):
    bulletin = make_bulletin(make_release(starts=AT), starts=AT)
    assert "unsubscribe" not in shown(client, bulletin).lower() and "%%" not in shown(client, bulletin)


def button_of(made):
    found = re.search(r'<a class="press" href="([^"]*)"[^>]*>([^<]*)</a>', made.html)
    return found and found.groups()


@pytest.mark.parametrize("shown", ["full", "short", "headline"])
def test_the_button_leads_to_the_first_item_however_much_of_it_is_shown(now, shown):
    first, second = make_release(title="The first", starts=AT), make_release(title="The second", starts=AT)
    made = mail_of(make_bulletin((first, shown, ""), (second, "short", ""), starts=AT))
    assert button_of(made) == (f"{settings.SITE_URL}/en/releases/the-first/", "Read the release")
    assert "/en/releases/the-first/" in made.text


def test_the_button_of_a_release_with_its_letter_leads_to_the_letter(mailed):
    assert button_of(mailed)[1] == "Read the entire letter"


def test_the_mail_leads_to_the_letters_page_which_stays_while_its_file_is_replaced(now):
    letter = make_letter(at=AT - HOUR, document=make_document(title="Scan"))
    mail = mail_of(make_bulletin(make_release(starts=AT, carried_work=letter.work), starts=AT))
    assert button_of(mail) == (settings.SITE_URL + letter.versions.get().url, "Read the entire letter")
    assert "/files/" not in mail.html + mail.text


# -- at the desk


def form_of(bulletin, **changed):
    rows = {
        f"{name}-{count}": "0" for name in ("items", "contacts") for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    typed = {
        "title": bulletin.title,
        "language": bulletin.language,
        "slug": bulletin.slug,
        "introduction": "",
    }
    return typed | rows | {"desk_mark": bulletin.desk_mark} | changed


def test_the_preview_shows_the_form_as_it_stands_and_names_what_differs(editor, now):
    release = make_release(title="Zqrelease", starts=AT)
    bulletin = make_bulletin()
    row = {
        "items-TOTAL_FORMS": "1",
        "items-0-work": release.work_id,
        "items-0-shown": "full",
        "items-0-position": "1",
    }
    typed = form_of(bulletin, subject="Zqsubject", preheader="Zqpreheader", **row)
    answer = editor.post(page("preview", bulletin), typed)
    told = unescape(answer.content.decode())
    assert "Zqsubject" in told and "Zqpreheader" in told and told.count("Zqrelease") >= 3
    assert "Differs from the saved text in: " in told and "Subject" in answer.context["differs_from_saved"]
    bulletin.refresh_from_db()
    assert bulletin.subject == "" and not bulletin.items.exists(), "a preview stores nothing"
    as_saved = editor.get(page("preview", bulletin))
    assert "As it was saved." in as_saved.content.decode() and "Zqsubject" not in as_saved.content.decode()


def test_what_is_scheduled_is_shown_as_it_will_be_and_a_line_says_so(editor, now):
    tomorrow = make_release(title="Zqtomorrow", starts=AT + timedelta(days=1))
    bulletin = make_bulletin(tomorrow, make_release(title="Zqnever"))
    for name in ("preview", "test", "download"):
        told = unescape(editor.get(page(name, bulletin)).content.decode())
        assert "It shows a text that becomes public on 2 May 2031" in told, name
    shown = editor.get(page("preview", bulletin)).context["text"]
    assert "Zqtomorrow" in shown and "Zqnever" not in shown and "This item is not public yet." in shown
    assert "2 May 2031" in shown or "May 2, 2031" in shown, "it is dated by the day on which it can go out"
    now.shift(timedelta(days=2))
    assert "It shows a text that becomes public" not in editor.get(page("test", bulletin)).content.decode()


def test_a_bulletin_is_moved_to_another_day_with_its_release(editor, now):
    release = make_release(title="Zqlater", starts=AT + HOUR)
    bulletin = make_bulletin(release)
    bulletin.publish(starts=AT + HOUR)
    release.publish(starts=AT + 2 * HOUR)
    assert "Zqlater" in editor.get(page("preview", bulletin)).context["text"]
    assert bulletin.publish(starts=AT + 2 * HOUR).first_public == AT + 2 * HOUR


def test_a_preview_of_a_bulletin_that_is_public_shows_its_own_day(editor, now):
    release = make_release(title="Zqthen", starts=AT)
    bulletin = make_bulletin(release, starts=AT)
    now.shift(HOUR)
    release.title = "Zqnow"
    release.save()
    release.publish()
    text = editor.get(page("preview", bulletin)).context["text"]
    assert "Zqthen" in text and "Zqnow" not in text


def test_a_test_goes_to_staff_and_named_addresses_alone(editor, now):
    bulletin = make_bulletin(make_release(starts=AT), subject="This week")
    asked = {"myself": "on", "others": "one@example.org, two@example.org"}
    assert editor.post(page("test", bulletin), asked).status_code == 302
    [message] = Message.objects.all()
    assert message.subject == "Test: This week" and "%%" not in message.text + message.html
    to = set(Delivery.objects.values_list("recipient", flat=True))
    assert to == {"editor@staff.example", "one@example.org", "two@example.org"}
    assert not bulletin.versions.exists(), "nothing of it is public"


@pytest.mark.parametrize(
    "others", ["no address", "a@example.org\r\nBcc: b@example.org", "x@example.org " * 21]
)
def test_a_test_to_what_is_no_address_is_refused_in_a_sentence(editor, now, others):
    bulletin = make_bulletin(make_release(starts=AT))
    answer = editor.post(page("test", bulletin), {"others": others})
    assert answer.status_code == 200 and answer.context["form"].errors and not Message.objects.exists()
    nobody = editor.post(page("test", bulletin), {"others": ""})
    assert "Name at least one address." in nobody.content.decode()


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.key)
def test_the_files_for_another_service_carry_its_own_tags(editor, now, service):
    release = make_release(title="Tags {{ evil }} *|EVIL|* [[evil]]", starts=AT)
    bulletin = make_bulletin(release, title="A bulletin")
    answer = editor.get(page("files", bulletin, service.key))
    packed = zipfile.ZipFile(BytesIO(answer.content))
    html, text = (packed.read(f"{bulletin.slug}.{kind}").decode() for kind in ("html", "txt"))
    for words in (html, text):
        assert "%%" not in words, "no place of our own is left"
        assert service.unsubscribe in words
        for sign in service.opens:
            tags = words.replace(service.unsubscribe, "").replace(service.preferences, "")
            assert sign not in tags, "our own words hold no tag of theirs"
    assert packed.read("subject.txt").decode() == "A bulletin\n"
    assert editor.get(page("files", bulletin, "other")).status_code == 404


@pytest.mark.parametrize("service", list(SERVICES))
def test_what_looks_like_a_tag_in_our_own_words_is_none(editor, now, service):
    typed = "*|EMAIL|* {{ contact }} [[FIRST]] %%unsubscribe%%"
    bulletin = make_bulletin(make_release(title=typed, starts=AT), starts=AT, subject=typed)
    files = zipfile.ZipFile(BytesIO(editor.get(page("files", bulletin, service)).content))
    chosen = SERVICES[service]
    for name in files.namelist():
        words = files.read(name).decode().replace(chosen.unsubscribe or "\0", "")
        words = words.replace(chosen.preferences or "\0", "")
        assert not any(sign in words for sign in chosen.opens), name
    assert chosen.unsubscribe not in files.read("subject.txt").decode() or not chosen.unsubscribe


def test_the_title_may_be_left_to_the_first_release(editor, now):
    bulletin = make_bulletin(make_release(title="The first release", starts=AT), title="Typed")
    row = bulletin.items.get()
    rows = {
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "1",
        "items-0-id": row.pk,
        "items-0-bulletin": bulletin.pk,
        "items-0-work": row.work_id,
        "items-0-shown": "full",
        "items-0-position": "1",
    }
    answer = editor.post(page("change", bulletin), form_of(bulletin, title="", **rows))
    assert answer.status_code == 302, answer.context["errors"]
    bulletin.refresh_from_db()
    assert bulletin.title == "The first release"
    assert editor.post(page("change", bulletin), form_of(bulletin, title="My own", **rows)).status_code == 302
    bulletin.refresh_from_db()
    assert bulletin.title == "My own", "what somebody typed stays"
    empty = make_bulletin(title="Another")
    refused = editor.post(page("change", empty), form_of(empty, title=""))
    assert "Write a title: no release stands among the items." in refused.content.decode()


def test_the_title_follows_the_first_release_until_somebody_chooses_one(editor, now):
    one, two = make_release(title="Release one", starts=AT), make_release(title="Release two", starts=AT)
    editor.post(page("add"), {"language": "en", "days": "7", "works": [str(one.work_id)]})
    bulletin = Bulletin.objects.get()
    assert (bulletin.title, bulletin.slug) == ("Release one", "release-one")
    row = bulletin.items.get()
    rows = {
        "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "1",
        "items-0-id": row.pk,
        "items-0-bulletin": bulletin.pk,
        "items-0-work": one.work_id,
        "items-0-shown": "full",
        "items-0-position": "2",
        "items-1-work": two.work_id,
        "items-1-shown": "full",
        "items-1-position": "1",
    }
    assert editor.post(page("change", bulletin), form_of(bulletin, **rows)).status_code == 302
    bulletin.refresh_from_db()
    assert (bulletin.title, bulletin.slug) == ("Release two", "release-two")
    copy = bulletin.copied()
    assert (copy.title, copy.slug) == ("Release two", "release-two-2"), "a copy may go out as it is"


def test_a_bulletin_that_was_begun_with_nothing_takes_the_title_of_what_is_added(editor, now):
    release = make_release(title="Release one", starts=AT)
    editor.post(page("add"), {"language": "en", "days": "7"})
    bulletin = Bulletin.objects.get()
    assert bulletin.title == "Bulletin"
    row = {"items-TOTAL_FORMS": "1", "items-0-work": release.work_id, "items-0-shown": "full"}
    editor.post(page("change", bulletin), form_of(bulletin, **row, **{"items-0-position": "1"}))
    bulletin.refresh_from_db()
    assert bulletin.title == "Release one"


def test_the_mail_of_a_text_not_yet_public_has_an_address_to_come(now):
    made = edition_of(make_bulletin(make_release(starts=AT)).version(starts=AT))
    assert f"{settings.SITE_URL}/r/2031-05-01" in made.text


# -- the archive


def test_the_archive_lists_what_was_sent_and_nothing_else(client, now):
    release = make_release(starts=AT)
    make_bulletin(release, title="Zqsent", starts=AT)
    make_bulletin(release, title="Zqdraft")
    listed = client.get("/en/bulletins/").content.decode()
    assert "Zqsent" in listed and "Zqdraft" not in listed
    feed = client.get("/en/feed/bulletin.rss").content.decode()
    assert "Zqsent" in feed and "Mandate renewed" in feed and "Zqdraft" not in feed


@pytest.mark.parametrize("put_off", ["publish", "unschedule", "withdraw"])
def test_the_title_of_a_release_that_is_put_off_is_told_by_no_bulletin(client, now, put_off):
    release = make_release(title="Under embargo", starts=AT + HOUR)
    bulletin = make_bulletin(release, title="Under embargo")
    bulletin.publish(at=AT, starts=AT + 2 * HOUR)
    mailing = Mailing.objects.create(work=bulletin.work, purpose="bulletin", starts=AT + 2 * HOUR)
    release.refresh_from_db()
    release.publish(at=AT, starts=AT + HOUR + HOUR / 2)
    assert bulletin.versions.not_voided().exists(), "it is public before the bulletin still"
    told = {"starts": AT + 9 * HOUR} if put_off == "publish" else {}
    getattr(release, put_off)(at=AT, **told)
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.PAUSED and "Under embargo" in mailing.reason
    now.shift(3 * HOUR)
    assert not release.versions.public(AT + 3 * HOUR).exists()
    assert "Under embargo" not in client.get("/en/bulletins/").content.decode()
    assert "Under embargo" not in shown(client, bulletin)


def test_works_are_chosen_by_kind_day_and_title_at_one_cost(editor):
    asked = {"term": "", "app_label": "newsroom", "model_name": "bulletinitem", "field_name": "work"}
    draft, out = (
        make_release(title="Not out yet"),
        make_release(title="Out", dated=date(2023, 9, 28), starts=AT),
    )
    with CaptureQueriesContext(connection) as one:
        editor.get("/admin/autocomplete/", asked)
    make_coverage(
        title="Written by others",
        published=True,
        outlet=makers.make_outlet(name="The Lantern"),
        dated=date(2023, 9, 27),
    )
    make_letter(title="A letter")
    Release.objects.filter(pk=out.pk).update(title="Out again")
    out.publish(starts=AT + HOUR, at=AT)
    with CaptureQueriesContext(connection) as two:
        found = editor.get("/admin/autocomplete/", asked).json()["results"]
    assert len(one) == len(two)
    assert {each["text"] for each in found} >= {
        "Release: Not out yet",
        "Press release, 28 September 2023: Out again",
        "The Lantern, 27 September 2023: Written by others",
    }
    assert len(found) == 4
    bulletin = make_bulletin(draft)
    assert "view_id_items" not in editor.get(page("change", bulletin)).content.decode()
