"""Staff may say that two rows were two transfers."""

from django.conf import settings
from django.db import migrations, models

from community import guarding


def install(apps, schema_editor):
    guarding.install(schema_editor.connection, "marketplace")


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0004_sheets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="suspensedecision",
            name="suspense_decision_act_known",
        ),
        migrations.AlterField(
            model_name="suspensedecision",
            name="act",
            field=models.CharField(
                choices=[
                    ("attach", "Counted for a payment"),
                    ("send_back", "Sent back to where it came from"),
                    ("not_ours", "Not money of the market"),
                    ("twice", "The same transfer, told twice"),
                    ("two", "Two transfers of one amount"),
                ],
                max_length=12,
                verbose_name="what was decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspensedecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["attach", "send_back", "not_ours", "twice", "two"])),
                name="suspense_decision_act_known",
            ),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
