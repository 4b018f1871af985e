from django.db import migrations

from advocacy.publishing.guards import Guard, install, remove

# The rule that deletes these rows says 730 days (advocacy/privacy/borrowed.py); a day is for clocks that differ.
OLD_ENOUGH = {
    "sqlite": "OLD.action_time <= strftime('%Y-%m-%d %H:%M:%f', 'now', '-729 days')",
    "postgresql": "OLD.action_time <= clock_timestamp() - interval '729 days'",
}


def guards(connection):
    return [
        Guard(
            table="django_admin_log",
            columns=(
                *("id", "action_time", "user_id", "content_type_id", "object_id", "object_repr"),
                *("action_flag", "change_message"),
            ),
            deletable=OLD_ENOUGH[connection.vendor],
        )
    ]


def put_up(apps, schema_editor):
    install(guards(schema_editor.connection), schema_editor.connection)


def take_down(apps, schema_editor):
    remove(guards(schema_editor.connection), schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_staff_log_and_sessions"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [migrations.RunPython(put_up, take_down)]
