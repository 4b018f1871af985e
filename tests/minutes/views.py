from advocacy.delivery.pages import public_page
from advocacy.publishing.lists import QUERY_NAMES, listing
from advocacy.publishing.models import Version
from advocacy.publishing.public import public_or_404


@public_page(queries=QUERY_NAMES)
def minutes_list(page):
    return page.render("minutes/minutes_list.html", {"listing": listing(page, "minutes")}, title="Minutes")


@public_page()
def minutes_detail(page, slug):
    return render_minutes(page, public_or_404("minutes", page.language, slug, page.at))


def render_minutes(page, version):
    siblings = Version.objects.public(page.at).filter(work=version.work_id).defer("data")
    return page.render(
        "minutes/minutes_detail.html",
        {"version": version},
        title=version.title,
        version=version,
        siblings=siblings,
    )
