from django.urls import path

from campaigns.views import demands, letters, signatories

app_name = "campaigns"

urlpatterns = [
    path("letters/", letters.letter_list, name="letter-list"),
    path("letters/<slug:slug>/", letters.letter_detail, name="letter-detail"),
    path("letters/<slug:slug>/versions/<int:number>/", letters.letter_version, name="letter-version"),
    path("letters/<slug:slug>/demands.<feed:form>", demands.demand_feed, name="demand-feed"),
    path("letters/<slug:slug>/demands/<int:number>/", demands.demand_detail, name="demand-detail"),
    path(
        "letters/<slug:slug>/signatories/organisations/",
        signatories.organisation_list,
        name="organisation-list",
    ),
    path("letters/<slug:slug>/signatories/people/", signatories.person_list, name="person-list"),
]
