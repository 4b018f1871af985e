"""Links to other sites: who asks has them checked by the worker, and learns what is known of them so far.

A link to this site is never fetched: what is public here at a moment is known.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urldefrag

from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from advocacy.fetching.models import LinkCheck, hash_of
from advocacy.publishing.links import leads_somewhere, own_path

FRESH = timedelta(hours=6)  # for so long a link that answered is not checked again
TRIED = timedelta(minutes=10)  # and one that did not: somebody may be mending it
LONGEST = 2000  # signs of an address; nobody's page is further away
SHOWN = 80  # signs of an address that a sentence repeats
ELSEWHERE = re.compile(r"\s*https?:", re.IGNORECASE)


def ask(addresses: Iterable[str], at: datetime) -> None:
    """Have these checked, but for those that lately were; whatever is no link to another site is passed over."""
    wanted = {hash_of(address): address for address in map(bare, addresses) if can_be_checked(address)}
    known = LinkCheck.objects.filter(hash__in=wanted)
    known.filter(asked__lt=at).update(asked=at)
    answered = Q(state=LinkCheck.State.ANSWERS)
    stale = (answered & Q(checked__lte=at - FRESH)) | (~answered & Q(checked__lte=at - TRIED))
    known.filter(stale, due__isnull=True).update(due=at, attempts=0)
    there = set(known.values_list("hash", flat=True))
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(address=address, hash=hashed, asked=at, due=at)
            for hashed, address in wanted.items()
            if hashed not in there
        ],
        batch_size=500,
        ignore_conflicts=True,  # somebody else may ask for the same at this moment
    )


def sentences(addresses: Iterable[str], at: datetime) -> tuple[list[str], list[str]]:
    """(problems, warnings) in sentences for staff: what is not there, and what could not be checked.

    A link to this site is looked up among what is public at `at`; for any other the last check counts.
    """
    links = list(dict.fromkeys(bare(address) for address in addresses))
    hashes = {hash_of(link): link for link in links if can_be_checked(link)}
    checks = {check.hash: check for check in LinkCheck.objects.filter(hash__in=hashes)}
    problems, warnings = [], []
    for link in links:
        path = own_path(link)
        if path and not leads_somewhere(path, None, at):
            problems.append(_("The link %(link)s leads to no public page of this site.") % shown(link))
        elif is_to_other_site(link):
            check = checks.get(hash_of(link))
            state = check.state if check else LinkCheck.State.WAITING
            if not can_be_checked(link) or state == LinkCheck.State.UNKNOWN:
                warnings.append(
                    _("The link %(link)s could not be checked. Open it to see for yourself.") % shown(link)
                )
            elif state == LinkCheck.State.WAITING:
                warnings.append(_("The link %(link)s has not been checked yet.") % shown(link))
            elif state == LinkCheck.State.BROKEN:
                problems.append(_("The link %(link)s does not answer.") % shown(link))
    return problems, warnings


def bare(address: str) -> str:
    """The address of the page, without the place on it."""
    try:
        return urldefrag(address.strip()).url
    except ValueError:
        return address.strip()


def is_to_other_site(address: str) -> bool:
    return bool(ELSEWHERE.match(address)) and not own_path(address)


def can_be_checked(address: str) -> bool:
    """Whether it leads to another site, by an address that can be kept."""
    return is_to_other_site(address) and len(address) <= LONGEST and address.isprintable()


def shown(link: str) -> dict[str, str]:
    return {"link": Truncator(link).chars(SHOWN)}
