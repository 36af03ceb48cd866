"""Forms of the order screens: who carries a parcel, and why one cannot be sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.text.phones import InvalidPhone, parse_phone, show_phone
from marketplace.packing.carriers import COACH, FULL_NAMES, KNOWN, OWN, UNKNOWN, coach_words


class ShipForm(forms.Form):
    COURIERS = (
        *((name, FULL_NAMES.get(name, name)) for name in KNOWN),
        ("bus", gettext_lazy("By coach")),
        ("self", gettext_lazy("We bring it ourselves")),
        ("other", gettext_lazy("Somebody else")),
    )
    courier = forms.ChoiceField(
        label=gettext_lazy("Who carries it?"),
        choices=COURIERS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who carries it.")},
    )
    other = forms.CharField(label=gettext_lazy("Name of the coach or carrier"), required=False, max_length=50)
    phone = forms.CharField(
        label=gettext_lazy("Phone of the coach"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("The buyer calls it to ask where the parcel is."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    courier_code = forms.CharField(
        label=gettext_lazy("Tracking number"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("From the courier's receipt. The buyer sees it."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false", "data-code": ""}
        ),
    )

    def clean_phone(self) -> str:
        """Empty, or as people here read it."""
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return show_phone(parse_phone(typed))
        except InvalidPhone as fault:
            raise forms.ValidationError(_("This is no phone number. It has 10 digits, like 0912 345 678."),
                                        code="phone") from fault  # fmt: skip

    def told(self) -> dict[str, str]:
        """As ``ship_parcel`` takes it: the carrier as the buyer will read it."""
        chosen, other = self.cleaned_data["courier"], self.cleaned_data["other"].strip()
        named = {"bus": coach_words(other, self.cleaned_data["phone"]), "self": OWN, "other": other or UNKNOWN}
        return {"courier": named.get(chosen, chosen), "courier_code": self.cleaned_data["courier_code"].strip()}


def carrier_as_typed(courier: str, courier_code: str) -> dict[str, str]:
    """What the form shows of a carrier that was written before."""
    chosen, other, phone = courier, "", ""
    if courier.startswith(COACH):
        chosen, (other, _dot, phone) = "bus", courier.removeprefix(COACH).partition(" · ")
    elif courier not in KNOWN:
        chosen, other = ("self", "") if courier == OWN else ("other", courier)
    return {"courier": chosen, "other": other.strip(), "phone": phone, "courier_code": courier_code}


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=gettext_lazy("Photo of the parcel"),
        required=False,
        help_text=gettext_lazy("Closed, with its label. Only you, the buyer and the market's staff can see it."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )


class RejectForm(forms.Form):
    REASONS = (
        ("Hết hàng", gettext_lazy("Not enough goods")),
        ("Hàng không đạt, không dám gửi", gettext_lazy("The goods are not good enough to send")),
        ("Không giao được tới nơi nhận", gettext_lazy("Cannot deliver to that place")),
        ("other", gettext_lazy("Another reason")),
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason: the buyer reads it.")},
    )
    words = forms.CharField(label=gettext_lazy("In your own words"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("why") == "other" and not str(told.get("words", "")).strip():
            self.add_error("words", forms.ValidationError(_("Write the reason: the buyer reads it."), code="no_reason"))
        return told

    def reason(self) -> str:
        """What the buyer reads, in Vietnamese: the language both sides share."""
        why, words = self.cleaned_data["why"], self.cleaned_data["words"].strip()
        return words if why == "other" else f"{why}. {words}".rstrip(". ") if words else why
