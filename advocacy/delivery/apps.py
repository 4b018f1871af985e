from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    default = True
    name = "advocacy.delivery"
    verbose_name = _("Delivery")


class CollectedFilesConfig(StaticFilesConfig):
    """Django's static files without what no page asks for; stands in INSTALLED_APPS in place of it."""

    default = False

    @property
    def ignore_patterns(self) -> list[str]:
        """The sources of site.css, and plugins of the editor that are switched off, with their test pages."""
        from advocacy.richtext.editor import PLUGINS_OFF

        plugins = [f"ckeditor/ckeditor/plugins/{name}/*" for name in PLUGINS_OFF]
        return [*StaticFilesConfig.ignore_patterns, "css/*", "ckeditor/galleriffic/*", *plugins]
