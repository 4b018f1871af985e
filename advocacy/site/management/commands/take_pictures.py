"""Take the pictures of README.md and docs/ from a running site with the demo.

    CMS_DATA=/tmp/pictures ./cms run        # in one terminal
    ./cms test --version                    # once, so that Playwright is there
    CMS_DATA=/tmp/pictures ./cms manage take_pictures http://localhost:8000

It writes a release, a translation and a correction for the pictures of the guide, so the site is one to throw away
afterwards. The browser is the machine's own Chromium; CMS_CHROMIUM may name it.
"""

import os
import shutil
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from advocacy.accounts.roles import WRITER
from advocacy.publishing.kinds import kind_named
from advocacy.publishing.models import Pass, Publication, zone
from advocacy.publishing.samples import sample_works
from advocacy.site import desk
from advocacy.site.management.commands.demo import SAMPLE_EDITOR

PICTURES = Path(settings.BASE_DIR) / "docs/pictures"
LIMIT = 150_000  # bytes of one picture
WIDTH, HEIGHT = 1280, 800  # of the window
SHOWN_WIDTH = 1000  # pixels of the picture that is kept
COLOURS = 128
TITLE = "The coalition asks again for answers to its ten demands"
SCROLL = "below => below ? document.querySelector(below).scrollIntoView() : window.scrollTo(0, 0)"
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
        if Publication.objects.filter(title=TITLE).exists():
            raise CommandError("This site was photographed before. Begin with an empty folder in CMS_DATA.")
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            raise CommandError("Playwright is missing. `./cms test --version` installs it.") from None
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.address = address.rstrip("/")
        with sync_playwright() as playwright:
            self.browser: Any = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            page = self.new_page(editor)
            self.take_what_stands_there(page, editor)
            self.take_the_guide(page, self.new_page(sample_writer()), editor)
            self.take_the_bulletin(page)
            self.browser.close()

    def new_page(self, person: Any) -> Any:
        """A window of somebody's own browser, logged in."""
        window = {"width": WIDTH, "height": HEIGHT}
        context = self.browser.new_context(
            viewport=window, locale="en-GB", timezone_id="UTC", color_scheme="light"
        )
        context.add_cookies([{**session_cookie(person), "url": self.address}])
        return context.new_page()

    def take_what_stands_there(self, page: Any, editor: Any) -> None:
        """The home page, and the desk as the demo leaves it."""
        self.open(page, "/en/")
        self.take(page, "home")
        self.open(page, reverse("admin:index"))
        self.take(page, "today")
        self.open(page, desk.buttons(editor)[-1].url)
        self.take(page, "new")
        self.open(page, form_of(sample("letter")))
        self.take(page, "letter", below="#addressees-group", height=1400)

    def take_the_guide(self, page: Any, writers: Any, editor: Any) -> None:
        """One release on its way from draft to correction: `page` is the editor's, `writers` the writer's."""
        writer = sample_writer()
        self.open(page, form_of(half_translated(writer), "beside"))
        self.take(page, "beside")

        release = new_text(sample("release"), writer)
        self.open(writers, form_of(release))
        self.take(writers, "release", below="fieldset:has(#id_carried_work)", height=700)
        writers.fill("#id_subheadline", "Ten demands, and not one answer in writing.")
        with writers.expect_popup() as opened:
            writers.get_by_role("button", name="Preview").first.click()
        opened.value.wait_for_load_state("networkidle")
        self.take(opened.value, "preview")

        release.submit(who=writer, message="It has to be out with the letter.")
        release.send_back(who=editor, reason="The quotation is not what the letter says.")
        self.open(writers, form_of(release))
        self.take(writers, "sent-back", height=600)
        writers.fill("#id_subheadline", "Ten demands, and not one answer in writing.")
        change(release, editor, subheadline="Ten demands, and two answers in writing.")
        writers.locator("[name=_continue]").first.click()
        writers.wait_for_selector(".conflict")
        self.take(writers, "together", height=600)

        moment = datetime.combine(
            timezone.now().astimezone(zone()).date() + timedelta(days=1), time(10), zone()
        )
        self.open(page, form_of(release, "publish"))
        page.get_by_label("At a moment that is still ahead").check()
        page.fill("[name=moment_0]", f"{moment:%Y-%m-%d}")
        page.fill("[name=moment_1]", f"{moment:%H:%M}")
        page.get_by_label("Under embargo until then").check()
        self.take(page, "publish")
        release.publish(who=editor, starts=moment, embargo=True)
        give_passes(release)
        self.open(page, form_of(release, "passes"))
        self.take(page, "passes")
        self.add_to_the_press_list(page)
        self.open(page, form_of(release, "send"))
        self.take(page, "send")

        self.open(page, corrected(sample("release"), writer, editor))
        page.get_by_role("link", name="See what changed").click()
        self.take(page, "changes")

    def take_the_bulletin(self, page: Any) -> None:
        """The sample's bulletin, looked at before it is saved, sent by the worker, and what became of it."""
        bulletin = sample("bulletin")
        self.open(page, form_of(bulletin))
        self.take(page, "bulletin", below="#items-group", height=700)
        page.fill("#id_subject", "Ten demands to the United Nations")
        with page.expect_popup() as opened:
            page.get_by_role("button", name="Preview").first.click()
        self.take(opened.value, "bulletin-preview", height=1200)
        self.open(page, form_of(bulletin, "send"))
        self.take(page, "bulletin-send")
        page.locator("#content-main input[type=submit]").click()
        page.wait_for_selector("#progress[data-state=done]", timeout=60_000)  # the page follows by itself
        self.take(page, "mailing", height=1000)

    def add_to_the_press_list(self, page: Any) -> None:
        """By hand, as editors do: this part of the project knows of no press list."""
        for name in ("Jonas Weber", "Mariam Sample"):
            self.open(page, "/admin/newsroom/presscontact/add/")
            page.fill("#id_name", name)
            page.fill("#id_email", f"{name.split()[0].lower()}@example.org")
            page.get_by_label("English").check()
            page.fill("#id_consent", "E-mail to the press desk")
            page.fill("#id_consent_on", f"{timezone.now():%Y-%m-%d}")
            page.locator("[name=_save]").first.click()
            page.wait_for_selector(".messagelist .success")

    def open(self, page: Any, path: str) -> None:
        page.goto(self.address + path, wait_until="networkidle")

    def take(self, page: Any, name: str, *, below: str = "", height: int = HEIGHT) -> None:
        """What the window shows, from the top of the page or of the element `below`."""
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.wait_for_load_state("networkidle")
        page.evaluate(SCROLL, below)
        target = PICTURES / f"{name}.png"
        target.write_bytes(small(page.screenshot()))
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        if target.stat().st_size > LIMIT:
            raise CommandError(
                f"{target.name} has {target.stat().st_size} bytes; a picture may have {LIMIT}."
            )
        self.stdout.write(f"{target.name}: {target.stat().st_size} bytes")


