from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "advocacy.mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from advocacy.mail.webhooks import listen

        listen()
