"""The second factor: who has to have one, how it is added and taken away, and what opens the door."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as site_settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import URLResolver, get_resolver

from advocacy.accounts import second_factor
from tests.accounts.makers import PASSWORD, SECRET, app_code, give_app, log_in, make_user, the_link

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)
STEP = "/admin/login/second-step/"
ENROLMENT = "/admin/account/second-factor/"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(AT, tick=False)
    return time_machine


@pytest.fixture
def anna(clock):
    return make_user(name="anna", role="Editor")


def enforce(settings):
    settings.CMS_TWO_FACTOR = True


def is_in(client):
    return client.get("/admin/").status_code == 200


def first_step(client, name="anna"):
    return log_in(client, username=name, password=PASSWORD)


def second_step(client, code):
    return client.post(STEP, {"code": code})


# Who


def every_admin_address(patterns=None, prefix="/"):
    """Each address below /admin/, with 1 in the place of what is variable."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = str(getattr(pattern.pattern, "_route", pattern.pattern.regex.pattern))
        path = prefix + re.sub(r"<[^>]+>|\(\?P<[^)]+\)", "1", route).strip("^$").replace("\\", "").rstrip("Z")
        if isinstance(pattern, URLResolver):
            yield from every_admin_address(pattern.url_patterns, path)
        elif path.startswith("/admin/"):
            yield path


ROLES = {"Writer": False, "Press desk": False, "Editor": True, "Administrator": True, None: True}
STAYS_OPEN = {
    *("/admin/login/", STEP, "/admin/logout/", "/admin/password_change/", "/admin/password_change/done/"),
    *(ENROLMENT, f"{ENROLMENT}app/", f"{ENROLMENT}passkey/"),
    *("/admin/password-reset/", "/admin/password-reset/sent/", "/admin/password-reset/chosen/"),
    "/admin/password-reset/1/1/",
}


@pytest.mark.parametrize(("role", "is_led"), ROLES.items())
def test_who_is_led_to_the_enrolment(client, settings, role, is_led):
    client.force_login(make_user(role=role))
    assert is_in(client)
    enforce(settings)
    answer = client.get("/admin/")
    assert (answer.status_code, answer.headers.get("Location")) == (
        (302, ENROLMENT) if is_led else (200, None)
    )


def test_one_role_of_two_is_enough(client, settings):
    enforce(settings)
    user = make_user(role="Writer")
    user.groups.add(Group.objects.get(name="Editor"))
    client.force_login(user)
    assert client.get("/admin/").headers["Location"] == ENROLMENT


def test_no_address_of_the_admin_is_open_before(client, settings):
    enforce(settings)
    client.force_login(make_user(role=None))
    addresses = set(every_admin_address())
    assert len(addresses) > 150
    assert addresses >= STAYS_OPEN
    for address in sorted(addresses - STAYS_OPEN):
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, answer.headers.get("Location")) == (302, ENROLMENT), address
    assert client.get("/admin/nothing-is-here/").headers["Location"] == ENROLMENT
    for address in [ENROLMENT, f"{ENROLMENT}app/", f"{ENROLMENT}passkey/", "/admin/password_change/"]:
        assert client.get(address).status_code == 200, address


def test_the_enrolment_page_has_no_side_bar_and_a_way_out(client, settings):
    enforce(settings)
    client.force_login(make_user())
    page = client.get(ENROLMENT).content.decode()
    assert "desk-nav" not in page
    assert 'action="/admin/logout/"' in page
    assert client.post("/admin/logout/").status_code == 200


def test_readers_and_strangers_meet_none_of_it(client, settings):
    enforce(settings)
    assert client.get("/admin/login/").status_code == 200
    assert "second-factor" not in client.get("/admin/").headers["Location"]
    assert client.get(ENROLMENT).headers["Location"].startswith("/admin/login/")


def test_it_is_on_by_itself_where_the_site_is_not_in_development():
    asks = "from advocacy import settings; print(settings.CMS_TWO_FACTOR)"
    said = {}
    for name, more in {
        "production": {},
        "development": {"CMS_DEBUG": "1"},
        "told otherwise": {"CMS_TWO_FACTOR": "no"},
    }.items():
        environment = {"CMS_SECRET_KEY": "x" * 50, **more}
        done = subprocess.run(
            [sys.executable, "-c", asks], env=environment, cwd=site_settings.BASE_DIR, capture_output=True
        )
        said[name] = done.stdout.decode().strip()
    assert said == {"production": "True", "development": "False", "told otherwise": "False"}


# Adding an app


