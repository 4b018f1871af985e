from django.core.management.base import BaseCommand
from django.utils import timezone

from advocacy.privacy.purge import purge, waiting


class Command(BaseCommand):
    help = "Delete or empty personal data that is past its date. The worker does the same every ten minutes."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Change nothing; list what is due.")

    def handle(self, *, dry_run, **options):
        at = timezone.now()
        if dry_run:
            for label, text, rows in waiting(at):
                self.stdout.write(f"{rows:>8}  {label}: {text}")
        else:
            self.stdout.write(f"{purge(at)} rows were past their date.")
