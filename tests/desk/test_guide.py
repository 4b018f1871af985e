"""The walk of docs/editors.md, step by step: one release and its letter, from the draft to a correction.

Each step of the guide is a function under the step's own heading. A step without a function fails, and so does a
word in bold that stands nowhere on the pages of its step.
"""

import re
from datetime import datetime, time, timedelta
from gzip import decompress as gunzip
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site_settings
from django.core import mail
from django.core.handlers.base import BaseHandler
from django.utils import timezone

from advocacy.mail.sending import send_due
from advocacy.publishing.models import zone
from newsroom.models import Release
from tests.browser.test_journeys import begin, choose, log_in_as, save, text_of, write
from tests.campaigns.makers import make_holder
from tests.organisation.makers import make_organisation

GUIDE = Path(site_settings.BASE_DIR) / "docs/editors.md"
CHAPTER = "One release, from draft to correction"
TICK, HOUR = timedelta(microseconds=1), timedelta(hours=1)

LETTER_EN, LETTER_HY = "/en/letters/open-the-road-to-goris/", "/hy/letters/open-the-road-to-goris/"
RELEASE = "/en/releases/coalition-asks-for-the-road-to-goris/"
HY = {
    "title": "Բացեք Գորիսի ճանապարհը",
    "addressed_to": "Միավորված ազգերի կազմակերպությանը",
    "body": ["Գրում ենք Գորիսի ճանապարհի մասին։", "Ոչ ոք պատասխան չի տվել հիվանդանոցների համար։"],
    "demands": [("Ճանապարհ", "Բացեք ճանապարհը"), ("Օգնություն", "Թույլ տվեք օգնությունը")],
}
DEMANDS = [("Road", "Open the road"), ("Relief", "Let relief through")]
HOLDERS = ["António Guterres", "Volker Türk"]
ON_PAPER = "Nobody has answered for the hospitals that ran out of medicine."
MARK = """(body, word) => {
    const lines = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    let line = lines.nextNode();
    while (!line.data.includes(word)) line = lines.nextNode();
    const at = line.data.indexOf(word);
    getSelection().setBaseAndExtent(line, at, line, at + word.length);
}"""

STEPS = {}


def step(heading):
    """Names the step of the guide that a function walks."""

    def named(walk):
        STEPS[heading] = walk
        return walk

    return named


# -- what the guide says


def guide():
    """The steps of the guide: heading to text."""
    chapter = GUIDE.read_text(encoding="utf-8").split(f"\n## {CHAPTER}\n")[1].split("\n## ")[0]
    found = re.split(r"^### ", chapter, flags=re.MULTILINE)[1:]
    return dict(each.split("\n", 1) for each in found)


def words_on_screen(text):
    """What the guide says in bold."""
    return [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, flags=re.DOTALL)]


# -- who walks


class Walk:
    """Two people at the desk, readers outside, and all that their pages said in the step that is walked.

    The Writer's browser runs scripts, as the editor for texts needs them. All others do without: every page works
    so, and most of the time of a form goes to its scripts.
    """

    def __init__(self, browser_context, now):
        self.now = now
        self.writer = log_in_as(browser_context().new_page(), "wilma", "Writer")
        self.editor = log_in_as(browser_context(java_script_enabled=False).new_page(), "edith", "Editor")
        self.reader = browser_context(java_script_enabled=False).new_page()
        self.journalist = browser_context(java_script_enabled=False).new_page()
        day = timezone.now().astimezone(zone()).date() + timedelta(days=1)
        self.moment = datetime.combine(day, time(10), zone())
        self.desk = {}  # the form of each text, by its name
        self.said = []

    def says(self, words):
        return any(words in unescape(page.decode()) for page in self.said)

    def read(self, address):
        """What a stranger gets at an address."""
        return self.reader.goto(address).status, self.reader.locator("main")

    def open(self, page, name, below=""):
        """The form of a text, or one of the pages below it."""
        page.goto(
            self.desk[name].replace("/change/", f"/{below or 'change'}/"), wait_until="domcontentloaded"
        )

    def press(self, page, label):
        """A button over the form, which leads to the page that asks."""
        page.locator(".standing-verbs").get_by_role("link", name=label, exact=True).click()
        page.wait_for_selector(".verb-page")

    def submit(self, name, words):
        self.open(self.writer, name, "submit")
        self.writer.get_by_label("Message").fill(words)
        confirm(self.writer, "Submit for review")

    def schedule(self):
        """On the page that asks when: for the moment, under embargo."""
        self.editor.get_by_label("At a moment that is still ahead").check()
        self.editor.fill("[name=moment_0]", f"{self.moment:%Y-%m-%d}")
        self.editor.fill("[name=moment_1]", f"{self.moment:%H:%M}")
        self.editor.get_by_label("Under embargo until then").check()
        confirm(self.editor, "Publish")
        assert "A version is under embargo until" in self.editor.locator(".standing").inner_text()

    def newest_mail(self):
        """What the worker has sent by now; the newest of it."""
        send_due(timezone.now())
        return mail.outbox[-1]