def shown_secret(page):
    return re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")


def add_app(client, **more):
    secret = shown_secret(client.get(f"{ENROLMENT}app/").content.decode())
    words = {"code": app_code(AT, secret), "password": PASSWORD, **more}
    return secret, client.post(f"{ENROLMENT}app/", words)


def test_an_app_is_added_and_from_then_on_the_desk_is_open(client, anna, settings):
    enforce(settings)
    client.force_login(anna)
    secret, answer = add_app(client)
    page = answer.content.decode()
    codes = re.findall(r"<code>(\d{4}) (\d{4})</code>", page)
    assert len(codes) == len(set(codes)) == 10
    assert is_in(client)
    # The secret lies in the database in no form that opens anything.
    assert not any(secret in str(row.data) for row in Authenticator.objects.all())


def test_recovery_codes_are_shown_once(client, anna):
    client.force_login(anna)
    _secret, answer = add_app(client)
    [code, *_rest] = re.findall(r"<code>(\d{4} \d{4})</code>", answer.content.decode())
    for address in ["/admin/account/", ENROLMENT, f"{ENROLMENT}app/", f"{ENROLMENT}codes/"]:
        assert code not in client.get(address, follow=True).content.decode()


@pytest.mark.parametrize(
    ("field", "words", "says"),
    [
        ("code", "000000", "another code now"),
        ("code", "²", "another code now"),
        ("code", "", "required"),
        ("code", "x" * 10_000, "at most 20"),
        ("password", "wrong", "not your password"),
        ("password", "", "required"),
    ],
)
def test_a_wrong_code_or_password_adds_nothing_and_the_picture_stays(client, anna, field, words, says):
    client.force_login(anna)
    secret, answer = add_app(client, **{field: words})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert shown_secret(answer.content.decode()) == secret
    assert not Authenticator.objects.exists()


def test_the_picture_and_the_link_name_the_organisation_and_the_account(client, anna):
    client.force_login(anna)
    page = client.get(f"{ENROLMENT}app/").content.decode()
    assert "otpauth://totp/anna%40staff.example?secret=" in page
    assert 'src="data:image/svg+xml' in page


def test_the_first_factor_ends_every_other_log_in(client, anna):
    elsewhere = client.__class__()
    elsewhere.force_login(anna)
    client.force_login(anna)
    add_app(client)
    assert is_in(client)
    assert not is_in(elsewhere)


def test_a_second_app_is_not_added_over_the_first(client, anna):
    give_app(anna)
    client.force_login(anna)
    assert client.get(f"{ENROLMENT}app/").headers["Location"] == "/admin/account/"


def test_guessing_the_password_on_these_pages_counts_as_at_the_door(client, anna, settings):
    settings.AXES_FAILURE_LIMIT = 3
    client.force_login(anna)
    for _try in range(3):
        _secret, answer = add_app(client, password="wrong")
    assert answer.status_code == 429


# Logging in


def test_the_password_alone_opens_nothing(client, anna):
    give_app(anna)
    answer = first_step(client)
    assert answer.headers["Location"] == STEP
    assert not is_in(client)
    assert second_step(client, "000000").status_code == 422
    assert not is_in(client)


def test_the_code_of_the_app_opens_the_page_that_was_asked_for(client, anna):
    give_app(anna)
    client.post("/admin/login/?next=/admin/account/", {"username": "anna", "password": PASSWORD})
    answer = second_step(client, app_code(AT))
    assert answer.headers["Location"] == "/admin/account/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("seconds", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_off(client, anna, seconds, opens):
    give_app(anna)
    first_step(client)
    second_step(client, app_code(AT + timedelta(seconds=seconds)))
    assert is_in(client) is opens


def test_a_code_opens_once(client, anna):
    give_app(anna)
    first_step(client)
    second_step(client, app_code(AT))
    thief = client.__class__()
    first_step(thief)
    for code in [app_code(AT), app_code(AT - timedelta(seconds=30))]:
        assert second_step(thief, code).status_code == 422
    assert second_step(thief, app_code(AT + timedelta(seconds=30))).status_code == 302


def test_the_code_that_added_the_app_opens_nothing_more(client, anna):
    client.force_login(anna)
    secret, _answer = add_app(client)
    other = client.__class__()
    first_step(other)
    assert second_step(other, app_code(AT, secret)).status_code == 422


