"""People are invited by mail and disabled when they leave; nobody is deleted whom the record names."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocacy.accounts.mail import password_link
from advocacy.accounts.models import User
from advocacy.mail.models import Message
from tests.accounts.makers import PASSWORD, log_in, make_user, the_link

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "a longer new one", "new_password2": "a longer new one"}


@pytest.fixture
def desk(client):
    """The desk with an administrator at it."""
    client.force_login(make_user(role="Administrator", name="chief"))
    return client


def invitation(**more):
    writer = Group.objects.get(name="Writer")
    return {
        "first_name": "Sona",
        "last_name": "Hakobyan",
        "email": "sona@staff.example",
        "groups": [writer.pk],
        "language": "fr",
        "time_zone": "Europe/Paris",
        **more,
    }


def invite(desk, **more):
    return desk.post("/admin/accounts/user/add/", invitation(**more))


def test_an_invitation_makes_an_account_and_a_mail_with_a_link_to_choose_the_password(desk):
    assert invite(desk).status_code == 302
    sona = User.objects.get(email="sona@staff.example")
    assert (sona.username, sona.is_staff, sona.language) == ("sona", True, "fr")
    assert [group.name for group in sona.groups.all()] == ["Writer"]
    assert not sona.has_usable_password()
    message = Message.objects.get()
    assert (message.language, message.private) == ("fr", True)

    guest = desk.__class__()
    form = guest.get(the_link(), follow=True)
    assert User.objects.get(pk=sona.pk).is_invited  # opening the link does nothing
    guest.post(form.request["PATH_INFO"], NEW)
    assert log_in(guest, username="sona@staff.example", password=NEW["new_password1"]).status_code == 302
    assert guest.get("/admin/").status_code == 200
    assert guest.get("/admin/accounts/user/").status_code == 403


def test_two_people_of_one_name_get_two_log_in_names(desk):
    invite(desk)
    invite(desk, email="sona@other.example")
    assert set(User.objects.filter(first_name="Sona").values_list("username", flat=True)) == {
        "sona",
        "sona-2",
    }


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("email", "SONA@staff.example"),
        ("email", ""),
        ("email", "no address"),
        ("groups", []),
        ("language", "xx"),
        ("time_zone", "Mars/Olympus"),
        ("first_name", "x" * 10_000),
        ("first_name", "a\x00b"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_nothing_is_sent(desk, field, words):
    make_user(name="other", email="sona@staff.example") if words == "SONA@staff.example" else None
    answer = invite(desk, **{field: words})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Message.objects.exists()


def test_inviting_again_sends_a_second_mail(desk):
    invite(desk)
    sona = User.objects.get(email="sona@staff.example")
    desk.post(f"/admin/accounts/user/{sona.pk}/invite/")
    assert Message.objects.filter(purpose="account-invitation").count() == 2
    desk.post("/admin/accounts/user/", {"action": "invite_again", "_selected_action": [sona.pk]})
    assert Message.objects.filter(purpose="account-invitation").count() == 3


def test_who_has_a_password_is_not_invited_again(desk):
    anna = make_user(name="anna")
    desk.post(f"/admin/accounts/user/{anna.pk}/invite/")
    assert not Message.objects.exists()


@pytest.mark.parametrize("way", ["button", "list"])
def test_disabling_ends_every_log_in_and_every_link_at_once(desk, way):
    anna = make_user(name="anna")
    link = password_link(anna)
    at_work = desk.__class__()
    at_work.force_login(anna)
    assert at_work.get("/admin/").status_code == 200

    if way == "button":
        desk.post(f"/admin/accounts/user/{anna.pk}/disable/")
    else:
        desk.post("/admin/accounts/user/", {"action": "disable", "_selected_action": [anna.pk]})

    assert at_work.get("/admin/").status_code == 302
    stranger = desk.__class__()
    assert log_in(stranger, username="anna", password=PASSWORD).status_code == 200
    assert "This link has expired" in stranger.get(link, follow=True).content.decode()
    # Not even after the account is enabled again.
    desk.post(f"/admin/accounts/user/{anna.pk}/enable/")
    assert at_work.get("/admin/").status_code == 302
    assert "This link has expired" in stranger.get(link, follow=True).content.decode()


def test_enabling_sends_an_invitation(desk):
    anna = make_user(name="anna")
    anna.disable()
    desk.post(f"/admin/accounts/user/{anna.pk}/enable/")
    guest = desk.__class__()
    guest.post(guest.get(the_link(), follow=True).request["PATH_INFO"], NEW)
    assert log_in(guest, username="anna", password=NEW["new_password1"]).status_code == 302


@pytest.mark.parametrize("deed", ["invite", "send-link", "disable", "enable", "unlock"])
def test_a_get_does_nothing_and_only_administrators_may_post(client, deed):
    anna = make_user(name="anna")
    address = f"/admin/accounts/user/{anna.pk}/{deed}/"
    client.force_login(make_user(role="Administrator"))
    assert client.get(address).status_code == 405
    for role in ["Writer", "Editor", "Press desk"]:
        client.force_login(make_user(role=role))
        assert client.post(address).status_code == 403
    anna.refresh_from_db()
    assert anna.is_active


def test_nobody_disables_themselves(desk):
    chief = User.objects.get(username="chief")
    assert desk.post(f"/admin/accounts/user/{chief.pk}/disable/").status_code == 403
    desk.post("/admin/accounts/user/", {"action": "disable", "_selected_action": [chief.pk]})
    chief.refresh_from_db()
    assert chief.is_active


def test_an_administrator_can_t_take_over_a_superuser(desk):
    owner = make_user(role=None, name="owner")
    address = f"/admin/accounts/user/{owner.pk}"
    desk.post(f"{address}/change/", invitation(email="mine@staff.example", username="owner"))
    for deed in ["send-link", "disable"]:
        assert desk.post(f"{address}/{deed}/").status_code == 403
    assert desk.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    owner.refresh_from_db()
    assert owner.email == "owner@staff.example"
    assert owner.is_active


def test_an_administrator_can_t_make_a_superuser(desk):
    anna = make_user(name="anna", role="Writer")
    desk.post(
        f"/admin/accounts/user/{anna.pk}/change/",
        invitation(email=anna.email, username="anna", is_superuser="on", user_permissions=["1"]),
    )
    anna.refresh_from_db()
    assert anna.first_name == "Sona"  # the rest was saved
    assert not anna.is_superuser
    assert not anna.user_permissions.exists()


def test_who_stands_in_the_record_can_t_be_deleted(desk):
    anna = make_user(name="anna")
    LogEntry.objects.create(user=anna, action_flag=CHANGE, object_repr="A release")
    page = desk.get(f"/admin/accounts/user/{anna.pk}/delete/").content.decode()
    assert "the record names it here" in page
    assert "Disable the account instead" in page
    desk.post(f"/admin/accounts/user/{anna.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=anna.pk).exists()


def test_who_never_did_anything_can_be_deleted(desk):
    invite(desk)
    sona = User.objects.get(email="sona@staff.example")
    desk.post(f"/admin/accounts/user/{sona.pk}/delete/", {"post": "yes"})
    assert not User.objects.filter(pk=sona.pk).exists()


def test_hashes_of_passwords_can_t_be_asked_for_in_the_address(desk):
    answer = desk.get("/admin/accounts/user/?password__startswith=md5")
    assert answer.status_code == 400


def test_the_list_is_filtered_by_state_and_its_cost_does_not_grow(desk):
    def queries():
        with CaptureQueriesContext(connection) as found:
            desk.get("/admin/accounts/user/")
        return len(found)

    make_user(name="anna")
    few = queries()
    for number in range(20):
        make_user(name=f"person-{number}")
    assert queries() == few
    invite(desk)
    page = desk.get("/admin/accounts/user/?state=invited").content.decode()
    assert "Sona" in page
    assert "anna@staff.example" not in page
