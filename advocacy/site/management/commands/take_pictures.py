"""Take the pictures of README.md and docs/ from a running site with the demo.

    ./cms run                               # in one terminal
    ./cms test --version                    # once, so that Playwright is there
    ./cms manage take_pictures http://localhost:8000

The browser is the machine's own Chromium; CMS_CHROMIUM may name it.
"""

import os
import shutil
from argparse import ArgumentParser
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import reverse
from PIL import Image

from advocacy.site import desk
from advocacy.site.management.commands.demo import SAMPLE_EDITOR

PICTURES = Path(settings.BASE_DIR) / "docs/pictures"
LIMIT = 150_000  # bytes of one picture
WIDTH, HEIGHT = 1280, 800  # of the window
SHOWN_WIDTH = 1000  # pixels of the picture that is kept
COLOURS = 128
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Command(BaseCommand):
    help = "Take the pictures of README.md and docs/ from a running site that holds the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="Where the site runs, such as http://localhost:8000")

    def handle(self, *args: object, address: str, **options: object) -> None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's event loop stays in this thread
        editor = sample_editor()
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            raise CommandError("Playwright is missing. `./cms test --version` installs it.") from None
        PICTURES.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser: Any = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            window = {"width": WIDTH, "height": HEIGHT}
            context: Any = browser.new_context(viewport=window, locale="en-GB", timezone_id="UTC")
            page = context.new_page()
            self.take(page, "home", f"{address}/en/")
            context.add_cookies([{**session_cookie(editor), "url": address}])
            self.take(page, "today", address + reverse("admin:index"))
            self.take(page, "new", address + desk.buttons(editor)[-1].url)
            browser.close()

    def take(self, page: Any, name: str, address: str) -> None:
        page.goto(address, wait_until="networkidle")
        target = PICTURES / f"{name}.png"
        target.write_bytes(small(page.screenshot()))
        if target.stat().st_size > LIMIT:
            raise CommandError(
                f"{target.name} has {target.stat().st_size} bytes; a picture may have {LIMIT}."
            )
        self.stdout.write(f"{target.name}: {target.stat().st_size} bytes")


def sample_editor() -> Any:
    """The account that the demo makes."""
    editor = get_user_model().objects.filter(username=SAMPLE_EDITOR).first()
    if editor is None:
        raise CommandError("There is no sample editor. `./cms manage demo --account` makes one.")
    return editor


def session_cookie(person: Any) -> dict[str, str]:
    """A fresh log-in, without a password."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


def chromium() -> str:
    named = os.environ.get("CMS_CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else CHROMIUM)), None)
    if found is None:
        raise CommandError("There is no Chromium here. On Debian and Ubuntu: apt-get install chromium")
    return found


def small(png: bytes) -> bytes:
    image = Image.open(BytesIO(png)).convert("RGB")
    height = round(image.height * SHOWN_WIDTH / image.width)
    shown = image.resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
    stream = BytesIO()
    shown.quantize(COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()
