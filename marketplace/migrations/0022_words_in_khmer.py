from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0021_imports_under_mandates")]
    operations = [
        migrations.AddField(
            model_name="listing",
            name="title_km",
            field=models.CharField(blank=True, max_length=120, verbose_name="title in Khmer"),
        ),
        migrations.AddField(
            model_name="listing",
            name="summary_km",
            field=models.CharField(blank=True, max_length=240, verbose_name="summary in Khmer"),
        ),
        migrations.AddField(
            model_name="listing",
            name="story_km",
            field=models.TextField(blank=True, verbose_name="story in Khmer"),
        ),
    ]
