"""A review per order line, and what readers report of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.text.codes import new_code


def new_review_code() -> str:
    return new_code(8)


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> ReviewQuerySet:
        return self.filter(hidden_at=None)

    def of_product(self, product_id: int) -> ReviewQuerySet:
        return self.filter(product=product_id)


class Review(models.Model):
    """Only who received the goods writes one, once per order line.

    It is public at once; a bad one stays. Staff hide what breaks the rules, with a reason that the writer is told.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_review_code, editable=False)
    line = models.OneToOneField(
        "marketplace.OrderLine", on_delete=models.PROTECT, related_name="review", verbose_name=_("order line")
    )
    product = models.ForeignKey(
        "traceability.Product", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("product")
    )
    batch = models.ForeignKey(
        "traceability.Batch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("batch"),
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    words = models.CharField(_("words"), max_length=1000, blank=True)
    photo = models.OneToOneField(
        "community.Photo",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="of_review",
        verbose_name=_("photo"),
    )
    # Shortened, as it is shown; empty for who wants no name.
    shown_name = models.CharField(_("name shown"), max_length=120, blank=True)
    written_at = models.DateTimeField(_("written"), default=clock.now)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    reply = models.CharField(_("answer of the seller"), max_length=600, blank=True)
    replied_at = models.DateTimeField(_("answered"), null=True, blank=True)
    replied_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("hidden by")
    )
    hidden_why = models.CharField(_("why it is hidden"), max_length=300, blank=True)
    erased_at = models.DateTimeField(_("buyer forgotten"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of goods")
        verbose_name_plural = _("reviews of goods")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["product", "hidden_at", "written_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="review_one_to_five_stars"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_why="") | (Q(hidden_at__isnull=False) & ~Q(hidden_why="")),
                name="review_hidden_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def drawn(self) -> str:
        """ "★★★★☆" """
        return "★" * self.stars + "☆" * (5 - self.stars)


class ReviewReport(models.Model):
    """Somebody says that a review breaks the rules. Staff hide it or let it stand; both close the report."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="reports", verbose_name=_("review"))
    words = models.CharField(_("what is wrong with it"), max_length=300)
    reported_at = models.DateTimeField(_("reported"), default=clock.now)
    by_seller = models.BooleanField(_("by the seller"), default=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by")
    )

    class Meta:
        verbose_name = _("report of a review")
        verbose_name_plural = _("reports of reviews")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.words[:40]}"
