"""Printings are rows; a stored page says until when it holds, and is kept in both encodings."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import traceability.gs1.public_codes


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("traceability", "0008_balance"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=traceability.gs1.public_codes.new_public_code,
                        editable=False,
                        max_length=10,
                        unique=True,
                    ),
                ),
                ("sheet", models.CharField(max_length=20)),
                ("used", models.PositiveSmallIntegerField(default=0)),
                ("first_number", models.PositiveIntegerField()),
                ("count", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("key", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label_runs",
                        to="traceability.batch",
                    ),
                ),
            ],
            options={"verbose_name_plural": "label runs", "ordering": ["-pk"]},
        ),
        migrations.CreateModel(
            name="LabelFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("ready", "ready"), ("failed", "failed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(blank=True, max_length=120)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file",
                        to="traceability.labelrun",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="labelrun",
            constraint=models.UniqueConstraint(fields=("batch", "first_number"), name="label_numbers_given_once"),
        ),
        migrations.AddConstraint(
            model_name="labelrun",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="label_run_not_empty"),
        ),
        migrations.AddConstraint(
            model_name="labelrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_number__gt", 0)), name="label_numbers_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="labelfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "ready", "failed"])), name="label_file_state_known"
            ),
        ),
        migrations.RemoveField(model_name="passportpage", name="built_on"),
        migrations.AddField(
            model_name="passportpage", name="valid_until", field=models.DateField(default=datetime.date.max)
        ),
        migrations.AddField(model_name="passportpage", name="html_br", field=models.BinaryField(default=b"")),
    ]
