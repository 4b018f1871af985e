from django.core.management.base import BaseCommand

from advocacy.delivery import styles


class Command(BaseCommand):
    help = "Joins the files of static/css into static/site.css, the one style sheet of the public site."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        css = styles.build()
        styles.SITE_CSS.write_text(css, encoding="utf-8")
        self.stdout.write(f"{styles.SITE_CSS.name}: {len(css.encode())} bytes")
