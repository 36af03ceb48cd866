"""What the visitor may change in the simulated bank app before sending."""

from __future__ import annotations

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from community.text.money import InvalidMoney, parse_dong
from marketplace.payments.facts import MAX_FACT_DONG
from marketplace.simulation.delivering import NUMBERS


class DongField(forms.Field):
    """Whole đồng as people write them: 185000, 185.000 or 185,000; nothing else."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: object) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            amount = parse_dong(text)
        except InvalidMoney:
            amount = 0
        if not 0 < amount <= MAX_FACT_DONG:
            raise forms.ValidationError(_("Write a whole amount in đồng, for example 185.000."))
        return amount


class TransferForm(forms.Form):
    """One transfer. ``number`` and ``payload`` travel hidden; they are checked like everything else."""

    amount = DongField(label=_("Amount"), error_messages={"required": _("Write the amount to transfer.")})
    memo = forms.CharField(label=_("Memo"), max_length=200, required=False)
    payload = forms.CharField(max_length=512, widget=forms.HiddenInput)
    payment = forms.UUIDField(required=False, widget=forms.HiddenInput)
    number = forms.IntegerField(validators=[MinValueValidator(1)], max_value=NUMBERS, widget=forms.HiddenInput)
