"""Press contact: whom to call, the form, and the page that says when a person will read what was sent."""

import logging
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from advocacy.delivery import stamps
from advocacy.delivery.forms import posted_with_stamp, refused
from advocacy.delivery.models import Attempt
from advocacy.delivery.pages import Page, public_page
from advocacy.delivery.printed import moment, printing
from advocacy.organisation.chrome import people
from advocacy.organisation.models import OnCall
from newsroom.forms import InquiryForm
from newsroom.mail import tell
from newsroom.models.inquiries import Inquiry

logger = logging.getLogger(__name__)

FORM = "inquiry"
FEW = 5  # from one network within an hour; what comes after them is kept aside for a person to look at
MOST = 50  # what comes after these is not taken


class SeeOther(HttpResponseRedirect):
    status_code = 303


@public_page(methods=("GET", "HEAD", "POST"))
def press_contact(page: Page) -> HttpResponse:
    form = form_of(page)
    around = surroundings(page)
    if page.post is None:
        return form_page(page, form, around)
    if why_not := refused(page, FORM):
        sentence, status = why_not
        return form_page(page, form, around, fault=sentence, status=status)
    if not form.is_valid():
        return form_page(page, form, around, status=400)
    try:
        inquiry = take(page, form)
    except Exception:
        logger.exception("An inquiry could not be stored.")
        sentence = gettext(
            "Your inquiry was not sent. What you wrote is still below. Try again, or call the desk."
        )
        return form_page(page, form, around, fault=sentence, status=503)
    if inquiry is None:
        return form_page(page, form, around, fault=too_many(page), status=429)
    many = inquiry.doubt == Inquiry.Doubt.MANY
    name = "newsroom:inquiry-sent-many" if many else "newsroom:inquiry-sent"
    return SeeOther(reverse(name, kwargs={"language": page.language}))


def take(page: Page, form: InquiryForm) -> Inquiry | None:
    """Stores the inquiry and queues what the desk is told, both or neither. None after too many."""
    told = form.cleaned_data
    with transaction.atomic():
        network = page.request_hash(FORM)
        count = Attempt.note(FORM, network, page.at)
        if count > MOST:
            return None
        doubt = form.doubt() or (Inquiry.Doubt.MANY if count > FEW else "")
        inquiry = Inquiry.objects.create(
            **{
                name: told[name]
                for name in ("name", "outlet", "email", "phone", "topic", "message", "deadline")
            },
            deadline_zone=told["zone"],
            language=page.language,
            received=page.at,
            delete_on=form.until,
            state=Inquiry.State.DOUBTFUL if doubt else Inquiry.State.NEW,
            doubt=doubt,
            network=network,
        )
        if not doubt:
            tell(inquiry, page.at)
        return inquiry


def form_of(page: Page) -> InquiryForm:
    """The form of this page; what was posted stays in it, the stamp is fresh."""
    return InquiryForm(
        posted_with_stamp(page, FORM) if page.post is not None else None,
        initial={"stamp": page.stamp(FORM)},
        organisation=page.organisation,
        at=page.at,
        until=deletion_day(page),
    )


def deletion_day(page: Page) -> date:
    """The day that the form names: counted from the day it was fetched on, which its stamp knows."""
    fetched = stamps.day_of(page.post.get("stamp", "")) if page.is_stamped(FORM) else None
    return (fetched or page.at.date()) + timedelta(days=page.organisation.inquiry_days)


def surroundings(page: Page) -> dict[str, Any]:
    """What stands beside the form, read before anything is stored: the page can be shown if that fails."""
    page.plain_pages  # noqa: B018  (the page's menu, kept on the page)
    return {"spokespeople": people(page.language), "zones": page.organisation.desk_hours(page.at)}


def form_page(
    page: Page, form: InquiryForm, around: dict[str, Any], *, fault: str = "", status: int = 200
) -> HttpResponse:
    errors = form.problems() if form.is_bound else []
    return page.render(
        "newsroom/press_contact.html",
        {"form": form, "errors": errors, "fault": fault, "deletion_date": form.until, **around},
        title=gettext("Press contact"),
        description=gettext("Whom to call, and a form for inquiries with a deadline."),
        status=status,
        has_form=True,
    )


def too_many(page: Page) -> str:
    if not page.organisation.phone:
        return gettext("Fifty inquiries came from your network this hour. What you wrote is still below.")
    return with_phone(
        gettext(
            "Fifty inquiries came from your network this hour. What you wrote is still below. "
            "Call the desk if it cannot wait: {phone}"
        ),
        page,
    )


def with_phone(sentence: str, page: Page) -> SafeString:
    """The sentence with the desk's phone, whose digits keep their order in every script."""
    return format_html(sentence, phone=format_html('<bdi dir="ltr">{}</bdi>', page.organisation.phone))


@public_page()
def inquiry_sent(page: Page) -> HttpResponse:
    return sent_page(page, read_when(page))


@public_page()
def inquiry_sent_many(page: Page) -> HttpResponse:
    """The same for the sixth inquiry within an hour and those that follow: a person looks at them first."""
    if not page.organisation.phone:
        return sent_page(page, gettext("You have sent five inquiries this hour."), is_held=True)
    sentence = gettext("You have sent five inquiries this hour. Call the desk if it cannot wait: {phone}")
    return sent_page(page, with_phone(sentence, page), is_held=True)


def sent_page(page: Page, heading: str, *, is_held: bool = False) -> HttpResponse:
    desk = page.organisation.desk
    return page.render(
        "newsroom/inquiry_sent.html",
        {
            "read_when": heading,
            "is_held": is_held,
            "is_open": desk is None or desk.is_open(page.at),
            "has_on_call": not is_held and OnCall.objects.active().exists(),
            "latest_deletion": page.at.date() + timedelta(days=page.organisation.inquiry_days),
            "releases_url": reverse("newsroom:release-list", kwargs={"language": page.language}),
        },
        title=gettext("Inquiry sent"),
        noindex=True,
    )


def read_when(page: Page) -> str:
    """When a person will read what arrives now, by the desk's own clock."""
    desk = page.organisation.desk
    if desk is None:
        return gettext("The press desk goes by the deadlines. It keeps no fixed hours.")
    with printing(page.organisation.date_order, desk.zone):
        if desk.is_open(page.at):
            return gettext(
                "The press desk is at work now and goes by the deadlines. Its hours today are %(hours)s."
            ) % {"hours": desk.hours(page.at)[0]}
        return gettext("The press desk is closed. A person reads it from %(moment)s on.") % {
            "moment": moment(desk.answered_from(page.at))
        }
