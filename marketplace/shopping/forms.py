"""The one form of the checkout: where the goods go and whom to call."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PhoneField
from community.places.finding import communes_of, provinces
from community.places.models import AdminUnit
from marketplace.orders.placing import BuyerDetails
from marketplace.shopping.invoice_fields import InvoiceFields, check_invoice

FORM_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


class PlaceChoice(forms.ModelChoiceField):
    """A place by its code; shown with its type ("Xã Trần Đề")."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=AdminUnit.objects.none(), to_field_name="code", **kwargs)

    def label_from_instance(self, obj: AdminUnit) -> str:
        return obj.name_with_type


class CheckoutForm(InvoiceFields):
    """``province`` decides which communes can be chosen; without one, none. ``for_adults`` asks for the age.

    Its invoice fields count only when ``wants_invoice`` is ticked; then ``wish`` holds what was asked for.
    """

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Enter the name of the person who receives the goods.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(label=_("Phone number"), help_text=_("The courier calls this number."))
    province = PlaceChoice(
        label=_("Province or city"),
        empty_label=_("Choose the province"),
        error_messages={
            "required": _("Choose the province the goods go to."),
            "invalid_choice": _("This province is not in today's list. Choose one from the list."),
        },
    )
    commune = PlaceChoice(
        label=_("Commune or ward"),
        empty_label=_("Choose the commune"),
        error_messages={
            "required": _("Choose the commune or ward."),
            "invalid_choice": _("This commune is not in the chosen province. Choose again."),
        },
    )
    landmark = forms.CharField(
        label=_("House number, street or landmark"),
        help_text=_("As you would tell a driver: “blue gate, 200 m past the market”."),
        max_length=300,
        error_messages={"required": _("Tell the driver how to find the house.")},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    alt_name = forms.CharField(label=_("Name of another receiver"), max_length=120, required=False)
    alt_phone = PhoneField(label=_("Phone number of that person"), required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        error_messages={"invalid": _("This e-mail address is not complete. Example: lan@example.vn")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label=_("Note for the cooperative"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_adult = forms.BooleanField(
        label=_("I am 18 or older"),
        help_text=_("The order has drinks with alcohol. Who hands it over may ask for your papers."),
        error_messages={
            "required": _("Drinks with alcohol are sold to people of 18 and older only. Tick it if you are.")
        },
    )
    wants_invoice = forms.BooleanField(label=_("I need an invoice"), required=False)
    form_token = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, province: AdminUnit | None, for_adults: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_adults:
            del self.fields["is_adult"]
        self.fields["province"].queryset = provinces()  # type: ignore[attr-defined]
        if province is not None:
            self.fields["commune"].queryset = communes_of(province)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or {}
        if cleaned.get("wants_invoice"):
            check_invoice(self, cleaned)
        else:
            self._forget_invoice()
        if cleaned.get("alt_name") and not cleaned.get("alt_phone") and "alt_phone" not in self.errors:
            self.add_error("alt_phone", _("Enter the phone number of the other receiver too."))
        return cleaned

    def _forget_invoice(self) -> None:
        """What stands in fields that nobody asked for is no mistake."""
        for name in [name for name in self.errors if name.startswith("invoice_")]:
            del self.errors[name]

    def buyer(self) -> BuyerDetails:
        said = self.cleaned_data
        words = ("name", "phone", "commune", "landmark", "email", "alt_name", "alt_phone", "note")
        return BuyerDetails(**{word: said[word] for word in words}, is_adult=bool(said.get("is_adult")))
