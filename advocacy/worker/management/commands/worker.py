import signal

from django.core.management.base import BaseCommand, CommandError

from advocacy.worker.loop import Loop, all_jobs


class Command(BaseCommand):
    help = "Do what is not done in a request: send mail, purge what is past its date, and what else is due."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do all that is due now, then end.")

    def handle(self, *, once, **options):
        loop = Loop(all_jobs())
        signal.signal(signal.SIGTERM, loop.stop)
        signal.signal(signal.SIGINT, loop.stop)
        if once:
            if not loop.run_once():
                raise CommandError("These jobs failed: " + "; ".join(loop.troubles()))
            return
        self.stdout.write("The worker runs: " + ", ".join(turn.job.name for turn in loop.turns))
        self.stdout.flush()
        loop.run()
        self.stdout.write("The worker has finished what it held and ends.")
