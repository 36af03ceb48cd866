from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from community.text.phones import InvalidPhone, parse_phone
from traceability.passport.models import BatchReport


class ReportForm(forms.Form):
    """What is wrong, in one choice and a few words; a phone number only if one wants an answer."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=BatchReport.Reason, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Tell us more"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    phone = forms.CharField(
        label=_("Your phone, if you want an answer"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return parse_phone(typed)
        except InvalidPhone as fault:
            raise forms.ValidationError(_("Type a Vietnamese phone number, for example 0912 345 678.")) from fault


class LookupForm(forms.Form):
    code = forms.CharField(
        label=_("Code on the pack"),
        max_length=300,
        help_text=_("The ten letters and digits under the QR code, the lot, the barcode number, or the whole link."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
