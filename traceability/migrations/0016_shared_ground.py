"""Ground that two outlines have in common."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traceability", "0015_field_data")]

    operations = [
        migrations.CreateModel(
            name="Overlap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shared_m2", models.PositiveBigIntegerField()),
                ("percent", models.PositiveSmallIntegerField()),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="traceability.plot"
                    ),
                ),
                (
                    "plot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="overlaps", to="traceability.plot"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("plot", "other"), name="overlap_once")]},
        ),
    ]
