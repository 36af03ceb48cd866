"""The form of the receiving account: what stands on the paper of the bank, then the PIN beside what is read back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PinField
from marketplace.receiving.account_form import BankAccountForm
from marketplace.receiving.changing import CannotChange
from marketplace.selling.forms import error_of


class AccountForm(BankAccountForm):
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=80,
        help_text=_("As the bank writes it. It should be the name of the cooperative."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the name of the account holder.")},
    )

    def error_about(self, fault: CannotChange) -> forms.ValidationError:
        return error_of(fault)


class SurePinForm(forms.Form):
    """The PIN once more: whoever holds an open phone is not yet its owner."""

    pin = PinField(label=_("Your PIN"))
