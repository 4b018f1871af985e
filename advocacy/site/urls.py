from django.urls import path

from advocacy.site import views

app_name = "site"

urlpatterns = [
    path("", views.home, name="home"),
    path("pages/<slug:slug>/", views.page_detail, name="page-detail"),
    path("pages/<slug:slug>/versions/<int:number>/", views.page_version, name="page-version"),
]
