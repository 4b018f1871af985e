from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RichTextConfig(AppConfig):
    name = "advocacy.richtext"
    verbose_name = _("Rich text")
