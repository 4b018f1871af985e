from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0003_name_outcomes")]
    operations = [
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), models.Q(("outcome", ""), _negated=True)),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("outcome", "")),
                    _connector="OR",
                ),
                name="inquiry_closed_with_outcome",
            ),
        ),
    ]
