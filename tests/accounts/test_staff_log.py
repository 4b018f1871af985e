"""The staff log: what is written in it, who reads it, and that nobody rewrites it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advocacy.accounts.log import Sort, record
from advocacy.accounts.models import User
from advocacy.privacy.borrowed import STAFF_LOG
from advocacy.privacy.purge import purge
from newsroom.models import Release
from tests.accounts.makers import PASSWORD, app_code, give_app, log_in, make_user, the_link
from tests.accounts.test_people import invitation, invite
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/staffaction/"
AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="Administrator", name="chief"))
    return client


def sorts(**wanted):
    """The sorts of the lines so far, the oldest first."""
    return [
        Sort(flag)
        for flag in LogEntry.objects.filter(**wanted).order_by("pk").values_list("action_flag", flat=True)
    ]


def rows(page):
    table = page.content.decode().split('id="result_list"', 1)[1].split("</table>", 1)[0]
    found = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>", 1)[1], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


# What is written


def test_coming_and_going(client):
    anna = make_user(name="anna", email="anna@staff.example")
    log_in(client, username="anna@staff.example", password="wrong")
    log_in(client, username="nobody", password="wrong")
    log_in(client, username="anna", password=PASSWORD)
    new = {"old_password": PASSWORD, "new_password1": "a longer new one", "new_password2": "a longer new one"}
    client.post("/admin/password_change/", {**new, "new_password2": "another one"})
    client.post("/admin/password_change/", new)
    client.post("/admin/account/sign-out/")
    log_in(client, username="anna", password="a longer new one")
    client.post("/admin/logout/")
    client.post("/admin/logout/")
    assert (
        sorts(user=anna)
        == sorts()
        == [
            Sort.LOG_IN_FAILED,
            Sort.LOGGED_IN,
            Sort.PASSWORD_CHANGED,
            Sort.SIGNED_OUT_EVERYWHERE,
            Sort.LOGGED_IN,
            Sort.LOGGED_OUT,
        ]
    )


def test_a_door_that_is_shut_fills_no_log(client, settings):
    settings.AXES_FAILURE_LIMIT = 3
    make_user(name="anna")
    for _try in range(20):
        log_in(client, username="anna", password="wrong")
    assert len(sorts()) < 4


def test_no_line_holds_what_was_typed(client):
    make_user(name="anna")
    log_in(client, username="my secret password", password="wrong")
    log_in(client, username="anna", password="my secret password")
    assert "secret" not in str(list(LogEntry.objects.values_list("object_repr", "change_message")))


def test_the_second_factor(client, time_machine):
    time_machine.move_to(AT, tick=False)
    anna = make_user(name="anna")
    give_app(anna)
    log_in(client, username="anna", password=PASSWORD)
    assert not sorts()  # nobody is in yet
    client.post("/admin/login/second-step/", {"code": "000000"})
    client.post("/admin/login/second-step/", {"code": app_code(AT)})
    factor = anna.authenticator_set.get(type="totp")
    client.post("/admin/account/second-factor/codes/", {"password": PASSWORD})
    client.post(f"/admin/account/second-factor/{factor.pk}/remove/", {"password": PASSWORD})
    page = client.get("/admin/account/second-factor/app/").content.decode()
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    words = {"code": app_code(AT, secret), "password": PASSWORD}
    client.post("/admin/account/second-factor/app/", words)
    assert sorts() == [
        Sort.SECOND_STEP_FAILED,
        Sort.LOGGED_IN,
        Sort.SECOND_FACTOR_ADDED,
        Sort.SECOND_FACTOR_REMOVED,
        Sort.SECOND_FACTOR_ADDED,
    ]


def test_what_is_done_to_people(desk):
    invite(desk)
    sona = User.objects.get(email="sona@staff.example")
    for deed in ["invite", "send-link", "unlock", "sign-out", "disable", "enable", "reset-second-factor"]:
        desk.post(f"/admin/accounts/user/{sona.pk}/{deed}/")
    editor = Group.objects.get(name="Editor")
    change = invitation(username="sona", groups=[editor.pk])
    desk.post(f"/admin/accounts/user/{sona.pk}/change/", change)
    desk.post(f"/admin/accounts/user/{sona.pk}/change/", change)
    assert sorts(object_id=str(sona.pk), user__username="chief", action_flag__gt=3) == [
        Sort.INVITED,
        Sort.INVITED,
        Sort.LINK_SENT,
        Sort.UNLOCKED,
        Sort.SIGNED_OUT_EVERYWHERE,
        Sort.DISABLED,
        Sort.ENABLED,
        Sort.SECOND_FACTOR_REMOVED,
        Sort.ROLES_CHANGED,
    ]
    said = LogEntry.objects.get(action_flag=Sort.ROLES_CHANGED).change_message
    assert said == "From “Writer” to “Editor”."


def test_deeds_from_the_list_are_written_too(desk):
    people = [make_user(name="anna"), make_user(name="boris")]
    chosen = [person.pk for person in people]
    desk.post("/admin/accounts/user/", {"action": "disable", "_selected_action": chosen})
    assert sorts(object_id__in=map(str, chosen)) == [Sort.DISABLED, Sort.DISABLED]


def test_a_password_by_mail_and_by_the_command(client):
    anna = make_user(name="anna")
    client.post("/admin/password-reset/", {"email": anna.email})
    form = client.get(the_link(), follow=True)
    client.post(
        form.request["PATH_INFO"], {"new_password1": "a longer new one", "new_password2": "a longer new one"}
    )
    assert sorts() == [Sort.PASSWORD_CHANGED]
    give_app(anna)
    call_command("reset_login", "anna")
    assert sorts()[1:] == [Sort.PASSWORD_CHANGED, Sort.UNLOCKED, Sort.SECOND_FACTOR_REMOVED]


# Who reads it


@pytest.mark.parametrize(
    ("role", "status"),
    [("Writer", 403), ("Editor", 403), ("Press desk", 403), ("Administrator", 200), (None, 200)],
)
def test_administrators_read_it(client, role, status):
    client.force_login(make_user(role=role))
    assert client.get(LIST).status_code == status


def test_nobody_writes_in_it(desk):
    anna = make_user(name="anna")
    record(anna, Sort.LOGGED_IN, at=AT)
    line = LogEntry.objects.get()
    owner = desk.__class__()
    owner.force_login(make_user(role=None))
    for client in (desk, owner):
        assert client.post(f"{LIST}add/", {}).status_code == 403
        assert client.post(f"{LIST}{line.pk}/change/", {"change_message": "x"}).status_code == 403
        assert client.post(f"{LIST}{line.pk}/delete/", {"post": "yes"}).status_code == 403
        client.post(LIST, {"action": "delete_selected", "_selected_action": [line.pk], "post": "yes"})
    assert LogEntry.objects.filter(pk=line.pk, change_message="").exists()


def test_the_list_says_who_did_what_to_what(desk):
    anna = make_user(name="anna", last_name="Petrosyan")
    release = Release.objects.create(
        title="Broad coalition", language="en", place="Yerevan", body="<p>T.</p>"
    )
    record(anna, Sort.LOGGED_IN, "With the second factor.", at=AT)
    record(anna, Sort.CHANGED, "Withdrawn.", about=release, at=AT + timedelta(minutes=1))
    second, first = rows(desk.get(LIST))
    assert "Anna Petrosyan Changed Broad coalition" in second
    assert "Withdrawn." in second
    assert first.endswith("Anna Petrosyan Logged in – With the second factor.")


def test_publishing_and_what_django_writes_are_in_it(client, desk):
    make_organisation()
    release = Release.objects.create(
        title="Broad coalition", language="en", place="Yerevan", body="<p>T.</p>"
    )
    release.stamp()
    desk.post(f"/admin/newsroom/release/{release.pk}/publish/", {"when": "now"})
    desk.post(f"/admin/newsroom/release/{release.pk}/withdraw/")
    said = " ".join(rows(desk.get(LIST)))
    assert "It is withdrawn." in said
    assert "Published" in said


def test_it_is_narrowed_by_person_sort_and_day_and_searched(desk):
    anna, boris = make_user(name="anna"), make_user(name="boris")
    record(anna, Sort.LOGGED_IN, at=AT)
    record(boris, Sort.LOGGED_IN, at=AT - timedelta(days=400))
    record(boris, Sort.CHANGED, "Withdrawn.", about=anna, at=AT)
    narrowed = {
        f"user__id__exact={boris.pk}": 2,
        f"sort={Sort.LOGGED_IN}": 2,
        "sort=nonsense": 3,
        "action_time__year=2026&action_time__month=3": 2,
        "q=withdrawn": 1,
        "q=boris": 2,
        "q=nothing+of+it": 0,
    }
    for query, count in narrowed.items():
        assert len(rows_or_none(desk.get(f"{LIST}?{query}"))) == count, query


def rows_or_none(page):
    return rows(page) if 'id="result_list"' in page.content.decode() else []


def test_the_cost_of_the_list_does_not_grow(desk):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert desk.get(LIST).status_code == 200
        return len(found)

    person = make_user(name="first")
    record(person, Sort.LOGGED_IN, at=AT)
    few = queries()
    for number in range(20):
        record(make_user(name=f"person-{number}"), Sort.CHANGED, about=person, at=AT)
    assert queries() == few


# That it stays


def test_the_database_refuses_every_change_of_a_line():
    anna = make_user(name="anna")
    record(anna, Sort.LOGGED_IN, at=timezone.now())
    lines = LogEntry.objects.all()
    other = make_user(name="other")
    for change in [
        {"action_flag": CHANGE},
        {"change_message": "x"},
        {"object_repr": "x"},
        {"object_id": "x"},
        {"user": other},
        {"action_time": timezone.now() - timedelta(days=800)},
        {"content_type": None},
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            lines.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        lines.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(pk=anna.pk).delete()  # a person takes no line along
    assert lines.get().user == anna


@pytest.mark.parametrize(("days", "is_let_go"), [(728, False), (730, True)])
def test_the_database_lets_go_of_what_is_old_enough(days, is_let_go):
    record(make_user(), Sort.LOGGED_IN, at=timezone.now() - timedelta(days=days))
    if is_let_go:
        LogEntry.objects.all().delete()
        assert not LogEntry.objects.exists()
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            LogEntry.objects.all().delete()


def test_the_purge_takes_what_the_rule_says_and_nothing_younger():
    now = timezone.now()
    for age in (
        timedelta(days=1),
        STAFF_LOG.after - timedelta(hours=1),
        STAFF_LOG.after + timedelta(hours=1),
    ):
        record(make_user(name=f"p-{age.total_seconds():.0f}"), Sort.LOGGED_IN, at=now - age)
    purge(now)
    assert LogEntry.objects.count() == 2
    assert not LogEntry.objects.filter(action_time__lte=now - STAFF_LOG.after).exists()


def test_the_guard_stands_in_the_database():
    ask = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'django_admin_log'::regclass AND NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'django_admin_log'"
    )
    with connection.cursor() as cursor:
        cursor.execute(ask)
        assert {name for (name,) in cursor.fetchall()} == {"django_admin_log_stays", "django_admin_log_kept"}
