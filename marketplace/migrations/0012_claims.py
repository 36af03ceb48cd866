"""What was wrong with a parcel, what was offered for it, and goods sent once more."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import community.clock
import marketplace.claims.models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_onboarding"),
        ("marketplace", "0011_refused_and_looking"),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=marketplace.claims.models.new_claim_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="marketplace.parcel",
                        verbose_name="parcel",
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        choices=[
                            ("broken", "Broken or leaking"),
                            ("wrong", "Not what I ordered"),
                            ("too_few", "Something is missing"),
                            ("bad", "Bad quality, spoilt or past its date"),
                            ("not_arrived", "It has not arrived"),
                        ],
                        max_length=12,
                        verbose_name="what is wrong",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=600, verbose_name="words of the buyer")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "The cooperative has to answer"),
                            ("answered", "The buyer has to say yes or no"),
                            ("platform", "The market decides"),
                            ("resending", "Goods are to be sent again"),
                            ("settled", "Settled"),
                            ("withdrawn", "Taken back by the buyer"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("opened_at", models.DateTimeField(default=community.clock.now, verbose_name="told")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="to be answered until")),
                (
                    "offer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("part", "The buyer keeps the goods and gets a part of the money back"),
                            ("full", "All the money of the parcel goes back"),
                            ("resend", "The goods are sent once more, free of charge"),
                            ("none", "Nothing"),
                        ],
                        max_length=8,
                        verbose_name="offer of the seller",
                    ),
                ),
                ("offer_dong", models.BigIntegerField(default=0, verbose_name="offered (đồng)")),
                ("answer", models.CharField(blank=True, max_length=600, verbose_name="words of the seller")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("passed_on_at", models.DateTimeField(blank=True, null=True, verbose_name="passed on to the market")),
                ("objection", models.CharField(blank=True, max_length=600, verbose_name="why the offer is not enough")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("part", "The buyer keeps the goods and gets a part of the money back"),
                            ("full", "All the money of the parcel goes back"),
                            ("resend", "The goods are sent once more, free of charge"),
                            ("none", "Nothing"),
                        ],
                        max_length=8,
                        verbose_name="what was done",
                    ),
                ),
                ("outcome_dong", models.BigIntegerField(default=0, verbose_name="given back (đồng)")),
                ("reasons", models.CharField(blank=True, max_length=300, verbose_name="reasons of the market")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("rounds", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="marketplace.refund",
                        verbose_name="refund",
                    ),
                ),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="buyer forgotten")),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["-opened_at", "-pk"],
                "indexes": [models.Index(fields=["status", "due_at"], name="marketplace_status_51f54c_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "answered", "platform", "resending", "settled", "withdrawn"])
                        ),
                        name="claim_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("problem__in", ["broken", "wrong", "too_few", "bad", "not_arrived"])),
                        name="claim_problem_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("offer__in", ["", "part", "full", "resend", "none"])),
                        name="claim_offer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "part", "full", "resend", "none"])),
                        name="claim_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("offer_dong", 0),
                            models.Q(("offer__in", ("part", "full")), ("offer_dong__gt", 0)),
                            _connector="OR",
                        ),
                        name="claim_offered_money_is_offered",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ("open", "answered", "platform", "resending"))),
                        fields=("parcel",),
                        name="claim_one_runs_per_parcel",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="marketplace.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim_lines",
                        to="marketplace.orderline",
                        verbose_name="order line",
                    ),
                ),
                ("packs", models.PositiveIntegerField(verbose_name="packs")),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "line"), name="claim_line_once"),
                    models.CheckConstraint(condition=models.Q(("packs__gt", 0)), name="claim_line_packs_positive"),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ClaimPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="marketplace.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="of_claim",
                        to="community.photo",
                        verbose_name="photo",
                    ),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[("buyer", "Buyer"), ("seller", "Seller")], max_length=8, verbose_name="by"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by__in", ["buyer", "seller"])), name="claim_photo_by_known"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacement",
                        to="marketplace.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("to_send", "To be sent again"),
                            ("sent", "Sent again"),
                            ("called_off", "Could not be sent"),
                        ],
                        default="to_send",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(default=community.clock.now, verbose_name="agreed")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                ("courier", models.CharField(blank=True, max_length=80, verbose_name="carrier")),
                ("courier_code", models.CharField(blank=True, max_length=60, verbose_name="tracking number")),
                (
                    "allocations",
                    models.ManyToManyField(
                        related_name="replacements", to="marketplace.allocation", verbose_name="bindings to batches"
                    ),
                ),
            ],
            options={
                "verbose_name": "goods sent again",
                "verbose_name_plural": "goods sent again",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["to_send", "sent", "called_off"])),
                        name="replacement_status_known",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.RemoveConstraint(
            model_name="proposal",
            name="proposal_act_known",
        ),
        migrations.AlterField(
            model_name="proposal",
            name="act",
            field=models.CharField(
                choices=[
                    ("attach", "Count money for a payment"),
                    ("send_back", "Money sent back to where it came from"),
                    ("not_ours", "Not money of the market"),
                    ("dues", "Dues of a cooperative received"),
                    ("loss", "Who bears a lost dispute"),
                    ("claim", "A buyer's claim is decided"),
                ],
                max_length=12,
                verbose_name="what shall be done",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("act__in", ["attach", "send_back", "not_ours", "dues", "loss", "claim"])),
                name="proposal_act_known",
            ),
        ),
    ]
