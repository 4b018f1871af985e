from importlib import import_module

from django.db import migrations, models

from advocacy.publishing.guards import install, remove

# SQLite remakes the table for the new column, and can't while a trigger speaks of it: that of steps does.
GUARDS = [
    guard
    for guard in import_module("advocacy.publishing.migrations.0004_guard_corrections_and_steps").GUARDS
    if guard.table == "publishing_step"
]


def put_up(apps, schema_editor):
    install(GUARDS, schema_editor.connection)


def take_down(apps, schema_editor):
    remove(GUARDS, schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_passes")]

    operations = [
        migrations.RunPython(take_down, put_up),
        migrations.AddField(
            model_name="publication",
            name="is_authoritative",
            field=models.BooleanField(
                default=False,
                help_text="Said of a translation. Leave it unticked, and readers are told that this is a courtesy translation and which text is authoritative.",
                verbose_name="as authoritative as the original",
            ),
        ),
        migrations.RunPython(put_up, take_down),
    ]
