"""Forms of the order screens: who carries a parcel, and why one cannot be sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ShipForm(forms.Form):
    COURIERS = (
        ("VNPost", "VNPost"),
        ("Viettel Post", "Viettel Post"),
        ("GHN", "Giao Hàng Nhanh"),
        ("GHTK", "Giao Hàng Tiết Kiệm"),
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
    other = forms.CharField(label=gettext_lazy("Name of the carrier"), required=False, max_length=80)
    courier_code = forms.CharField(
        label=gettext_lazy("Tracking number"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("From the courier's receipt. The buyer sees it."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )

    def told(self) -> dict[str, str]:
        """As ``ship_parcel`` takes it: the carrier as the buyer will read it."""
        chosen = self.cleaned_data["courier"]
        named = {"bus": "Xe khách", "self": "Người bán tự giao", "other": self.cleaned_data["other"].strip()}
        carrier = named.get(chosen, chosen)
        return {"courier": carrier or "Khác", "courier_code": self.cleaned_data["courier_code"].strip()}


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
