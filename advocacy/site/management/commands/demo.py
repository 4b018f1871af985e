import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db.models import ProtectedError
from django.utils import timezone

from advocacy.accounts.roles import EDITOR, PRESS_DESK
from advocacy.site import demo

SAMPLE_EDITOR = "sample-editor"


class Command(BaseCommand):
    help = "Load the sample content, or take out exactly what it made."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="Take out exactly what the demo made.")
        parser.add_argument(
            "--account", action="store_true", help="Make a sample Editor too (development only)."
        )

    def handle(self, *, remove, account, **options):
        if remove:
            kept = demo.remove()
            remove_account()
            self.say("Demo", "removed; ./cms demo makes it and its log-in again")
            for sentence in kept:
                self.say("", sentence)
            return
        if demo.is_loaded():
            self.say("Demo", "is there already; ./cms demo --remove takes it out")
        else:
            demo.load(timezone.now())
            self.say("Demo", "loaded; ./cms demo --remove takes it out")
        if account or (settings.DEBUG and not get_user_model().objects.active().exists()):
            self.say("Editor", "log in as {} with the password {} (shown this once)".format(*make_account()))

    def say(self, subject, sentence):
        self.stdout.write(f"{subject + ':' if subject else '':<14}{sentence}")
        self.stdout.flush()


def make_account() -> tuple[str, str]:
    """A sample Editor who answers the press too, with a random password, on a developer's machine alone."""
    if not settings.DEBUG:
        raise CommandError("A sample account is made in development only.")
    password = secrets.token_urlsafe(12)
    editor, _made = get_user_model().objects.get_or_create(
        username=SAMPLE_EDITOR,
        defaults={
            "email": f"{SAMPLE_EDITOR}@example.org",
            "first_name": "Sample",
            "last_name": "Editor",
            "is_staff": True,
        },
    )
    editor.is_active = True
    editor.set_password(password)
    editor.save()
    editor.groups.add(*Group.objects.filter(name__in=[EDITOR, PRESS_DESK]))
    return editor.username, password


def remove_account() -> None:
    """The account goes too. Where it published something that stays it is kept for the record, disabled."""
    for editor in get_user_model().objects.filter(username=SAMPLE_EDITOR):
        try:
            editor.delete()
        except ProtectedError:
            editor.disable()
