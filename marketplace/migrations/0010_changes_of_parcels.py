"""What becomes smaller of a paid parcel: questions to buyers, weighings, changes; and the guard that holds it still."""

import community.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import StateApps

from community import guarding


def put_up(apps: StateApps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    guarding.install(schema_editor.connection, "marketplace")


def take_down(apps: StateApps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    """The tables go, and their triggers with them."""


ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def refers(to, related_name, verbose_name=None, **more):  # type: ignore[no-untyped-def]
    named = {"verbose_name": verbose_name} if verbose_name else {}
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, **named, **more
    )


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0009_transfer_on_delivery"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="asked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="buyer asked"),
        ),
        migrations.CreateModel(
            name="Shortage",
            fields=[
                ID,
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "The buyer is asked"),
                            ("taken", "The buyer takes what there is"),
                            ("cancelled", "The buyer cancelled the parcel"),
                            ("lapsed", "No answer in time"),
                            ("withdrawn", "Taken back by the seller"),
                            ("ended", "The parcel ended otherwise"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("goods_back_dong", models.BigIntegerField(verbose_name="back for goods (đồng)")),
                ("shipping_back_dong", models.BigIntegerField(verbose_name="back for delivery (đồng)")),
                ("asked_at", models.DateTimeField(default=community.clock.now, verbose_name="asked")),
                ("answer_by", models.DateTimeField(verbose_name="answer until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("asked_by", refers(settings.AUTH_USER_MODEL, "+", "asked by", null=True)),
                ("parcel", refers("marketplace.parcel", "shortages", "parcel")),
            ],
            options={
                "verbose_name": "question about missing goods",
                "verbose_name_plural": "questions about missing goods",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(condition=models.Q(("status", "open")), fields=["answer_by"], name="shortage_due")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "taken", "cancelled", "lapsed", "withdrawn", "ended"])
                        ),
                        name="shortage_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goods_back_dong__gt", 0), ("shipping_back_dong__gte", 0)),
                        name="shortage_gives_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="shortage_ends_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("parcel",), name="shortage_one_is_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShortageLine",
            fields=[
                ID,
                ("packs_there", models.PositiveIntegerField()),
                ("packs_wanted", models.PositiveIntegerField()),
                ("line", refers("marketplace.orderline", "shortages")),
                ("shortage", refers("marketplace.shortage", "lines")),
            ],
            options={
                "verbose_name": "line of missing goods",
                "verbose_name_plural": "lines of missing goods",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("shortage", "line"), name="shortage_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("packs_there__lt", models.F("packs_wanted"))),
                        name="shortage_line_is_short",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Weighing",
            fields=[
                ID,
                ("packs", models.PositiveIntegerField()),
                ("content_base", models.BigIntegerField()),
                ("at", models.DateTimeField(default=community.clock.now)),
                ("by", refers(settings.AUTH_USER_MODEL, "+", null=True)),
                ("line", refers("marketplace.orderline", "weighings")),
            ],
            options={
                "verbose_name": "weighing",
                "verbose_name_plural": "weighings",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("content_base__gt", 0)), name="weighing_has_content")
                ],
            },
        ),
        migrations.CreateModel(
            name="ParcelChange",
            fields=[
                ID,
                (
                    "cause",
                    models.CharField(
                        choices=[("not_enough", "Not all was there"), ("weighed", "Weighed less")],
                        max_length=12,
                        verbose_name="why",
                    ),
                ),
                ("goods_back_dong", models.BigIntegerField(verbose_name="back for goods (đồng)")),
                ("shipping_back_dong", models.BigIntegerField(default=0, verbose_name="back for delivery (đồng)")),
                ("at", models.DateTimeField(default=community.clock.now, verbose_name="when")),
                ("parcel", refers("marketplace.parcel", "changes", "parcel")),
                (
                    "shortage",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change",
                        to="marketplace.shortage",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a parcel",
                "verbose_name_plural": "changes of parcels",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["not_enough", "weighed"])),
                        name="parcel_change_cause_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("goods_back_dong__gte", 0), ("shipping_back_dong__gte", 0)),
                        name="parcel_change_never_asks_for_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "weighed"), ("shortage__isnull", True)),
                            models.Q(("cause", "not_enough"), ("shortage__isnull", False)),
                            _connector="OR",
                        ),
                        name="parcel_change_of_a_question",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cause", "weighed")), fields=("parcel",), name="parcel_weighed_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineChange",
            fields=[
                ID,
                ("packs", models.PositiveIntegerField()),
                ("content_base", models.BigIntegerField(null=True)),
                ("back_dong", models.BigIntegerField()),
                ("change", refers("marketplace.parcelchange", "lines")),
                ("line", refers("marketplace.orderline", "changes")),
            ],
            options={
                "verbose_name": "change of an order line",
                "verbose_name_plural": "changes of order lines",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("change", "line"), name="line_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(("back_dong__gte", 0)), name="line_change_never_asks_for_more"
                    ),
                ],
            },
        ),
        migrations.RunPython(put_up, take_down),
    ]
