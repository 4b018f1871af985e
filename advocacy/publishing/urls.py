from django.urls import path

from advocacy.publishing import corrections, passes

app_name = "publishing"
urlpatterns = [
    path("pass/<slug:token>/", passes.open_pass, name="pass"),
    path("pass/<slug:token>/files/<slug:key>/<str:name>", passes.pass_file, name="pass-file"),
    path("corrections/", corrections.correction_list, name="corrections"),
    path(
        "corrections/<slug:kind>/<slug:slug>/<int:number>/",
        corrections.changes,
        name="changes",
    ),
]
