"""Any verbs in any order: what a bulletin shows, to strangers, to staff and in its mail, is what another model says.

A bulletin shows the texts that readers had when it was first public itself: whatever happens to its items, no other
text ever stands in it, and one that was withdrawn or barred since is left out. What is made of the text at the desk,
its preview, a test and the files for another service, shows what the bulletin would show if it were published at the
first moment at which all its items are public as planned (`soonest`), and that moment is `now` where nothing is ahead.

Each edit puts words of its own into a text, one for each place: t for the title, s for what stands in short, b for
the body, and for a bulletin j for the subject. The model knows no `starts` and no `ends`.
"""

import re
import zipfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from advocacy.mail.models import Mailing, Message
from advocacy.mail.preparing import prepare_next
from advocacy.organisation.models import OrganisationText
from advocacy.publishing.models import Version
from campaigns.models import Demand, Letter
from newsroom.models import Bulletin, Coverage, Release
from tests.campaigns.makers import make_letter
from tests.newsroom.makers import make_coverage, make_release
from tests.publishing.makers import START
from tests.publishing.stories import MINUTE, ROLES, Made, Story, Text, lower, run, tell, word, words_in

MODELS = {"release": Release, "coverage": Coverage, "letter": Letter, "bulletin": Bulletin}
ITEMS = ["release", "coverage", "letter"]
SLUG = "the-bulletin"
PAGE = f"/en/bulletins/{SLUG}/"
# Which words of an item stand in a bulletin: an article has no body, and of a letter the demands are shown in full.
PLACES = {
    "release": {"full": "tb", "short": "ts", "headline": "t"},
    "coverage": {"full": "ts", "short": "ts", "headline": "t"},
    "letter": {"full": "tb", "short": "ts", "headline": "t"},
}
SUMMED = {"release": "s", "coverage": "", "letter": "s"}  # what an inbox shows where no preheader is typed
STATUSES = {"open": "Open", "partly": "Partly met", "met": "Met", "refused": "Refused"}
STATUS = re.compile(r"\bdemand s-(\w+)|^1\. \[.\] ([\w ]+): ", re.M)
MADE_OF_DESK = ["preview", "typed", "test", "files", "preview"]  # not as many as roles: so turns differ
MAY = {  # who gets what is made of the text at the desk
    "preview": ROLES,
    "typed": ["Writer", "Editor", "Administrator"],
    "test": ["Editor", "Administrator"],
    "files": ["Writer", "Editor", "Administrator"],
}
PUBLIC_PAGES = [
    "/en/bulletins/",
    "/en/feed/bulletin.rss",
    "/en/feed.rss",
    "/en/",
    "/en/bulletins/?word=zqq",
    "/sitemap-2031.xml",
]


class Item(NamedTuple):
    name: str
    shown: str
    row: int  # taken out and put in again it is another row, and the bulletin another text


@dataclass(frozen=True)
class Words:
    """A bulletin as it was edited: by the number of the edit, and with these items."""

    edit: int
    preheader: bool = True
    items: tuple[Item, ...] = ()

    def said(self, places):
        return {word(self.edit, place) for place in places if place != "s" or self.preheader}


@dataclass
class Sending:
    """A mailing as the model knows it; `words` and `statuses` are those of its mail, once that is written."""

    row: Any
    starts: datetime
    state: str = "waiting"
    words: set[str] | None = None
    statuses: set[str] | None = None


