"""The form with which a seller says that an invoice was issued, or why it cannot be."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class InvoiceIssuedForm(forms.Form):
    serial = forms.CharField(
        label=_("Form and serial"),
        max_length=12,
        help_text=_("As on the invoice: 1C26TAA."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": _("Type the form and serial of the invoice.")},
    )
    number = forms.CharField(
        label=_("Number of the invoice"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the number of the invoice.")},
    )
    lookup_code = forms.CharField(label=_("Look-up code"), max_length=40, required=False)


class InvoiceRefusedForm(forms.Form):
    reason = forms.CharField(
        label=_("Why can it not be issued?"),
        max_length=200,
        help_text=_("The buyer reads it and may ask again."),
        error_messages={"required": _("Write the reason: the buyer reads it.")},
    )
