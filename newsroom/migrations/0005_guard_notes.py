from django.db import migrations

from advocacy.publishing.guards import Guard, install, remove

# A note is never changed. It is deleted with its inquiry, on the day that the sender was told.
GUARDS = [
    Guard(
        table="newsroom_inquirynote",
        columns=("id", "inquiry_id", "who_id", "written", "words"),
        deletable="TRUE",
    )
]


def put_up(apps, schema_editor):
    install(GUARDS, schema_editor.connection)


def take_down(apps, schema_editor):
    remove(GUARDS, schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0004_closed_with_outcome")]
    operations = [migrations.RunPython(put_up, take_down)]