def confirm(page, label):
    page.locator(".verb-page").get_by_role("button", name=label, exact=True).click()
    page.wait_for_selector(".messagelist .success")


def link_in(body):
    return re.search(r"https?://\S+", body)[0]


@pytest.fixture
def walk(browser_context, monkeypatch):
    """The desk where a second person publishes, as it is unless an organisation decides otherwise."""
    make_organisation(names={"en": "Coalition for Memory", "hy": "Հիշողության կոալիցիա"})
    for name in HOLDERS:
        make_holder(name=name)
    answer = BaseHandler.get_response
    heard = []

    def get_response(self, request):
        response = answer(self, request)
        if response.get("Content-Type", "").startswith("text/html"):
            body = response.content
            heard.append(gunzip(body) if response.has_header("Content-Encoding") else body)
        return response

    monkeypatch.setattr(BaseHandler, "get_response", get_response)
    with time_machine.travel(timezone.now(), tick=True) as now:
        walk = Walk(browser_context, now)
        walk.said = heard
        yield walk


# -- the steps


@step("1. The letter")
def write_the_letter(walk):
    page = walk.writer
    page.goto("/admin/")
    begin(page, "New letter")
    page.fill("#id_title", "Open the road to Goris")
    page.fill("#id_addressed_to", "to the United Nations")
    write(page, "id_body", f"<p>We write about the road to Goris.</p><p>{ON_PAPER}</p>")
    for number, name in enumerate(HOLDERS):
        page.locator("#addressees-group .add-row a").click()
        choose(page, f"id_addressees-{number}-holder", name)
    for number, (label, title) in enumerate(DEMANDS):
        page.locator("#demands-group .add-row a").click()
        page.fill(f"#id_demands-{number}-number", str(number + 1))
        page.fill(f"#id_demands-{number}-label", label)
        page.fill(f"#id_demands-{number}-title", title)
        page.fill(f"#id_demands-{number}-wording", f"{title}, at once and for all.")
    save(page)
    assert "Not public." in page.locator(".standing").inner_text()
    walk.desk["letter"] = page.url


@step("2. Its translation")
def translate_the_letter(walk):
    page = walk.writer
    walk.press(page, "Add a translation")
    page.get_by_label("Language").select_option("hy")
    confirm(page, "Add a translation")
    walk.desk["translation"] = page.url
    page.fill("#id_title", HY["title"])
    page.fill("#id_addressed_to", HY["addressed_to"])
    write(page, "id_body", f"<p>{HY['body'][0]}</p>")
    for number, (label, title) in enumerate(HY["demands"]):
        page.fill(f"#id_demands-{number}-label", label)
        page.fill(f"#id_demands-{number}-title", title)
        page.fill(f"#id_demands-{number}-wording", f"{title}։")
    save(page)
    walk.press(page, "Beside the original")
    page.get_by_role("link", name="Text, ¶ 2").click()
    assert "The translation lacks this paragraph." in page.locator("#body-2:target").inner_text()
    there, here = page.locator("#body-1 .beside-pair > div").all()
    assert "We write about the road" in there.inner_text() and HY["body"][0] in here.inner_text()

    page.get_by_role("link", name="Change the translation").click()
    write(page, "id_body", "".join(f"<p>{paragraph}</p>" for paragraph in HY["body"]))
    save(page)
    walk.press(page, "Beside the original")
    assert "Every field, paragraph and row has its counterpart." in text_of(page)


@step("3. The letter under embargo")
def schedule_the_letter(walk):
    for name in ("letter", "translation"):
        walk.submit(name, "Please read it by tonight.")
    page = walk.editor
    page.goto("/admin/")
    part = page.locator("section", has=page.get_by_role("heading", name="To be reviewed"))
    assert {"Open the road to Goris", HY["title"]} <= set(part.get_by_role("link").all_inner_texts())
    for name in ("letter", "translation"):
        walk.open(page, name, "publish")
        walk.schedule()
    assert [walk.read(address)[0] for address in (LETTER_EN, LETTER_HY)] == [404, 404]


@step("4. Who has signed")
def enter_signatories(walk):
    page = walk.editor
    for kind, name in [("Organisation", "House of the Road"), ("Person", "Ani Sample")]:
        page.goto("/admin/campaigns/signatory/add/")
        page.locator("#id_work").select_option(label="Open the road to Goris")
        page.get_by_label(kind, exact=True).check()
        page.fill("#id_name", name)
        page.get_by_label("Show the name").check()
        page.fill("#id_consent", "E-mail of 26 September 2023")
        page.locator("[name=_save]").first.click()
        page.wait_for_selector(".messagelist .success")


