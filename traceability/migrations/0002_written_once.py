"""What is written once is never changed: triggers (community/guarding.py) on this floor's tables.

A later migration that makes such a table, alters one or adds a column to it ends with the same call.
"""

from django.db import migrations

from community import guarding


def install(apps, schema_editor):
    guarding.install(schema_editor.connection, "traceability")


def remove(apps, schema_editor):
    guarding.remove(schema_editor.connection, "traceability")


class Migration(migrations.Migration):
    dependencies = [("traceability", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
