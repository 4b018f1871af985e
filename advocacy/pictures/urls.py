"""Stands before the admin in the root urls: the desk's address of a file begins with admin/."""

from django.urls import path

from advocacy.pictures import views

app_name = "pictures"
urlpatterns = [
    path("files/<slug:key>/<str:name>", views.file, name="file"),
    path("admin/files/<slug:key>/<str:name>", views.staff_file, name="staff-file"),
]
