from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traceability", "0006_scans_and_cover")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="ingredients",
            field=models.CharField(blank=True, max_length=600),
        ),
    ]
