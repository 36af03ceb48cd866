"""A buyer's claim about one parcel, the packs it is about, its photos, and goods sent once more because of it."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.photos.private import private_storage
from community.text.codes import new_code
from marketplace.claims.states import MONEY, RUNNING, ClaimStatus, Outcome, PhotoBy, Problem, ReplacementStatus


def new_claim_code() -> str:
    return new_code(8)


def claim_photo_path(_photo: models.Model, _name: str) -> str:
    return f"claims/{secrets.token_hex(16)}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def running(self) -> ClaimQuerySet:
        """Not over; while one is, its parcel is not complete and its money is not paid out."""
        return self.filter(status__in=RUNNING)


class Claim(models.Model):
    """One runs per parcel. ``key`` is made from the form's and the parcel: sent twice it is one claim.

    ``offer`` is the seller's answer, ``outcome`` what was done in the end; ``decided_by`` is empty when both agreed.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_claim_code, editable=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    parcel = models.ForeignKey(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="claims", verbose_name=_("parcel")
    )
    problem = models.CharField(_("what is wrong"), max_length=12, choices=Problem)
    words = models.CharField(_("words of the buyer"), max_length=600, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=ClaimStatus, default=ClaimStatus.OPEN)
    opened_at = models.DateTimeField(_("told"), default=clock.now)
    due_at = models.DateTimeField(_("to be answered until"), null=True, blank=True)
    offer = models.CharField(_("offer of the seller"), max_length=8, choices=Outcome, blank=True)
    offer_dong = models.BigIntegerField(_("offered (đồng)"), default=0)
    answer = models.CharField(_("words of the seller"), max_length=600, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )
    passed_on_at = models.DateTimeField(_("passed on to the market"), null=True, blank=True)
    objection = models.CharField(_("why the offer is not enough"), max_length=600, blank=True)
    outcome = models.CharField(_("what was done"), max_length=8, choices=Outcome, blank=True)
    outcome_dong = models.BigIntegerField(_("given back (đồng)"), default=0)
    reasons = models.CharField(_("reasons of the market"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("decided by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # How often goods that were promised again could not be sent.
    rounds = models.PositiveSmallIntegerField(default=0, editable=False)
    refund = models.ForeignKey(
        "marketplace.Refund",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
        verbose_name=_("refund"),
    )
    erased_at = models.DateTimeField(_("buyer forgotten"), null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["status", "due_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ClaimStatus.values), name="claim_status_known"),
            models.CheckConstraint(condition=Q(problem__in=Problem.values), name="claim_problem_known"),
            models.CheckConstraint(condition=Q(offer__in=["", *Outcome.values]), name="claim_offer_known"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="claim_outcome_known"),
            models.CheckConstraint(
                condition=Q(offer_dong=0) | Q(offer_dong__gt=0, offer__in=MONEY), name="claim_offered_money_is_offered"
            ),
            models.UniqueConstraint(
                fields=["parcel"], condition=Q(status__in=RUNNING), name="claim_one_runs_per_parcel"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ClaimLine(models.Model):
    """So many packs of an order line are meant."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines", verbose_name=_("claim"))
    line = models.ForeignKey(
        "marketplace.OrderLine", on_delete=models.PROTECT, related_name="claim_lines", verbose_name=_("order line")
    )
    packs = models.PositiveIntegerField(_("packs"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "line"], name="claim_line_once"),
            models.CheckConstraint(condition=Q(packs__gt=0), name="claim_line_packs_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.packs} × {self.line_id}"

    @property
    def total_dong(self) -> int:
        """What these packs cost."""
        return self.line.price_of(self.packs)


class ClaimPhoto(models.Model):
    """In the private folder: it shows a buyer's table and the label with name and phone. Sides in pixels."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="photos", verbose_name=_("claim"))
    file = models.FileField(_("file"), storage=private_storage, upload_to=claim_photo_path)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    by = models.CharField(_("by"), max_length=8, choices=PhotoBy)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(by__in=PhotoBy.values), name="claim_photo_by_known")]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.sha256[:8]}"


class Replacement(models.Model):
    """The claimed packs once more, free of charge: real packs of real batches, through the lot ledger as before."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="replacement", verbose_name=_("claim"))
    status = models.CharField(_("status"), max_length=12, choices=ReplacementStatus, default=ReplacementStatus.TO_SEND)
    allocations = models.ManyToManyField(
        "marketplace.Allocation", related_name="replacements", verbose_name=_("bindings to batches")
    )
    made_at = models.DateTimeField(_("agreed"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    courier = models.CharField(_("carrier"), max_length=80, blank=True)
    courier_code = models.CharField(_("tracking number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("goods sent again")
        verbose_name_plural = _("goods sent again")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReplacementStatus.values), name="replacement_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.status}"