@dataclass
class Model:
    """What should be so."""

    now: datetime = START
    texts: dict[str, Text] = field(default_factory=lambda: {name: Text() for name in MODELS})
    statuses: list[tuple[datetime, str]] = field(default_factory=list)
    sendings: list[Sending] = field(default_factory=list)

    @property
    def bulletin(self) -> Text:
        return self.texts["bulletin"]

    def move(self, now: datetime) -> None:
        self.now = now
        for text in self.texts.values():
            text.now = now

    def items(self, content: Words, first: datetime, seen: datetime) -> list[tuple[Item, Made]]:
        """The items that a bulletin first public at `first` shows at `seen`, each with its text."""
        found = []
        for item in content.items:
            text = self.texts[item.name]
            had = text.public(first)
            if had and not had.barred and text.public(max(first, seen)):
                found.append((item, had))
        return found

    def words(self, content: Words, first: datetime, seen: datetime, places: str) -> set[str]:
        """Everything it says: in these places of its own, and of its items."""
        found = content.said(places)
        for item, text in self.items(content, first, seen):
            found |= {word(text.content, place) for place in PLACES[item.name][item.shown]}
        return found

    def mail_words(self, content: Words, first: datetime, seen: datetime) -> set[str]:
        """Those of the mail, where the first text sums itself up in the inbox if no preheader was typed."""
        found = self.words(content, first, seen, "tsbj")
        if not content.preheader:
            for item, text in self.items(content, first, seen)[:1]:
                found |= {word(text.content, place) for place in SUMMED[item.name]}
        return found

    def standing(self, content: Words, first: datetime, seen: datetime) -> set[str]:
        """How the letter's demand stands in it: as readers knew it when the bulletin was first public."""
        known = [status for moment, status in self.statuses if moment <= first]
        whole = [item for item, _text in self.items(content, first, seen) if item[:2] == ("letter", "full")]
        return {[*["open"], *known][-1]} if whole else set()

    def is_whole(self, content: Words, first: datetime, seen: datetime) -> bool:
        return bool(content.items) and len(self.items(content, first, seen)) == len(content.items)

    def soonest(self, content: Words) -> datetime:
        return max((self.texts[item.name].next_public() for item in content.items), default=self.now)

    def lacks_an_item(self, first: datetime) -> bool:
        """Whether the bulletin at the desk, first public at `first`, would show what readers do not have then."""
        items = self.bulletin.desk.items
        return not items or any(self.texts[item.name].public(first) is None for item in items)

    def going_out(self, starts: datetime) -> Made | None:
        """The version that is sent at `starts` as it is, and is what stands at the desk."""
        planned = self.bulletin.public(starts)
        return planned if planned and planned.content == self.bulletin.desk else None

    def is_out_of_date(self, first: datetime, starts: datetime) -> bool:
        """Whether its mail at `starts` would lack what readers have no longer then, or show a text that they have
        anew."""
        content = self.bulletin.desk
        return self.has_changed(content, first, starts) or not self.is_whole(content, first, starts)

    def has_changed(self, content: Words, first: datetime, now: datetime) -> bool:
        texts = [self.texts[item.name] for item in content.items]
        pairs = [(text.public(first), text.public(now)) for text in texts]
        return any(current not in (None, then) for then, current in pairs if then)

    def plan_changed(self) -> None:
        """A bulletin that would begin without one of its items is not scheduled any more, and its mailing stands
        still."""
        bulletin = self.bulletin
        for moment, version in bulletin.periods():
            begins = moment > self.now and version.first == moment
            if begins and not self.is_whole(version.content, moment, moment):
                bulletin.drop_what_is_ahead()
                for sending in self.sendings:
                    if sending.state == "waiting":
                        sending.state = "paused"

    def running(self) -> Sending | None:
        return next((sending for sending in self.sendings if sending.state != "cancelled"), None)


