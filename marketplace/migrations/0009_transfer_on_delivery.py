"""Parcels that are sent before their money: who offers it, which they are, and runs of slips for them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import community.clock
import marketplace.slips.models

ORDER = [
    ("pending_payment", "Waiting for payment"),
    ("on_delivery", "To be paid on delivery"),
    ("paid", "Paid"),
    ("completed", "Completed"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
    ("refunded", "Refunded"),
]
PARCEL = [
    ("awaiting_payment", "Waiting for payment"),
    ("new", "Waiting for the seller"),
    ("accepted", "Accepted"),
    ("packed", "Packed"),
    ("shipped", "On the way"),
    ("delivered", "Delivered"),
    ("completed", "Completed"),
    ("rejected", "Refused by the seller"),
    ("cancelled", "Cancelled"),
    ("expired", "Not paid in time"),
    ("returned", "Came back unpaid"),
]
ALLOCATION = [
    ("held", "Held"),
    ("committed", "Committed"),
    ("packed", "Packed"),
    ("sold", "Sold"),
    ("released", "Released"),
    ("returned", "Came back"),
]
QUESTION = [
    ("unmatched", "No payment code in the memo"),
    ("ambiguous", "Several payment codes in one transfer"),
    ("account_mismatch", "Right code, wrong account"),
    ("amount_mismatch", "The card payment has another amount"),
    ("currency_mismatch", "Another currency"),
    ("mode_mismatch", "Test money for a real payment, or the reverse"),
    ("overpaid", "More money than was asked"),
    ("underpaid", "Time ran out with part of the money"),
    ("paid_but_unavailable", "Paid late, goods are gone"),
    ("paid_after_end", "Paid after the parcel was cancelled"),
    ("malformed", "Signed message that cannot be read"),
    ("disputed", "The owner of a card contests a payment"),
    ("provider_notice", "Refund or dispute told by the provider"),
    ("stuck_event", "A message that could not be processed"),
    ("owed_on_delivery", "Delivered, and not paid for"),
]


def known(words: list[tuple[str, str]]) -> list[str]:
    return [word for word, _shown in words]


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0008_ways_of_delivery"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OnDeliveryTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("offered", models.BooleanField(default=False, verbose_name="offered")),
                ("most_dong", models.BigIntegerField(verbose_name="up to (đồng)")),
                ("changed_at", models.DateTimeField(default=community.clock.now, verbose_name="changed")),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "cooperative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="on_delivery_terms",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
            ],
            options={
                "verbose_name": "terms of transfer on delivery",
                "verbose_name_plural": "terms of transfer on delivery",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(most_dong__gte=0) & (Q(offered=False) | Q(most_dong__gt=0)),
                        name="on_delivery_has_a_sum",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SlipRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=marketplace.slips.models.new_run_code,
                        editable=False,
                        max_length=20,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("paper", models.CharField(max_length=8, verbose_name="paper")),
                ("parcels", models.JSONField(default=list, verbose_name="parcels")),
                ("asked_at", models.DateTimeField(default=community.clock.now, verbose_name="asked")),
                ("ready_at", models.DateTimeField(blank=True, null=True, verbose_name="ready")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "cooperative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slip_runs",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
            ],
            options={
                "verbose_name": "run of packing slips",
                "verbose_name_plural": "runs of packing slips",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="parcel",
            name="on_delivery",
            field=models.BooleanField(default=False, verbose_name="paid on delivery"),
        ),
        migrations.RemoveConstraint(model_name="order", name="order_status_known"),
        migrations.AlterField(
            model_name="order",
            name="status",
            field=models.CharField(choices=ORDER, default="pending_payment", max_length=16, verbose_name="status"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=Q(status__in=known(ORDER)), name="order_status_known"),
        ),
        migrations.RemoveConstraint(model_name="parcel", name="parcel_status_known"),
        migrations.AlterField(
            model_name="parcel",
            name="status",
            field=models.CharField(choices=PARCEL, default="awaiting_payment", max_length=20, verbose_name="status"),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(condition=Q(status__in=known(PARCEL)), name="parcel_status_known"),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=Q(on_delivery=False) | ~Q(status="completed") | Q(paid_at__isnull=False),
                name="parcel_completed_is_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=~Q(status="returned") | Q(on_delivery=True, paid_at__isnull=True),
                name="parcel_returned_is_unpaid",
            ),
        ),
        migrations.RemoveConstraint(model_name="allocation", name="allocation_status_known"),
        migrations.AlterField(
            model_name="allocation",
            name="status",
            field=models.CharField(choices=ALLOCATION, default="held", max_length=12, verbose_name="status"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=Q(status__in=known(ALLOCATION)), name="allocation_status_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="paymentexception", name="payment_exception_kind_known"),
        migrations.AlterField(
            model_name="paymentexception",
            name="kind",
            field=models.CharField(choices=QUESTION, max_length=24, verbose_name="what happened"),
        ),
        migrations.AddConstraint(
            model_name="paymentexception",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=known(QUESTION)), name="payment_exception_kind_known"
            ),
        ),
    ]
