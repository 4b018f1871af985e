"""A letter at the desk: its demands by number, its addressees in protocol order, passages of its paragraphs."""

import pytest

from advocacy.richtext import blocks
from campaigns.models import Demand, DemandWording, Letter, LetterPassage
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import AT, make_holder, make_letter, record
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
ADD = "/admin/campaigns/letter/add/"


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="Writer"))
    return client


def change_url(letter):
    return f"/admin/campaigns/letter/{letter.pk}/change/"


def save(desk, letter, **changes):
    """Changes some fields of the letter's form and saves it; the answer."""
    fields = fields_of(desk.get(change_url(letter)))
    for name, value in changes.items():
        fields[name.replace("__", "-")] = value
    return desk.post(change_url(letter), fields, follow=True)


def add_rows(fields, prefix, rows):
    """Puts new rows behind those of the form."""
    there = int(fields[f"{prefix}-TOTAL_FORMS"])
    for number, row in enumerate(rows, start=there):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    fields[f"{prefix}-TOTAL_FORMS"] = str(there + len(rows))
    return fields


def demand(number, label="Aid", title="", wording=""):
    return {"number": number, "label": label, "title": title or f"{label}, in one line", "wording": wording}


def demands_of(letter):
    rows = DemandWording.objects.filter(letter=letter).select_related("demand")
    return sorted((row.number, row.label) for row in rows)


def test_a_letter_is_entered_with_addressees_and_demands(desk):
    first, second = make_holder(name="Volker Türk"), make_holder(name="António Guterres")
    fields = fields_of(desk.get(ADD)) | {"title": "Ten demands", "body": "<p>We write to you.</p>"}
    add_rows(
        fields, "addressees", [{"holder": first.pk, "position": 2}, {"holder": second.pk, "position": 1}]
    )
    add_rows(fields, "demands", [demand(2, "Aid"), demand(1, "Recognition")])
    response = desk.post(ADD, fields)
    assert response.status_code == 302, errors_of(response)
    letter = Letter.objects.get()
    assert [each.holder.name for each in letter.addressees.all()] == ["António Guterres", "Volker Türk"]
    assert demands_of(letter) == [(1, "Recognition"), (2, "Aid")]
    assert [row.number for row in letter.content().demands] == [1, 2]
    assert letter.desk_hash == letter.content().hash()


def test_what_was_entered_is_what_readers_get(desk, client, time_machine):
    time_machine.move_to(AT, tick=False)
    make_letter(demands=["Recognition"], addressees=[make_holder()])
    page = client.get("/en/letters/ten-demands/").content.decode()
    assert "Recognition, in one line" in page and "António Guterres" in page


def test_saving_what_stands_there_changes_nothing(desk):
    letter = make_letter(passage="nobody was held to account", addressees=[make_holder()])
    assert save(desk, letter).redirect_chain, "it was saved"
    letter.refresh_from_db()
    assert letter.desk_hash == letter.versions.get().hash
    assert Demand.objects.count() == 3


@pytest.mark.parametrize("label, fits", [("x" * 12, True), ("x" * 13, False)])
def test_a_label_has_at_most_twelve_characters(desk, label, fits):
    letter = make_letter(demands=["Aid"], published=False)
    response = save(desk, letter, demands__0__label=label)
    assert bool(response.redirect_chain) is fits
    if not fits:
        assert "at most 12 characters" in errors_of(response)[0]


@pytest.mark.parametrize("number", ["", "0", "100", "²", "-1", "1.5", "x"])
def test_a_number_is_a_number(desk, number):
    letter = make_letter(demands=["Aid"], published=False)
    response = save(desk, letter, demands__0__number=number)
    assert not response.redirect_chain and errors_of(response)


def test_two_demands_do_not_share_a_number(desk):
    letter = make_letter(demands=["Aid", "Release"], published=False)
    response = save(desk, letter, demands__1__number="1")
    assert "Two demands have the number 1." in errors_of(response)
    assert demands_of(letter) == [(1, "Aid"), (2, "Release")]


