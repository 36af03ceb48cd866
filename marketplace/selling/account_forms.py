"""The form of the receiving account: what stands on the paper of the bank, then the PIN beside what is read back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PinField
from community.errors import DomainError
from marketplace.receiving.banks import banks_that_take_vietqr
from marketplace.receiving.changing import AccountWish, tidy_wish
from marketplace.selling.forms import error_of

FIELD_OF = {"unknown_bank": "bank", "bad_number": "number", "bad_holder": "holder"}


class AccountForm(forms.Form):
    bank = forms.ChoiceField(label=_("Bank"), error_messages={"required": _("Choose the bank.")})
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the account number.")},
    )
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=80,
        help_text=_("As the bank writes it. It should be the name of the cooperative."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the name of the account holder.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        banks = [(bank.bin, f"{bank.short_name} – {bank.name}") for bank in banks_that_take_vietqr()]
        self.fields["bank"].choices = [("", _("Choose the bank")), *banks]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if {"bank", "number", "holder"} <= told.keys():
            try:
                self.wish = tidy_wish(AccountWish(told["bank"], told["number"], told["holder"]))
            except DomainError as fault:
                self.add_error(FIELD_OF.get(fault.code), error_of(fault))
        return told


class SurePinForm(forms.Form):
    """The PIN once more: whoever holds an open phone is not yet its owner."""

    pin = PinField(label=_("Your PIN"))
