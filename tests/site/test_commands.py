"""What `./cms setup`, `./cms reset-login`, `./cms run` and `./cms bench` do inside the site."""

import re
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from advocacy.organisation.models import Organisation
from advocacy.site import bench
from advocacy.site.management.commands import demo as demo_command
from advocacy.site.management.commands import prepare

pytestmark = pytest.mark.django_db

GOOD_PASSWORD = "rivers-and-lanterns-41"


def say(*command, **options) -> str:
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def set_up(**changed) -> str:
    told = {
        "name": "Voices of Ararat",
        "email": "press@example.org",
        "time_zone": "Asia/Yerevan",
        "admin_name": "anahit",
        "admin_email": "anahit@example.org",
    }
    return say("setup_site", **told | changed)


@pytest.fixture
def password_told(monkeypatch):
    monkeypatch.setenv("CMS_SETUP_PASSWORD", GOOD_PASSWORD)


def test_setup_writes_the_organisation_and_makes_an_administrator(password_told, client):
    set_up()
    organisation = Organisation.current()
    assert (str(organisation), organisation.time_zone) == ("Voices of Ararat", "Asia/Yerevan")
    assert organisation.press_email == "press@example.org"
    assert not organisation.sample
    anahit = get_user_model().objects.get(username="anahit")
    assert anahit.check_password(GOOD_PASSWORD)
    assert anahit.is_superuser
    assert anahit.groups.get().name == "Administrator"
    assert anahit.time_zone == "Asia/Yerevan"


def test_a_second_setup_changes_the_organisation_and_nobodys_password(password_told, monkeypatch):
    set_up()
    monkeypatch.setenv("CMS_SETUP_PASSWORD", "another-long-password-9")
    assert "administered already by anahit" in set_up(
        name="Voices", admin_name="boss", admin_email="b@example.org"
    )
    assert str(Organisation.current()) == "Voices"
    assert get_user_model().objects.get().check_password(GOOD_PASSWORD)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"time_zone": "Mars/One"}, "no time zone"),
        ({"email": "press"}, "valid email"),
        ({"admin_name": "a@b"}, "no @"),
        ({"name": ""}, "blank"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_leaves_nothing(password_told, changed, sentence):
    with pytest.raises(CommandError, match=sentence):
        set_up(**changed)
    assert not Organisation.objects.exists()
    assert not get_user_model().objects.exists()


def test_the_first_password_is_held_to_the_rules_of_all(monkeypatch):
    monkeypatch.setenv("CMS_SETUP_PASSWORD", "short")
    with pytest.raises(CommandError, match="at least 12"):
        set_up()
    assert not get_user_model().objects.exists()


def test_setup_keeps_off_a_database_with_the_demo(password_told):
    Organisation(sample=True).save()
    with pytest.raises(CommandError, match="--remove"):
        set_up()


def make_person(**fields):
    return get_user_model().objects.create_user(
        **{"username": "anahit", "email": "anahit@example.org", "password": GOOD_PASSWORD} | fields
    )


@pytest.mark.parametrize("name", ["anahit", "Anahit@example.org"])
def test_reset_login_gives_a_new_password_and_ends_a_lock(name):
    anahit = make_person()
    for typed in ("anahit", "anahit@example.org"):
        AccessAttempt.objects.create(username=typed, ip_address="192.0.2.1", failures_since_start=99)
    AccessAttempt.objects.create(username="boghos", ip_address="192.0.2.1", failures_since_start=99)
    said = say("reset_login", name)
    anahit.refresh_from_db()
    assert anahit.check_password(re.search(r"password (\S+) \(", said)[1])
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["boghos"]


def test_reset_login_names_who_is_here():
    make_person()
    with pytest.raises(CommandError, match="Nobody here is called anna. There are: anahit"):
        call_command("reset_login", "anna")


def test_reset_login_lets_nobody_in_who_was_disabled():
    make_person().disable()
    with pytest.raises(CommandError, match="anahit is disabled"):
        call_command("reset_login", "anahit")


def test_the_sample_account_is_an_editor_and_made_in_development_only(settings):
    with pytest.raises(CommandError, match="development only"):
        demo_command.make_account()
    settings.DEBUG = True
    name, password = demo_command.make_account()
    editor = get_user_model().objects.get(username=name)
    assert editor.check_password(password)
    assert {group.name for group in editor.groups.all()} == {"Editor", "Press desk"}
    assert not editor.is_superuser
    demo_command.remove_account()
    assert not get_user_model().objects.exists()


@pytest.fixture
def demos(settings, tmp_path, monkeypatch):
    """Which demos `prepare` loaded, in a data folder of its own; the database is migrated already."""
    settings.DATA_DIR = tmp_path
    loaded = []

    def call(name, **options):
        if name == "demo":
            loaded.append("removed" if options.get("remove") else "loaded")

    monkeypatch.setattr(prepare, "call_command", call)
    return loaded


def test_the_demo_is_loaded_into_a_new_database_alone(demos, monkeypatch):
    call_command("prepare", demo=True)
    assert demos == []
    monkeypatch.setattr(prepare, "is_empty", lambda: True)
    call_command("prepare", demo=False)
    assert demos == []
    call_command("prepare", demo=True)
    assert demos == ["loaded"]


def test_a_demo_that_was_interrupted_is_loaded_by_the_next_run(demos, monkeypatch):
    monkeypatch.setattr(prepare, "is_empty", lambda: True)
    real = prepare.call_command

    def interrupted(name, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare, "call_command", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call_command("prepare", demo=True)
    monkeypatch.setattr(prepare, "is_empty", lambda: False)
    monkeypatch.setattr(prepare, "call_command", real)
    call_command("prepare", demo=True)
    call_command("prepare", demo=True)
    assert demos == ["removed", "loaded"]


def test_whoever_sets_the_site_up_gets_no_demo_that_was_due(demos, settings):
    (settings.DATA_DIR / "demo-due").touch()
    call_command("prepare", demo=False)
    call_command("prepare", demo=True)
    assert demos == []


def test_bare_views_are_no_address_of_a_site(client):
    assert client.get("/bench/release").status_code == 404


def test_a_bare_view_answers_the_bytes_it_was_given(settings, tmp_path, rf):
    settings.DATA_DIR = tmp_path
    bench.keep("release", "<p>Բարեւ</p>".encode())
    assert bench.bare(rf.get("/bench/release"), "release").content.decode() == "<p>Բարեւ</p>"