# -- what the pictures show


def sample(kind: str, language: str = "en") -> Any:
    """The demo's first text of a kind."""
    return (
        kind_named(kind)
        .objects.filter(work=sample_works(kind).filter(publications__language="hy")[0])
        .get(language=language)
    )


def new_text(text: Any, writer: Any) -> Any:
    """A draft that begins with a text of the demo."""
    made = text.copied(who=writer)
    return change(made, writer, title=TITLE)


def change(text: Any, who: Any, **columns: str) -> Any:
    """Saved at the desk by somebody."""
    for name, value in columns.items():
        setattr(text, name, value)
    text.changed_by = who
    text.save()
    text.stamp(who)
    return text


def half_translated(writer: Any) -> Any:
    """The Armenian letter, whose translator has not come to the last paragraph."""
    made = sample("letter").copied(who=writer)
    made = change(made, writer, title="Ten demands, once more").translated("hy", who=writer)
    there = sample("letter", "hy")
    body = there.body[: there.body.rindex("<p")]
    return change(
        made, writer, title=there.title, summary=there.summary, addressed_to=there.addressed_to, body=body
    )


def corrected(text: Any, writer: Any, editor: Any) -> str:
    """The address of a text that was published and then corrected."""
    made = new_text(text, writer)
    made.publish(who=editor)
    body = made.body.replace("three officials", "four officials", 1)
    change(made, writer, body=body)
    note = "The letter went to four officials, not to three."
    return str(made.publish(who=editor, correction=note).url)


def give_passes(text: Any) -> None:
    """Two passes, one of them read."""
    version, now = text.versions.get(), timezone.now()
    for name, outlet in (("Jonas Weber", "The Lantern"), ("Mariam Sample", "The Herald")):
        email = f"{name.split()[0].lower()}@example.org"
        given, _token = Pass.give(
            version, at=now, expires=now + timedelta(days=7), name=name, outlet=outlet, email=email
        )
    given.use(now)


def form_of(text: Any, page: str = "change") -> str:
    return reverse(f"admin:{text._meta.app_label}_{text._meta.model_name}_{page}", args=[text.pk])


def sample_writer() -> Any:
    name = "sample-writer"
    columns = {
        "email": f"{name}@example.org",
        "first_name": "Sample",
        "last_name": "Writer",
        "is_staff": True,
    }
    writer, _made = get_user_model().objects.get_or_create(username=name, defaults=columns)
    writer.groups.add(Group.objects.get(name=WRITER))
    return writer


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
