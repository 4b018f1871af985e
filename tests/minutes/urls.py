from django.urls import path

from tests.minutes import views

app_name = "minutes"
urlpatterns = [
    path("minutes/", views.minutes_list, name="minutes-list"),
    path("minutes/<slug:slug>/", views.minutes_detail, name="minutes-detail"),
]
