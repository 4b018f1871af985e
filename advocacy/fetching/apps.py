from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FetchingConfig(AppConfig):
    name = "advocacy.fetching"
    verbose_name = _("Links")
