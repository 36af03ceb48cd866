"""What goods are found, narrowed and counted by. The rows say nothing that is not said elsewhere: they are made anew,
by the worker's first minute or ``manage.py rebuild_catalogue``."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import marketplace.catalogue.entries
from marketplace.catalogue import word_index


def install(apps: Any, schema_editor: Any) -> None:
    word_index.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    word_index.remove(schema_editor.connection)


def _index(name: str, *fields: str) -> models.Index:
    return models.Index(fields=list(fields), condition=models.Q(("shown", True)), name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_onboarding"),
        ("marketplace", "0017_claim_photos_gone_public"),
    ]

    operations = [
        migrations.DeleteModel(name="CatalogueEntry"),
        migrations.CreateModel(
            name="CatalogueStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.CharField(default=marketplace.catalogue.entries.new_stamp, max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40, unique=True)),
            ],
            options={"verbose_name": "search word", "verbose_name_plural": "search words"},
        ),
        migrations.CreateModel(
            name="CatalogueEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("title_words", models.TextField(blank=True)),
                ("sort_key", models.CharField(blank=True, max_length=800)),
                ("shown", models.BooleanField(default=False)),
                ("ocop_group", models.CharField(blank=True, max_length=2)),
                ("province", models.CharField(blank=True, max_length=5)),
                ("commune", models.CharField(blank=True, max_length=5)),
                ("stars", models.PositiveSmallIntegerField(default=0)),
                ("price_dong", models.BigIntegerField(default=0)),
                ("price_band", models.PositiveSmallIntegerField(default=0)),
                ("in_stock", models.BooleanField(default=False)),
                ("season", models.PositiveSmallIntegerField(default=0)),
                ("listed_at", models.DateTimeField(null=True)),
                (
                    "listing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entry", to="marketplace.listing"
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="community.photo",
                    ),
                ),
            ],
            options={
                "verbose_name": "catalogue entry",
                "verbose_name_plural": "catalogue entries",
                "indexes": [
                    _index("entry_newest", "-in_stock", "-listed_at", "-listing"),
                    _index("entry_province", "province", "-in_stock", "-listed_at", "-listing"),
                    _index("entry_commune", "commune", "-in_stock", "-listed_at", "-listing"),
                    _index("entry_group", "ocop_group", "-in_stock", "-listed_at", "-listing"),
                    _index("entry_price", "-in_stock", "price_dong", "listing"),
                    _index("entry_stars", "-stars", "-in_stock", "-listed_at", "-listing"),
                    _index("entry_name", "sort_key", "listing"),
                    _index(
                        "entry_counts",
                        "ocop_group",
                        "province",
                        "stars",
                        "price_band",
                        "in_stock",
                        "season",
                        "price_dong",
                    ),
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
