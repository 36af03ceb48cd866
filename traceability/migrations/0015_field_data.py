"""Outlines and treatments of plots, where a harvest was, what recipes add, daily capacity, destroyed labels."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from traceability.log import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("traceability", "0014_more_triggers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AddedIngredient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="what is added")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="in English")),
                (
                    "most_per_mille",
                    models.PositiveIntegerField(verbose_name="at most, in thousandths of what comes out"),
                ),
            ],
            options={
                "verbose_name": "added ingredient",
                "verbose_name_plural": "added ingredients",
                "ordering": ["product", "name"],
            },
        ),
        migrations.CreateModel(
            name="DayCapacity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kg_per_day", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["line"],
            },
        ),
        migrations.CreateModel(
            name="LabelVoid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.IntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[("spoilt", "Spoilt in printing or sticking"), ("left_over", "Left over, destroyed")],
                        max_length=10,
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("latitude_e6", models.IntegerField()),
                ("longitude_e6", models.IntegerField()),
                ("accuracy_m", models.PositiveIntegerField()),
                ("taken_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Treatment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("substance", models.CharField(max_length=120)),
                ("treated_on", models.DateField()),
                ("wait_days", models.PositiveSmallIntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("key", models.UUIDField(unique=True)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-treated_on", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="plot",
            name="east",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plot",
            name="measured_m2",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plot",
            name="north",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plot",
            name="outline",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plot",
            name="south",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plot",
            name="west",
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="plot",
            index=models.Index(fields=["west", "east"], name="traceabilit_west_63288d_idx"),
        ),
        migrations.AddField(
            model_name="addedingredient",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="added_ingredients",
                to="traceability.product",
                verbose_name="product",
            ),
        ),
        migrations.AddField(
            model_name="daycapacity",
            name="cooperative",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="capacities", to="community.cooperative"
            ),
        ),
        migrations.AddField(
            model_name="daycapacity",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="traceability.productline"
            ),
        ),
        migrations.AddField(
            model_name="labelvoid",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="labelvoid",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="label_voids", to="traceability.batch"
            ),
        ),
        migrations.AddField(
            model_name="labelvoid",
            name="cancels",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cancelled_by",
                to="traceability.labelvoid",
            ),
        ),
        migrations.AddField(
            model_name="position",
            name="event",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="position", to="traceability.event"
            ),
        ),
        migrations.AddField(
            model_name="treatment",
            name="plot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="treatments", to="traceability.plot"
            ),
        ),
        migrations.AddField(
            model_name="treatment",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="treatment",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="addedingredient",
            constraint=models.UniqueConstraint(fields=("product", "name"), name="added_ingredient_once"),
        ),
        migrations.AddConstraint(
            model_name="addedingredient",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_per_mille__gt", 0), ("most_per_mille__lte", 900)),
                name="added_ingredient_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="daycapacity",
            constraint=models.UniqueConstraint(fields=("cooperative", "line"), name="day_capacity_once"),
        ),
        migrations.AddConstraint(
            model_name="daycapacity",
            constraint=models.CheckConstraint(condition=models.Q(("kg_per_day__gt", 0)), name="day_capacity_positive"),
        ),
        migrations.AddConstraint(
            model_name="labelvoid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancels__isnull", True), ("count__gt", 0)),
                    models.Q(("cancels__isnull", False), ("count__lt", 0)),
                    _connector="OR",
                ),
                name="label_void_counts_down_only_to_cancel",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelvoid",
            constraint=models.CheckConstraint(
                condition=models.Q(("why__in", ["spoilt", "left_over"])), name="label_void_why_known"
            ),
        ),
        migrations.AddIndex(
            model_name="position",
            index=models.Index(fields=["device", "taken_at"], name="traceabilit_device_b3da9b_idx"),
        ),
        migrations.AddIndex(
            model_name="treatment",
            index=models.Index(fields=["plot", "treated_on"], name="traceabilit_plot_id_6ef2b7_idx"),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
