"""The form of a bank account, for every face that asks for one; each says in its own words what is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.receiving.banks import bank_choices
from marketplace.receiving.changing import AccountWish, CannotChange, tidy_wish

FIELD_OF = {"unknown_bank": "bank", "bad_number": "number", "bad_holder": "holder"}


class BankAccountForm(forms.Form):
    """``wish`` is the account as banks write it, once the form is valid."""

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
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the name of the account holder.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].choices = [("", _("Choose the bank")), *bank_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if {"bank", "number", "holder"} <= told.keys():
            try:
                self.wish = tidy_wish(AccountWish(told["bank"], told["number"], told["holder"]))
            except CannotChange as fault:
                self.add_error(FIELD_OF[fault.code], self.error_about(fault))
        return told

    def error_about(self, fault: CannotChange) -> str | forms.ValidationError:
        """What to do about unknown_bank, bad_number or bad_holder."""
        raise NotImplementedError
