"""Postings and label runs are never changed either; on PostgreSQL no guarded table is emptied by TRUNCATE."""

from django.db import migrations

from traceability.log import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)
    if schema_editor.connection.vendor == "postgresql":  # the triggers call community's own from now on
        schema_editor.execute("DROP FUNCTION IF EXISTS traceability_refuse_change()")


class Migration(migrations.Migration):
    dependencies = [
        ("traceability", "0013_capture_tries"),
        ("community", "0005_audit_triggers"),
    ]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
