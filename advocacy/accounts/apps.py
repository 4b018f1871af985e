from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.roles import give_permissions


class AccountsConfig(AppConfig):
    name = "advocacy.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        post_migrate.connect(give_permissions, dispatch_uid="advocacy.accounts.give_permissions")
