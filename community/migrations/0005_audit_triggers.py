"""Who did what is never changed: triggers on the audit's table."""

from django.db import migrations

from community import guarding


def install(apps, schema_editor):
    guarding.install(schema_editor.connection, "community")


def remove(apps, schema_editor):
    guarding.remove(schema_editor.connection, "community")


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0004_api_keys"),
    ]

    operations = [migrations.RunPython(install, remove)]
