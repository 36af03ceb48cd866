"""Wishes for an invoice, one for each parcel: the seller issues it in its own program and writes down its number.

What an electronic invoice needs (Decree 254/2026) lies here and on the parcel's lines; nothing is issued by the market.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock


class BuyerKind(models.TextChoices):
    COMPANY = "company", _("A company or an office")
    PERSON = "person", _("A person")


class InvoiceStatus(models.TextChoices):
    ASKED = "asked", _("Asked for")
    ISSUED = "issued", _("Issued")
    REFUSED = "refused", _("Refused")


NEXT_INVOICE: dict[str, frozenset[str]] = {
    InvoiceStatus.ASKED: frozenset({InvoiceStatus.ISSUED, InvoiceStatus.REFUSED}),
    InvoiceStatus.ISSUED: frozenset(),
    InvoiceStatus.REFUSED: frozenset({InvoiceStatus.ASKED}),
}


class InvoiceRequest(models.Model):
    parcel = models.OneToOneField(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="invoice_request", verbose_name=_("parcel")
    )
    buyer_kind = models.CharField(_("who buys"), max_length=8, choices=BuyerKind)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True)
    personal_id = models.CharField(_("personal number"), max_length=12, blank=True)
    name = models.CharField(_("name on the invoice"), max_length=200)
    address = models.CharField(_("address on the invoice"), max_length=300)
    email = models.EmailField(_("e-mail for the invoice"), blank=True)
    status = models.CharField(_("status"), max_length=8, choices=InvoiceStatus, default=InvoiceStatus.ASKED)
    serial = models.CharField(_("form and serial"), max_length=12, blank=True)
    number = models.CharField(_("number of the invoice"), max_length=8, blank=True)
    lookup_code = models.CharField(_("look-up code"), max_length=40, blank=True)
    reason = models.CharField(_("why not"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked for"), default=clock.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("answered by"),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("wish for an invoice")
        verbose_name_plural = _("wishes for invoices")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InvoiceStatus.values), name="invoice_status_known"),
            models.CheckConstraint(condition=Q(buyer_kind__in=BuyerKind.values), name="invoice_buyer_known"),
            models.CheckConstraint(
                condition=~Q(status=InvoiceStatus.ISSUED) | (~Q(serial="") & ~Q(number="")),
                name="invoice_issued_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False)
                | (Q(buyer_kind=BuyerKind.COMPANY) & ~Q(tax_code=""))
                | Q(buyer_kind=BuyerKind.PERSON),
                name="invoice_company_has_tax_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parcel_id} {self.status}"
