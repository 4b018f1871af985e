from django.core.management.base import BaseCommand, CommandError

from advocacy.site.bench import Connection, find_pages, keep, measure


class Command(BaseCommand):
    help = "Measure a running site's pages against bare views. `./cms bench` starts the site for it."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, required=True, help="Where the site runs on 127.0.0.1.")
        parser.add_argument("--seconds", type=float, default=5, help="How long each page is asked.")

    def handle(self, *, port, seconds, **options):
        try:
            connection = Connection("127.0.0.1", port)
            pages = find_pages(connection)
            self.stdout.write(f"{'page':<10}{'bytes':>8}{'bare ms':>10}{'page ms':>10}{'ratio':>8}   address")
            for name, path in pages.items():
                body = connection.get(path)
                keep(name, body)
                if connection.get(f"/bench/{name}") != body:
                    raise CommandError(f"The bare view did not answer the bytes of {path}.")
                bare, page, ratio = measure(connection, path, name, seconds=seconds)
                self.stdout.write(f"{name:<10}{len(body):>8}{bare:>10.2f}{page:>10.2f}{ratio:>8.1f}   {path}")
                self.stdout.flush()
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
