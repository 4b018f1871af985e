import secrets

from axes.utils import reset
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from advocacy.accounts import second_factor
from advocacy.accounts.log import Sort, record


class Command(BaseCommand):
    help = "Give a person a new random password, take away their second factor, end a lock after failures."

    def add_arguments(self, parser):
        parser.add_argument("name", help="Log-in name or e-mail address.")

    def handle(self, *, name, **options):
        people = get_user_model().objects
        person = people.known_as(name).first()
        if person is None:
            known = ", ".join(people.active().order_by("username").values_list("username", flat=True)[:20])
            raise CommandError(f"Nobody here is called {name}. There are: {known or 'no accounts yet'}.")
        if not person.is_active:
            raise CommandError(
                f"{person.username} is disabled. An administrator enables an account in the admin."
            )
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            person.set_password(password)
            person.save(update_fields=["password"])
            person.sign_out_everywhere()
            had_second_factor = bool(second_factor.remove_all(person))
            # Failures are counted under what was typed, and people log in with their name or their address.
            for typed in {person.username, person.email, name}:
                reset(username=typed)
            done = [Sort.PASSWORD_CHANGED, Sort.UNLOCKED]
            for sort in [*done, Sort.SECOND_FACTOR_REMOVED] if had_second_factor else done:
                record(person, sort, "./cms reset-login", at=timezone.now())
        self.stdout.write(f"{person.username} logs in with the password {password} (shown this once).")
        self.stdout.write("Other sessions of this account have ended.")
        if had_second_factor:
            self.stdout.write("The second factor is taken away. After the log-in it can be added anew.")
