"""The home page, composed from the parts that kinds offer, and plain pages."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from advocacy.delivery import structured
from advocacy.delivery.pages import Page, public_page
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import HomePart, Version
from advocacy.publishing.public import public_or_404


@public_page()
def root(page: Page) -> HttpResponse:
    """`/` leads to the organisation's default language."""
    return HttpResponseRedirect(f"/{page.organisation.default_language}/")


@public_page()
def home(page: Page) -> HttpResponse:
    parts = home_parts(page)
    return page.render(
        "site/home.html",
        {
            "hero": next((part for part in parts if part.hero), None),
            "main": [part for part in parts if not (part.hero or part.side or part.below)],
            "side": [part for part in parts if part.side],
            "below": [part for part in parts if part.below],
        },
        title=page.organisation.name,
        description=page.organisation.about_line,
        json_ld=structured.organisation(page.organisation),
    )


def home_parts(page: Page) -> list[HomePart]:
    """What each kind shows on the home page, in the order the parts ask for."""
    offered = [kind.home_parts(page.language, page.at) for kind in kinds()]
    return sorted((part for parts in offered for part in parts), key=lambda part: part.order)


@public_page()
def page_detail(page: Page, slug: str) -> HttpResponse:
    version = public_or_404("page", page.language, slug, page.at)
    return page.render(
        "site/page.html",
        {"version": version, "content": version.content},
        title=version.title,
        description=version.summary,
        version=version,
        siblings=Version.objects.public(page.at).filter(work=version.work_id).defer("data"),
        json_ld=structured.article(version, page.organisation),
    )
