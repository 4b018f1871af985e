"""The map of the site. Public addresses always begin with their language; `/` leads to the default one."""

from django.conf import settings
from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, register_converter

from advocacy.delivery import converters, feeds, sitemap
from advocacy.site import bench
from advocacy.site import views as site
from advocacy.subscribers import views as subscribers

register_converter(converters.LanguageConverter, "language")
register_converter(converters.YearConverter, "year")
register_converter(converters.FeedConverter, "feed")

urlpatterns = [
    path("", include("advocacy.pictures.urls")),  # admin/files/ stands before the admin
    path("admin/", admin.site.urls),
    path("", site.root, name="root"),
    path("r/<slug:short_id>", sitemap.short_address, name="short-address"),
    path("r/<slug:short_id>/<language:code>", sitemap.short_address, name="short-address"),
    path("robots.txt", sitemap.robots, name="robots"),
    # For browsers that ask unbidden: on pages of the admin, which name no icon, and beside a PDF.
    path("favicon.ico", lambda request: redirect(static("favicon.svg"))),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-lists.xml", sitemap.sitemap_lists, name="sitemap-lists"),
    path("sitemap-<year:year>.xml", sitemap.sitemap_of_year, name="sitemap-of-year"),
    path("", include("advocacy.sharing.urls")),
    path("", include("advocacy.mail.urls")),
    path("unsubscribe/<slug:token>/", subscribers.one_click, name="one-click"),
    path("<language:language>/feed.<feed:form>", feeds.feed, name="feed"),
    path("<language:language>/feed/<slug:kind>.<feed:form>", feeds.feed_of_kind, name="feed-of-kind"),
    path("<language:language>/", include("advocacy.publishing.urls")),
    path("<language:language>/bulletin/", include("advocacy.subscribers.urls")),
    path("<language:language>/", include("newsroom.urls")),
    path("<language:language>/", include("campaigns.urls")),
    path("<language:language>/", include("advocacy.site.urls")),
]

if settings.BENCH:
    urlpatterns.insert(0, path("bench/<slug:name>", bench.bare))

handler400 = "advocacy.delivery.pages.bad_request"
handler404 = "advocacy.delivery.pages.not_found"
handler500 = "advocacy.delivery.pages.server_fault"
