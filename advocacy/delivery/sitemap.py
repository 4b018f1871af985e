"""Sitemaps by year, robots.txt, and the short addresses."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from advocacy.delivery.pages import Page, nav_items, public_page
from advocacy.publishing.models import Version
from advocacy.publishing.public import Gone

XML = "application/xml; charset=utf-8"


@public_page()
def sitemap(page: Page) -> HttpResponse:
    """The index: one sitemap for the lists and one for each year in which something public is dated."""
    dated = Version.objects.public(page.at).values_list("dated", flat=True)
    first, last = dated.order_by("dated").first(), dated.order_by("-dated").first()
    years = range(first.year, last.year + 1) if first and last else ()
    locations = [f"{settings.SITE_URL}/sitemap-lists.xml"]
    locations += [f"{settings.SITE_URL}/sitemap-{year}.xml" for year in years]
    return HttpResponse(
        render_to_string("delivery/sitemap_index.xml", {"locations": locations}), content_type=XML
    )


@public_page()
def sitemap_lists(page: Page) -> HttpResponse:
    """Home and every list, in every language of the organisation."""
    urls = []
    for code in page.organisation.languages:
        urls.append(f"/{code}/")
        urls += [reverse(item.url_name, kwargs={"language": code}) for item in nav_items()]
    return respond([{"url": settings.SITE_URL + url} for url in urls])


@public_page()
def sitemap_of_year(page: Page, year: int) -> HttpResponse:
    """Every public text dated in `year`, with its languages and the addresses below it."""
    versions = (
        Version.objects.public(page.at)
        .filter(dated__year=year, language__in=page.organisation.languages)
        .defer("data")
        .order_by("work_id", "-is_original", "language")
    )
    by_work: dict[int, list[Version]] = {}
    for version in versions:
        by_work.setdefault(version.work_id, []).append(version)
    entries = []
    for group in by_work.values():
        alternates = [{"language": each.language, "url": settings.SITE_URL + each.url} for each in group]
        for version in group:
            entries.append(
                {"url": settings.SITE_URL + version.url, "changed": version.starts, "alternates": alternates}
            )
            for path in version.kind_class.sub_addresses(version, page.at):
                entries.append({"url": settings.SITE_URL + path})
    return respond(entries)


def respond(entries: list[dict]) -> HttpResponse:
    return HttpResponse(render_to_string("delivery/sitemap.xml", {"entries": entries}), content_type=XML)


@public_page()
def robots(page: Page) -> HttpResponse:
    """Everything public may be read; a sample site says noindex on each page, so crawlers must be let in to see it."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /share/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page()
def short_address(page: Page, short_id: str, code: str = "") -> HttpResponse:
    """/r/2023-09-28 leads to the work's original, /r/2023-09-28/hy to that language; 410 once withdrawn."""
    ever = Version.objects.ever_public(page.at).filter(work__short_id=short_id).defer("data")
    ever = ever.filter(language=code) if code else ever.filter(is_original=True)
    current = ever.public(page.at).first()
    if current:
        return HttpResponseRedirect(current.url)
    if ever.exists():
        raise Gone
    raise Http404