def test_demands_exchange_their_numbers_before_they_are_public(desk):
    letter = make_letter(demands=["Aid", "Release"], published=False)
    change = record(letter=letter, number=1)
    assert save(desk, letter, demands__0__number="2", demands__1__number="1").redirect_chain
    assert demands_of(letter) == [(1, "Release"), (2, "Aid")]
    change.demand.refresh_from_db()
    assert change.demand.number == 2, "the record goes with the demand"
    assert [row.label for row in Letter.objects.get(pk=letter.pk).content().demands] == ["Release", "Aid"]


def test_a_number_that_was_public_never_changes(desk):
    letter = make_letter(demands=["Aid", "Release"])
    letter.withdraw(at=AT.replace(hour=13))
    response = save(desk, letter, demands__0__number="2", demands__1__number="1")
    assert errors_of(response) == [
        "This demand was public as number 1. A number that was public never changes.",
        "This demand was public as number 2. A number that was public never changes.",
    ]
    assert demands_of(letter) == [(1, "Aid"), (2, "Release")]
    response = save(desk, letter, demands__0__label="Food aid")
    assert response.redirect_chain and demands_of(letter)[0] == (1, "Food aid")


def test_a_second_language_picks_up_the_demands_by_number(desk):
    letter = make_letter(demands=["Aid", "Release"])
    record(letter=letter, number=2, status="refused")
    other = make_letter(work=letter.work, language="hy", title="Պահանջներ", demands=[], published=False)
    fields = add_rows(fields_of(desk.get(change_url(other))), "demands", [demand(2, "Ազատ")])
    assert desk.post(change_url(other), fields).status_code == 302
    assert Demand.objects.count() == 2
    assert other.demands.get().demand.changes.get().status == "refused"
    response = save(desk, other, demands__0__number="1")
    assert "never changes" in errors_of(response)[0]


def test_a_renumbered_demand_keeps_its_number_in_every_language(desk):
    letter = make_letter(demands=["Aid", "Release"], published=False)
    other = make_letter(
        work=letter.work, language="hy", demands=["Օգնություն", "Ազատ"], title="Հ", published=False
    )
    assert save(desk, letter, demands__0__number="3").redirect_chain
    assert demands_of(other) == [(2, "Ազատ"), (3, "Օգնություն")]
    other.refresh_from_db()
    assert other.desk_hash == Letter.objects.get(pk=other.pk).content().hash()


def test_a_number_of_another_language_is_not_taken(desk):
    letter = make_letter(demands=["Aid", "Release"], published=False)
    other = make_letter(work=letter.work, language="hy", demands=["Օգնություն"], title="Հ", published=False)
    response = save(desk, other, demands__0__number="2")
    assert errors_of(response) == [
        "Number 2 belongs to another demand: it stands in another language, or has a record."
    ]


def test_a_new_demand_takes_the_number_that_a_row_gave_up(desk):
    letter = make_letter(demands=["Aid"], published=False)
    fields = fields_of(desk.get(change_url(letter))) | {"demands-0-number": "2"}
    add_rows(fields, "demands", [demand(1, "Release")])
    assert desk.post(change_url(letter), fields).status_code == 302
    assert demands_of(letter) == [(1, "Release"), (2, "Aid")]


def test_the_others_move_up_when_a_demand_is_taken_out(desk):
    letter = make_letter(demands=["Aid", "Release", "Corridor"], published=False)
    aid, _release, corridor = Demand.objects.order_by("number").values_list("pk", flat=True)
    assert save(desk, letter, demands__1__DELETE="on", demands__2__number="2").redirect_chain
    assert demands_of(letter) == [(1, "Aid"), (2, "Corridor")]
    assert list(Demand.objects.order_by("number").values_list("pk", flat=True)) == [aid, corridor]


