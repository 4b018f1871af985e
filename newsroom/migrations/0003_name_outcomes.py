from django.db import migrations


def name_outcomes(apps, schema_editor):
    """What was closed before outcomes were asked for says so."""
    inquiries = apps.get_model("newsroom", "Inquiry").objects
    inquiries.filter(state="closed", outcome="").update(outcome="unrecorded")


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0002_inquiries_taken_and_closed")]
    operations = [migrations.RunPython(name_outcomes, migrations.RunPython.noop)]
