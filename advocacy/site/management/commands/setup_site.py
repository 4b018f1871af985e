import os

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from advocacy.accounts.models import User
from advocacy.accounts.roles import ADMINISTRATOR
from advocacy.organisation.models import Organisation, OrganisationText


class Command(BaseCommand):
    help = "Write down who runs this site and make the first administrator. `./cms setup` asks the questions."

    def add_arguments(self, parser):
        parser.add_argument(
            "--name", required=True, help="Name of the organisation, in its default language."
        )
        parser.add_argument("--email", required=True, help="E-mail address that readers may write to.")
        parser.add_argument("--time-zone", required=True, help="Such as Europe/Berlin.")
        parser.add_argument("--admin-name", required=True, help="Log-in name of the first administrator.")
        parser.add_argument("--admin-email", required=True, help="E-mail address of the first administrator.")

    @transaction.atomic
    def handle(self, *, name, email, time_zone, admin_name, admin_email, **options):
        if Organisation.current().sample:
            raise CommandError("The demo is in this database. Take it out first: ./cms demo --remove")
        try:
            write_organisation(name=name, email=email, time_zone=time_zone)
            if administrators().exists():
                known = ", ".join(administrators().values_list("username", flat=True))
                self.say(
                    "Accounts", f"administered already by {known}; ./cms reset-login gives a new password"
                )
            else:
                # Not an argument: other people on the machine can read those.
                password = os.environ.get("CMS_SETUP_PASSWORD", "")
                make_administrator(name=admin_name, email=admin_email, password=password, time_zone=time_zone)
                self.say("Accounts", f"{admin_name} administers the site and may invite others")
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.say("Organisation", f"{name}, {time_zone}")

    def say(self, subject, sentence):
        self.stdout.write(f"{subject + ':':<14}{sentence}")
        self.stdout.flush()


def administrators():
    return get_user_model().objects.active().filter(is_superuser=True).order_by("username")


def write_organisation(*, name: str, email: str, time_zone: str) -> None:
    """Sets what was asked and leaves what the organisation has set since in the admin."""
    organisation = Organisation.current()
    organisation.press_email, organisation.time_zone = email, time_zone
    organisation.full_clean(validate_unique=False, validate_constraints=False)
    organisation.save()
    text = organisation.texts.filter(language=organisation.default_language).first()
    text = text or OrganisationText(organisation=organisation, language=organisation.default_language)
    text.name = name
    text.full_clean()
    text.save()


def make_administrator(*, name: str, email: str, password: str, time_zone: str) -> User:
    """A superuser in the administrators' group, held to the same rules as anyone's account."""
    person = User(username=name, email=email, is_staff=True, is_superuser=True, time_zone=time_zone)
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    person.save()
    person.groups.add(Group.objects.get(name=ADMINISTRATOR))
    return person