def test_a_recovery_code_opens_once_however_it_is_typed(client, anna):
    code, second, *_rest = give_app(anna)
    first_step(client)
    assert second_step(client, f" {code[:4]}-{code[4:]} ").status_code == 302
    other = client.__class__()
    first_step(other)
    assert second_step(other, code).status_code == 422
    assert second_step(other, second).status_code == 302
    assert "You have 8 unused recovery codes" in other.get("/admin/account/").content.decode()


def test_without_the_first_step_there_is_no_second(client, anna):
    give_app(anna)
    assert client.get(STEP).headers["Location"] == "/admin/login/"
    assert second_step(client, app_code(AT)).headers["Location"] == "/admin/login/"
    assert not is_in(client)


def test_the_second_step_has_ten_minutes(client, anna, clock):
    give_app(anna)
    first_step(client)
    late = AT + timedelta(minutes=10, seconds=1)
    clock.move_to(late, tick=False)
    assert second_step(client, app_code(late)).headers["Location"] == "/admin/login/"
    assert not is_in(client)


@pytest.mark.parametrize("change", ["disabled", "new password", "signed out everywhere"])
def test_what_happens_between_the_steps_ends_the_log_in(client, anna, change):
    give_app(anna)
    first_step(client)
    if change == "disabled":
        anna.disable()
    elif change == "new password":
        anna.set_password("a longer new one")
        anna.save()
    else:
        anna.sign_out_everywhere()
    assert second_step(client, app_code(AT)).headers["Location"] == "/admin/login/"
    assert not is_in(client)


def test_hostile_words_at_the_second_step(client, anna):
    give_app(anna)
    first_step(client)
    for words in ["\x00", "x" * 10_000, "²²²²²²", "\u202e123456", "", " "]:
        assert client.post(STEP, {"code": words}).status_code in {400, 422}
    for words in ["{", "[]", "{}", '"x"', "1", '{"id": "x", "rawId": 5, "response": []}', "null"]:
        assert client.post(STEP, {"credential": words}).status_code == 422
    assert not is_in(client)


def test_a_new_password_by_mail_does_not_pass_the_second_step(client, anna):
    give_app(anna)
    client.post("/admin/password-reset/", {"email": anna.email})
    form = client.get(the_link(), follow=True)
    new = {"new_password1": "a longer new one", "new_password2": "a longer new one"}
    client.post(form.request["PATH_INFO"], new)
    assert not is_in(client)
    assert log_in(client, username="anna", password="a longer new one").headers["Location"] == STEP


# Guessing


def guess(client, times):
    for _try in range(times):
        answer = second_step(client, "000000")
    return answer


def test_ten_wrong_codes_shut_the_second_step_whatever_the_network(client, anna, clock):
    give_app(anna)
    first_step(client)
    assert guess(client, 9).status_code == 422
    elsewhere = client.__class__(REMOTE_ADDR="203.0.113.9")
    first_step(elsewhere)
    assert guess(elsewhere, 1).status_code == 429
    assert second_step(client, app_code(AT)).status_code == 429  # even the right one
    assert client.get(STEP).status_code == 429
    assert not is_in(client)
    clock.move_to(AT + timedelta(hours=1, seconds=1), tick=False)
    first_step(client)
    assert second_step(client, app_code(AT + timedelta(hours=1, seconds=1))).status_code == 302


def test_the_password_again_does_not_begin_the_count_anew(client, anna):
    give_app(anna)
    for _time in range(5):
        first_step(client)
        guess(client, 2)
    assert client.get(STEP).status_code == 429


def test_an_administrator_opens_both_doors_with_one_button(client, anna, settings):
    settings.AXES_FAILURE_LIMIT = 3
    give_app(anna)
    first_step(client)
    guess(client, 10)
    for _try in range(3):
        log_in(client, username="anna", password="wrong")
    assert first_step(client).status_code == 429
    desk = client.__class__()
    desk.force_login(make_user(role="Administrator"))
    desk.post(f"/admin/accounts/user/{anna.pk}/unlock/")
    first_step(client)
    assert second_step(client, app_code(AT)).status_code == 302


# Taking away


def test_removing_asks_for_the_password(client, anna):
    give_app(anna)
    client.force_login(anna)
    address = f"{ENROLMENT}{second_factor.factors(anna).get().pk}/remove/"
    assert "the last one" in client.get(address).content.decode()
    assert client.post(address, {"password": "wrong"}).status_code == 422
    assert second_factor.has_one(anna)
    assert client.post(address, {"password": PASSWORD}).status_code == 302
    assert not Authenticator.objects.exists()  # the recovery codes went with it