class Desk(Story):
    def __init__(self):
        super().__init__()
        OrganisationText.objects.update(address="1 Sample Street")
        self.model, self.edits, self.rows_made = Model(), 0, 0
        texts = {
            "release": make_release(slug="the-release"),
            "coverage": make_coverage(slug="the-article"),
            "letter": make_letter(slug="the-letter", demands=("Aid",), published=False),
            "bulletin": Bulletin.objects.create(title="Nothing", slug=SLUG),
        }
        self.pks = {name: text.pk for name, text in texts.items()}
        self.works = {name: text.work_id for name, text in texts.items()}
        self.model.bulletin.desk = Words(0)
        for name in ITEMS:
            self.edit(name)
            self.show(name, "full")
        self.edit_bulletin()

    def text(self, which):
        return MODELS[which].objects.get(pk=self.pks[which])

    # -- the desk

    @rule(which=st.sampled_from(ITEMS))
    def edit(self, which):
        self.edits += 1
        title, short, body = (word(self.edits, place) for place in "tsb")
        text = self.text(which)
        text.title = f"{title} title"
        match which:
            case "release":
                text.subheadline, text.body = f"{short} subheadline", f"<p>{body} body</p>"
            case "coverage":
                text.excerpt = f"{short} excerpt"
            case "letter":
                text.summary = f"{short} summary"
                text.demands.update(title=f"{body} demand", wording=f"{body} wording")
        self.saved(text)
        self.model.texts[which].desk = self.edits

    @rule(preheader=st.booleans())
    def edit_bulletin(self, preheader=True):
        self.edits += 1
        title, short, body, subject = (word(self.edits, place) for place in "tsbj")
        text = self.text("bulletin")
        text.title, text.introduction, text.subject = (
            title,
            f"<p>{body} introduction</p>",
            f"{subject} subject",
        )
        text.preheader = f"{short} preheader" if preheader else ""
        self.saved(text)
        self.change(edit=self.edits, preheader=preheader)

    @rule(which=st.sampled_from(ITEMS), shown=st.sampled_from(["full", "full", "short", "headline", ""]))
    def show(self, which, shown=""):
        """How much is shown of an item; nothing takes it out."""
        text, items = self.text("bulletin"), {item.name: item for item in self.model.bulletin.desk.items}
        if not shown:
            text.items.filter(work=self.works[which]).delete()
            items.pop(which, None)
        elif which in items:
            text.items.filter(work=self.works[which]).update(shown=shown)
            items[which] = items[which]._replace(shown=shown)
        else:
            self.rows_made += 1
            text.items.create(work_id=self.works[which], position=ITEMS.index(which) + 1, shown=shown)
            items[which] = Item(which, shown, self.rows_made)
        self.saved(text)
        self.change(items=tuple(items[name] for name in ITEMS if name in items))

    def saved(self, text):
        text.save()
        type(text).objects.get(pk=text.pk).stamp()

    def change(self, **changed):
        self.model.bulletin.desk = replace(self.model.bulletin.desk, **changed)

    @rule(status=st.sampled_from(["partly", "met", "refused"]))
    def hear(self, status):
        """Something happened to the letter's demand, and readers are told at once."""
        now = self.model.now
        told = {"note": "It was said so.", "who_acted": "A council", "source_url": "https://un.example/1"}
        day = now.astimezone(self.organisation.zone).date()
        Demand.objects.get(work=self.works["letter"]).record(status=status, on=day, at=now, **told)
        self.model.statuses.append((now, status))

    # -- before the public

    @rule(
        which=st.sampled_from([*MODELS, "bulletin"]),
        minutes=st.sampled_from([0, 0, 0, 1, 90, 2000]),
        embargo=st.booleans(),
    )
    def publish(self, which, minutes=0, embargo=False):
        starts = self.model.now + minutes * MINUTE
        first = self.model.bulletin.first_public(starts)
        no = which == "bulletin" and self.model.lacks_an_item(first)
        if not self.refused(no, lambda: self.text(which).publish(starts=starts, embargo=embargo)):
            self.model.texts[which].publish(starts)
            self.model.plan_changed()

    @rule(which=st.sampled_from(list(MODELS)), minutes=st.sampled_from([0, 0, 60]))
    def withdraw(self, which, minutes=0):
        moment = self.model.now + minutes * MINUTE
        self.text(which).withdraw(moment=moment)
        self.model.texts[which].plan_on(moment, None)
        self.model.plan_changed()

    @rule(which=st.sampled_from(list(MODELS)))
    def unschedule(self, which):
        self.text(which).unschedule()
        self.model.texts[which].drop_what_is_ahead()
        self.model.plan_changed()

    @precondition(lambda self: any(text.over() for text in self.model.texts.values()))
    @rule(number=st.integers(0, 19))
    def bar(self, number=0):
        over = [(which, version) for which, text in self.model.texts.items() for version in text.over()]
        which, version = over[number % len(over)]
        self.text(which).bar(Version.objects.get(publication=self.pks[which], number=version.number))
        version.barred = True

    # -- sending

    @rule(minutes=st.sampled_from([0, 0, 0, 90, 2000]))
    def send(self, minutes=0):
        model = self.model
        starts = model.now + minutes * MINUTE
        local = starts.astimezone(self.organisation.zone)
        later = {"when": "later", "moment_0": f"{local:%Y-%m-%d}", "moment_1": f"{local:%H:%M}"}
        answer = self.logged_in("Editor").post(self.page("send"), later if minutes else {"when": "now"})
        planned = model.going_out(starts)
        first = planned.first if planned else model.bulletin.first_public(starts)
        no = bool(model.running()) or model.lacks_an_item(first) or model.is_out_of_date(first, starts)
        assert answer.status_code == (200 if no else 302), answer.context and answer.context["problems"]
        if no:
            return
        if planned is None:
            model.bulletin.publish(starts)
            model.plan_changed()
        model.sendings.append(Sending(Mailing.objects.latest("pk"), starts))

    @rule()
    def worker(self):
        """Writes the mail of what is due, or pauses it where readers would miss something of the bulletin."""
        model = self.model
        while prepare_next(model.now):
            pass
        for sending in model.sendings:
            if sending.state != "waiting" or sending.starts > model.now:
                continue
            public = model.bulletin.public(model.now)
            shown = public and (public.content, public.first, model.now)
            if shown and model.is_whole(*shown) and not model.has_changed(*shown):
                sending.state = "sending"
                sending.words = model.mail_words(public.content, public.first, model.now)
                sending.statuses = model.standing(public.content, public.first, model.now)
            else:
                sending.state = "paused"

    @precondition(lambda self: self.model.sendings)
    @rule()
    def resume(self):
        sending = self.model.sendings[-1]
        sending.row.resume(self.model.now)
        if sending.state == "paused":
            sending.state = "waiting"

    @precondition(lambda self: self.model.sendings)
    @rule()
    def cancel(self):
        sending = self.model.sendings[-1]
        sending.row.cancel()
        sending.state = "cancelled"

    @rule(minutes=st.sampled_from([1, 59, 90, 2000]))
    def time_passes(self, minutes):
        self.model.move(self.model.now + minutes * MINUTE)
        self.travelled.move_to(self.model.now)

    # -- what each of them sees

    @invariant()
    def each_sees_what_is_theirs(self):
        self.steps += 1
        self.strangers_see()
        self.mail_says()
        for made in self.in_turn(MADE_OF_DESK):
            self.strangers_are_sent_away(made)
            for role in self.in_turn(ROLES):
                self.staff_see(role, made)

    def strangers_see(self):
        model, text = self.model, self.model.bulletin
        public, was_public = text.public(model.now), text.was_public()
        status = 200 if public else 410 if was_public else 404
        self.version_shows(PAGE, status, public)
        for version in text.versions and self.in_turn(text.versions):
            opens = public and version in was_public and not version.barred
            path = f"{PAGE}versions/{version.number}/"
            self.version_shows(path, 200 if opens else 404 if public else status, version if opens else None)
        for path in self.in_turn(PUBLIC_PAGES):
            self.list_shows(path, public)

    def version_shows(self, path, status, version):
        if version is None:
            self.seen(path, status, ())
            return
        shown = (version.content, version.first, self.model.now)
        answer = self.seen(path, status, self.model.words(*shown, "tsb"))
        assert statuses(answer.content.decode()) == self.model.standing(*shown), path

    def list_shows(self, path, public):
        """The bulletin stands there just while it is public, and its items only as they are public themselves."""
        answer = self.stranger.get(path)
        page = unescape(answer.content.decode())
        shown, own = words_in(page), set()
        if public and path.startswith("/en/bulletins/"):
            own = public.content.said("t")
        elif public and "feed" in path:
            own = self.model.words(public.content, public.first, self.model.now, "tb")
        items = set()
        if path in ("/en/", "/en/feed.rss"):
            now_public = [self.model.texts[name].public(self.model.now) for name in ITEMS]
            items = {word(each.content, place) for each in now_public if each for place in "tsb"}
        assert answer.status_code == 200
        assert lower(own) <= shown <= lower(own | items), path
        if "sitemap" in path:
            assert (PAGE in page) is bool(public)

    def mail_says(self):
        for sending in self.model.sendings:
            sending.row.refresh_from_db()
            assert sending.row.state == sending.state, sending.row.reason
            messages = list(Message.objects.filter(mailing=sending.row))
            assert [all_of(each) for each in messages] == ([lower(sending.words)] if sending.words else [])
            assert [statuses(each.text) for each in messages] == ([sending.statuses] if sending.words else [])

    def strangers_are_sent_away(self, made):
        count = Message.objects.count()
        for answer in (self.stranger.get(self.page(made)), self.ask(self.stranger, made)):
            assert answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
            assert not words_in(answer.content.decode())
        assert Message.objects.count() == count

    def staff_see(self, role, made):
        """What is made of the text at the desk, by those who may: as it would be public at the soonest."""
        model, client = self.model, self.logged_in(role)
        content = self.typed() if made == "typed" else model.bulletin.desk
        first = model.bulletin.first_public(model.soonest(content))
        count = Message.objects.count()
        answer = self.ask(client, made)
        if role not in MAY[made]:
            assert answer.status_code == 403 and not words_in(answer.content.decode())
            assert Message.objects.count() == count
            return
        assert answer.status_code == (302 if made == "test" else 200), made
        html, text = self.mail_in(answer, made)
        assert words_in(html + text) == lower(model.mail_words(content, first, model.now)), made
        assert statuses(text) == model.standing(content, first, model.now), made

    def page(self, made):
        name = {"typed": "preview"}.get(made, made)
        more = ["listmonk"] if made == "files" else []
        return reverse(f"admin:newsroom_bulletin_{name}", args=[self.pks["bulletin"], *more])

    def ask(self, client, made):
        if made == "typed":
            return client.post(self.page(made), self.form())
        return (
            client.post(self.page(made), {"myself": "on"}) if made == "test" else client.get(self.page(made))
        )

    def typed(self):
        """The text at the desk as somebody is changing it: another introduction, and all items in full."""
        desk = self.model.bulletin.desk
        return Typed(**vars(desk) | {"items": tuple(item._replace(shown="full") for item in desk.items)})

    def form(self):
        text = self.text("bulletin")
        items = list(text.items.order_by("position"))
        fields = {
            name: getattr(text, name)
            for name in ("title", "language", "slug", "subject", "preheader", "desk_mark")
        }
        fields |= {"introduction": f"<p>{word(0, 'b')} introduction</p>", "dated": "", "summary": ""}
        for rows, count in (("items", len(items)), ("contacts", 0)):
            fields |= {f"{rows}-TOTAL_FORMS": count, f"{rows}-INITIAL_FORMS": count}
        for number, item in enumerate(items):
            row = {"id": item.pk, "bulletin": text.pk, "work": item.work_id, "shown": "full"}
            row["position"] = item.position
            fields |= {f"items-{number}-{name}": value for name, value in row.items()}
        return fields

    def mail_in(self, answer, made):
        """(HTML, text) of the mail that was made."""
        if made == "test":
            message = Message.objects.latest("pk")
            return f"{message.subject} {message.html}", message.text
        if made == "files":
            packed = zipfile.ZipFile(BytesIO(answer.content))
            read = {name.rpartition(".")[2]: packed.read(name).decode() for name in sorted(packed.namelist())}
            subject = packed.read("subject.txt").decode()
            return read["html"] + subject, packed.read(f"{SLUG}.txt").decode()
        return unescape(answer.content.decode()), answer.context["text"]


