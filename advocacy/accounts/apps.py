from allauth.account.apps import AccountConfig
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.roles import give_permissions


class AccountsConfig(AppConfig):
    default = True
    name = "advocacy.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from advocacy.accounts.sessions import note_log_in

        user_logged_in.connect(note_log_in, dispatch_uid="advocacy.accounts.note_log_in")
        post_migrate.connect(give_permissions, dispatch_uid="advocacy.accounts.give_permissions")


class AllauthConfig(AccountConfig):
    """allauth.account, of which allauth.mfa needs the modules and we nothing: its tables stay empty.

    Our own log-in stands in the place of its pages and of the middleware that it would ask for.
    """

    default = False

    def ready(self) -> None:
        pass
