"""What each role may do: one table, and the receiver that gives it to the groups.

A kind of publication needs no entry here: writers write it, editors write and publish it, the press desk
reads it. Rows that go with another row (quotes of a release, aliases of an outlet) follow it: who may change
the one may add, change and delete the others. Any other model says for itself what differs, and a kind adds:

    class Outlet(models.Model):
        ROLES = {"Writer": ("view", "add"), "Editor": EVERYTHING, "Press desk": EVERYTHING}

An administrator may do everything with every model of the project, unless the model's ROLES say otherwise.
Making superusers and giving single permissions is left to superusers.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.contrib.auth.management import create_permissions
from django.db import models
from django.utils.translation import gettext_lazy as _

WRITER, EDITOR, PRESS_DESK, ADMINISTRATOR = "Writer", "Editor", "Press desk", "Administrator"

ROLES = {
    WRITER: _("Writes and changes drafts, adds pictures and documents. Does not publish."),
    EDITOR: _("Does what a writer does, publishes and withdraws, keeps demands, signatories and outlets."),
    PRESS_DESK: _("Answers inquiries from the press and keeps coverage and outlets."),
    ADMINISTRATOR: _("Does everything, and sets up the organisation and the people who work here."),
}
ROLE_NAMES = {
    WRITER: _("Writer"),
    EDITOR: _("Editor"),
    PRESS_DESK: _("Press desk"),
    ADMINISTRATOR: _("Administrator"),
}

READ = ("view",)
WRITE = ("view", "add", "change")
EVERYTHING = ("view", "add", "change", "delete")

Allowed = dict[str, tuple[str, ...]]

KIND: Allowed = {WRITER: WRITE, EDITOR: EVERYTHING, PRESS_DESK: READ}

# Where neither fits, by label. "publish" is a permission of its own, for withdrawing too.
MODELS: dict[str, Allowed] = {
    "publishing.publication": {
        WRITER: READ,
        EDITOR: ("view", "publish"),
        PRESS_DESK: READ,
        ADMINISTRATOR: ("view", "publish"),
    },
    "publishing.work": {WRITER: READ, EDITOR: READ, PRESS_DESK: READ, ADMINISTRATOR: READ},
    "publishing.version": {WRITER: READ, EDITOR: READ, PRESS_DESK: READ, ADMINISTRATOR: READ},
    "publishing.reference": {ADMINISTRATOR: READ},
    "pictures.picture": {WRITER: WRITE, EDITOR: EVERYTHING, PRESS_DESK: READ},
    "pictures.document": {WRITER: WRITE, EDITOR: EVERYTHING, PRESS_DESK: READ},
    "mail.message": {ADMINISTRATOR: READ},
    "mail.delivery": {ADMINISTRATOR: ("view", "change")},
    "mail.caughtmail": {ADMINISTRATOR: READ},
    "worker.heartbeat": {ADMINISTRATOR: READ},
    "delivery.attempt": {ADMINISTRATOR: READ},
    "auth.group": {ADMINISTRATOR: EVERYTHING},
    "admin.logentry": {ADMINISTRATOR: READ},
}

# Tables of the frameworks: nobody's, but for the two above.
FRAMEWORKS = {"account", "admin", "auth", "axes", "contenttypes", "mfa", "sessions"}


def allowed(model: type[models.Model]) -> Allowed:
    """What each role may do with `model`: role to actions, such as ("view", "change")."""
    own = getattr(model, "ROLES", None) or MODELS.get(model._meta.label_lower, {})
    if model._meta.app_label in FRAMEWORKS:
        return own
    return {ADMINISTRATOR: EVERYTHING, **by_nature(model), **own}


def by_nature(model: type[models.Model]) -> Allowed:
    if is_kind(model):
        return KIND
    parent = parent_of(model)
    return rows_of(allowed(parent)) if parent else {}


def is_kind(model: type[models.Model]) -> bool:
    from advocacy.publishing.kinds import kinds

    return model in kinds()


def parent_of(model: type[models.Model]) -> type[models.Model] | None:
    """The model of the same app with whose rows the rows of `model` are deleted, if there is one."""
    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey) or field.null or field.remote_field.parent_link:
            continue
        parent = field.remote_field.model
        is_near = parent is not model and parent._meta.app_label == model._meta.app_label
        if is_near and field.remote_field.on_delete is models.CASCADE:
            return parent
    return None


def rows_of(parent: Allowed) -> Allowed:
    return {
        role: EVERYTHING if "change" in actions else READ
        for role, actions in parent.items()
        if "view" in actions or "change" in actions
    }


def codename(model: type[models.Model], action: str) -> str:
    return f"{action}_{model._meta.model_name}" if action in EVERYTHING else action


def permissions(app: AppConfig) -> Iterator[tuple[str, str, type[models.Model]]]:
    """Role, codename and model for every permission that the table gives in `app`."""
    for model in app.get_models():
        for role, actions in allowed(model).items():
            for action in actions:
                yield role, codename(model, action), model


def give_permissions(sender: AppConfig, using: str, apps: Any = all_apps, **kwargs: Any) -> None:
    """After each migration: makes the four groups and gives them what is new in the table.

    Each permission is given once and remembered. Where an administrator has taken one from a group, it isn't
    given again; a new model's permissions still arrive. A role that loses one here needs a migration.
    """
    try:
        apps.get_model("accounts", "Grant")  # a partial migration may run before this table stands
    except LookupError:
        return
    from django.contrib.auth.models import Group, Permission

    from advocacy.accounts.models import Grant

    # Django makes an app's permissions in a receiver of its own, which runs after this one.
    create_permissions(sender, using=using, apps=apps, verbosity=0)
    given = set(Grant.objects.using(using).values_list("role", "permission"))
    if not given:
        for role in ROLES:
            Group.objects.using(using).get_or_create(name=role)
    for role, code, model in permissions(sender):
        name = f"{sender.label}.{code}"
        if (role, name) in given:
            continue
        permission = Permission.objects.using(using).filter(
            content_type__app_label=sender.label, content_type__model=model._meta.model_name, codename=code
        )
        if not permission.exists():
            continue
        group, _made = Group.objects.using(using).get_or_create(name=role)
        group.permissions.add(permission.get())
        Grant.objects.using(using).create(role=role, permission=name)
        given.add((role, name))
