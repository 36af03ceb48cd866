from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from community import guarding


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    guarding.install(schema_editor.connection, "community")


class Migration(migrations.Migration):
    """Versions of the market's rules, and who accepted which."""

    dependencies = [("community", "0005_onboarding")]

    operations = [
        migrations.CreateModel(
            name="RulesVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("operating", "Operating rules"),
                            ("terms", "Terms of buying"),
                            ("privacy", "Personal data"),
                        ],
                        max_length=20,
                        verbose_name="document",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("texts", models.JSONField(verbose_name="texts")),
                ("sha256", models.CharField(max_length=64)),
                ("changes", models.CharField(blank=True, max_length=400, verbose_name="what is new")),
                ("in_force_from", models.DateField(verbose_name="in force from")),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="published at")),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of rules",
                "verbose_name_plural": "versions of rules",
                "ordering": ["kind", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="rules_version_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["operating", "terms", "privacy"])), name="rules_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="rules_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RulesAcceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.CharField(
                        choices=[("order", "Order"), ("seller", "Seller")], max_length=10, verbose_name="by"
                    ),
                ),
                ("reference", models.CharField(max_length=40, verbose_name="code")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who pressed",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="community.rulesversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "acceptance of rules",
                "verbose_name_plural": "acceptances of rules",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["by", "reference"], name="rules_accepted_who")],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "by", "reference"), name="rules_accepted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["order", "seller"])), name="rules_accepted_by"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="rules_accepted_reference"
                    ),
                ],
            },
        ),
        migrations.RunPython(guard, migrations.RunPython.noop),
    ]
