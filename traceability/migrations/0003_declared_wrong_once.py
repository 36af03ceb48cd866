"""An event can be declared wrong once: two members who correct the same record at once must not both succeed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traceability", "0002_standard_records")]

    operations = [
        migrations.AddConstraint(
            model_name="errordeclaration",
            constraint=models.UniqueConstraint(fields=("event",), name="error_declaration_once_per_event"),
        ),
    ]
