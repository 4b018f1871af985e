"""The home page, composed from the parts that kinds offer, and plain pages."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from django.http import HttpResponse, HttpResponseRedirect

from advocacy.delivery import structured
from advocacy.delivery.pages import Page, public_page
from advocacy.privacy import rules
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import HomePart, Version
from advocacy.publishing.public import current_of, older_or_404, public_or_404
from advocacy.site.offers import offers_of_apps


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
            "hero": hero(parts),
            "main": [part for part in parts if not (part.hero or part.side or part.below)],
            "side": [part for part in parts if part.side],
            "below": [part for part in parts if part.below],
        },
        title=page.organisation.name,
        description=page.organisation.about_line,
        json_ld=structured.organisation(page.organisation),
        has_form=any(part.has_form for part in parts),
    )


def hero(parts: list[HomePart]) -> HomePart | None:
    """The part that claims the brand field; else the first that can stand in it, once more."""
    claimed = next((part for part in parts if part.hero), None)
    able = next((part for part in parts if part.hero_template), None)
    return claimed or (replace(able, template=able.hero_template) if able else None)


def home_parts(page: Page) -> list[HomePart]:
    """What each kind and app shows on the home page, in the order the parts ask for."""
    offers = [*(kind.home_parts for kind in kinds()), *offers_for_home()]
    at = page.at.astimezone(page.organisation.zone)
    offered = [offer(page.language, at) for offer in offers]
    return sorted((part for parts in offered for part in parts), key=lambda part: part.order)


@cache
def offers_for_home() -> tuple[Callable[..., list[HomePart]], ...]:
    """Looked for once: the home page is asked often."""
    return offers_of_apps("home", "home_parts")


@public_page()
def page_detail(page: Page, slug: str) -> HttpResponse:
    return render_page(page, public_or_404("page", page.language, slug, page.at))


@public_page()
def page_version(page: Page, slug: str, number: int) -> HttpResponse:
    """An older text of a page that is public now."""
    return render_page(page, older_or_404("page", page.language, slug, number, page.at))


def render_page(page: Page, version: Version) -> HttpResponse:
    siblings = list(Version.objects.public(page.at).filter(work=version.work_id).defer("data"))
    current = current_of(version, siblings)
    return page.render(
        "site/page.html",
        {
            "version": version,
            "content": version.content,
            "rules": rules.sentences() if version.content.lists_rules else [],
            "newer": None if current == version else current,
        },
        title=version.title,
        description=version.summary,
        version=version,
        siblings=siblings,
        noindex=current != version,
        canonical=current.url,
        json_ld=structured.article(version, page.organisation),
    )
