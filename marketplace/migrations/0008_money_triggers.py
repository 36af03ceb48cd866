"""What was booked, what came and what rates were agreed is never changed: triggers on their tables."""

from django.db import migrations

from community import guarding


def install(apps, schema_editor):
    guarding.install(schema_editor.connection, "marketplace")


def remove(apps, schema_editor):
    guarding.remove(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0007_disputes"),
    ]

    operations = [migrations.RunPython(install, remove)]
