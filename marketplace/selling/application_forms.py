from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PhoneField
from community.cooperatives.models import Cooperative
from community.onboarding.models import SellerApplication, SellerPaper
from community.onboarding.requirements import FACTS, FORMS
from community.places.asking import CommuneForm


def form_choices() -> list[tuple[str, Any]]:
    """Those that may sell in their own name."""
    return [(form.value, form.label) for form in FORMS]


class ApplyForm(CommuneForm):
    """Who asks to sell, and where."""

    field_order = ("person", "phone", "name", "legal_form", "place", "commune")

    person = forms.CharField(label=_("Your full name"), max_length=120)
    phone = PhoneField()
    name = forms.CharField(label=_("Name of the seller"), max_length=120)
    legal_form = forms.ChoiceField(label=_("Legal form"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_form"].choices = form_choices()  # type: ignore[attr-defined]


class FactsForm(forms.ModelForm):
    """Who the seller is; which fields, its legal form says. Nothing is required here: it is saved as far as it goes."""

    legal_form = forms.ChoiceField(label=_("Legal form"), widget=forms.RadioSelect)
    address_line = forms.CharField(label=_("House number, hamlet"), max_length=200, required=False)
    tax_code = forms.RegexField(
        r"^[0-9]{10}(-?[0-9]{3})?$|^[0-9]{12}$",
        label=_("Tax code"),
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"data-private": ""}),  # twelve digits are a person's own number
        error_messages={"invalid": _("A tax code has 10, 12 or 13 digits.")},
    )
    id_last4 = forms.RegexField(
        r"^[0-9]{4}$",
        label=_("Last 4 digits of the identity card"),
        max_length=4,
        required=False,
        widget=forms.TextInput(attrs={"data-private": ""}),  # not kept on the phone (unsent.js)
        help_text=_("Only these four. Staff look at the card itself with you."),
        error_messages={"invalid": _("Four digits, no more.")},
    )

    class Meta:
        model = SellerApplication
        fields = ("representative", "id_last4", "registration_no", "registered_on", "registered_by", "club")
        widgets = {"registered_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {"club": _("Only if a farmers' club sells through you.")}

    field_order = ("legal_form", "address_line", "representative", "id_last4")

    def __init__(self, *args: Any, seller: Cooperative, **kwargs: Any) -> None:
        told = {"legal_form": seller.legal_form, "address_line": seller.address_line, "tax_code": seller.tax_code}
        kwargs["initial"] = told
        super().__init__(*args, **kwargs)
        self.fields["legal_form"].choices = form_choices()  # type: ignore[attr-defined]
        needed = FACTS.get(seller.legal_form, ())
        for name in ("registration_no", "registered_on", "registered_by", "tax_code"):
            if needed and name not in needed:
                del self.fields[name]


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label=_("Which paper is it?"), choices=SellerPaper.Kind.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=_("Photo or PDF"), help_text=_("A photo up to 25 MB, or a PDF up to 10 MB."))
    file.widget.attrs["accept"] = "image/*,application/pdf"
