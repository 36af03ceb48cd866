"""Forms of the desk. They read what was typed with a thumb; what is allowed is for the rules to say."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.errors import DomainError
from community.text.money import NBSP, parse_dong, show_dong
from community.text.quantities import parse_decimal_vi
from marketplace.listings.drafting import OTHER_WORDS
from marketplace.listings.packs import CONTAINERS, MOST_BASE, UNITS, DescribedPack, describe_pack
from marketplace.listings.writing import MAX_PRICE_DONG, Words
from marketplace.selling.sentences import sentence_of
from traceability.batches.numbering import check_gtin
from traceability.products.models import Pack, ProductLine
from traceability.products.taxonomy import ocop_subgroups

MOST_DAYS = 3650
NO_ABV = gettext_lazy("Type the strength in percent, like 29 or 4,5.")


def error_of(fault: DomainError) -> forms.ValidationError:
    return forms.ValidationError(sentence_of(fault), code=fault.code)


def keypad(mode: str, **more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "keypad", "inputmode": mode, "autocomplete": "off", **more})


def typed_dong(amount: int) -> str:
    """185000 → "185.000", as somebody types it: a ₫ at the end would be in the thumb's way."""
    return show_dong(amount).removesuffix(f"{NBSP}₫")


class KindForm(forms.Form):
    """What is it? A kind (with its picture), a name; the OCOP subgroup follows from the kind unless chosen."""

    line = forms.ChoiceField(
        label=gettext_lazy("What kind of goods?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the picture that fits best.")},
    )
    name = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        max_length=120,
        help_text=gettext_lazy("As you would say it to a buyer: Forest honey, ST25 rice."),
        error_messages={"required": gettext_lazy("Write the name of the goods.")},
    )
    subgroup = forms.ChoiceField(label=gettext_lazy("OCOP group"), required=False)
    abv_percent = forms.CharField(
        label=gettext_lazy("How strong is it (percent)?"), required=False, max_length=6, widget=keypad("decimal")
    )

    def __init__(self, *args: Any, subgroup_by_line: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_line = subgroup_by_line
        lines = [(line.code, line.shown_name) for line in ProductLine.objects.all()]
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        groups = [(group.code, group.shown_name) for group in ocop_subgroups() if not group.code.startswith("6")]
        self.fields["subgroup"].choices = [("", _("Choose for me")), *groups]  # type: ignore[attr-defined]
        self.asks_strength = bool(self.initial.get("abv_percent"))

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        told["subgroup"] = told.get("subgroup") or self.by_line.get(told.get("line", ""), "")
        if told.get("line") and not told["subgroup"]:
            self.add_error("subgroup", forms.ValidationError(_("Choose the group it belongs to."), code="no_group"))
        if told["subgroup"].startswith("2.1"):
            self.asks_strength = True
            told["abv_percent"] = self._strength(str(told.get("abv_percent", "")))
        else:
            told["abv_percent"] = ""
        return told

    def _strength(self, typed: str) -> str:
        try:
            percent = parse_decimal_vi(typed.replace("%", "").strip())
        except DomainError:
            self.add_error("abv_percent", forms.ValidationError(NO_ABV, code="abv"))
            return ""
        if not Decimal("0.1") <= percent <= 80:
            self.add_error("abv_percent", forms.ValidationError(NO_ABV, code="abv"))
            return ""
        return str(percent.quantize(Decimal("0.1")))


class PackForm(forms.Form):
    """How much is in one pack."""

    container = forms.ChoiceField(label=gettext_lazy("Packed in"), required=False, choices=CONTAINERS)
    amount = forms.CharField(
        label=gettext_lazy("How much is in one pack?"),
        max_length=12,
        widget=keypad("decimal", placeholder="500"),
        error_messages={"required": gettext_lazy("Type how much is in one pack.")},
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS)
    shelf_life = forms.IntegerField(
        label=gettext_lazy("Keeps how long after packing?"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        error_messages={"invalid": gettext_lazy("Type a whole number, like 12.")},
        help_text=gettext_lazy("Every batch counts its best-before date from it. Leave it empty for craft goods."),
    )
    shelf_life_unit = forms.ChoiceField(
        label=gettext_lazy("Days or months"),
        choices=[("days", gettext_lazy("days")), ("months", gettext_lazy("months"))],
        required=False,
    )
    ship_weight_g = forms.IntegerField(
        label=gettext_lazy("Weight with wrapping, in grams"),
        required=False,
        min_value=1,
        max_value=MOST_BASE,
        error_messages={"invalid": gettext_lazy("Type a whole number of grams, like 550.")},
        help_text=gettext_lazy("Counts for the delivery fee. Empty: we reckon a little more than the content."),
    )
    gtin = forms.CharField(
        label=gettext_lazy("Number under the barcode"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Only if the pack already has a barcode. 8 to 14 digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_gtin(self) -> str:
        typed = self.cleaned_data["gtin"].strip()
        if not typed:
            return ""
        try:
            return check_gtin(typed)
        except DomainError as fault:
            raise error_of(fault) from fault

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "amount" in told and "unit" in told:
            try:
                self.pack: DescribedPack = describe_pack(
                    amount=told["amount"], unit=told["unit"], container=told.get("container", "")
                )
            except DomainError as fault:
                self.add_error("amount", error_of(fault))
        return told

    def said(self) -> dict[str, Any]:
        """Answers for the draft, with what follows from them."""
        told = self.cleaned_data
        life = told["shelf_life"] or 0
        return {
            "amount": told["amount"].strip(),
            "unit": told["unit"],
            "container": told["container"],
            "net_quantity_base": self.pack.net_quantity_base,
            "base_unit": self.pack.base_unit,
            "pack_name": self.pack.name,
            "pack_name_en": self.pack.name_en,
            "ship_weight_g": told["ship_weight_g"] or self.pack.ship_weight_g,
            "gtin": told["gtin"],
            "shelf_life": str(life or ""),
            "shelf_life_unit": told["shelf_life_unit"],
            "shelf_life_days": min(MOST_DAYS, life * (30 if told["shelf_life_unit"] == "months" else 1)),
        }


class GtinForm(forms.Form):
    """The number under the barcode of a pack that is on the market already. ``sure`` repeats what was read back."""

    gtin = forms.CharField(
        label=gettext_lazy("Number under the barcode"),
        max_length=20,
        help_text=gettext_lazy("8 to 14 digits, from your own GS1 Viet Nam licence. Never another maker's number."),
        widget=keypad("numeric", placeholder="893 …"),
        error_messages={"required": gettext_lazy("Type the number under the barcode.")},
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack = pack

    def clean_gtin(self) -> str:
        try:
            return check_gtin(self.cleaned_data["gtin"].strip(), pack=self.pack)
        except DomainError as fault:
            raise error_of(fault) from fault


class PriceForm(forms.Form):
    price = forms.CharField(
        label=gettext_lazy("How much for one pack?"),
        max_length=20,
        widget=keypad("numeric", placeholder="185.000"),
        error_messages={"required": gettext_lazy("Type the price.")},
    )

    def clean_price(self) -> int:
        try:
            dong = parse_dong(self.cleaned_data["price"])
        except DomainError as fault:
            raise error_of(fault) from fault
        if not 0 < dong <= MAX_PRICE_DONG:
            raise error_of(DomainError("price_out_of_range"))
        return dong


class NewPriceForm(PriceForm):
    """``seen``: the price that stood there when the form was drawn, in đồng; None when it was not sent along."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def clean_seen(self) -> int | None:
        text = self.cleaned_data["seen"]
        return int(text) if re.fullmatch("[0-9]{1,12}", text) else None


class StoryForm(forms.Form):
    """The two texts of a new listing, and its words in other languages."""

    summary = forms.CharField(
        label=gettext_lazy("What is good about it? One or two sentences"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write one sentence, as you would tell a buyer.")},
    )
    story = forms.CharField(
        label=gettext_lazy("Who makes it, and how?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    title_en = forms.CharField(
        label=gettext_lazy("Name in English"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"lang": "en"}),
    )
    summary_en = forms.CharField(
        label=gettext_lazy("Sentence in English"),
        max_length=240,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )
    story_en = forms.CharField(
        label=gettext_lazy("Story in English"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "en"}),
    )
    title_km = forms.CharField(
        label=gettext_lazy("Name in Khmer"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"lang": "km"}),
    )
    summary_km = forms.CharField(
        label=gettext_lazy("Sentence in Khmer"),
        max_length=240,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "km"}),
    )
    story_km = forms.CharField(
        label=gettext_lazy("Story in Khmer"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "lang": "km"}),
    )


class WordsForm(StoryForm):
    """All words of a listing."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    photo = forms.FileField(
        label=gettext_lazy("Another photo"),
        required=False,
        help_text=gettext_lazy("It takes the place of the first one."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    field_order = ["title", "summary", "story", "photo", *OTHER_WORDS]

    def words(self) -> Words:
        return Words(**{name: text for name, text in self.cleaned_data.items() if name != "photo"})
