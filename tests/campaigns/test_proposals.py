"""Changes of demands: proposed, approved by a second person or sent back, and told to a list before the public."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from advocacy.mail.models import Delivery, Message
from advocacy.mail.sending import send_due
from advocacy.organisation.models import Organisation
from campaigns.models import Demand, DemandChange, DemandProposal, Letter, ToldBeforehand
from campaigns.models.proposals import take_back
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.campaigns.makers import AT, DAY, make_holder, make_letter, record
from tests.hostile.words import some_quickly
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = AT + HOUR
PUBLIC = "/en/letters/ten-demands/demands/2/"


@pytest.fixture(autouse=True)
def now(time_machine):
    make_organisation()
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def demand():
    letter = make_letter(addressees=[make_holder()])
    return Demand.objects.get(work=letter.work, number=2)


@pytest.fixture
def writer():
    return make_user(role="Writer", name="wilma")


@pytest.fixture
def editor():
    return make_user(role="Editor", name="edith")


def filled(**changes):
    return {
        "status": "partly",
        "on": DAY.isoformat(),
        "note": "Two convoys were let through.",
        "language": "en",
        "actor": "all",
        "who_acted": "",
        "source_url": "https://un.example/press/1",
        "source_title": "United Nations",
        **changes,
    }


def propose(demand, who, *, at=NOW, **named):
    proposal = DemandProposal(
        demand=demand,
        proposed_by=who,
        **{
            "status": "partly",
            "on": DAY,
            "note": "Two convoys were let through.",
            "source_url": "https://un.example/1",
            **named,
        },
    )
    proposal.propose(at=at)
    return proposal


def put_on_the_list(*, email, language="en", work=None):
    return ToldBeforehand.objects.create(
        name="Karine", email=email, language=language, work=work, consent="E-mail of May", agreed=DAY
    )


def page_of(demand):
    return f"/admin/campaigns/demand/{demand.pk}/change/"


def url_of(proposal):
    return f"/admin/campaigns/demand/proposals/{proposal.pk}/"


def decide(client, proposal, deed, **fields):
    return client.post(url_of(proposal), {"deed": deed, "edition": proposal.edition, **fields}, follow=True)


def refused(client, proposal, deed, **fields):
    return client.post(url_of(proposal), {"deed": deed, "edition": 1, **fields}).status_code == 403


# -- a second person


def test_a_writer_proposes_an_editor_approves_and_both_are_named(client, demand, writer, editor):
    client.force_login(writer)
    client.post(f"/admin/campaigns/demand/{demand.pk}/record/", filled())
    proposal = DemandProposal.objects.get()
    assert (proposal.proposed_by, proposal.proposed) == (writer, NOW)
    assert "convoys" not in client.get(PUBLIC).content.decode()
    page = client.get(page_of(demand)).content.decode()
    assert "Two convoys were let through." in page and "Waits for a second person" in page

    client.force_login(editor)
    assert "The change is recorded." in decide(client, proposal, "approve", hours="0").content.decode()
    change = demand.changes.get()
    assert (change.proposed_by, change.who, change.known) == (writer, editor, NOW)
    page = client.get(page_of(demand)).content.decode()
    assert "Proposed by Wilma" in page and "Approved by Edith" in page and "one person" not in page
    public = client.get(PUBLIC).content.decode()
    assert "Two convoys were let through." in public
    assert "Wilma" not in public and "Edith" not in public


def test_nobody_decides_on_what_they_proposed(client, demand, editor):
    client.force_login(editor)
    client.post(f"/admin/campaigns/demand/{demand.pk}/record/", filled(hours="0"))
    proposal = DemandProposal.objects.get()
    assert "Approve the change" not in client.get(url_of(proposal)).content.decode()
    assert refused(client, proposal, "approve", hours="0")
    assert refused(client, proposal, "send_back", reason="No.")
    with pytest.raises(ValidationError):
        proposal.approve(who=editor, at=NOW)
    assert not DemandChange.objects.exists()


def test_where_one_person_may_an_editor_approves_their_own_and_the_record_says_so(client, demand, editor):
    proposal = propose(demand, editor)
    Organisation.objects.update(two_people=False)
    client.force_login(editor)
    page = decide(client, proposal, "approve", hours="0").content.decode()
    assert "Recorded by one person" in page


@pytest.mark.parametrize("role", ["Writer", "Press desk"])
def test_who_may_not_decide(client, demand, editor, role):
    proposal = propose(demand, editor)
    client.force_login(make_user(role=role, name="other"))
    assert "Two convoys" in client.get(url_of(proposal)).content.decode()
    assert refused(client, proposal, "approve", hours="0")
    assert refused(client, proposal, "send_back", reason="No.")
    assert refused(client, proposal, "withdraw")
    assert refused(client, proposal, "")
    assert client.post(f"{url_of(proposal)}mend/", filled()).status_code == 403


def test_it_is_sent_back_with_a_reason_that_the_proposer_sees_and_mended(client, demand, writer, editor):
    proposal = propose(demand, writer)
    client.force_login(editor)
    decide(client, proposal, "send_back", reason="Which convoys? Name the source.")
    client.force_login(writer)
    for address in ("/admin/", page_of(demand), url_of(proposal)):
        assert "Which convoys? Name the source." in client.get(address).content.decode(), address
    fields = fields_of(client.get(f"{url_of(proposal)}mend/"))
    assert (fields["note"], fields["actor"]) == ("Two convoys were let through.", "all")
    client.post(f"{url_of(proposal)}mend/", filled(note="Convoys 7 and 8 were let through."))
    proposal.refresh_from_db()
    assert (proposal.note, proposal.sent_back, proposal.reason) == (
        "Convoys 7 and 8 were let through.",
        None,
        "",
    )
    client.force_login(editor)
    assert "Demand changes for a second person" in client.get("/admin/").content.decode()


def test_what_was_sent_back_is_not_approved(demand, writer, editor):
    proposal = propose(demand, writer)
    proposal.send_back(who=editor, reason="No.", at=NOW)
    with pytest.raises(ValidationError):
        proposal.approve(who=make_user(name="erik"), at=NOW)


def test_only_what_was_read_is_approved(client, demand, writer, editor):
    """The proposer changed it while the second person read."""
    client.force_login(editor)
    read = propose(demand, writer)
    fields = fields_of(client.get(url_of(read)))
    mended = DemandProposal.objects.get()
    mended.note = "Something else entirely."
    mended.propose(at=NOW)
    response = client.post(url_of(read), {"deed": "approve", "hours": "0", "edition": fields["edition"]})
    assert errors_of(response) == ["The proposal was changed meanwhile. Read it again."]
    assert "Something else entirely." in response.content.decode()
    assert not DemandChange.objects.exists()


def test_it_is_approved_once(client, demand, writer, editor):
    proposal = propose(demand, writer)
    stale = DemandProposal.objects.get()
    proposal.approve(who=editor, at=NOW)
    for deed in (
        lambda: stale.approve(who=editor, at=NOW),
        lambda: stale.send_back(who=editor, reason="No.", at=NOW),
        stale.withdraw,
        lambda: stale.propose(at=NOW),
    ):
        with pytest.raises(ValidationError):
            deed()
    assert demand.changes.count() == 1
    client.force_login(editor)
    assert client.get(url_of(proposal)).status_code == 404


def test_it_is_withdrawn_by_who_proposed_it(client, demand, writer):
    proposal = propose(demand, writer)
    client.force_login(writer)
    decide(client, proposal, "withdraw")
    assert not DemandProposal.objects.exists()


def test_asking_changes_nothing(client, demand, writer, editor):
    proposal = propose(demand, writer)
    client.force_login(editor)
    client.get(f"{url_of(proposal)}?deed=approve&hours=0")
    assert DemandProposal.objects.waiting().exists() and not DemandChange.objects.exists()


@pytest.mark.parametrize(
    "deed, fields, said",
    [
        ("approve", {"hours": ""}, "Enter a number of hours; 0 makes it public at once."),
        ("approve", {"hours": "²"}, "Enter a whole number."),
        ("approve", {"hours": "169"}, "Ensure this value is less than or equal to 168."),
        ("approve", {"hours": "0", "edition": "x" * 5000}, "The proposal was changed meanwhile. Read it again."),
        ("approve", {"hours": "0", "edition": "\x00"}, "The proposal was changed meanwhile. Read it again."),
        ("send_back", {"reason": " "}, "Say what has to be mended."),
        ("send_back", {"reason": "\x00"}, "Null characters are not allowed."),
        ("send_back", {"reason": "x" * 1001}, "Ensure this value has at most 1000 characters (it has 1001)."),
    ],
)  # fmt: skip
def test_hostile_decisions_are_refused_in_sentences(client, demand, writer, editor, deed, fields, said):
    proposal = propose(demand, writer)
    client.force_login(editor)
    assert errors_of(decide(client, proposal, deed, **fields)) == [said]
    assert DemandProposal.objects.waiting().exists()


@pytest.mark.parametrize("field", some_quickly(sorted(filled())))
@pytest.mark.parametrize("value", ["\x00", "x" * 20_000, "<script>", "\ud83d", "9" * 400])
def test_hostile_words_in_every_field_of_a_proposal(client, demand, writer, field, value):
    client.force_login(writer)
    value = value.encode("utf-8", "replace").decode()
    response = client.post(
        f"/admin/campaigns/demand/{demand.pk}/record/", filled(actor="else", who_acted="X") | {field: value}
    )
    assert response.status_code in (200, 302)
    if response.status_code == 200:
        assert errors_of(response)
        assert not DemandProposal.objects.exists()
    else:
        assert getattr(DemandProposal.objects.get(), field) == value
        page = client.get(page_of(demand)).content.decode()
        assert "<td><script>" not in page


# -- told before the public


@pytest.fixture
def told(demand, writer, editor):
    """A change that two people are told of now, and readers in three hours."""
    put_on_the_list(email="karine@partner.example", language="hy")
    put_on_the_list(email="noor@partner.example")
    put_on_the_list(email="Noor@partner.example", language="fr", work=demand.work)
    put_on_the_list(email="elsewhere@partner.example", work=make_letter(title="Other letter").work)
    return propose(demand, writer).approve(who=editor, at=NOW, hours=3)


def test_the_list_is_told_at_once_and_readers_by_the_clock(client, told, now):
    assert told.known == NOW + 3 * HOUR
    sent = {row.recipient: row.message for row in Delivery.objects.select_related("message")}
    assert set(sent) == {"karine@partner.example", "Noor@partner.example"}, "each once, of this letter alone"
    assert {message.language for message in sent.values()} == {"hy", "fr"}
    for message in sent.values():
        assert message.reply_to == "press@carm.example"
        assert "Two convoys were let through." in message.text
        assert f"http://testserver{PUBLIC}" in message.text
        assert "20:00" in message.text, "in the organisation's zone, until when it is not public"
    assert "convoys" not in client.get(PUBLIC).content.decode()
    now.move_to(NOW + 3 * HOUR - timedelta(microseconds=1), tick=False)
    assert "convoys" not in client.get(PUBLIC).content.decode()
    now.move_to(NOW + 3 * HOUR, tick=False)
    assert "convoys" in client.get(PUBLIC).content.decode()
    assert "convoys" in client.get("/en/letters/ten-demands/demands.rss").content.decode()


def test_the_desk_sees_what_is_ahead_and_takes_it_back(client, told, editor, demand):
    client.force_login(editor)
    assert "Demand changes that are not public yet" in client.get("/admin/").content.decode()
    page = client.get(page_of(demand)).content.decode()
    assert "Not public until" in page and "2 people told beforehand" in page
    url = f"/admin/campaigns/demand/changes/{told.pk}/take-back/"
    assert "2 people who were told" in client.get(url).content.decode()
    assert demand.changes.exists(), "asking takes nothing back"
    send_due(NOW)
    assert "is taken back" in client.post(url, follow=True).content.decode()
    assert not demand.changes.exists()
    assert DemandProposal.objects.waiting().get().note == "Two convoys were let through."
    back = Message.objects.filter(purpose="taken-back")
    assert {row.recipient for message in back for row in message.deliveries.all()} == {
        "karine@partner.example",
        "Noor@partner.example",
    }
    assert client.post(url).status_code == 404


def test_mail_that_waits_when_the_change_is_taken_back_is_never_sent(client, told, mailoutbox):
    """One mail is on its way and may arrive; one waits, and nobody hears of a change that does not come."""
    late, on_its_way = Delivery.objects.order_by("pk")
    assert Delivery.objects.filter(pk=on_its_way.pk).claim_one(NOW)
    take_back(told, at=NOW)
    send_due(NOW + timedelta(days=2))
    [mail] = mailoutbox
    assert mail.to == [on_its_way.recipient]
    assert mail.body == Message.objects.get(purpose="taken-back").text
    assert not Delivery.objects.filter(recipient=late.recipient).exists()


def test_mail_that_waits_when_the_letter_is_withdrawn_is_never_sent(told, mailoutbox):
    change = DemandChange.objects.get()
    Letter.objects.get(work=change.demand.work).withdraw()
    send_due(NOW)
    assert not mailoutbox
    take_back(change, at=NOW)
    send_due(NOW)
    assert not mailoutbox, "who heard nothing is told of no taking back"


def test_that_somebody_looked_is_known_when_the_change_is(client, told, demand, editor, now):
    checked = f"Last checked {DAY:%-d %B %Y}"
    client.force_login(editor)
    assert checked not in client.get(PUBLIC).content.decode()
    assert demand.last_checked is None
    to_look_at = client.get("/admin/").content.decode().split("Demands to look at")[1].split("</section>")[0]
    assert "Never checked" in to_look_at and page_of(demand) not in to_look_at
    now.move_to(told.known, tick=False)
    assert checked in client.get(PUBLIC).content.decode()
    assert "1 May 2031" in client.get("/admin/campaigns/demand/").content.decode()


def test_what_is_public_is_not_taken_back(client, told, editor, demand, now):
    now.move_to(told.known, tick=False)
    with pytest.raises(ValidationError):
        take_back(told, at=told.known)
    client.force_login(editor)
    assert "Take it back" not in client.get(page_of(demand)).content.decode()
    response = client.post(f"/admin/campaigns/demand/changes/{told.pk}/take-back/")
    assert errors_of(response) == ["The change is public, and stays. Record another one to mend it."]
    assert demand.changes.get() == told
    assert not Message.objects.filter(purpose="taken-back").exists()


@pytest.mark.parametrize("role", ["Writer", "Press desk"])
def test_who_may_not_take_back(client, told, role):
    client.force_login(make_user(role=role, name="other"))
    assert client.post(f"/admin/campaigns/demand/changes/{told.pk}/take-back/").status_code == 403


def test_nobody_is_told_of_a_letter_that_is_not_public(demand, writer, editor):
    put_on_the_list(email="noor@partner.example")
    demand.work.publications.get().letter.withdraw(at=NOW)
    with pytest.raises(ValidationError) as refused:
        propose(demand, writer).approve(who=editor, at=NOW, hours=1)
    assert "stands in no public letter" in refused.value.messages[0]
    assert not DemandChange.objects.exists() and not Message.objects.exists()
    DemandProposal.objects.get().approve(who=editor, at=NOW)


def test_at_once_tells_nobody(demand, writer, editor):
    put_on_the_list(email="noor@partner.example")
    propose(demand, writer).approve(who=editor, at=NOW)
    assert not Message.objects.exists()


def test_the_list_is_kept_by_editors(client, editor, demand):
    client.force_login(editor)
    url = "/admin/campaigns/toldbeforehand/add/"
    fields = fields_of(client.get(url)) | {
        "name": "Karine",
        "email": "karine@partner.example",
        "consent": "Call",
        "agreed": DAY.isoformat(),
    }
    assert client.post(url, fields).status_code == 302
    again = client.post(url, fields | {"email": "KARINE@partner.example"})
    assert errors_of(again) == ["This address is on the list for all letters already."]
    own = fields | {"work": str(demand.work_id)}
    assert client.post(url, own).status_code == 302
    assert errors_of(client.post(url, own)) == ["This address is on the list of this letter already."]
    late = client.post(url, own | {"email": "x@y.example", "agreed": (DAY + timedelta(days=2)).isoformat()})
    assert errors_of(late) == ["Enter the day they agreed. That day has not come yet."]
    page = client.get("/admin/campaigns/toldbeforehand/").content.decode()
    assert "All letters" in page and "Ten demands" in page


def test_the_page_of_a_demand_with_a_long_record_costs_no_more(
    client, demand, writer, editor, django_assert_max_num_queries
):
    for number in range(6):
        record(letter=demand.work.publications.get(), number=2, who=editor, note=f"Entry {number}")
        propose(demand, writer)
    client.force_login(editor)
    client.get(page_of(demand))
    with django_assert_max_num_queries(26):
        client.get(page_of(demand))
