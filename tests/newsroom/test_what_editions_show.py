"""Any verbs in any order: what a bulletin shows in two languages, of a release that carries a letter in two.

An edition shows the release in its own language, where readers had that when the edition was first public, or else
the original; and with it the words of the letter that were kept when the release was saved. What was withdrawn or
barred in one language is gone in that language, and no other takes its place: nobody sees a word of it again, in the
letter, in the release that carries it, in the bulletin, or in mail that is written from then on.

Each edit puts words of its own into a text: t for the title and b for the body, which in the letter is a demand.
"""

from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from advocacy.mail.models import Delivery, Mailing, Message
from advocacy.mail.preparing import prepare_next
from advocacy.organisation.models import OrganisationText
from advocacy.publishing.models import Version
from campaigns.models import Letter
from newsroom.models import Bulletin, Release
from tests.campaigns.makers import make_letter
from tests.newsroom.makers import make_release
from tests.publishing.makers import START
from tests.publishing.stories import MINUTE, Made, Story, Text, lower, run, tell, word, words_in
from tests.subscribers.makers import make_subscriber

LANGUAGES = ["en", "hy"]
ORIGINAL = "en"
MODELS = {"letter": Letter, "release": Release, "bulletin": Bulletin}
KEYS = [(name, language) for name in MODELS for language in LANGUAGES]
NAMES, EITHER = st.sampled_from(list(MODELS)), st.sampled_from(LANGUAGES)


class Words(NamedTuple):
    """A text as it was edited. `kept`: the letter's text that a release carries, as (language, version)."""

    edit: int
    kept: Any = None


@dataclass
class Model:
    """What should be so."""

    now: datetime = START
    texts: dict[tuple[str, str], Text] = field(default_factory=lambda: {key: Text() for key in KEYS})

    def move(self, now: datetime) -> None:
        self.now = now
        for text in self.texts.values():
            text.now = now

    def in_language(self, name: str, language: str, at: datetime) -> tuple[str, Made] | None:
        """What readers of a language have of a work: the text in it, or else the original."""
        for each in dict.fromkeys([language, ORIGINAL]):
            if made := self.texts[name, each].public(at):
                return each, made
        return None

    def newest_letter(self, language: str) -> Any:
        """The text of the letter whose words a release in this language keeps when it is saved."""
        for each in dict.fromkeys([language, ORIGINAL]):
            versions = [made for _moment, made in self.texts["letter", each].periods()]
            if versions:
                return each, max(versions, key=lambda made: made.number)
        return None

    def said(self, made: Made, places: str = "tb") -> set[str]:
        return {word(made.content.edit, place) for place in places}

    def letter_in(self, release: Made, at: datetime, seen: datetime, places: str = "b") -> set[str]:
        """The words of the letter that a release shows as of `at` to those who read it when it is `seen`."""
        language, kept = release.content.kept
        text = self.texts["letter", language]
        shown = text.public(at) and text.public(max(at, seen)) and not kept.barred
        return self.said(kept, places) if shown else set()

    def release_in(self, language: str, at: datetime, seen: datetime) -> set[str] | None:
        """Its words in an edition first public `at`; None where it is not or no longer to be had."""
        found = self.in_language("release", language, at)
        if found is None:
            return None
        in_which, made = found
        if made.barred or not self.texts["release", in_which].public(max(at, seen)):
            return None
        return self.said(made) | self.letter_in(made, at, seen)

    def is_as_public(self, language: str, at: datetime) -> bool:
        """Whether an edition first public `at` shows the release, in the very text that readers have now."""
        found = self.in_language("release", language, at)
        if found is None or not self.release_in(language, at, self.now):
            return False
        in_which, made = found
        return self.texts["release", in_which].public(self.now) is made

    def bulletin(self, language: str, made: Made, seen: datetime) -> set[str]:
        return self.said(made) | (self.release_in(language, made.first, seen) or set())

    def no(self, name: str, language: str, starts: datetime) -> bool:
        """Whether this text, as it stands at the desk, can't be published for that moment."""
        if name == "release":
            kept = self.texts[name, language].desk.kept
            return kept is None or self.texts["letter", kept[0]].public(starts) is not kept[1]
        if name == "bulletin":
            first = self.texts[name, language].first_public(starts)
            return self.in_language("release", language, first) is None
        return False

    def plan_changed(self) -> None:
        """A bulletin that would begin without its release is not scheduled any more."""
        for language in LANGUAGES:
            text = self.texts["bulletin", language]
            for moment, made in text.periods():
                begins = moment > self.now and made.first == moment
                if begins and self.release_in(language, moment, moment) is None:
                    text.drop_what_is_ahead()


