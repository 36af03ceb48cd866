from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("traceability", "0012_band_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="capturejob",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="capturejob",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
