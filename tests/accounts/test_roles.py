"""What each role may do, cell by cell, and that a group changed by hand stays as it was changed."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import models

from advocacy.accounts.models import Grant
from advocacy.accounts.roles import FRAMEWORKS, allowed, codename, parent_of
from tests.accounts.makers import make_user

pytestmark = pytest.mark.django_db

ROLES = ["Writer", "Editor", "Press desk", "Administrator"]
ACTIONS = {"v": "view", "a": "add", "c": "change", "d": "delete"}

# model                      Writer  Editor  Press   Administrator
TABLE = """
newsroom.release             vac     vacd    v       vacd
newsroom.coverage            vac     vacd    vac     vacd
newsroom.outlet              va      vacd    vac     vacd
newsroom.inquiry             -       -       vcd     vacd
newsroom.inquirynote         -       -       va      va
newsroom.presscontact        -       vacd    vacd    vacd
newsroom.presssending        -       v       v       v
campaigns.letter             vac     vacd    v       vacd
campaigns.demand             v       vc      v       vacd
campaigns.demandchange       v       va      v       vacd
campaigns.demandproposal     vac     vacd    v       vacd
campaigns.toldbeforehand     -       vacd    -       vacd
campaigns.officeholder       vac     vacd    -       vacd
campaigns.signatory          -       vacd    -       vacd
site.page                    vac     vacd    v       vacd
pictures.picture             vac     vacd    v       vacd
pictures.document            vac     vacd    v       vacd
publishing.publication       v       v       v       v
publishing.work              v       v       v       v
publishing.version           v       v       v       v
organisation.organisation    -       -       -       vacd
organisation.organisationtext -      -       -       vacd
organisation.person          v       vacd    vacd    vacd
accounts.user                -       -       -       vacd
auth.group                   -       -       -       vacd
auth.permission              -       -       -       -
contenttypes.contenttype     -       -       -       -
sessions.session             -       -       -       -
axes.accessattempt           -       -       -       -
admin.logentry               -       -       -       v
mail.message                 -       -       -       v
subscribers.subscriber       -       vacd    -       vacd
subscribers.topic            -       vacd    -       vacd
subscribers.consenttext      -       va      -       va
subscribers.suppression      -       va      -       vac
subscribers.subscriberimport -       va      -       vacd
"""
CELLS = [
    (label, role, letters)
    for label, *row in map(str.split, TABLE.strip().splitlines())
    for role, letters in zip(ROLES, row, strict=True)
]


@pytest.mark.parametrize(("label", "role", "letters"), CELLS)
def test_cell(label, role, letters):
    model = apps.get_model(label)
    user = make_user(role=role)
    may = {
        letter
        for letter, action in ACTIONS.items()
        if user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")
    }
    assert may == set(letters) - {"-"}


@pytest.mark.parametrize(
    ("role", "may"), [("Writer", False), ("Editor", True), ("Press desk", False), ("Administrator", True)]
)
def test_publishing_is_a_permission_of_its_own(role, may):
    assert make_user(role=role).has_perm("publishing.publish") is may


def test_rows_follow_what_they_are_rows_of():
    """Whoever may change a release may take a quote out of it; whoever reads it reads its quotes."""
    rows = [model for model in apps.get_models() if parent_of(model) and not hasattr(model, "ROLES")]
    rows = [model for model in rows if model._meta.app_label in {"newsroom", "campaigns"}]
    assert rows
    for model in rows:
        for role, actions in allowed(parent_of(model)).items():
            wanted = {"view", "add", "change", "delete"} if "change" in actions else {"view"}
            assert set(allowed(model)[role]) == wanted, (model, role)


def test_a_new_kind_needs_no_line_in_the_table():
    from advocacy.publishing.kinds import kinds

    for kind in kinds():
        assert "change" in allowed(kind)["Writer"]
        assert "delete" not in allowed(kind)["Writer"]
        assert "delete" in allowed(kind)["Editor"]


def test_every_permission_in_the_table_exists():
    """A misspelt action would be passed over in silence."""
    for model in apps.get_models():
        for actions in allowed(model).values():
            for action in actions:
                assert Permission.objects.filter(
                    content_type__app_label=model._meta.app_label, codename=codename(model, action)
                ).exists(), (model, action)


def test_nobody_but_superusers_may_touch_the_frameworks_tables():
    for model in apps.get_models():
        if model._meta.app_label in FRAMEWORKS and model._meta.label not in {"auth.Group", "admin.LogEntry"}:
            assert not allowed(model), model


def test_a_permission_taken_away_by_hand_is_not_given_again():
    writer = Group.objects.get(name="Writer")
    taken = writer.permissions.get(codename="add_release")
    added = Permission.objects.get(codename="delete_release")
    writer.permissions.remove(taken)
    writer.permissions.add(added)
    call_command("migrate", verbosity=0)
    assert not writer.permissions.filter(pk=taken.pk).exists()
    assert writer.permissions.filter(pk=added.pk).exists()


def test_a_new_permission_arrives_at_the_next_migration():
    writer = Group.objects.get(name="Writer")
    new = writer.permissions.get(codename="add_release")
    writer.permissions.remove(new)
    Grant.objects.filter(role="Writer", permission="newsroom.add_release").delete()
    call_command("migrate", verbosity=0)
    assert writer.permissions.filter(pk=new.pk).exists()


def test_running_it_again_changes_nothing():
    before = {
        group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()
    }
    grants = Grant.objects.count()
    call_command("migrate", verbosity=0)
    after = {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}
    assert before == after
    assert Grant.objects.count() == grants


def test_a_group_deleted_by_hand_stays_deleted():
    Group.objects.get(name="Press desk").delete()
    call_command("migrate", verbosity=0)
    assert not Group.objects.filter(name="Press desk").exists()


def test_roles_stand_on_models_as_the_receiver_reads_them():
    for model in apps.get_models():
        roles = model.__dict__.get("ROLES")
        if isinstance(model, type(models.Model)) and roles is not None:
            assert set(roles) <= set(ROLES), model