class Typed(Words):
    """With the introduction that stands in the form."""

    def said(self, places):
        return super().said(places) - {word(self.edit, "b")} | ({word(0, "b")} if "b" in places else set())


class ThoroughDesk(Desk):
    thorough = True


def all_of(message):
    return words_in(f"{message.subject} {message.html} {message.text}")


def statuses(shown):
    """How the demand stands, as a page or a text says it."""
    labels = {label: status for status, label in STATUSES.items()}
    return {found[0] or labels[found[1]] for found in STATUS.findall(shown)}


STORY = """
    publish bulletin; publish release; publish coverage; publish letter 60 True; publish bulletin 60; hear partly
    publish letter 90; send 90; edit_bulletin; send 90; send; edit release; publish release 60; time_passes 90
    withdraw coverage; worker; publish coverage; resume; worker; hear met; edit_bulletin False; publish bulletin
    edit release; time_passes 1; publish release; bar 1; cancel; send; show letter; show letter short
    withdraw bulletin 60; unschedule bulletin; withdraw letter; withdraw bulletin; time_passes 59
"""


def test_a_bulletin_shows_what_is_public_through_a_story_of_every_verb(db):
    tell(Desk, STORY, Desk.each_sees_what_is_theirs)


@pytest.mark.slow
def test_a_bulletin_shows_what_is_public_whatever_was_done(db):
    run(Desk, examples=3, steps=8)


@pytest.mark.slow
def test_a_bulletin_shows_what_is_public_whatever_was_done_at_length(db):
    run(ThoroughDesk, examples=15, steps=25)
