"""A reader's whole way in a browser without scripts: from the home page onto the list, and out again."""

import pytest

from advocacy.subscribers import links
from advocacy.subscribers.models import Subscriber
from tests.organisation.makers import make_organisation
from tests.subscribers.makers import make_topic, newest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def the_link():
    return next(word for word in newest().text.split() if "/bulletin/" in word)


def test_onto_the_list_and_out_again(browser_context, live_site):
    make_organisation()
    make_topic("Hearings")
    page = browser_context(java_script_enabled=False).new_page()
    page.goto("/en/")
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Send me the bulletin").click()
    assert page.title().startswith("Error: Get the bulletin")
    page.get_by_label("E-mail address").fill("anna@reader.example")
    page.get_by_label("Hearings").check()
    page.get_by_role("button", name="Send me the bulletin").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Check your inbox"

    page.goto(the_link())
    page.get_by_role("button", name="Yes, send me the bulletin").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You get the bulletin"
    anna = Subscriber.objects.receiving().get()
    page.get_by_role("link", name="Change language and topics").click()
    assert page.get_by_label("Hearings").is_checked()
    page.get_by_label("Language of the bulletin").select_option("fr")
    page.get_by_role("button", name="Save").click()
    assert "Saved." in page.inner_text("main")
    anna.refresh_from_db()
    assert anna.language == "fr"

    page.get_by_role("link", name="Leave the bulletin").click()
    assert Subscriber.objects.receiving().exists()
    page.get_by_role("button", name="Leave the bulletin").click()
    assert not Subscriber.objects.receiving().exists()
    page.get_by_label("Why did you leave?").select_option("many")
    page.get_by_role("button", name="Tell us why").click()
    assert "Thank you for telling us why." in page.inner_text("main")
    page.get_by_role("link", name="Erase me now").click()
    page.get_by_role("button", name="Erase me now").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You are erased"
    assert not Subscriber.objects.exists()


def test_a_mail_program_leaves_by_itself_and_a_reader_who_opens_its_address_sees_the_button(
    browser_context, live_site
):
    make_organisation()
    anna = Subscriber.of("anna@reader.example", state="confirmed", asked="2026-03-24T12:00Z")
    anna.joined = anna.asked
    anna.save()
    address = links.one_click_url(anna.token)
    context = browser_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.get_by_role("button", name="Leave the bulletin").is_visible()
    assert Subscriber.objects.receiving().exists()
    answer = context.request.post(
        address, form={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
    )
    assert answer.status == 200 and not context.cookies()
    assert not Subscriber.objects.receiving().exists()
