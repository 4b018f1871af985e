"""Any verbs in any order: what strangers, holders of passes and staff see is what a few lines of another model say.

Each edit puts a word of its own into the text, so that whatever is seen where it should not be is recognised. The
model knows no `starts` and no `ends`: it keeps a plan, from which moment on readers have which version.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from advocacy.publishing.models import Pass, Version
from newsroom.models import Release
from tests.accounts.makers import make_user
from tests.newsroom.makers import make_release
from tests.publishing.stories import MINUTE, ROLES, WORD, Plan, Story, run, tell, word

EDITORS = ["anna", "aram"]
SLUGS = ["first-address", "second-address"]
DESK_PAGES = ["versions", "change", "publish", "preview", "versions"]  # not as many as roles: so turns differ


@dataclass
class Made:
    """A version as the model knows it."""

    number: int
    word: str
    slug: str
    starts: datetime
    shared: bool = False
    barred: bool = False


@dataclass
class Given:
    """A pass as the model knows it."""

    path: str
    version: Made
    expires: datetime
    row: Any
    revoked: bool = False
    used: bool = False


@dataclass
class Model(Plan):
    """What should be so."""

    desk: str = ""
    slug: str = SLUGS[0]
    status: str = "draft"
    writer: str = ""
    approver: str = ""
    binned: bool = False
    versions: list[Made] = field(default_factory=list)
    passes: list[Given] = field(default_factory=list)

    def status_of(self, slug: str) -> int:
        """What a stranger's browser gets at this address."""
        under = [version for version in self.was_public() if version.slug == slug]
        public = self.public(self.now)
        if not under:
            return 404
        return 410 if public is None else 200 if under[-1] is public else 301

    def is_alone(self, who: str) -> bool:
        """Whether nobody but `who` had a hand in the text at the desk."""
        return self.writer == who and not (self.status == "approved" and self.approver not in ("", who))


