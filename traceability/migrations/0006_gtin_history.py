from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def keep_todays_numbers(apps, schema_editor):
    Pack, GtinRecord = apps.get_model("traceability", "Pack"), apps.get_model("traceability", "GtinRecord")
    packs = Pack.objects.exclude(gtin=None).iterator(chunk_size=500)
    GtinRecord.objects.bulk_create((GtinRecord(pack=pack, gtin=pack.gtin) for pack in packs), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("traceability", "0005_posting_cancels")]

    operations = [
        migrations.CreateModel(
            name="GtinRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gtin", models.CharField(max_length=14, unique=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gtin_records",
                        to="traceability.pack",
                    ),
                ),
            ],
            options={"ordering": ["pack", "since"]},
        ),
        migrations.AddConstraint(
            model_name="gtinrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("gtin__regex", "^[0-9]{14}$")), name="gtin_record_is_14_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="gtinrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)), fields=("pack",), name="gtin_record_one_is_current"
            ),
        ),
        migrations.RunPython(keep_todays_numbers, migrations.RunPython.noop, elidable=True),
    ]
