from django.urls import path

from newsroom.views import coverage, inquiries, releases

app_name = "newsroom"

urlpatterns = [
    path("releases/", releases.release_list, name="release-list"),
    path("releases/<slug:slug>/", releases.release_detail, name="release-detail"),
    path("releases/<slug:slug>/versions/<int:number>/", releases.release_version, name="release-version"),
    path("coverage/", coverage.coverage_list, name="coverage-list"),
    path("coverage/<slug:slug>/", coverage.coverage_detail, name="coverage-detail"),
    path("coverage/<slug:slug>/versions/<int:number>/", coverage.coverage_version, name="coverage-version"),
    path("press/", inquiries.press_contact, name="press-contact"),
    path("press/sent/", inquiries.inquiry_sent, name="inquiry-sent"),
    path("press/sent/many/", inquiries.inquiry_sent_many, name="inquiry-sent-many"),
]