@step("5. The release that carries it")
def write_the_release(walk):
    page = walk.writer
    page.goto("/admin/")
    begin(page, "New release")
    page.fill("#id_title", "Coalition asks for the road to Goris")
    page.fill("#id_place", "Yerevan")
    write(page, "id_body", "<p>The road has been closed for thirty days.</p><p>The letter asks why.</p>")
    choose(page, "id_carried_work", "Open the road")
    page.locator("#quotes-group .add-row a").click()
    page.fill("#id_quotes-0-words", ON_PAPER.replace("medicine", "drugs"))
    page.fill("#id_quotes-0-speaker", "The coalition")
    choose(page, "id_quotes-0-cited_work", "Open the road")
    page.fill("#id_quotes-0-cited_paragraph", "2")
    save(page)
    walk.desk["release"] = page.url
    page.get_by_label("We write about the road to Goris.").check()
    save(page)


@step("6. A look before saving")
def preview_unsaved(walk):
    page = walk.writer
    page.fill("#id_subheadline", "Zqunsaved words of the writer.")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview").first.click()
    preview = opened.value
    preview.wait_for_load_state()
    assert "Subheadline" in preview.locator(".preview-words").inner_text()
    shown = preview.frame_locator("iframe.in-light").locator("main")
    assert "Zqunsaved words" in shown.inner_text() and "Let relief through" in shown.inner_text()
    preview.get_by_label("Dark").check()
    preview.locator("iframe.in-dark").wait_for(state="visible")
    preview.close()
    assert Release.objects.get().subheadline == ""


@step("7. To the Editor")
def submit_the_release(walk):
    save(walk.writer)
    walk.submit("release", "It has to be out with the letter.")
    assert "It has to be out with the letter." in walk.writer.locator(".standing").inner_text()
    assert not walk.writer.locator(".standing-verbs").get_by_role("link", name="Publish").count()


@step("8. Sent back")
def send_back(walk):
    page = walk.editor
    page.goto("/admin/")
    page.get_by_role("link", name="Coalition asks for the road to Goris").first.click()
    walk.press(page, "Publish")
    assert page.locator("[name=moment_0]").input_value() == f"{walk.moment:%Y-%m-%d}"  # the letter's own
    assert page.locator("[name=moment_1]").input_value() == f"{walk.moment:%H:%M}"
    refused = page.locator(".errornote")
    assert "differs from ¶ 2" in refused.inner_text()
    assert (refused.locator("del").inner_text(), refused.locator("ins").inner_text()) == ("drugs", "medicine")
    page.get_by_role("link", name="Back to the text").click()
    walk.press(page, "Send back")
    page.get_by_label("Reason").fill("The quotation is not what the letter says.")
    confirm(page, "Send back")


@step("9. Mended, while somebody else had it open")
def two_at_one_text(walk):
    walk.writer.goto("/admin/")
    part = walk.writer.locator("section", has=walk.writer.get_by_role("heading", name="Sent back"))
    part.get_by_role("link").click()
    assert "The quotation is not what the letter says." in walk.writer.locator(".sent-back").inner_text()
    walk.open(walk.editor, "release")
    assert "Wilma has this open, too." in walk.editor.locator("#others").inner_text()
    walk.editor.fill("#id_subheadline", "The letter has two demands.")
    save(walk.editor)

    page = walk.writer
    page.fill("#id_quotes-0-words", ON_PAPER)
    page.locator("[name=_continue]").first.click()
    conflict = page.locator(".conflict")
    assert "Edith saved this text while you were writing." in conflict.inner_text()
    assert "Zqunsaved" in conflict.locator("del").all_inner_texts()
    assert "demands" in conflict.locator("ins").all_inner_texts()
    assert page.locator("#id_quotes-0-words").input_value() == ON_PAPER
    page.fill("#id_subheadline", "The letter has two demands.")
    save(page)
    walk.submit("release", "The quotation is the letter's now.")


@step("10. Approved, for a moment")
def approve_and_schedule(walk):
    page = walk.editor
    walk.open(page, "release")
    assert page.locator("#id_subheadline").input_value() == "The letter has two demands."
    walk.press(page, "Approve")
    confirm(page, "Approve")
    assert "Approved." in page.locator(".standing").inner_text()
    walk.press(page, "Publish")
    walk.schedule()
    assert walk.read(RELEASE)[0] == 404


