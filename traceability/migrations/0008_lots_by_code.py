from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traceability", "0007_ingredients")]
    operations = [
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["lot_code"], name="batch_lot"),
        ),
    ]
