"""The one form of the checkout: where the goods go and whom to call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PhoneField
from community.places.finding import communes_of, provinces
from community.places.models import AdminUnit
from marketplace.basket.quoting import Quote, QuotedParcel
from marketplace.orders.placing import BuyerDetails
from marketplace.shipping.models import PickUpPoint
from marketplace.shopping.invoice_fields import InvoiceFields, check_invoice
from marketplace.shopping.on_delivery import NOW, ON_DELIVERY, offer_for

WAY = "way_"
"""Before the code of a cooperative: the field that says where its parcel is collected; "" is delivered."""
FORM_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


class PlaceChoice(forms.ModelChoiceField):
    """A place by its code; shown with its type ("Xã Trần Đề")."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=AdminUnit.objects.none(), to_field_name="code", **kwargs)

    def label_from_instance(self, obj: AdminUnit) -> str:
        return obj.name_with_type


class CheckoutForm(InvoiceFields):
    """``quote``: its province decides which communes can be chosen; drinks ask for the age; sellers with places to

    collect at get a choice each, and an order that is wholly collected needs no address. The invoice fields count only
    when ``wants_invoice`` is ticked; then ``wish`` holds what was asked for.
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
    is_gift = forms.BooleanField(
        label=_("It is a gift"), help_text=_("The slip in the parcel names no price."), required=False
    )
    gift_words = forms.CharField(
        label=_("A few words for the gift"),
        help_text=_("They are printed on the slip, without little pictures (emoji)."),
        max_length=200,
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
    pay = forms.ChoiceField(
        label=_("How do you pay?"),
        choices=(
            (NOW, _("Now: bank transfer by QR, or card")),
            (ON_DELIVERY, _("Transfer when it arrives")),
        ),
        initial=NOW,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you pay."), "invalid_choice": _("Choose how you pay.")},
    )
    wants_invoice = forms.BooleanField(label=_("I need an invoice"), required=False)
    form_token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    terms = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, quote: Quote, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not quote.for_adults:
            del self.fields["is_adult"]
        self.offer = offer_for(quote)
        if not self.offer.later:  # there is one way to pay
            del self.fields["pay"]
        self.points: dict[str, PickUpPoint] = {}
        for parcel in quote.parcels:
            if parcel.points:
                self.fields[WAY + parcel.cooperative.code] = self._way_field(parcel)
        if quote.is_collected:
            for name in ("province", "commune", "landmark"):
                self.fields[name].required = False
        self.fields["province"].queryset = provinces()  # type: ignore[attr-defined]
        if quote.province is not None:
            self.fields["commune"].queryset = communes_of(quote.province)  # type: ignore[attr-defined]

    def _way_field(self, parcel: QuotedParcel) -> forms.ChoiceField:
        self.points |= {point.code: point for point in parcel.points}
        sends = bool(parcel.cooperative.shipping_zones.all())
        choices = [("", gettext("Delivered to me"))] if sends else []
        for point in parcel.points:
            told = {"place": point.place_text, "hours": point.hours}
            choices.append((point.code, gettext("I collect it, no fee: %(place)s (%(hours)s)") % told))
        return forms.ChoiceField(
            label=parcel.cooperative.name,
            choices=choices,
            required=not sends,
            widget=forms.RadioSelect,
            error_messages={
                "required": gettext("Choose where you collect it: nothing is sent."),
                "invalid_choice": gettext("Nothing is collected there any more. Choose another way."),
            },
        )

    @property
    def ways(self) -> list[BoundField]:
        """One field for each seller with places to collect at."""
        return [self[name] for name in self.fields if name.startswith(WAY)]

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or {}
        if cleaned.get("wants_invoice"):
            check_invoice(self, cleaned)
        else:
            self._forget_invoice()
        if cleaned.get("alt_name") and not cleaned.get("alt_phone") and "alt_phone" not in self.errors:
            self.add_error("alt_phone", _("Enter the phone number of the other receiver too."))
        if cleaned.get("gift_words") and not cleaned.get("is_gift"):
            self.add_error("is_gift", _("Tick this too, or take the words for the gift out."))
        if cleaned.get("is_gift") and cleaned.get("pay") == ON_DELIVERY:
            self.add_error("pay", _("A gift is paid now: who receives it must not be asked for money."))
        return cleaned

    def _forget_invoice(self) -> None:
        """What stands in fields that nobody asked for is no mistake."""
        for name in [name for name in self.errors if name.startswith("invoice_")]:
            del self.errors[name]

    def buyer(self) -> BuyerDetails:
        said = self.cleaned_data
        words = ("name", "phone", "commune", "landmark", "email", "alt_name", "alt_phone", "note")
        told = {word: said[word] for word in (*words, "is_gift", "gift_words")}
        picked = picked_ways(said)
        if told["commune"] is None:  # the form lets this pass only when everything is collected
            told |= _place_of(self.points[next(iter(picked.values()))])
        terms = said.get("terms") or 0
        return BuyerDetails(**told, is_adult=bool(said.get("is_adult")), terms=terms, pick_ups=picked)


def picked_ways(posted: Mapping[str, object]) -> dict[str, str]:
    """Code of a cooperative → code of the place where the buyer collects its parcel."""
    return {name.removeprefix(WAY): str(value) for name, value in posted.items() if name.startswith(WAY) and value}


def _place_of(point: PickUpPoint) -> dict[str, Any]:
    """Of an order that has no address because all of it is collected: where that is."""
    return {"commune": point.commune, "landmark": point.name}
