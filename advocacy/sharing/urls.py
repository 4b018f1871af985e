from django.urls import path

from advocacy.sharing import views

app_name = "sharing"
urlpatterns = [
    path("share/<slug:network>/<slug:language>/<slug:short_id>", views.share, name="share"),
    path("share/<slug:network>/<slug:language>/<slug:short_id>/<slug:part>", views.share, name="share"),
    path("qr/<slug:language>/<slug:short_id>.svg", views.qr, name="qr"),
    path("qr/<slug:language>/<slug:short_id>/<slug:part>.svg", views.qr, name="qr"),
]
