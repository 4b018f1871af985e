from django.db import migrations

from advocacy.publishing.guards import Guard, install, remove

GUARDS = [
    Guard(
        table="campaigns_demandchange",
        columns=(
            *("id", "demand_id", "status", "on", "known", "language", "note", "who_acted", "addressee_id"),
            *("source_url", "source_title", "who_id", "proposed_by_id"),
        ),
        deletable=(
            "(SELECT work.sample FROM campaigns_demand demand JOIN publishing_work work "
            "ON work.id = demand.work_id WHERE demand.id = OLD.demand_id)"
        ),
        ahead="known",
    ),
]


def put_up(apps, schema_editor):
    install(GUARDS, schema_editor.connection)


def take_down(apps, schema_editor):
    remove(GUARDS, schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_proposals")]
    operations = [migrations.RunPython(put_up, take_down)]
