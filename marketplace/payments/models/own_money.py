"""The operator's own money: what a card provider tells of its balance, its payouts to the bank, what staff moved."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.append_only import AppendOnly
from marketplace.payments.models.arriving import Capture
from marketplace.payments.states import OwnMoveKind, OwnMoveStatus, ProviderPayoutStatus, SourceCode


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        "community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=label
    )


class BalanceLine(AppendOnly):
    """One movement of the operator's balance at a card provider, as the provider tells it, once.

    ``amount``, ``fee`` and ``net`` are in the smallest unit of ``currency`` (đồng for VND), signed from the operator's
    side; ``net`` = ``amount`` − ``fee``. ``thing`` is what moved (a charge, refund, dispute, payout); ``money_ref``
    the payment intent it belongs to, ``charged_dong`` what the buyer paid, when the provider says so.
    """

    source = models.CharField(_("told by"), max_length=12, choices=SourceCode)
    txn_id = models.CharField(_("transaction"), max_length=255)
    category = models.CharField(_("kind"), max_length=40)
    amount = models.BigIntegerField(_("amount"))
    fee = models.BigIntegerField(_("fee"))
    net = models.BigIntegerField(_("net"))
    currency = models.CharField(max_length=3)
    thing = models.CharField(max_length=255, blank=True)
    money_ref = models.CharField(max_length=255, blank=True)
    charged_dong = models.BigIntegerField(null=True, blank=True)
    livemode = models.BooleanField(_("real money"), default=True)
    at = models.DateTimeField(_("booked"))
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now)

    class Meta:
        verbose_name = _("movement at a card provider")
        verbose_name_plural = _("movements at card providers")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["source", "money_ref"])]
        constraints = [
            models.UniqueConstraint(fields=["source", "txn_id"], name="balance_line_once"),
            models.CheckConstraint(condition=Q(net=F("amount") - F("fee")), name="balance_line_adds_up"),
        ]

    def __str__(self) -> str:
        return self.txn_id


class ProviderPayout(models.Model):
    """What a card provider sends to the operator's bank. ``arrived`` with the ``capture`` of the bank's own line, or,

    where no feed watches the bank, by the provider's word.
    """

    source = models.CharField(_("told by"), max_length=12, choices=SourceCode)
    provider_ref = models.CharField(_("reference of the provider"), max_length=255)
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    words = models.CharField(_("words on the bank's statement"), max_length=120, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=ProviderPayoutStatus, default=ProviderPayoutStatus.IN_TRANSIT
    )
    livemode = models.BooleanField(_("real money"), default=True)
    sent_at = models.DateTimeField(_("sent"))
    due_on = models.DateField(_("expected on"), null=True, blank=True)
    capture = models.OneToOneField(
        Capture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="provider_payout",
        verbose_name=_("money received"),
    )
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    failed_at = models.DateTimeField(_("came back"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout of a card provider")
        verbose_name_plural = _("payouts of card providers")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "provider_ref"], name="provider_payout_once"),
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="provider_payout_amount_positive"),
            models.CheckConstraint(
                condition=Q(status__in=ProviderPayoutStatus.values), name="provider_payout_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.provider_ref


class OwnMove(models.Model):
    """Money of the operator that a person says moved: between own accounts, a bank's charge, interest.

    ``out_of`` and ``into`` are accounts of the books (``clearing:…``); a charge goes to none, interest comes of none.
    ``capture``: the bank's line that told of it and lay in suspense.
    """

    kind = models.CharField(_("what it was"), max_length=12, choices=OwnMoveKind)
    status = models.CharField(_("status"), max_length=12, choices=OwnMoveStatus, default=OwnMoveStatus.PROPOSED)
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    out_of = models.CharField(_("out of"), max_length=80, blank=True)
    into = models.CharField(_("into"), max_length=80, blank=True)
    reference = models.CharField(_("reference of the bank"), max_length=120)
    moved_on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    livemode = models.BooleanField(_("real money"), default=True)
    capture = models.ForeignKey(
        Capture,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_moves",
        verbose_name=_("money received"),
    )
    recorded_at = models.DateTimeField(_("written down"), default=clock.now)
    recorded_by = _person(_("written down by"))
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)
    approved_by = _person(_("approved by"))
    ended_at = models.DateTimeField(_("refused or undone"), null=True, blank=True)
    ended_by = _person(_("refused or undone by"))

    class Meta:
        verbose_name = _("own money moved")
        verbose_name_plural = _("own money moved")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OwnMoveKind.values), name="own_move_kind_known"),
            models.CheckConstraint(condition=Q(status__in=OwnMoveStatus.values), name="own_move_status_known"),
            models.CheckConstraint(condition=Q(amount_dong__gt=0), name="own_move_amount_positive"),
            models.CheckConstraint(condition=~Q(out_of=F("into")), name="own_move_goes_somewhere"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(recorded_by__isnull=True) | ~Q(approved_by=F("recorded_by")),
                name="own_move_approved_by_another",
            ),
            models.UniqueConstraint(
                fields=["kind", "reference", "out_of", "into"],
                condition=Q(status__in=[OwnMoveStatus.PROPOSED, OwnMoveStatus.BOOKED]),
                name="own_move_once_per_reference",
            ),
            models.UniqueConstraint(
                fields=["capture"],
                condition=Q(status__in=[OwnMoveStatus.PROPOSED, OwnMoveStatus.BOOKED]),
                name="own_move_once_per_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class ToldBalance(AppendOnly):
    """What a bank or provider says lies on an account of the operator at a moment: typed from its statement, or told

    by the provider itself. ``place`` is the account of the books. A provider may keep money in another ``currency``:
    then ``amount_dong`` is in the smallest unit of that.
    """

    place = models.CharField(_("account"), max_length=80)
    at = models.DateTimeField(_("at"))
    amount_dong = models.BigIntegerField(_("amount (đồng)"))
    currency = models.CharField(max_length=3, default="VND")
    livemode = models.BooleanField(_("real money"), default=True)
    told_by = models.CharField(_("told by"), max_length=12, choices=SourceCode)
    recorded_at = models.DateTimeField(_("written down"), default=clock.now)
    recorded_by = _person(_("written down by"))

    class Meta:
        verbose_name = _("balance as the bank says")
        verbose_name_plural = _("balances as the banks say")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["place", "at"])]

    def __str__(self) -> str:
        return f"{self.place}: {self.amount_dong}"
