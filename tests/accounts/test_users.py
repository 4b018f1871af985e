"""The account itself: its address, its zone, its name, and how it ends."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from advocacy.accounts.models import User
from advocacy.organisation.models import Organisation
from tests.accounts.makers import make_user

pytestmark = pytest.mark.django_db


def test_two_accounts_never_share_an_address_whatever_its_case():
    make_user(name="anna", email="anna@staff.example")
    other = User(username="other", email="Anna@Staff.Example")
    with pytest.raises(ValidationError, match="Another account has this e-mail address"):
        other.full_clean(exclude=["password"])
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_an_account_without_an_address_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("nobody")


def test_the_zone_begins_as_the_organisation_s():
    assert make_user(name="before").time_zone == "UTC"
    Organisation.objects.create(time_zone="Asia/Yerevan")
    assert make_user(name="after").time_zone == "Asia/Yerevan"


def test_a_zone_that_does_not_exist_is_refused():
    user = make_user(time_zone="Europe/Yerevan")
    with pytest.raises(ValidationError, match="no time zone"):
        user.full_clean()


def test_the_log_in_name_can_t_be_somebody_s_address():
    with pytest.raises(ValidationError, match="no @"):
        make_user(name="x@y.example", email="z@y.example").full_clean()


def test_display_name():
    assert str(make_user(name="anna", first_name="Anna", last_name="Petrosyan")) == "Anna Petrosyan"
    assert str(make_user(name="boris", first_name="")) == "boris"


def test_enabling_again_asks_for_a_new_password():
    user = make_user()
    user.disable()
    assert not user.is_active
    user.enable()
    assert user.is_active
    assert not user.has_usable_password()
    assert list(User.objects.invited()) == [user]
