"""What readers see: the sign-up, the mailbox that answers, their own page, the way out.

Whoever asks about an address gets the same bytes whether it is known or not. The pages of one subscriber have a token
in their address that nobody can guess and that never expires; it stands in for a stamp, so their buttons work on a page
that was open for weeks.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from advocacy.delivery import stamps
from advocacy.delivery.forms import posted_with_stamp, refused
from advocacy.delivery.models import Attempt
from advocacy.delivery.pages import LANGUAGE_NAMES, Page, kept_private, public_page
from advocacy.organisation.models import Organisation
from advocacy.subscribers import links, signing_up
from advocacy.subscribers.erasing import as_json, erase, own_data
from advocacy.subscribers.forms import AddressForm, ChoiceForm, CodeForm, SignUpForm, WhyForm
from advocacy.subscribers.models import ConsentText, Subscriber, Topic
from advocacy.subscribers.models.subscribers import new_token

logger = logging.getLogger(__name__)

SIGN_UP, CODE, LINK = "bulletin", "bulletin-code", "bulletin-link"
MOST = 30  # posts of one form from one network within an hour
METHODS = ("GET", "HEAD", "POST")
LONGEST_TOKEN = len(new_token())
State = Subscriber.State


class SeeOther(HttpResponseRedirect):
    status_code = 303


class TooMany(Exception):
    """More posts from one network than people make."""


def address(name: str, language: str, **parts: str) -> str:
    return reverse(f"subscribers:{name}", kwargs={"language": language, **parts})


# -- asking for the bulletin


@public_page(methods=METHODS)
def subscribe(page: Page) -> HttpResponse:
    consent = ConsentText.shown(page.language)
    form = sign_up_form(page, Topic.objects.filter(is_offered=True))

    def shown(fault: str = "", status: int = 200) -> HttpResponse:
        return page.render(
            "subscribers/subscribe.html",
            {
                "form": form,
                "errors": form.problems() if form.is_bound else [],
                "fault": fault,
                "consent": consent,
                "link_url": address("link", page.language),
            },
            title=gettext("Get the bulletin"),
            description=gettext("Our bulletin by e-mail. Opens and clicks are not tracked."),
            status=status,
            has_form=True,
        )

    def take() -> str:
        agreed = ConsentText.agreed(page.language, str(form.cleaned_data["consent"] or ""), page.at)
        if agreed is None:
            return ""
        signing_up.sign_up(
            form.cleaned_data["email"],
            language=form.cleaned_data["language"],
            topics=form.chosen_topics(),
            consent=agreed,
            at=page.at,
        )
        return address("asked-back", page.language)

    changed = gettext(
        "The words you agree to have changed. What you wrote is still below. Read them and send it once more."
    )
    return answered(page, SIGN_UP, form, shown, take, changed)


def sign_up_form(page: Page, topics: Any) -> SignUpForm:
    return SignUpForm(
        posted_with_stamp(page, SIGN_UP) if page.post is not None else None,
        initial={"stamp": page.stamp(SIGN_UP), "language": page.language},
        languages=language_choices(page),
        topics=topics,
        page_language=page.language,
    )


def language_choices(page: Page) -> list[tuple[str, str]]:
    return [(code, LANGUAGE_NAMES[code]) for code in page.organisation.languages]


def answered(
    page: Page,
    name: str,
    form: Any,
    shown: Callable[..., HttpResponse],
    take: Callable[[], str],
    not_taken: str,
) -> HttpResponse:
    """A page with a form about an address. `shown(fault, status)` renders it; `take()` stores what a valid post says and
    gives the page that follows, or nothing where `not_taken` is to be said."""
    page.plain_pages  # noqa: B018  (read before anything is stored: the page can be shown if that fails)
    if page.post is None:
        return shown()
    if why_not := refused(page, name):
        return shown(*why_not)
    if not form.is_valid():
        return shown(status=400)
    try:
        with transaction.atomic():
            if Attempt.note(name, page.request_hash(name), page.at) > MOST:
                raise TooMany
            following = take()
    except TooMany:
        sentence = gettext(
            "This form came too often from your network this hour. What you wrote is still below. "
            "Send it again in an hour."
        )
        return shown(sentence, 429)
    except Exception:
        logger.exception("What a subscriber sent could not be stored.")
        sentence = gettext("This was not taken. What you wrote is still below. Try again in a few minutes.")
        return shown(sentence, 503)
    return SeeOther(following) if following else shown(not_taken, 400)


@public_page()
def asked_back(page: Page) -> HttpResponse:
    """After every sign-up, whatever the address: a mail is on its way, or it is not."""
    action = address("confirm-code", page.language)
    form = CodeForm(initial={"stamp": stamps.stamp(CODE, action, page.at)})
    return page.render(
        "subscribers/asked_back.html",
        {"form": form, "action": action, "again_url": address("subscribe", page.language)},
        title=gettext("Check your inbox"),
        has_form=True,
        noindex=True,
    )


@public_page(methods=METHODS)
def confirm_code(page: Page) -> HttpResponse:
    form = CodeForm(
        posted_with_stamp(page, CODE) if page.post is not None else None,
        initial={"stamp": page.stamp(CODE)},
    )

    def shown(fault: str = "", status: int = 200) -> HttpResponse:
        return page.render(
            "subscribers/confirm_code.html",
            {
                "form": form,
                "errors": form.problems() if form.is_bound else [],
                "fault": fault,
                "again_url": address("subscribe", page.language),
            },
            title=gettext("Type the code"),
            status=status,
            has_form=True,
            noindex=True,
        )

    def take() -> str:
        given = form.cleaned_data
        found = signing_up.confirm_by_code(given["email"], given["code"], page.at)
        return address("confirmed", page.language) if found else ""

    wrong = gettext(
        "This code does not belong to this address, or it was tried five times, or it is older than seven days. "
        "Look at the newest mail, or ask for the bulletin once more."
    )
    return answered(page, CODE, form, shown, take, wrong)


@public_page(methods=METHODS, any_language=True)
def confirm_link(page: Page, token: str) -> HttpResponse:
    """Opening the link does nothing: programs that follow links in mail do not press buttons."""
    subscriber = Subscriber.objects.filter(token=token[:LONGEST_TOKEN]).first()
    may_confirm = subscriber and links.may_confirm(subscriber, token)
    if may_confirm and page.post is not None and subscriber.confirm(page.at):
        return kept_private(SeeOther(page.path))
    if subscriber and subscriber.state == State.CONFIRMED:
        return kept_private(confirmed_page(page, subscriber))
    if may_confirm and Subscriber.objects.filter(pk=subscriber.pk).confirmable(page.at).exists():
        title = gettext("One more step")
        return own_page(page, "confirm", title, {"address": subscriber.email})
    return own_page(
        page,
        "expired",
        gettext("This link has expired"),
        {"again_url": address("subscribe", home_language(page))},
        status=404,
    )


@public_page()
def confirmed(page: Page) -> HttpResponse:
    """Where the code leads: the address stands in no address of a page."""
    return confirmed_page(page)


def confirmed_page(page: Page, subscriber: Subscriber | None = None) -> HttpResponse:
    own = own_address(page, subscriber.token) if subscriber else ""
    return page.render(
        "subscribers/confirmed.html", {"own_url": own}, title=gettext("You get the bulletin"), noindex=True
    )


# -- their own page


@public_page(methods=METHODS)
def ask_for_link(page: Page) -> HttpResponse:
    form = AddressForm(
        posted_with_stamp(page, LINK) if page.post is not None else None,
        initial={"stamp": page.stamp(LINK)},
    )

    def shown(fault: str = "", status: int = 200) -> HttpResponse:
        return page.render(
            "subscribers/link.html",
            {"form": form, "errors": form.problems() if form.is_bound else [], "fault": fault},
            title=gettext("The link to your page"),
            status=status,
            has_form=True,
            noindex=True,
        )

    def take() -> str:
        signing_up.send_link(form.cleaned_data["email"], page.language, page.at)
        return address("link-sent", page.language)

    return answered(page, LINK, form, shown, take, "")


@public_page()
def link_sent(page: Page) -> HttpResponse:
    return page.render(
        "subscribers/link_sent.html",
        {"again_url": address("link", page.language), "subscribe_url": address("subscribe", page.language)},
        title=gettext("Check your inbox"),
        noindex=True,
    )


@public_page(queries=("saved", "sent"), methods=METHODS, any_language=True)
def preferences(page: Page, token: str) -> HttpResponse:
    subscriber = Subscriber.objects.filter(token=token).first()
    if subscriber is None:
        return nothing_here(page)
    if subscriber.state == State.PENDING:
        return kept_private(HttpResponseRedirect(address("confirm-link", page.language, token=token)))
    chosen = set(subscriber.topics.values_list("pk", flat=True))
    topics = [topic for topic in Topic.objects.all() if topic.is_offered or topic.pk in chosen]
    form = ChoiceForm(
        page.post,
        initial={"language": subscriber.language, "topics": [str(pk) for pk in chosen]},
        languages=language_choices(page),
        topics=topics,
        page_language=page.language,
    )
    is_active = subscriber.state == State.CONFIRMED
    if page.post is not None and is_active and form.is_valid():
        with transaction.atomic():
            subscriber.language = form.cleaned_data["language"]
            subscriber.save(update_fields=["language"])
            subscriber.topics.set(form.chosen_topics())
        return kept_private(SeeOther(f"{page.path}?saved=1"))
    errors = form.problems() if form.is_bound else []
    context = {
        "form": form,
        "errors": errors,
        "subscriber": subscriber,
        "is_active": is_active,
        "is_saved": "saved" in page.query and page.post is None,
        "sent": page.query.get("sent") if page.post is None else None,
        "leave_url": address("unsubscribe", page.language, token=token),
        "data_url": address("data", page.language, token=token),
        "send_data_url": address("send-data", page.language, token=token),
        "erase_url": address("erase", page.language, token=token),
        "again_url": address("subscribe", home_language(page)),
    }
    return own_page(page, "preferences", gettext("Your bulletin"), context, status=400 if errors else 200)


@public_page(any_language=True)
def data(page: Page, token: str) -> HttpResponse:
    """Everything the site holds of them, as a file."""
    subscriber = Subscriber.objects.select_related("consent").filter(token=token).first()
    if subscriber is None:
        return nothing_here(page)
    response = HttpResponse(as_json(own_data(subscriber)), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return kept_private(response)


@public_page(methods=METHODS, any_language=True)
def send_data(page: Page, token: str) -> HttpResponse:
    """The same by mail: whoever was passed the link does not read it there."""
    subscriber = Subscriber.objects.select_related("consent").filter(token=token).first()
    if subscriber is None:
        return nothing_here(page)
    if page.post is None:
        return kept_private(HttpResponseRedirect(own_address(page, token)))
    sent = int(signing_up.send_data(subscriber, page.at))
    return kept_private(SeeOther(f"{own_address(page, token)}?sent={sent}"))


def own_address(page: Page, token: str) -> str:
    return address("preferences", page.language, token=token)


@public_page(methods=METHODS, any_language=True)
def erase_page(page: Page, token: str) -> HttpResponse:
    subscriber = Subscriber.objects.filter(token=token).first()
    if subscriber is None:
        return nothing_here(page)
    if page.post is not None:
        erase(subscriber, page.at)
        return kept_private(SeeOther(address("erased", home_language(page))))
    return own_page(page, "erase", gettext("Erase me"), {"address": subscriber.email})


@public_page()
def erased(page: Page) -> HttpResponse:
    return page.render("subscribers/erased.html", title=gettext("You are erased"), noindex=True)


# -- the way out


@public_page(methods=METHODS, any_language=True)
def unsubscribe(page: Page, token: str) -> HttpResponse:
    """One button. Only when they have left is there a question, and it need not be answered."""
    subscriber = Subscriber.objects.filter(token=token).first()
    if subscriber is None:
        return nothing_here(page)
    if subscriber.state in {State.PENDING, State.CONFIRMED}:
        if page.post is None:
            return own_page(page, "leave", gettext("Leave the bulletin"), {"address": subscriber.email})
        subscriber.leave(page.at)
        return kept_private(SeeOther(page.path))
    form = WhyForm(page.post if page.post and "why" in page.post else None)
    if form.is_bound and form.is_valid():
        Subscriber.objects.filter(pk=subscriber.pk).update(why_left=form.cleaned_data["why"])
        subscriber.why_left = form.cleaned_data["why"]
    context = {
        "form": form,
        "errors": form.problems() if form.is_bound else [],
        "subscriber": subscriber,
        "erase_url": address("erase", page.language, token=token),
        "again_url": address("subscribe", home_language(page)),
    }
    return own_page(page, "left", gettext("You have left the bulletin"), context)


@never_cache
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """The address of List-Unsubscribe. A mail program posts List-Unsubscribe=One-Click to it (RFC 8058), without
    cookie and maybe with an Origin of its own: the token is the stamp. Whoever opens it sees the page with the button.

    A token that nobody has is answered alike: that address gets nothing.
    """
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    subscriber = Subscriber.objects.filter(token=token).first()
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        if subscriber:
            subscriber.leave(timezone.now())
        return HttpResponse("You get no more bulletins.\n", content_type="text/plain; charset=utf-8")
    language = subscriber.language if subscriber else Organisation.current().default_language
    return SeeOther(address("unsubscribe", language, token=token))


# -- pages of one subscriber


def own_page(
    page: Page, name: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return kept_private(
        page.render(
            f"subscribers/{name}.html", context, title=title, status=status, has_form=True, noindex=True
        )
    )


def nothing_here(page: Page) -> HttpResponse:
    """An old link of somebody who is erased, or a guess: nobody gets mail by it."""
    context = {
        "link_url": address("link", home_language(page)),
        "subscribe_url": address("subscribe", home_language(page)),
    }
    return own_page(page, "nothing_here", gettext("This link leads to nobody any more"), context, status=404)


def home_language(page: Page) -> str:
    """The page's language, or the default one where the site has given it up."""
    known = page.organisation.languages
    return page.language if page.language in known else page.organisation.default_language
