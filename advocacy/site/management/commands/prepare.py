from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


class Command(BaseCommand):
    help = "Bring the database up to date. `./cms run` and `./cms serve` call this before they start."

    def add_arguments(self, parser):
        parser.add_argument(
            "--demo", action="store_true", help="Load the demo into a database that this run makes."
        )

    def handle(self, *, demo, **options):
        # The mark is written before the first table and removed after the last sample, so that a run that was
        # interrupted half way is finished by the next one, and no other database is ever filled.
        due = Path(settings.DATA_DIR) / "demo-due"
        database = (
            f"{connection.vendor} {connection.settings_dict['HOST']} {connection.settings_dict['NAME']}"
        )
        is_half_done = due.is_file() and due.read_text() == database
        if not demo:
            due.unlink(missing_ok=True)
        elif is_empty():
            due.write_text(database)
        self.migrate()
        if due.is_file() and due.read_text() == database:
            if is_half_done:
                call_command("demo", remove=True, stdout=StringIO())
            call_command("demo", account=settings.DEBUG, stdout=self.stdout)
            due.unlink()

    def migrate(self):
        before = len(applied())
        call_command("migrate", interactive=False, verbosity=0)
        done = len(applied()) - before
        if done:
            self.say("Database", f"{'brought up to date' if before else 'made'} ({done} migrations)")

    def say(self, subject, sentence):
        self.stdout.write(f"{subject + ':':<14}{sentence}")
        self.stdout.flush()


def is_empty() -> bool:
    return not connection.introspection.table_names()


def applied() -> dict:
    return MigrationRecorder(connection).applied_migrations()
