from django.urls import path

from advocacy.subscribers import views

app_name = "subscribers"

urlpatterns = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("sent/", views.asked_back, name="asked-back"),
    path("confirm/", views.confirm_code, name="confirm-code"),
    path("confirm/<slug:token>/", views.confirm_link, name="confirm-link"),
    path("confirmed/", views.confirmed, name="confirmed"),
    path("link/", views.ask_for_link, name="link"),
    path("link/sent/", views.link_sent, name="link-sent"),
    path("preferences/<slug:token>/", views.preferences, name="preferences"),
    path("preferences/<slug:token>/data.json", views.data, name="data"),
    path("preferences/<slug:token>/data/", views.send_data, name="send-data"),
    path("preferences/<slug:token>/erase/", views.erase_page, name="erase"),
    path("erased/", views.erased, name="erased"),
    path("unsubscribe/<slug:token>/", views.unsubscribe, name="unsubscribe"),
]
