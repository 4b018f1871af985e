from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    default = True
    name = "advocacy.site"
    label = "site"
    verbose_name = _("Site")


class DeskConfig(admin_apps.AdminConfig):
    """Django's admin with our site in it; stands in INSTALLED_APPS in place of django.contrib.admin."""

    default = False
    default_site = "advocacy.site.admin_site.DeskSite"
