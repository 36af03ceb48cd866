import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("marketplace", "0010_changes_of_parcels"),
    ]

    operations = [
        migrations.AddField(
            model_name="listingreviewstate",
            name="is_refused",
            field=models.BooleanField(default=False, verbose_name="refused"),
        ),
        migrations.AddField(
            model_name="listingreviewstate",
            name="looked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="looked at"),
        ),
        migrations.AddField(
            model_name="listingreviewstate",
            name="looked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="looked at by",
            ),
        ),
    ]
