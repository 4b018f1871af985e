import asyncio
import signal
import socket

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Catch the mail that the site sends, for reading in the admin. For developers' machines."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=1025)

    def handle(self, *, host, port, **options):
        try:
            from advocacy.mail import catcher
        except ImportError:
            raise CommandError("The catcher needs the package aiosmtpd. Install it to catch mail.") from None
        try:
            listening = socket.create_server((host, port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be used: {error.strerror}.") from None
        # Told to stop it ends as it does after Ctrl-C, whoever started it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.stdout.write(f"Mail to {host}:{listening.getsockname()[1]} is caught.")
        self.stdout.flush()
        try:
            asyncio.run(catcher.serve(listening))
        except KeyboardInterrupt:
            self.stdout.write("The catcher ends.")
