"""Stands before the admin in the root urls: the desk's address of a file begins with admin/."""

from django.urls import path

from advocacy.pictures import views

app_name = "pictures"
urlpatterns = [
    path("files/<slug:key>/<str:name>", views.file, name="file"),
    path("cards/<slug:language>/<slug:short_id>.png", views.card, name="card"),
    path("cards/<slug:language>/<slug:short_id>/<slug:part>.png", views.card, name="card"),
    path("admin/cards/<int:pk>.png", views.staff_card, name="staff-card"),
    path("admin/files/<slug:key>", views.staff_picture, name="staff-picture"),
    path("admin/files/<slug:key>/<str:name>", views.staff_file, name="staff-file"),
]
