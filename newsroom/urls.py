from django.urls import path

from newsroom.views import bulletins, coverage, downloads, inquiries, releases

app_name = "newsroom"

urlpatterns = [
    path("releases/", releases.release_list, name="release-list"),
    path("releases/<slug:slug>/", releases.release_detail, name="release-detail"),
    path("releases/<slug:slug>/versions/<int:number>/", releases.release_version, name="release-version"),
    path("releases/<slug:slug>/text.txt", downloads.release_text, name="release-text"),
    path("releases/<slug:slug>/quotes/", downloads.release_quotes, name="release-quotes"),
    path("releases/<slug:slug>/press-kit.zip", downloads.release_kit, name="release-kit"),
    path(
        "releases/<slug:slug>/versions/<int:number>/text.txt",
        downloads.release_text,
        name="release-version-text",
    ),
    path(
        "releases/<slug:slug>/versions/<int:number>/quotes/",
        downloads.release_quotes,
        name="release-version-quotes",
    ),
    path(
        "releases/<slug:slug>/versions/<int:number>/press-kit.zip",
        downloads.release_kit,
        name="release-version-kit",
    ),
    path("coverage/", coverage.coverage_list, name="coverage-list"),
    path("coverage/<slug:slug>/", coverage.coverage_detail, name="coverage-detail"),
    path("coverage/<slug:slug>/versions/<int:number>/", coverage.coverage_version, name="coverage-version"),
    path("bulletins/", bulletins.bulletin_list, name="bulletin-list"),
    path("bulletins/<slug:slug>/", bulletins.bulletin_detail, name="bulletin-detail"),
    path("bulletins/<slug:slug>/versions/<int:number>/", bulletins.bulletin_version, name="bulletin-version"),
    path("press/", inquiries.press_contact, name="press-contact"),
    path("press/sent/", inquiries.inquiry_sent, name="inquiry-sent"),
    path("press/sent/many/", inquiries.inquiry_sent_many, name="inquiry-sent-many"),
]
