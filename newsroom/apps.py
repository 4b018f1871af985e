from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.navigation import NavItem


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = _("Newsroom")
    navigation = (NavItem(order=40, label=_("Press"), url_name="newsroom:press-contact", press=True),)
