"""Reviews of goods that arrived, and what of them is counted beside the product."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import community.clock
import marketplace.reviews.models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_onboarding"),
        ("marketplace", "0014_second_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=marketplace.reviews.models.new_review_code,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="code",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="marketplace.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="traceability.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="traceability.batch",
                        verbose_name="batch",
                    ),
                ),
                ("stars", models.PositiveSmallIntegerField(verbose_name="stars")),
                ("words", models.CharField(blank=True, max_length=1000, verbose_name="words")),
                (
                    "photo",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="of_review",
                        to="community.photo",
                        verbose_name="photo",
                    ),
                ),
                ("shown_name", models.CharField(blank=True, max_length=120, verbose_name="name shown")),
                ("written_at", models.DateTimeField(default=community.clock.now, verbose_name="written")),
                ("changed_at", models.DateTimeField(blank=True, null=True, verbose_name="changed")),
                ("reply", models.CharField(blank=True, max_length=600, verbose_name="answer of the seller")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                (
                    "replied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="hidden")),
                (
                    "hidden_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="hidden by",
                    ),
                ),
                ("hidden_why", models.CharField(blank=True, max_length=300, verbose_name="why it is hidden")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="buyer forgotten")),
            ],
            options={
                "verbose_name": "review of goods",
                "verbose_name_plural": "reviews of goods",
                "ordering": ["-written_at", "-pk"],
                "indexes": [
                    models.Index(fields=["product", "hidden_at", "written_at"], name="marketplace_product_c79c5d_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="review_one_to_five_stars"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hidden_at__isnull", True), ("hidden_why", "")),
                            models.Q(("hidden_at__isnull", False), models.Q(("hidden_why", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="review_hidden_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="marketplace.review",
                        verbose_name="review",
                    ),
                ),
                ("words", models.CharField(max_length=300, verbose_name="what is wrong with it")),
                ("reported_at", models.DateTimeField(default=community.clock.now, verbose_name="reported")),
                ("by_seller", models.BooleanField(default=False, verbose_name="by the seller")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="closed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a review",
                "verbose_name_plural": "reports of reviews",
                "ordering": ["pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rating",
                        to="traceability.product",
                        verbose_name="product",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("stars_sum", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stars_sum__gte", models.F("count")),
                            (
                                "stars_sum__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("count"), "*", models.Value(5)
                                ),
                            ),
                        ),
                        name="rating_is_one_to_five",
                    )
                ],
                "indexes": [],
            },
        ),
    ]
