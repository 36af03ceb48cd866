"""A buyer can be forgotten; words of transfers and notes of staff may be emptied, and nothing else."""

from django.db import migrations, models

from community import guarding


def install(apps, schema_editor):
    guarding.install(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0006_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="buyer forgotten"),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
