"""Delivery by commune, for cold goods, to places of collection, on days of dispatch; parcels tell what was promised."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from community.text.codes import new_code
import marketplace.shipping.models

EVERYWHERE = 0


def name_places(apps, schema_editor):
    """Each province goes to the zone that won until now: the first by position. What could never win is taken away."""
    Zone = apps.get_model("marketplace", "ShippingZone")
    Place = apps.get_model("marketplace", "ZonePlace")
    taken = {}
    for zone in Zone.objects.order_by("cooperative_id", "position", "pk"):
        named = list(zone.provinces.values_list("pk", flat=True))
        own = taken.setdefault(zone.cooperative_id, set())
        left = [unit for unit in named or [EVERYWHERE] if unit not in own]
        if not left:
            zone.delete()
            continue
        own.update(left)
        Zone.objects.filter(pk=zone.pk).update(code=new_code(6), is_everywhere=not named)
        Place.objects.bulk_create(
            Place(zone=zone, cooperative_id=zone.cooperative_id, unit_id=unit) for unit in left if named
        )
    if schema_editor.connection.vendor == "postgresql":  # else the tables cannot be altered in this transaction
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_onboarding"),
        ("traceability", "0004_cold_goods"),
        ("marketplace", "0007_forgetting"),
    ]

    operations = [
        migrations.CreateModel(
            name="DispatchDays",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekdays", models.PositiveSmallIntegerField(verbose_name="weekdays")),
                ("cut_off_hour", models.PositiveSmallIntegerField(verbose_name="until what hour")),
                (
                    "cooperative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dispatch_days",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispatch days",
                "verbose_name_plural": "dispatch days",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(weekdays__gte=1, weekdays__lte=127), name="dispatch_on_some_weekday"
                    ),
                    models.CheckConstraint(
                        condition=Q(cut_off_hour__gte=1, cut_off_hour__lte=24), name="dispatch_cut_off_is_an_hour"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PickUpPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=marketplace.shipping.models.new_zone_code,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("address_line", models.CharField(max_length=160, verbose_name="house number, street or landmark")),
                ("hours", models.CharField(max_length=120, verbose_name="open hours")),
                ("phone", models.CharField(max_length=16, verbose_name="phone")),
                ("is_open", models.BooleanField(default=True, verbose_name="open")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.adminunit",
                        verbose_name="commune",
                    ),
                ),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pick_up_points",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
            ],
            options={
                "verbose_name": "pick-up point",
                "verbose_name_plural": "pick-up points",
                "ordering": ["cooperative", "name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["cooperative", "name"], condition=Q(is_open=True), name="pick_up_point_named_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ZonePlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.adminunit",
                        verbose_name="administrative unit",
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="marketplace.shippingzone",
                        verbose_name="zone",
                    ),
                ),
            ],
            options={
                "verbose_name": "place of a delivery zone",
                "verbose_name_plural": "places of delivery zones",
                "ordering": ["unit__sort_key", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["cooperative", "unit"], name="shipping_place_in_one_zone"),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="shippingzone",
            options={
                "ordering": ["cooperative", "position", "pk"],
                "verbose_name": "delivery zone",
                "verbose_name_plural": "delivery zones",
            },
        ),
        migrations.AddField(
            model_name="shippingzone",
            name="code",
            field=models.CharField(
                default=marketplace.shipping.models.new_zone_code, editable=False, max_length=8, verbose_name="code"
            ),
        ),
        migrations.AddField(
            model_name="shippingzone",
            name="is_everywhere",
            field=models.BooleanField(default=False, verbose_name="everywhere else"),
        ),
        migrations.AddField(
            model_name="shippingzone",
            name="carries_chilled",
            field=models.BooleanField(default=False, verbose_name="carries chilled goods"),
        ),
        migrations.AddField(
            model_name="shippingzone",
            name="chilled_dong",
            field=models.BigIntegerField(default=0, verbose_name="more for chilled goods (đồng)"),
        ),
        migrations.AddField(
            model_name="shippingzone",
            name="free_from_dong",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="free from (đồng)"),
        ),
        migrations.AddField(
            model_name="shippingzone",
            name="most_grams",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="heaviest parcel (g)"),
        ),
        migrations.RunPython(name_places, migrations.RunPython.noop),
        migrations.RemoveField(model_name="shippingzone", name="provinces"),
        migrations.AlterField(
            model_name="shippingzone",
            name="code",
            field=models.CharField(
                default=marketplace.shipping.models.new_zone_code,
                editable=False,
                max_length=8,
                unique=True,
                verbose_name="code",
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingzone",
            constraint=models.CheckConstraint(
                condition=Q(("chilled_dong", 0), Q(("carries_chilled", True), ("chilled_dong__gt", 0)), _connector="OR"),
                name="shipping_chilled_fee_needs_cold",
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingzone",
            constraint=models.CheckConstraint(
                condition=(Q(most_grams__isnull=True) | Q(most_grams__gt=0))
                & (Q(free_from_dong__isnull=True) | Q(free_from_dong__gt=0)),
                name="shipping_zone_limits_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="shippingzone",
            constraint=models.UniqueConstraint(
                condition=Q(is_everywhere=True), fields=("cooperative",), name="shipping_one_zone_everywhere"
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="is_chilled",
            field=models.BooleanField(default=False, verbose_name="must stay cold"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="pick_up_at",
            field=models.CharField(blank=True, default="", max_length=400, verbose_name="collected at"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="parcel",
            name="pick_up_hours",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="open hours"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="parcel",
            name="pick_up_phone",
            field=models.CharField(blank=True, default="", max_length=16, verbose_name="phone of the pick-up point"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="parcel",
            name="dispatch_weekdays",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="weekdays"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="dispatch_cut_off_hour",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="until what hour"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="leaves_on",
            field=models.DateField(blank=True, null=True, verbose_name="promised to leave"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="arrives_from",
            field=models.DateField(blank=True, null=True, verbose_name="expected from"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="arrives_until",
            field=models.DateField(blank=True, null=True, verbose_name="expected until"),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=Q(leaves_on__isnull=True, arrives_from__isnull=True, arrives_until__isnull=True)
                | Q(arrives_from__gte=F("leaves_on"), arrives_until__gte=F("arrives_from")),
                name="parcel_promise_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=Q(pick_up_at="") | Q(shipping_dong=0), name="parcel_collected_pays_no_delivery"
            ),
        ),
    ]
