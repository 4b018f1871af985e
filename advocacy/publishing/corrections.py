"""What was wrong in texts that are public, and what was changed in them."""

from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from advocacy.delivery.pages import Page, public_page
from advocacy.publishing.differences import differences
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version
from advocacy.publishing.public import Gone, public_or_404

PER_PAGE = 50


@public_page(queries=("before",))
def correction_list(page: Page) -> HttpResponse:
    """Every correction of a text in this language that is public now, newest first."""
    corrected = Version.objects.corrections(page.language, page.at)
    last = marked_row(page.query.get("before", ""))
    if last:
        corrected = corrected.filter(Q(starts__lt=last.starts) | Q(starts=last.starts, pk__lt=last.pk))
    rows = list(corrected.select_related("work")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    return page.render(
        "publishing/correction_list.html",
        {
            "corrected": shown,
            "older_url": f"{page.path}?before={shown[-1].pk}" if len(rows) > PER_PAGE else "",
        },
        title=gettext("Corrections"),
        description=gettext("What was wrong in our texts, and when it was put right."),
    )


def marked_row(before: str) -> Version | None:
    is_number = before.isascii() and before.isdigit() and len(before) < 18
    return Version.objects.filter(pk=int(before)).only("starts").first() if is_number else None


@public_page()
def changes(page: Page, kind: str, slug: str, number: int) -> HttpResponse:
    """What version `number`, a correction, changed in the version before it."""
    if kind not in {each.kind_name() for each in kinds()}:
        raise Http404
    current = public_or_404(kind, page.language, slug, page.at)
    corrected, replaced = corrected_and_replaced(current, number, page.at)
    return page.render(
        "publishing/changes.html",
        {
            "version": corrected,
            "current": current,
            "differences": differences(replaced.content, corrected.content, current.kind_class),
        },
        title=gettext("What changed: %(title)s") % {"title": corrected.title},
        version=current,
        canonical=page.path,
        noindex=True,
    )


def corrected_and_replaced(current: Version, number: int, at: datetime) -> tuple[Version, Version]:
    """The correction and the version that it replaced; Gone where one of them was barred, for somebody's safety.

    (Then no page leads here: `Version.numbers_to_compare`.)
    """
    ever = Version.objects.ever_public(at).filter(publication_id=current.publication_id)
    corrected = ever.filter(number=number).exclude(correction="").select_related("work").first()
    replaced = ever.filter(number__lt=number).order_by("-number").first()
    if corrected is None or replaced is None:
        raise Http404
    if corrected.barred or replaced.barred:
        raise Gone
    return corrected, replaced
