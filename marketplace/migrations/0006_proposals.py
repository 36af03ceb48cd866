"""What one person wants to do with a large sum waits for a second one."""

import community.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0003_written_once"),
        ("marketplace", "0005_two_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("attach", "Count money for a payment"),
                            ("send_back", "Money sent back to where it came from"),
                            ("not_ours", "Not money of the market"),
                            ("dues", "Dues of a cooperative received"),
                            ("loss", "Who bears a lost dispute"),
                        ],
                        max_length=12,
                        verbose_name="what shall be done",
                    ),
                ),
                ("key", models.CharField(max_length=140)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a second person"),
                            ("confirmed", "Confirmed and booked"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("amount_dong", models.BigIntegerField(verbose_name="amount (đồng)")),
                ("facts", models.JSONField(default=dict, verbose_name="facts")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("proposed_at", models.DateTimeField(default=community.clock.now, verbose_name="proposed at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("answer", models.CharField(blank=True, max_length=300, verbose_name="why not")),
                (
                    "capture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="marketplace.capture",
                        verbose_name="money received",
                    ),
                ),
                (
                    "cooperative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="community.cooperative",
                        verbose_name="cooperative",
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="marketplace.dispute",
                        verbose_name="dispute",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="marketplace.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal about money",
                "verbose_name_plural": "proposals about money",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["attach", "send_back", "not_ours", "dues", "loss"])),
                        name="proposal_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "confirmed", "refused", "withdrawn"])),
                        name="proposal_status_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_dong__gt", 0)), name="proposal_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "confirmed"), _negated=True),
                            models.Q(("ended_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="proposal_confirmed_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "waiting")), fields=("key",), name="proposal_one_waits"
                    ),
                ],
            },
        ),
    ]
