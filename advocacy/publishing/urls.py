from django.urls import path

from advocacy.publishing import corrections

app_name = "publishing"
urlpatterns = [
    path("corrections/", corrections.correction_list, name="corrections"),
    path(
        "corrections/<slug:kind>/<slug:slug>/<int:number>/",
        corrections.changes,
        name="changes",
    ),
]
