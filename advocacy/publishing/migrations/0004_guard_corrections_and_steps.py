from importlib import import_module

from django.db import migrations

from advocacy.publishing.guards import Guard, install, remove

first = import_module("advocacy.publishing.migrations.0002_guard_versions")
versions, references = first.GUARDS

# What no reader ever had may go with its draft.
NEVER_PUBLIC = "OLD.ends IS NOT NULL AND OLD.ends <= OLD.starts"
GUARDS = [
    Guard(
        table=versions.table,
        columns=(*versions.columns, "second_id", "correction", "corrections", "embargoed"),
        closing="ends",
        deletable=f"{versions.deletable} OR ({NEVER_PUBLIC})",
    ),
    Guard(
        table=references.table,
        columns=references.columns,
        deletable=(
            "(SELECT work.sample OR (version.ends IS NOT NULL AND version.ends <= version.starts) "
            "FROM publishing_version version JOIN publishing_work work "
            "ON work.id = version.work_id WHERE version.id = OLD.version_id)"
        ),
    ),
    Guard(
        table="publishing_step",
        columns=("id", "publication_id", "verb", "at", "who_id", "words"),
        deletable=(
            "(SELECT work.sample FROM publishing_publication publication JOIN publishing_work work "
            "ON work.id = publication.work_id WHERE publication.id = OLD.publication_id) OR NOT EXISTS "
            "(SELECT 1 FROM publishing_version version WHERE version.publication_id = OLD.publication_id "
            "AND (version.ends IS NULL OR version.ends > version.starts))"
        ),
    ),
    Guard(
        table="publishing_withdrawal",
        columns=("id", "version_id", "moment", "explanation"),
        deletable=(
            "(SELECT work.sample FROM publishing_version version JOIN publishing_work work "
            "ON work.id = version.work_id WHERE version.id = OLD.version_id)"
        ),
    ),
]


def put_up(apps, schema_editor):
    install(GUARDS, schema_editor.connection)


def take_down(apps, schema_editor):
    remove(GUARDS, schema_editor.connection)
    install(first.GUARDS, schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_corrections_and_steps")]
    operations = [migrations.RunPython(put_up, take_down)]
