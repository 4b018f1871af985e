from django.db import migrations
from django.utils import timezone


def ask(apps, schema_editor):
    """Pictures that were added before the worker made AVIFs get theirs, too."""
    made = apps.get_model("pictures", "AvifSet").objects
    now = timezone.now()
    pictures = apps.get_model("pictures", "Picture").objects.filter(avif_set=None)
    for picture in pictures.values_list("pk", flat=True).iterator(chunk_size=500):
        made.create(picture_id=picture, due=now)


class Migration(migrations.Migration):
    dependencies = [("pictures", "0002_cards_and_avif")]
    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
