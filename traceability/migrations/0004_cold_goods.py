"""Goods that must stay cold on their way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("traceability", "0003_more_of_plots_and_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="needs_cold",
            field=models.BooleanField(default=False),
        ),
    ]
