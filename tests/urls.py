from django.urls import include, path

from advocacy.urls import handler400, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*urlpatterns, path("<language:language>/", include("tests.minutes.urls"))]
