from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traceability", "0008_lots_by_code")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="name_km",
            field=models.CharField(blank=True, max_length=160),
        ),
    ]
