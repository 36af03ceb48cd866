"""What an invoice needs of a buyer, as fields: at the checkout behind one tick, on the order's page on their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.errors import DomainError
from marketplace.invoices.asking import InvoiceWish, tidy_invoice
from marketplace.invoices.models import BuyerKind

TROUBLES = {
    "tax_code": ("invoice_tax_code", _("This is not a tax code: 10 digits, or 10-3 for a branch. Check each digit.")),
    "personal_id": ("invoice_personal_id", _("A personal number (CCCD) has 12 digits. Check each digit.")),
    "no_name": ("invoice_name", _("Write the name that shall stand on the invoice.")),
    "no_address": ("invoice_address", _("Write the address that shall stand on the invoice.")),
}
DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class InvoiceFields(forms.Form):
    """``wish`` after a valid check."""

    invoice_kind = forms.ChoiceField(
        label=_("Who is the invoice for?"), choices=BuyerKind, initial=BuyerKind.COMPANY, widget=forms.RadioSelect
    )
    invoice_tax_code = forms.CharField(
        label=_("Tax code (MST)"),
        help_text=_("Of a company: 10 digits, a branch 10-3."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=DIGITS),
    )
    invoice_personal_id = forms.CharField(
        label=_("Personal number (CCCD)"),
        help_text=_("Of a person: 12 digits. Not needed if you would rather not say."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=DIGITS),
    )
    invoice_name = forms.CharField(label=_("Name on the invoice"), max_length=200, required=False)
    invoice_address = forms.CharField(label=_("Address on the invoice"), max_length=300, required=False)
    invoice_email = forms.EmailField(label=_("E-mail for the invoice"), required=False)

    wish: InvoiceWish | None = None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        check_invoice(self, told)
        return told


def check_invoice(form: Any, told: dict[str, Any]) -> None:
    """Puts the wish on the form, or names the field that needs a correction."""
    if any(name.startswith("invoice_") for name in form.errors):
        return
    wish = InvoiceWish(
        buyer_kind=told.get("invoice_kind") or BuyerKind.COMPANY,
        name=told.get("invoice_name", ""),
        address=told.get("invoice_address", ""),
        tax_code=told.get("invoice_tax_code", ""),
        personal_id=told.get("invoice_personal_id", ""),
        email=told.get("invoice_email", ""),
    )
    try:
        form.wish = tidy_invoice(wish)
    except DomainError as fault:
        field, sentence = TROUBLES[fault.code]
        form.add_error(field, sentence)
