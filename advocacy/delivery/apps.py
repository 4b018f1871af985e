from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    default = True
    name = "advocacy.delivery"
    verbose_name = _("Delivery")

    def ready(self) -> None:
        from advocacy.delivery import typed_keys  # noqa: F401  (registers its lookup)


class CollectedFilesConfig(StaticFilesConfig):
    """Django's static files without what no page asks for; stands in INSTALLED_APPS in place of it."""

    default = False

    @property
    def ignore_patterns(self) -> list[str]:
        """The sources of site.css, and of the editor what no form of ours loads."""
        from advocacy.richtext.editor import unused_files

        return [*StaticFilesConfig.ignore_patterns, "css/*", *unused_files()]
