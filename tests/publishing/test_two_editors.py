"""Two people at one text at the very same moment, through the admin and on real connections: nothing is lost."""

import re
from functools import partial
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import make_holder, make_letter
from tests.campaigns.test_letter_admin import add_rows, demand
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation
from tests.publishing.makers import open_versions
from tests.publishing.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 2  # whoever comes first wins: each round both may


@pytest.fixture
def people():
    make_organisation()
    return [signed_in(make_user(name=name)) for name in ("anna", "aram")]


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def page(name, text, *more):
    return reverse(f"admin:{text._meta.app_label}_{text._meta.model_name}_{name}", args=[text.pk, *more])


def shown(answer):
    return unescape(answer.content.decode())


def each_posts(people, path, forms):
    return [partial(person.post, path, form) for person, form in zip(people, forms, strict=True)]


def a_release():
    text = make_release(title="Zqbefore", quotes=[("Zqbefore words", "Anna Sample")])
    return text, {"title": "Zqanna", "quotes-0-words": "Zqanna words"}, {"place": "Zqaram", "title": "Zqaram"}


def a_letter():
    text = make_letter(
        title="Zqbefore",
        demands=["Aid", "Release"],
        addressees=[make_holder()],
        passage="nobody was held to account",
        published=False,
    )
    hers = {"title": "Zqanna", "demands-0-title": "Zqanna in one line", "passages-0-DELETE": "on"}
    his = {"headline": "Zqaram", "demands-1-wording": "Zqaram, as the letter puts it"}
    return text, hers, his


def words_of(text):
    """All that stands on the desk, rows included."""
    return str(type(text).objects.get(pk=text.pk).content())


@pytest.mark.parametrize("made", [a_release, a_letter])
def test_of_two_who_save_at_once_one_is_told_and_no_word_is_lost(people, made):
    for _round in range(ROUNDS):
        text, *changes = made()
        forms = [
            fields_of(person.get(page("change", text))) | own
            for person, own in zip(people, changes, strict=True)
        ]
        answers = at_once(*each_posts(people, page("change", text), forms))
        assert sorted(answer.status_code for answer in answers) == [200, 302], list(map(errors_of, answers))
        loser = 0 if answers[0].status_code == 200 else 1
        told, person = answers[loser], people[loser]
        winner_s = {value for name, value in changes[1 - loser].items() if value.startswith("Zq")}
        loser_s = {value for name, value in changes[loser].items() if value.startswith("Zq")}
        name = people[1 - loser].user.first_name
        assert f"{name} saved this text while you were writing." in shown(told)
        missing = {word for word in winner_s | loser_s if word not in both_texts(told)}
        assert not missing, "both texts are shown"
        desk = words_of(text)
        assert all(word in desk for word in winner_s) and not any(word in desk for word in loser_s)
        # The form that came back is the loser's; once it was read over what the winner wrote, it is taken.
        assert person.post(page("change", text), fields_of(told)).status_code == 302
        assert all(word in words_of(text) for word in loser_s)


def both_texts(answer):
    """The page as it reads with what only you have, and with what only they have."""
    read = [re.sub(rf"<{mark}>.*?</{mark}>", "", shown(answer), flags=re.S) for mark in ("ins", "del")]
    return " ".join(re.sub(r"</?(?:del|ins)>", "", text) for text in read)


def test_rows_that_one_took_out_and_rows_that_both_added_meet_in_the_form(people):
    anna, aram = people
    text, _hers, _his = a_letter()
    hers, his = (fields_of(person.get(page("change", text))) for person in people)
    add_rows(hers, "demands", [demand(3, "Anna")])
    add_rows(his, "demands", [demand(3, "Aram")])
    hers |= {"demands-0-DELETE": "on", "passages-0-DELETE": "on"}
    his |= {"demands-0-title": "Zqaram in one line"}
    assert anna.post(page("change", text), hers).status_code == 302
    told = aram.post(page("change", text), his)
    assert "Anna saved this text" in shown(told)
    assert errors_of(told) == ["Two demands have the number 3."]
    again = fields_of(told)
    assert {"Anna, in one line", "Aram, in one line"} <= set(again.values())
    number = next(name for name, value in again.items() if value == "Aram").replace("label", "number")
    assert aram.post(page("change", text), again | {number: "4"}).status_code == 302
    demands = {row.number: (row.label, row.title) for row in text.demands.all()}
    assert demands == {
        1: ("Aid", "Zqaram in one line"),
        2: ("Release", "Release, in one line"),
        3: ("Anna", "Anna, in one line"),
        4: ("Aram", "Aram, in one line"),
    }
    assert text.passages.get().words == "nobody was held to account"


def test_what_is_brought_back_overwrites_nobody(people):
    anna, aram = people
    text, hers, his = a_release()
    typed = fields_of(anna.get(page("change", text))) | hers
    anna.post(page("typing", text), {**typed, "is_changed": "1"})
    assert aram.post(page("change", text), fields_of(aram.get(page("change", text))) | his).status_code == 302
    back = anna.get(page("change", text) + "?bring_back=1")
    assert "Zqanna words" in shown(back)
    told = anna.post(page("change", text), fields_of(back))
    assert "Aram saved this text while you were writing." in shown(told) and "Zqanna words" in shown(told)
    assert "Zqaram" in words_of(text)


@pytest.mark.slow
@pytest.mark.parametrize("made", [a_release, a_letter])
def test_saving_and_publishing_at_once_publishes_one_whole_text_that_was_read(people, made):
    anna, aram = people
    for _round in range(ROUNDS):
        text, hers, _his = made()
        before = words_of(text)
        saved = fields_of(anna.get(page("change", text))) | hers
        publishing = fields_of(aram.get(page("publish", text)))
        answers = at_once(
            partial(anna.post, page("change", text), saved),
            partial(aram.post, page("publish", text), publishing),
        )
        assert answers[0].status_code == 302, "publishing changes no word: the save goes through"
        assert all(word in words_of(text) for word in hers.values() if word.startswith("Zq"))
        text.refresh_from_db()
        versions = list(text.versions.all())
        if answers[1].status_code == 302:
            assert str(versions[0].content) == before
        else:
            assert "Read it again" in shown(answers[1]) and not versions
        assert (text.status, text.changed_by) == ("draft", anna.user), "nobody approved what she wrote"


def test_two_who_publish_at_once_publish_once(people):
    for _round in range(ROUNDS):
        text, _hers, _his = a_letter()
        forms = [fields_of(person.get(page("publish", text))) for person in people]
        answers = at_once(*each_posts(people, page("publish", text), forms))
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        assert text.versions.count() == open_versions(text) == 1


def test_what_was_saved_since_a_page_was_read_is_not_approved_published_or_replaced_unread(people):
    anna, aram = people
    text, hers, _his = a_release()
    text.publish()
    verbs = [("approve",), ("publish",), ("restore", 1)]
    pages = {verb: aram.get(page(*verb[:1], text, *verb[1:])) for verb in verbs}
    assert (
        anna.post(page("change", text), fields_of(anna.get(page("change", text))) | hers).status_code == 302
    )
    for verb, read in pages.items():
        form = fields_of(read) | {"change": "minor"}
        answer = aram.post(page(*verb[:1], text, *verb[1:]), form)
        assert answer.status_code == 200 and "Read it again" in shown(answer), verb
        assert "Zqanna" in words_of(text)
    text.refresh_from_db()
    assert (text.status, text.versions.count()) == ("draft", 1)
    again = fields_of(answer)
    assert aram.post(page("restore", text, 1), again).status_code == 302
    assert "Zqanna" not in words_of(text)
