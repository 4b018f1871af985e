from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from advocacy.mail import bench


class Command(BaseCommand):
    help = (
        "Measure a large mailing on a database that is thrown away. `./cms bench --mailing` makes one for it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--recipients", type=int, default=100_000)
        parser.add_argument("--send", type=int, help="Stop after so many mails; all of them by default.")

    def handle(self, *, recipients, send, **options):
        at = timezone.now()
        try:
            bench.make_subscribers(recipients, at)
            mailing = bench.make_mailing(at)
            seconds, blocks = bench.make_rows(mailing, at)
            self.say(
                f"rows        {mailing.recipients:>8} in {seconds:.1f} s, {blocks} blocks (goal: under 20 s)"
            )
            sent = bench.send(mailing, most=min(send or recipients, mailing.recipients))
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.say(f"mails       {sent.count:>8} in {sent.seconds:.1f} s, {sent.rate:.0f} a second (goal: 200)")
        self.say(f"memory      {sent.early:>8} MB after a tenth, {sent.peak} MB at most (goal: under 150 MB)")

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