@step("11. A pass for a journalist")
def give_a_pass(walk):
    page = walk.editor
    walk.press(page, "Passes")
    page.get_by_label("Name").fill("Jonas Weber")
    page.get_by_label("E-mail address").fill("jonas@lantern.example")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    confirm(page, "Send a pass")
    sent = walk.newest_mail()
    assert sent.to == ["jonas@lantern.example"] and "closed for thirty days" not in sent.body
    walk.pass_link = link_in(sent.body)
    read_by_pass(walk, walk.pass_link)
    page.reload()
    assert "Not yet" not in page.get_by_role("table").inner_text()


def read_by_pass(walk, link):
    page = walk.journalist
    page.goto(link)
    assert "closed for thirty days" not in page.content()
    page.get_by_role("button", name="Open the text").click()
    page.wait_for_selector("article")
    shown = text_of(page)
    assert "Under embargo until" in shown and "closed for thirty days" in shown and ON_PAPER in shown
    assert "Let relief through" in shown


@step("12. To the press list")
def send_to_the_press(walk):
    page = walk.editor
    page.goto("/admin/newsroom/presscontact/add/")
    page.fill("#id_name", "Mariam Sample")
    page.fill("#id_email", "mariam@herald.example")
    page.get_by_label("English").check()
    page.fill("#id_consent", "E-mail to the press desk")
    page.fill("#id_consent_on", f"{timezone.now():%Y-%m-%d}")
    page.locator("[name=_save]").first.click()
    page.wait_for_selector(".messagelist .success")
    walk.open(page, "release")
    walk.press(page, "Send to the press")
    page.get_by_label("Introduction").fill("Good morning.")
    page.get_by_role("button", name="Continue").click()
    assert "1 person gets it." in text_of(page)
    confirm(page, "Send it to 1 person")
    sent = walk.newest_mail()
    assert sent.to == ["mariam@herald.example"] and "Good morning." in sent.body
    assert link_in(sent.body) != walk.pass_link
    read_by_pass(walk, link_in(sent.body))


@step("13. The moment")
def the_moment_comes(walk):
    walk.now.move_to(walk.moment - TICK, tick=False)
    assert [walk.read(each)[0] for each in (RELEASE, LETTER_EN, LETTER_HY)] == [404, 404, 404]
    walk.journalist.goto(walk.pass_link)
    assert "Under embargo until" in text_of(walk.journalist)

    walk.now.move_to(walk.moment, tick=False)
    status, main = walk.read(RELEASE)
    assert status == 200 and "closed for thirty days" in main.inner_text()
    assert "House of the Road" in walk.read(LETTER_EN)[1].inner_text()
    assert HY["demands"][1][1] in walk.read(LETTER_HY)[1].inner_text()
    assert "Coalition asks for the road to Goris" in walk.read("/en/")[1].inner_text()

    walk.now.move_to(walk.moment + HOUR, tick=True)
    walk.journalist.goto(walk.pass_link)
    assert walk.journalist.url.endswith(RELEASE) and "Under embargo" not in text_of(walk.journalist)


def mend(page, field, wrong, right):
    """Marks a word in the editor of a field and types over it."""
    body = page.frame_locator(f"#cke_{field} .cke_wysiwyg_frame").locator("body")
    body.click()
    body.evaluate(MARK, wrong)
    page.keyboard.type(right)


@step("14. A correction")
def correct(walk):
    page = walk.writer
    walk.open(page, "release")
    mend(page, "id_body", "thirty", "forty")
    save(page)
    assert "Edited since" in page.locator(".standing").inner_text()
    walk.submit("release", "It was forty days.")
    assert "thirty days" in walk.read(RELEASE)[1].inner_text()

    page = walk.editor
    walk.open(page, "release", "publish")
    page.get_by_label("At once").check()
    page.get_by_label("A correction").check()
    page.get_by_label("What was wrong").fill("The road was closed for forty days, not for thirty.")
    confirm(page, "Publish")

    main = walk.read(RELEASE)[1]
    assert "The road was closed for forty days, not for thirty." in main.inner_text()
    main.get_by_role("link", name="See what changed").click()
    assert (main.locator("del").inner_text(), main.locator("ins").inner_text()) == ("thirty", "forty")
    assert "not for thirty" in walk.read("/en/corrections/")[1].inner_text()


# -- the tests


def test_every_step_of_the_guide_is_walked():
    assert list(guide()) == list(STEPS)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_guide_is_walked_from_draft_to_correction(walk):
    told, unseen = guide(), []
    for heading, act in STEPS.items():
        walk.said.clear()
        act(walk)
        unseen += [(heading, words) for words in words_on_screen(told[heading]) if not walk.says(words)]
    assert not unseen, f"the guide names what the pages of the step do not show: {unseen}"