class Desk(Story):
    def __init__(self):
        super().__init__()
        OrganisationText.objects.update(address="1 Sample Street")
        for language in ("hy", "ru"):
            OrganisationText.objects.create(organisation=self.organisation, language=language, name="Sample")
        for language in ("en", "hy", "ru"):
            make_subscriber(email=f"{language}@reader.example", language=language, at=START)
        self.model, self.edits = Model(), 0
        letter = make_letter(title="Nothing", slug="the-letter", demands=("Nothing",), published=False)
        release = make_release(title="Nothing", slug="the-release", carried_work=letter.work)
        bulletin = Bulletin.objects.create(title="Nothing", slug="the-bulletin")
        bulletin.items.create(work=release.work, position=1, shown="full")
        originals = {"letter": letter, "release": release, "bulletin": bulletin}
        self.pks = {}
        for name, text in originals.items():
            self.pks[name, "en"] = text.pk
            self.pks[name, "hy"] = text.translated("hy").pk
        for key in KEYS:
            MODELS[key[0]].objects.filter(pk=self.pks[key]).update(slug=f"the-{key[0]}")
            self.edit(*key)

    def text(self, key):
        return MODELS[key[0]].objects.get(pk=self.pks[key])

    # -- the desk

    @rule(name=NAMES, language=EITHER)
    def edit(self, name, language):
        self.edits += 1
        key = name, language
        title, body = (word(self.edits, place) for place in "tb")
        text = self.text(key)
        text.title = f"{title} title"
        match name:
            case "letter":
                text.demands.update(title=f"{body} demand", wording=f"{body} wording")
            case "release":
                text.body = f"<p>{body} body</p>"
            case "bulletin":
                text.introduction = f"<p>{body} introduction</p>"
        text.save()
        self.text(key).stamp()
        kept = self.model.newest_letter(language) if name == "release" else None
        self.model.texts[key].desk = Words(self.edits, kept)

    # -- before the public

    @rule(name=NAMES, language=EITHER, minutes=st.sampled_from([0, 0, 0, 90]), embargo=st.booleans())
    def publish(self, name, language, minutes=0, embargo=False):
        starts, text = self.model.now + minutes * MINUTE, self.text((name, language))
        no = self.model.no(name, language, starts)
        if not self.refused(no, lambda: text.publish(starts=starts, embargo=embargo)):
            self.model.texts[name, language].publish(starts)
            self.model.plan_changed()

    @rule(name=NAMES, language=EITHER, minutes=st.sampled_from([0, 0, 60]))
    def withdraw(self, name, language, minutes=0):
        key = name, language
        moment = self.model.now + minutes * MINUTE
        self.text(key).withdraw(moment=moment)
        self.model.texts[key].plan_on(moment, None)
        self.model.plan_changed()

    @rule(name=NAMES, language=EITHER)
    def unschedule(self, name, language):
        key = name, language
        self.text(key).unschedule()
        self.model.texts[key].drop_what_is_ahead()
        self.model.plan_changed()

    @precondition(lambda self: any(text.over() for text in self.model.texts.values()))
    @rule(number=st.integers(0, 19))
    def bar(self, number=0):
        over = [(key, made) for key, text in self.model.texts.items() for made in text.over()]
        key, made = over[number % len(over)]
        self.text(key).bar(Version.objects.get(publication=self.pks[key], number=made.number))
        made.barred = True

    @rule(minutes=st.sampled_from([1, 60, 90]))
    def time_passes(self, minutes):
        self.model.move(self.model.now + minutes * MINUTE)
        self.travelled.move_to(self.model.now)

    # -- the mail

    @rule()
    def send(self):
        """A mailing is made, written and cancelled again: what each subscriber would have got."""
        model, work = self.model, self.text(("bulletin", ORIGINAL)).work
        mailing = Mailing.objects.create(work=work, purpose="bulletin", starts=model.now)
        while prepare_next(model.now):
            pass
        mailing.refresh_from_db()
        public = {each: model.texts["bulletin", each].public(model.now) for each in LANGUAGES}
        editions = {each: made for each, made in public.items() if made}
        as_public = all(model.is_as_public(each, made.first) for each, made in editions.items())
        if not (editions and as_public):
            assert mailing.state == Mailing.State.PAUSED and not mailing.messages.exists()
        else:
            assert mailing.state == Mailing.State.SENDING, mailing.reason
            for message in Message.objects.filter(mailing=mailing):
                made = editions.pop(message.language)
                expected = lower(model.bulletin(message.language, made, model.now))
                assert words_in(message.text) == words_in(message.subject + message.html) == expected
            assert not editions
            self.each_gets_their_edition(mailing, [each for each in LANGUAGES if public[each]])
            assert not mailing.texts_gone(model.now)
        mailing.cancel()
        while prepare_next(model.now):
            pass

    def each_gets_their_edition(self, mailing, languages):
        got = Delivery.objects.filter(mailing=mailing)
        got = dict(got.values_list("subscriber__language", "message__language"))
        assert got == {each: each if each in languages else languages[0] for each in ("en", "hy", "ru")}

    # -- what readers see

    @invariant()
    def readers_see_what_is_public(self):
        self.steps += 1
        for key in KEYS:
            text = self.model.texts[key]
            self.page_shows(f"/{key[1]}/{key[0]}s/the-{key[0]}/", key, text.public(self.model.now))
            for made in text.versions and self.in_turn(text.versions):
                opens = text.public(self.model.now) and made in text.was_public() and not made.barred
                path = f"/{key[1]}/{key[0]}s/the-{key[0]}/versions/{made.number}/"
                self.page_shows(path, key, made if opens else None)

    def page_shows(self, path, key, made):
        answer = self.stranger.get(path)
        shown = words_in(unescape(answer.content.decode()))
        assert (answer.status_code == 200) is bool(made), path
        if made is None:
            assert not shown, path
        elif key[0] == "bulletin":
            assert shown == lower(self.model.bulletin(key[1], made, self.model.now)), path
        else:
            assert lower(self.model.said(made)) <= shown <= lower(self.words_on_page(key, made)), path

    def words_on_page(self, key, made):
        """All that may stand on it: of what it leads to the titles that readers have now."""
        model = self.model
        public = (text.public(model.now) for text in model.texts.values())
        titles = {word(each.content.edit, "t") for each in public if each}
        letter = model.letter_in(made, model.now, model.now, "tb") if key[0] == "release" else set()
        return model.said(made) | letter | titles


class ThoroughDesk(Desk):
    thorough = True


STORY = """
    publish release en; publish letter en; publish release en; edit release en; publish release hy; publish release en
    publish bulletin hy; publish bulletin en; send; edit release hy; publish letter hy; publish release hy
    edit release hy; publish release hy 90 True; publish bulletin hy 60; time_passes 90; publish bulletin hy; send
    withdraw letter en; send; withdraw letter hy 60; time_passes 60; publish letter en; send; edit letter en
    publish letter en; bar; edit release en; publish release en 90; unschedule release en; publish release en
    edit bulletin en; publish bulletin en 60; withdraw release en 60; unschedule release en; send
    withdraw release en; send; publish bulletin hy; withdraw bulletin hy; withdraw bulletin en; send
"""


def test_each_edition_shows_what_is_public_through_a_story_of_every_verb(db):
    tell(Desk, STORY, Desk.readers_see_what_is_public)


@pytest.mark.slow
def test_each_edition_shows_what_is_public_whatever_was_done(db):
    run(Desk, examples=20, steps=30)


@pytest.mark.slow
def test_each_edition_shows_what_is_public_whatever_was_done_at_length(db):
    run(ThoroughDesk, examples=40, steps=40)
