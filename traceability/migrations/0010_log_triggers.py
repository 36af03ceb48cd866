"""What was recorded is never changed: triggers on the log's and the events' tables."""

from django.db import migrations

from traceability.log import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('traceability', '0009_label_runs_and_page_validity'),
    ]

    operations = [migrations.RunPython(install, remove)]
