"""What a sack of a product holds (decision 0113)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WORDS = [
    ("bao", "bao"),
    ("gui", "gùi"),
    ("thung-tre", "thúng"),
    ("sot", "sọt"),
    ("thung", "thùng"),
    ("can", "can"),
    ("xo", "xô"),
    ("ket", "két"),
    ("chuc", "chục"),
]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("traceability", "0004_cold_goods"),
    ]
    operations = [
        migrations.CreateModel(
            name="Measure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(choices=WORDS, max_length=12)),
                ("each_base", models.BigIntegerField()),
                (
                    "base_unit",
                    models.CharField(choices=[("g", "gram"), ("ml", "millilitre"), ("piece", "piece")], max_length=6),
                ),
                ("said_at", models.DateTimeField()),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="traceability.product",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "local unit",
                "verbose_name_plural": "local units",
                "ordering": ["product", "word"],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "word"), name="measure_once_per_product"),
                    models.CheckConstraint(
                        condition=models.Q(("word__in", [word for word, _name in WORDS])), name="measure_word_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base_unit__in", ["g", "ml", "piece"])), name="measure_base_unit_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("each_base__gt", 0), ("each_base__lte", 10_000_000)),
                        name="measure_holds_something",
                    ),
                ],
            },
        ),
    ]
