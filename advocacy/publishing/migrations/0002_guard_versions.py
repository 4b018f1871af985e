from django.db import migrations

from advocacy.publishing.guards import Guard, install, remove

SAMPLE = "(SELECT sample FROM publishing_work WHERE id = OLD.work_id)"
GUARDS = [
    Guard(
        table="publishing_version",
        columns=(
            *(
                "id",
                "work_id",
                "publication_id",
                "number",
                "kind",
                "language",
                "is_original",
                "slug",
                "dated",
            ),
            *(
                "title",
                "summary",
                "card",
                "words",
                "data",
                "hash",
                "first_public",
                "starts",
                "made",
                "who_id",
                "note",
            ),
        ),
        closing="ends",
        deletable=SAMPLE,
    ),
    Guard(
        table="publishing_reference",
        columns=("id", "version_id", "picture_id", "document_id", "work_id"),
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


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_works_and_versions")]
    operations = [migrations.RunPython(put_up, take_down)]