def test_nothing_moves_to_the_number_of_a_demand_with_a_record(desk):
    letter = make_letter(demands=["Aid", "Release"], published=False)
    record(letter=letter, number=1)
    response = save(desk, letter, demands__0__DELETE="on", demands__1__number="1")
    assert "has a record" in errors_of(response)[0]


def test_a_demand_that_is_taken_out_goes_for_good_only_where_nothing_hangs_on_it(desk):
    letter = make_letter(demands=["Aid", "Release", "Corridor"], published=False)
    record(letter=letter, number=2)
    save(desk, letter, **{f"demands__{n}__DELETE": "on" for n in range(3)})
    assert list(Demand.objects.values_list("number", flat=True)) == [2], "its record stays"


def test_a_demand_that_was_public_stays_for_older_versions(desk):
    letter = make_letter(demands=["Aid", "Release"])
    save(desk, letter, demands__1__DELETE="on")
    assert demands_of(letter) == [(1, "Aid")]
    letter.restore(letter.versions.get())
    assert demands_of(letter) == [(1, "Aid"), (2, "Release")]


# -- passages


def passage_of(letter, words, paragraph=1):
    return {"paragraph": blocks(letter.body)[paragraph].id, "words": words, "position": ""}


def test_a_passage_is_chosen_from_a_numbered_paragraph(desk):
    letter = make_letter(published=False)
    page = desk.get(change_url(letter)).content.decode()
    assert "¶ 2 Every call not to use force was ignored" in page
    fields = fields_of(desk.get(change_url(letter)))
    add_rows(fields, "passages", [passage_of(letter, "nobody was\r\nheld to account")])
    assert desk.post(change_url(letter), fields).status_code == 302
    assert letter.passages.get().paragraph == blocks(letter.body)[1].id
    assert Letter.objects.get(pk=letter.pk).problems(AT) == []


@pytest.mark.parametrize(
    "words, paragraph, said",
    [
        ("somebody was held to account", 1, "These words do not stand in the paragraph"),
        ("nobody was held to account", 0, "These words do not stand in the paragraph"),
    ],
)
def test_words_of_a_passage_stand_in_their_paragraph(desk, words, paragraph, said):
    letter = make_letter(published=False)
    fields = fields_of(desk.get(change_url(letter)))
    add_rows(fields, "passages", [passage_of(letter, words, paragraph)])
    response = desk.post(change_url(letter), fields)
    assert said in errors_of(response)[0]
    assert not LetterPassage.objects.exists()


def test_a_text_that_lost_the_words_of_a_passage_says_so(desk):
    letter = make_letter(passage="nobody was held to account", published=False)
    response = save(desk, letter, body=letter.body.replace("nobody", "no one"))
    assert "These words do not stand in the paragraph" in errors_of(response)[0]
    response = save(desk, letter, body="<p>Another text.</p>")
    assert "This paragraph is no longer in the text." in errors_of(response)[0]


def test_a_new_letter_has_no_paragraphs_to_choose_from(desk):
    assert "passages-TOTAL_FORMS" not in desk.get(ADD).content.decode()


# -- who may


def test_a_writer_does_not_publish(desk):
    letter = make_letter(published=False)
    assert desk.post(f"/admin/campaigns/letter/{letter.pk}/publish/", {"when": "now"}).status_code == 403
    assert not letter.versions.exists()


def test_the_press_desk_reads(client):
    letter = make_letter()
    client.force_login(make_user(role="Press desk"))
    assert client.get(change_url(letter)).status_code == 200
    assert client.post(change_url(letter), {"title": "x"}).status_code == 403


def test_hostile_words_come_back_as_they_were_typed_or_are_saved(desk):
    letter = make_letter(demands=["Aid"], published=False)
    for text in ("x" * 10_000, "\u202eabc", "a\x07b", "²", "\ud83d"):
        text = text.encode("utf-8", "replace").decode()
        response = save(desk, letter, demands__0__title=text, title=text[:200], addressed_to=text)
        assert response.status_code == 200