def test_nobody_removes_what_is_another_person_s(client, anna):
    give_app(anna)
    client.force_login(make_user(name="boris", role=None))
    address = f"{ENROLMENT}{second_factor.factors(anna).get().pk}/remove/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"password": PASSWORD}).status_code == 404
    assert second_factor.has_one(anna)


def test_who_removes_the_last_one_and_needs_one_is_led_to_add_another(client, anna, settings):
    enforce(settings)
    give_app(anna)
    client.force_login(anna)
    client.post(f"{ENROLMENT}{second_factor.factors(anna).get().pk}/remove/", {"password": PASSWORD})
    assert client.get("/admin/account/").headers["Location"] == ENROLMENT


def test_new_recovery_codes_end_the_old_ones(client, anna):
    [old, *_rest] = give_app(anna)
    client.force_login(anna)
    assert client.post(f"{ENROLMENT}codes/", {"password": "wrong"}).status_code == 422
    page = client.post(f"{ENROLMENT}codes/", {"password": PASSWORD}).content.decode()
    new = re.findall(r"<code>(\d{4} \d{4})</code>", page)
    other = client.__class__()
    first_step(other)
    assert second_step(other, old).status_code == 422
    assert second_step(other, new[0]).status_code == 302


def test_without_a_factor_there_are_no_recovery_codes(client, anna):
    client.force_login(anna)
    assert client.post(f"{ENROLMENT}codes/", {"password": PASSWORD}).headers["Location"] == ENROLMENT
    assert not Authenticator.objects.exists()


# Who has lost the device


def test_an_administrator_resets_it_after_being_asked(client, anna):
    give_app(anna)
    at_work = client.__class__()
    at_work.force_login(anna)
    client.force_login(make_user(role="Administrator", name="chief"))
    address = f"/admin/accounts/user/{anna.pk}/reset-second-factor/"
    assert address in client.get(f"/admin/accounts/user/{anna.pk}/change/").content.decode()
    assert "Do this only if you know" in client.get(address).content.decode()
    assert second_factor.has_one(anna)  # asking did nothing
    assert client.post(address).status_code == 302
    assert not Authenticator.objects.exists()
    assert not is_in(at_work)
    assert first_step(client.__class__()).headers["Location"] == "/admin/"


@pytest.mark.parametrize("role", ["Writer", "Press desk", "Editor"])
def test_others_may_not(client, anna, role):
    give_app(anna)
    client.force_login(make_user(role=role, name="other"))
    address = f"/admin/accounts/user/{anna.pk}/reset-second-factor/"
    assert client.get(address).status_code == client.post(address).status_code == 403
    assert second_factor.has_one(anna)


def test_nor_an_administrator_a_superuser_s_or_their_own(client, clock):
    owner, chief = make_user(role=None, name="owner"), make_user(role="Administrator", name="chief")
    client.force_login(chief)
    for person in (owner, chief):
        give_app(person)
        assert client.post(f"/admin/accounts/user/{person.pk}/reset-second-factor/").status_code == 403
        assert second_factor.has_one(person)


def test_the_command_takes_it_away_and_says_so(client, anna, capsys):
    give_app(anna)
    first_step(client)
    guess(client, 10)
    call_command("reset_login", "anna")
    said = capsys.readouterr().out
    assert "The second factor is taken away." in said
    assert not Authenticator.objects.exists()
    password = re.search(r"the password (\S+) ", said)[1]
    assert log_in(client, username="anna", password=password).headers["Location"] == "/admin/"
    call_command("reset_login", "anna")
    assert "second factor" not in capsys.readouterr().out


# Keys


def test_a_copy_of_the_database_opens_nothing_and_earlier_keys_still_read(anna, settings):
    give_app(anna)
    row = Authenticator.objects.get(type="totp")
    assert SECRET not in row.data["secret"]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    assert second_factor.proves_code(anna, app_code(AT), AT)
    settings.SECRET_KEY_FALLBACKS = []
    assert not second_factor.proves_code(anna, app_code(AT + timedelta(seconds=30)), AT)


def test_with_a_log_in_the_secrets_go_over_to_a_new_key(client, anna, settings):
    _first, code, *_rest = give_app(anna)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    first_step(client)
    assert second_step(client, app_code(AT)).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []
    assert second_factor.proves_code(anna, app_code(AT + timedelta(seconds=30)), AT)
    assert second_factor.proves_code(anna, code, AT)


def test_allauth_s_pages_and_tables_are_nowhere_in_the_admin(client, clock):
    client.force_login(make_user(role=None))
    for address in ["/admin/mfa/authenticator/", "/admin/account/emailaddress/", "/accounts/login/"]:
        assert client.get(address).status_code == 404
