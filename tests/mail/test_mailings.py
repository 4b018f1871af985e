"""A mailing from its moment to its last row: who gets it, in which edition, and that no block adds a row twice."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from advocacy.mail import preparing
from advocacy.mail.bulk import claim
from advocacy.mail.models import Delivery, Mailing, Message
from advocacy.mail.preparing import add_block, prepare_next
from advocacy.publishing.models import Publication
from advocacy.subscribers.models import Subscriber
from advocacy.worker.claims import LEASE
from tests.mail.mailings import AT, HOUR, made, make_mailing, make_minutes, prepare, send, states, subscribe
from tests.minutes.models import Minutes
from tests.subscribers.makers import make_subscriber, make_topic

pytestmark = pytest.mark.django_db

State = Mailing.State


def those_who_get(mailing):
    return set(mailing.deliveries.values_list("subscriber__email", flat=True))


def test_nothing_happens_before_its_moment():
    subscribe()
    mailing = make_mailing()
    assert not prepare_next(AT - timedelta(seconds=1))
    assert prepare_next(AT)
    mailing.refresh_from_db()
    assert mailing.state == State.PREPARING


def test_everybody_who_receives_gets_a_row_and_nobody_else():
    for state in Subscriber.State:
        make_subscriber(email=f"{state}@reader.example", state=state)
    mailing = make_mailing()
    prepare()
    mailing.refresh_from_db()
    assert those_who_get(mailing) == {"confirmed@reader.example"}
    assert (mailing.state, mailing.recipients, mailing.prepared) == (State.SENDING, 1, AT)
    row = mailing.deliveries.get()
    assert (row.state, row.due, row.domain, row.recipient) == ("queued", AT, "reader.example", "")


def test_each_gets_the_edition_in_their_language_or_else_the_original():
    work = make_minutes(languages=("hy", "en"))
    for language in ("en", "hy", "fr"):
        make_subscriber(email=f"{language}@reader.example", language=language)
    mailing = make_mailing(work=work)
    prepare()
    got = dict(mailing.deliveries.values_list("subscriber__language", "message__language"))
    assert got == {"en": "en", "hy": "hy", "fr": "hy"}


def test_without_an_edition_in_the_original_language_the_first_one_goes_to_the_others():
    work = make_minutes(languages=("ru", "en"))
    Minutes.objects.get(work=work, language="ru").withdraw(at=AT - HOUR)
    make_subscriber(language="fr")
    mailing = make_mailing(work=work)
    prepare()
    assert mailing.deliveries.get().message.language == "en"


def test_with_topics_those_get_it_who_chose_one_of_them_or_none():
    courts, schools = make_topic("Courts"), make_topic("Schools")
    make_subscriber(email="all@reader.example")
    make_subscriber(email="courts@reader.example", topics=[courts])
    make_subscriber(email="both@reader.example", topics=[courts, schools])
    make_subscriber(email="schools@reader.example", topics=[schools])
    mailing = make_mailing(topics=[courts])
    prepare()
    assert those_who_get(mailing) == {"all@reader.example", "courts@reader.example", "both@reader.example"}


def test_rows_are_made_in_blocks_and_sending_waits_for_the_last(monkeypatch):
    monkeypatch.setattr(preparing, "BLOCK", 10)
    subscribe(25)
    mailing = make_mailing()
    counts = []
    while prepare_next(AT):
        mailing.refresh_from_db()
        counts.append((mailing.state, mailing.deliveries.count(), mailing.recipients))
    assert counts == [
        ("preparing", 0, 0),
        ("preparing", 10, 10),
        ("preparing", 20, 20),
        ("sending", 25, 25),
    ]


def test_a_block_that_comes_a_second_time_adds_nothing(monkeypatch):
    monkeypatch.setattr(preparing, "BLOCK", 10)
    subscribe(25)
    mailing = make_mailing()
    prepare()
    before = set(mailing.deliveries.values_list("subscriber", "mail_id"))
    Mailing.objects.update(state=State.PREPARING, cursor=0)
    prepare()
    mailing.refresh_from_db()
    assert set(mailing.deliveries.values_list("subscriber", "mail_id")) == before
    assert mailing.recipients == 25


def test_a_block_is_one_statement_in_one_transaction_whatever_its_size(monkeypatch):
    """What holds for 10 rows holds for the most that a block may have."""
    assert preparing.BLOCK <= 50_000
    mailing = make_mailing(work=make_minutes(languages=("en", "hy", "fr")))
    prepare_next(AT)
    sizes = []
    for count, start in ((10, 0), (200, 10)):
        subscribe(count, start=start)
        Mailing.objects.update(state=State.PREPARING)
        with CaptureQueriesContext(connection) as queries:
            add_block(mailing, AT)
        sizes.append(len(queries))
        inserts = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
        assert len(inserts) == 1
        assert "ON CONFLICT DO NOTHING" in inserts[0]
    assert sizes[0] == sizes[1] <= 13
    assert mailing.deliveries.count() == 210


def test_a_killed_block_leaves_nothing_half_done(monkeypatch):
    monkeypatch.setattr(preparing, "BLOCK", 10)
    subscribe(25)
    mailing = make_mailing()
    prepare_next(AT)
    prepare_next(AT)
    with pytest.raises(RuntimeError), transaction.atomic():
        prepare_next(AT)
        raise RuntimeError
    mailing.refresh_from_db()
    assert mailing.deliveries.count() == mailing.recipients == 10
    prepare()
    assert mailing.deliveries.count() == 25


def test_the_message_id_is_the_mailings_and_the_subscribers_and_nobody_can_guess_it(settings):
    settings.DEFAULT_FROM_EMAIL = "Council <website@կայք.example>"
    [one, _other] = subscribe(2)
    mailing = make_mailing()
    prepare()
    ids = dict(mailing.deliveries.values_list("subscriber", "mail_id"))
    assert len(set(ids.values())) == 2
    assert all(each.startswith(f"<{mailing.pk}.") for each in ids.values())
    assert all(each.endswith("@xn--y9a1at4d.example>") for each in ids.values())
    assert one.token not in ids[one.pk]
    mailing.deliveries.all().delete()
    Mailing.objects.update(state=State.PREPARING, cursor=0)
    prepare()
    assert dict(mailing.deliveries.values_list("subscriber", "mail_id")) == ids


def test_what_is_not_ready_pauses_with_its_sentence():
    subscribe()
    work = make_minutes(at=AT + HOUR)
    mailing = make_mailing(work=work)
    prepare()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.reason) == (State.PAUSED, "The minutes are not public.")
    assert mailing.resume(AT + HOUR)
    assert mailing.state == State.WAITING
    prepare(AT + HOUR)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.reason, mailing.recipients) == (State.SENDING, "", 1)


def test_a_kind_that_fails_pauses_its_mailing_and_stops_no_other(monkeypatch, caplog):
    subscribe()
    broken, sound = make_mailing(), make_mailing(work=make_minutes(word="Other"))
    whole = Minutes.mail_editions
    monkeypatch.setattr(
        Minutes, "mail_editions", lambda mailing, at: [][1] if mailing == broken else whole(mailing, at)
    )
    prepare()
    broken.refresh_from_db(), sound.refresh_from_db()
    assert (broken.state, sound.state) == (State.PAUSED, State.SENDING)
    assert "Tell whoever keeps the server" in broken.reason
    assert "could not be written" in caplog.text


def test_the_words_are_frozen_when_it_is_prepared():
    work = make_minutes()
    mailing = made(work=work)
    text = Minutes.objects.get(work=work)
    text.title = "Mended title"
    text.save()
    text.publish(at=AT)
    assert mailing.messages.get().subject == "Assembly title"
    shown = mailing.messages.get().versions.get()
    assert shown.number == 1


def test_a_mailing_to_nobody_is_done_at_once():
    mailing = make_mailing()
    prepare()
    send()
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished, mailing.recipients) == (State.DONE, AT, 0)


def test_two_mailings_of_one_work_reach_nobody_twice(smtp):
    work = make_minutes()
    first, second = make_mailing(work=work), make_mailing(work=work)
    subscribe(3)
    prepare()
    subscribe(2, start=3)
    third = make_mailing(work=work)
    prepare()
    send()
    assert (first.deliveries.count(), second.deliveries.count(), third.deliveries.count()) == (3, 0, 2)
    assert len({received.mail["To"] for received in smtp.received}) == len(smtp.received) == 5


def test_after_a_cancelled_mailing_the_next_one_goes_to_those_who_had_nothing(smtp):
    work = make_minutes()
    first = made(work=work, count=3)
    Delivery.objects.filter(pk=first.deliveries.first().pk).update(state="sent", due=None, settled_at=AT)
    assert first.cancel()
    prepare()
    assert states(first) == {"sent": 1, "cancelled": 2}
    second = make_mailing(work=work)
    prepare()
    assert second.deliveries.count() == 2


def test_a_mailing_made_right_after_one_was_cancelled_goes_to_all_who_had_nothing(smtp):
    work = make_minutes()
    first = made(work=work, count=3)
    in_hand, _waiting, _other = claim(first, AT)
    assert first.cancel()
    second = make_mailing(work=work)
    prepare()
    assert second.deliveries.count() == 0, "nobody knows yet what becomes of the mail in hand"
    in_hand.settle_as(Delivery.State.SENT, at=AT)
    prepare(AT + LEASE)
    assert states(first) == {"sent": 1, "cancelled": 2}
    assert second.deliveries.count() == 2


# -- corrections


def corrected(work):
    text = Minutes.objects.get(work=work, language="en")
    text.title = "Corrected"
    text.save()
    text.publish(at=AT + HOUR, correction="The room was another.")
    return text.versions.get(number=text.versions.count())


def correct(work, at=AT + 2 * HOUR):
    mailing = make_mailing(work=work, purpose="correction", corrects=corrected(work), starts=at)
    prepare(at)
    return mailing


def test_a_correction_goes_to_exactly_those_who_were_sent_the_earlier_text():
    work, other = make_minutes(languages=("en", "hy")), make_minutes(word="Other")
    fates = ["sent", "uncertain", "bounced", "refused", "failed", "left_out", "cancelled", "complained"]
    subscribers = dict(zip([*fates, "gone"], subscribe(9), strict=True))
    make_subscriber(email="hy@reader.example", language="hy")  # had another publication of the work
    bulletin = make_mailing(work=work)
    prepare()
    for fate in [*fates, "gone"]:
        had = "sent" if fate == "gone" else fate
        mail = bulletin.deliveries.filter(subscriber=subscribers[fate])
        mail.update(state=had, due=None, settled_at=AT)
    bulletin.deliveries.filter(message__language="hy").update(state="sent", due=None, settled_at=AT)
    subscribe(1, start=20)  # joined later, and has another mail alone
    make_mailing(work=other)
    prepare()
    send_all_as_sent(other)
    subscribers["gone"].leave(AT)

    mailing = correct(work)
    assert those_who_get(mailing) == {subscribers["sent"].email, subscribers["uncertain"].email}


def send_all_as_sent(work):
    Delivery.objects.filter(mailing__work=work).update(state="sent", due=None, settled_at=AT)


def test_a_correction_reaches_those_too_to_whom_the_earlier_text_is_still_on_its_way():
    work = make_minutes()
    bulletin = made(work=work, count=3)
    sent, put_off, _waiting = bulletin.deliveries.order_by("pk")
    Delivery.objects.filter(pk=sent.pk).update(state="sent", due=None, settled_at=AT)
    Delivery.objects.filter(pk=put_off.pk).update(attempts=3, due=AT + 9 * HOUR)
    assert correct(work).deliveries.count() == 3


def test_a_correction_does_not_go_to_those_whose_mail_was_cancelled_a_moment_ago():
    work, other = make_minutes(), make_minutes(word="Other")
    bulletin = made(work=other, count=3)
    bulletin.messages.get().versions.add(*Publication.objects.get(work=work).versions.all())
    sent = bulletin.deliveries.order_by("pk").first()
    Delivery.objects.filter(pk=sent.pk).update(state="sent", due=None, settled_at=AT)
    assert bulletin.cancel()
    assert correct(work).deliveries.count() == 1


def test_who_had_the_corrected_text_alone_gets_no_correction():
    work = make_minutes()
    subscribe(1)
    make_mailing(work=work)
    version = corrected(work)
    prepare(AT + 2 * HOUR)
    assert Message.objects.get().versions.get() == version
    send_all_as_sent(work)
    mailing = make_mailing(work=work, purpose="correction", corrects=version, starts=AT + 3 * HOUR)
    prepare(AT + 3 * HOUR)
    assert mailing.deliveries.count() == 0


def test_a_second_correction_reaches_those_who_had_either_text_before():
    work = make_minutes()
    made(work=work, count=2)
    send_all_as_sent(work)
    correct(work)
    send_all_as_sent(work)
    text = Publication.objects.get(work=work)
    second = make_mailing(
        work=work, purpose="correction", corrects=corrected_again(text), starts=AT + 5 * HOUR
    )
    prepare(AT + 5 * HOUR)
    assert second.deliveries.count() == 2


def test_who_was_sent_the_earlier_text_before_it_was_cancelled_is_told_of_the_correction(smtp):
    work = make_minutes()
    bulletin = made(work=work, count=1)
    send()
    correction = correct(work, AT + 2 * HOUR)
    send(AT + 2 * HOUR)
    late, waiting = subscribe(2, start=5)
    for each in (late, waiting):
        assert bulletin.send_to(each.email, AT + 3 * HOUR)
    bulletin.deliveries.filter(subscriber=late).update(state="sent", due=None, settled_at=AT + 3 * HOUR)
    assert bulletin.cancel()
    prepare(AT + 4 * HOUR)
    assert those_who_get(correction) == {"reader0@reader.example", late.email}


def corrected_again(text):
    text = Minutes.objects.get(pk=text.pk)
    text.title = "Corrected once more"
    text.save()
    text.publish(at=AT + 4 * HOUR, correction="So was the hour.")
    return text.versions.get(number=3)