class Desk(Story):
    def __init__(self):
        super().__init__()
        self.people = {name: make_user(name=name) for name in EDITORS}
        self.model, self.edits = Model(), 0
        self.pk = make_release(title="Nothing", slug=SLUGS[0], quotes=[("Nothing", "Anna Sample")]).pk
        self.edit("anna")

    @property
    def text(self):
        return Release.objects.get(pk=self.pk)

    # -- the verbs

    @rule(who=st.sampled_from(EDITORS))
    def edit(self, who):
        self.edits += 1
        said, text = word(self.edits), self.text
        text.title, text.body = f"{said} title", f"<p>{said} body</p>"
        text.save()
        text.quotes.update(words=f"{said} quote")
        self.text.stamp(self.people[who])
        self.changed(said, who)

    def changed(self, said, who):
        model = self.model
        if said != model.desk:
            model.desk, model.status, model.writer, model.approver = said, "draft", who, ""

    @rule(slug=st.sampled_from(SLUGS))
    def rename(self, slug):
        text = self.text
        text.slug = self.model.slug = slug
        text.save()

    @rule(who=st.sampled_from(EDITORS))
    def submit(self, who):
        self.text.submit(who=self.people[who])
        self.model.status = "review"

    @rule(who=st.sampled_from(EDITORS))
    def approve(self, who):
        if self.refused(self.model.is_alone(who), lambda: self.text.approve(who=self.people[who])):
            return
        self.model.status, self.model.approver = "approved", who

    @rule(who=st.sampled_from(EDITORS))
    def send_back(self, who):
        self.text.send_back(who=self.people[who], reason="The date is wrong.")
        self.model.status = "draft"

    @rule(
        who=st.sampled_from(EDITORS),
        minutes=st.sampled_from([0, 0, 0, 1, 90, 2000, -1]),
        embargo=st.booleans(),
        corrects=st.booleans(),
    )
    def publish(self, who, minutes=0, embargo=False, corrects=False):
        model = self.model
        starts, public = model.now + minutes * MINUTE, model.public(model.now)
        no = minutes < 0 or model.binned or model.is_alone(who) or (corrects and not public)
        told = {"embargo": embargo, "correction": "The date was wrong." if corrects else ""}
        person = self.people[who]
        if self.refused(no, lambda: self.text.publish(who=person, starts=starts, **told)):
            return
        model.status, model.approver = "approved", who
        model.plan_on(starts, self.made(starts))
        if embargo and minutes:
            self.give(model.versions[-1], days=30)

    def made(self, starts, *, shared=False):
        model = self.model
        model.versions.append(Made(len(model.versions) + 1, model.desk, model.slug, starts, shared=shared))
        return model.versions[-1]

    @rule(minutes=st.sampled_from([0, 0, 60]))
    def withdraw(self, minutes=0):
        moment = self.model.now + minutes * MINUTE
        self.text.withdraw(moment=moment)
        self.model.plan_on(moment, None)

    @rule()
    def unschedule(self):
        self.text.unschedule()
        self.model.drop_what_is_ahead()

    @precondition(lambda self: self.model.over())
    @rule(number=st.integers(0, 9))
    def bar(self, number=0):
        version = self.model.over()[number % len(self.model.over())]
        self.text.bar(Version.objects.get(publication=self.pk, number=version.number))
        version.barred = True

    @precondition(lambda self: self.model.versions)
    @rule(number=st.integers(0, 9), who=st.sampled_from(EDITORS))
    def restore(self, number, who):
        version = self.model.versions[number % len(self.model.versions)]
        row = Version.objects.get(publication=self.pk, number=version.number)
        self.text.restore(row, who=self.people[who])
        self.changed(version.word, who)

    @rule()
    def put_into_bin(self):
        if not self.refused(bool(self.model.periods()), lambda: self.text.put_into_bin()):
            self.model.binned = True

    @rule()
    def take_out_of_bin(self):
        self.text.take_out_of_bin()
        self.model.binned = False

    # -- passes and the clock

    @rule(days=st.sampled_from([1, 30]))
    def share_draft(self, days=30):
        self.text.share_draft()
        self.give(self.made(self.model.now, shared=True), days)

    def give(self, version, days):
        expires = self.model.now + timedelta(days=days)
        row, token = Pass.give(
            Version.objects.get(publication=self.pk, number=version.number),
            at=self.model.now,
            expires=expires,
            name="Jonas Weber",
            email="jonas@lantern.example",
        )
        path = reverse("publishing:pass", kwargs={"language": "en", "token": token})
        self.model.passes.append(Given(path, version, expires, row))

    @precondition(lambda self: self.model.passes)
    @rule(number=st.integers(0, 9))
    def press_the_button(self, number=0):
        given = self.model.passes[number % len(self.model.passes)]
        door = self.stranger.get(given.path).content.decode()
        if 'name="stamp" value="' in door:
            self.stranger.post(given.path, {"stamp": door.split('name="stamp" value="')[1].split('"')[0]})
            given.used = True

    @precondition(lambda self: self.model.passes)
    @rule(number=st.integers(0, 9))
    def revoke(self, number=0):
        given = self.model.passes[number % len(self.model.passes)]
        given.row.revoke(self.model.now)
        given.revoked = True

    @rule(minutes=st.sampled_from([1, 59, 90, 2000, 45_000]))
    def time_passes(self, minutes):
        self.model.now += minutes * MINUTE
        self.travelled.move_to(self.model.now)

    # -- what each of them sees

    @invariant()
    def each_sees_what_is_theirs(self):
        self.steps += 1
        self.strangers_see()
        for given in self.model.passes:
            self.holder_sees(given)
        for role in self.in_turn(ROLES):
            self.staff_see(role)
        moments = {self.model.now, *(moment for moment, _version in self.model.plan)}
        for at in moments | {moment - timedelta(microseconds=1) for moment in moments}:
            public = self.model.public(at)
            rows = Version.objects.public(at).filter(publication=self.pk)
            assert [row.number for row in rows] == ([public.number] if public else []), at

    def strangers_see(self):
        model = self.model
        public = model.public(model.now)
        words = {public.word} if public else set()
        for path in self.in_turn(["/en/releases/", "/en/feed.rss", "/en/"]):
            self.seen(path, 200, words)
        for slug in SLUGS:
            status = model.status_of(slug)
            self.seen(f"/en/releases/{slug}/", status, words if status == 200 else ())
            for version in model.versions if self.thorough else model.versions[-2:]:
                opens = status == 200 and version in model.was_public() and not version.barred
                self.seen(
                    f"/en/releases/{slug}/versions/{version.number}/",
                    200 if opens else 404 if status == 200 else status,
                    {version.word} if opens else (),
                )

    def holder_sees(self, given):
        model, version = self.model, given.version
        if not version.shared and model.public(model.now) is version:
            self.seen(given.path, 302, ())
        elif given.revoked or given.expires <= model.now or not (version.shared or model.is_ahead(version)):
            self.seen(given.path, 410, ())
        else:
            self.seen(given.path, 200, {version.word} if given.used else ())
        if self.thorough:
            self.seen(given.path.replace("/en/", "/hy/"), 404, ())

    def staff_see(self, role):
        """Everybody of the staff reads the desk and every version; nobody else is let in, and few may publish."""
        model, client = self.model, self.logged_in(role)
        public = model.public(model.now)
        words = {model.desk} | ({public.word} if public else set())
        pages = {page: reverse(f"admin:newsroom_release_{page}", args=[self.pk]) for page in DESK_PAGES}
        for page in self.in_turn(DESK_PAGES):
            answer = client.get(pages[page])
            shown = unescape(answer.content.decode())
            if page == "publish":
                assert answer.status_code == (200 if role in ("Editor", "Administrator") else 403)
            elif page == "versions":
                assert ("Public now" in shown) is bool(public)
                assert shown.count("Was public") == len(model.over())
            else:
                assert model.desk in shown and set(WORD.findall(shown)) <= words, page
            self.seen(pages[page], 302, ())


class ThoroughDesk(Desk):
    thorough = True


STORY = """
    submit anna; send_back aram; edit anna; approve anna; publish anna; share_draft 1; press_the_button 0
    approve aram; publish anna 90 True; press_the_button 1; time_passes 59; edit aram; time_passes 59
    rename second-address; publish anna 0 False True; time_passes 1; bar 0; restore 0 aram; put_into_bin
    publish anna 2000 True; revoke 2; unschedule; withdraw 60; time_passes 59; time_passes 1; time_passes 2000
    publish aram 90; publish aram 2000; withdraw; take_out_of_bin; time_passes 45000
"""


def test_each_sees_what_is_theirs_through_a_story_of_every_verb(db):
    tell(Desk, STORY, Desk.each_sees_what_is_theirs)


@pytest.mark.slow
def test_each_sees_what_is_theirs_whatever_was_done(db):
    run(Desk, examples=3, steps=8)


@pytest.mark.slow
def test_each_sees_what_is_theirs_whatever_was_done_at_length(db):
    run(ThoroughDesk, examples=15, steps=25)
