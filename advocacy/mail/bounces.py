"""What becomes of a mail that came back after it was sent, or that its reader reported as unwanted."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from advocacy.mail.couriers import is_about_a_missing_mailbox
from advocacy.mail.models import Delivery
from advocacy.mail.reports import Kind, Report
from advocacy.subscribers.models.suppressions import normal
from advocacy.subscribers.suppression import Reason, suppress

# As a mailing gives them, with the mailing's key; behind a second dot stands what tells a later mail from the first.
NAME_IN_MAILING = re.compile(r"<((\d{1,18})\.[0-9a-f]{32})[.@]")
LATELY = timedelta(days=5)  # for so long servers try before they give up


def take(report: Report, at: datetime) -> bool:
    """Record what a mail server or a provider reports; False where it is about no mail of ours.

    Without a Message-ID anybody who knows an address could have written it, to silence whoever reads there: it may be
    noted of the mail, and nobody is suppressed for it.
    """
    words = answer_of(report)
    delivery = delivery_with(report.mail_ids)
    if delivery is None:
        return (take_late if report.mail_ids else take_unnamed)(report, words, at)
    if report.kind == Kind.COMPLAINT:
        complained(delivery, words, at)
    elif report.kind == Kind.DELAYED:
        note(delivery, words)
    else:
        came_back(delivery, words, at)
        if is_about_a_missing_mailbox(words):
            suppress_recipient(delivery, Reason.BOUNCED, at)
    return True


def take_late(report: Report, words: str, at: datetime) -> bool:
    """One on a mail that was sent once more since: the row tells of the second mail by now, so it is about the person."""
    delivery = sent_once_more(report.mail_ids)
    if delivery is None:
        return False
    if report.kind == Kind.COMPLAINT:
        complained(delivery, words, at)
    elif report.kind == Kind.FAILED and is_about_a_missing_mailbox(words):
        suppress_recipient(delivery, Reason.BOUNCED, at)
    return True


def take_unnamed(report: Report, words: str, at: datetime) -> bool:
    """One that names no mail, only whom it was for.

    Of a mailing it is doubtful: whoever invents such reports would keep corrections from people, or stop a mailing.
    """
    delivery = only_one_to(report.recipients, at) if report.kind != Kind.COMPLAINT else None
    if delivery is None:
        return False
    if report.kind == Kind.DELAYED:
        note(delivery, words)
    elif delivery.mailing:
        end(delivery, Delivery.State.UNCERTAIN, words, at)
    else:
        came_back(delivery, words, at)
    return True


def answer_of(report: Report) -> str:
    """The other server's answer, behind the status where that says more."""
    is_told = not report.status or report.status.endswith(".0.0") or report.status in report.words
    return report.words if is_told else f"{report.status} {report.words}".strip()


# -- which mail


def delivery_with(mail_ids: Iterable[str]) -> Delivery | None:
    """The one with the first of these Message-IDs that is ours."""
    mail_ids = list(mail_ids)
    found = {
        delivery.mail_id: delivery
        for delivery in Delivery.objects.select_related("subscriber", "mailing").filter(mail_id__in=mail_ids)
    }
    return next((found[mail_id] for mail_id in mail_ids if mail_id in found), None)


def sent_once_more(mail_ids: Iterable[str]) -> Delivery | None:
    """The one that had one of these Message-IDs before it got another."""
    for found in map(NAME_IN_MAILING.match, mail_ids):
        if found:
            rows = Delivery.objects.select_related("subscriber", "mailing")
            delivery = rows.filter(mailing=found[2], mail_id__startswith=f"<{found[1]}.").first()
            if delivery:
                return delivery
    return None


def only_one_to(recipients: Iterable[str], at: datetime) -> Delivery | None:
    """The mail that lately went to one of these addresses, if it was a single one."""
    recipients = list(recipients)
    if not recipients:
        return None
    to_them = Q(subscriber__email__in=[normal(recipient) for recipient in recipients])
    for recipient in recipients:
        to_them |= Q(recipient__iexact=recipient)
    found = Delivery.objects.had().filter(to_them, settled_at__gt=at - LATELY)
    few = list(found.select_related("subscriber", "mailing")[:2])
    return few[0] if len(few) == 1 else None


# -- what is recorded


def came_back(delivery: Delivery, words: str, at: datetime) -> None:
    """It did not arrive. If the mailing under way has too many of these, it stops."""
    end(delivery, Delivery.State.BOUNCED, words, at)
    if delivery.mailing:
        delivery.mailing.stop_where_many_are_refused()


def complained(delivery: Delivery, words: str, at: datetime) -> None:
    """Its reader does not want it: no bulletin follows."""
    end(delivery, Delivery.State.COMPLAINED, words, at)
    suppress_recipient(delivery, Reason.COMPLAINED, at)


def end(delivery: Delivery, state: Delivery.State, words: str, at: datetime) -> None:
    """Written whatever stood there, but for a complaint: nobody complains of what did not arrive.

    A worker that was about to send the mail once more finds that it no longer may.
    """
    rows = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.COMPLAINED)
    rows.update(state=state, last_error=words, settled_at=Coalesce(F("settled_at"), at), due=None, claim=None)
    delivery.keep_no_answer_about_the_erased()


def note(delivery: Delivery, words: str) -> None:
    """It is on its way still; staff can read why it takes so long."""
    Delivery.objects.had().filter(pk=delivery.pk).update(last_error=words)
    delivery.keep_no_answer_about_the_erased()


def suppress_recipient(delivery: Delivery, reason: Reason, at: datetime) -> None:
    if delivery.address:  # nothing where the person is erased, and suppressed by that already
        suppress(delivery.address, reason, at)
