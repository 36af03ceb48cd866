"""Forms about raw and half-made lots. They read what was typed; what is allowed is for the rules to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import clock
from community.text.quantities import InvalidNumber, parse_decimal_vi, to_base
from traceability.batches.models import Batch
from traceability.fieldwork.forms import BUYERS_READ, DayField
from traceability.fieldwork.lot_words import unit_name
from traceability.fieldwork.lots import lot_name
from traceability.fieldwork.place_here import PlaceMixin
from traceability.fieldwork.spoken import LARGEST_OF, NOT_A_NUMBER, SpokenMixin
from traceability.fieldwork.step_form import BROKEN, THIS_FORM
from traceability.plots.models import Plot
from traceability.products.models import Pack, Product

AMOUNT = "a_"
MORNING, EVENING = time(7), time(17)
AMOUNT_NEEDED = gettext_lazy("Type how much, like 60 or 42,5.")


def amount_field(label: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "measure", "autocomplete": "off"}),
        error_messages={"required": AMOUNT_NEEDED, "max_length": NOT_A_NUMBER},
    )


def base_of(typed: str, unit: str) -> int:
    """ "42,5", "kg" → 42500. Raises ValidationError in plain words."""
    try:
        return to_base(parse_decimal_vi(typed), unit)
    except InvalidNumber as fault:
        words = _("Whole pieces only.") if fault.code == "too_fine" and unit == "piece" else NOT_A_NUMBER
        raise forms.ValidationError(words, code=fault.code) from fault


class DeedForm(forms.Form):
    """The hidden fields that make a request happen once, the day, and a note."""

    client_uuid = forms.UUIDField(label=THIS_FORM, widget=forms.HiddenInput, error_messages=BROKEN)
    recorded_at = forms.DateTimeField(label=THIS_FORM, widget=forms.HiddenInput, error_messages=BROKEN)
    day = DayField(label=gettext_lazy("Which day?"))
    note = forms.CharField(
        label=gettext_lazy("Anything else to say?"),
        help_text=BUYERS_READ,
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    usual_time = EVENING

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = clock.today().isoformat()

    @staticmethod
    def fresh() -> dict[str, Any]:
        return {"client_uuid": uuid4(), "recorded_at": clock.now(), "day": clock.today()}

    def event_time(self, not_before: datetime | None = None) -> datetime:
        """Today: when the form was opened; another day: an hour when such work is usually done, but after its lots."""
        day, opened = self.cleaned_data["day"], min(self.cleaned_data["recorded_at"], clock.now())
        if day == timezone.localdate(opened):
            return opened
        usual = timezone.make_aware(datetime.combine(day, self.usual_time))
        is_same_day = not_before is not None and timezone.localdate(not_before) == day
        return max(usual, not_before) if is_same_day and not_before else usual

    @property
    def recorded(self) -> datetime:
        return min(self.cleaned_data["recorded_at"], clock.now())


class LotInForm(SpokenMixin, PlaceMixin, DeedForm):
    """A raw lot comes in: what, how much, from where, which day. ``spoken`` of a valid form is the amount."""

    usual_time = MORNING
    material = forms.CharField(
        label=gettext_lazy("What is it?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "da-dung"}),
        error_messages={"required": gettext_lazy("Say what it is, like “fresh tea buds”.")},
    )
    material_en = forms.CharField(label=gettext_lazy("In English"), required=False, max_length=120)
    amount = amount_field(gettext_lazy("How much?"))  # type: ignore[arg-type]
    unit = forms.ChoiceField(label=gettext_lazy("In which unit?"), choices=(), widget=forms.RadioSelect)
    plot = forms.ModelChoiceField(
        label=gettext_lazy("From which plot?"),
        queryset=Plot.objects.none(),
        required=False,
        empty_label=gettext_lazy("Several plots, or not known"),
    )

    def __init__(self, *args: Any, product: Product, plots: QuerySet[Plot] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take_measures(product)
        if plots:
            self.fields["plot"].queryset = plots  # type: ignore[attr-defined]
        else:
            del self.fields["plot"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.read_spoken(cleaned)
        return cleaned


class TakenForm(DeedForm):
    """How much of each lot goes in; base of the forms of processing, merging and splitting."""

    def __init__(self, *args: Any, lots: Sequence[Batch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = lots
        for lot in lots:
            self.fields[AMOUNT + lot.public_code] = amount_field(lot.lot_code)
        self.fields["loss"] = amount_field(_("How much was lost on the way?"), required=False)

    @property
    def taken_fields(self) -> list[dict[str, Any]]:
        return [
            {
                "lot": lot,
                "name": lot_name(lot),
                "field": self[AMOUNT + lot.public_code],
                "unit": unit_name(LARGEST_OF[lot.base_unit]),
            }
            for lot in self.lots
        ]

    @property
    def loss_unit(self) -> str:
        return unit_name(LARGEST_OF[self.lots[0].base_unit])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for lot in self.lots:
            self.read(cleaned, AMOUNT + lot.public_code, LARGEST_OF[lot.base_unit])
        self.read(cleaned, "loss", LARGEST_OF[self.lots[0].base_unit])
        return cleaned

    def read(self, cleaned: dict[str, Any], name: str, unit: str) -> None:
        """Turn a typed amount into base units; nothing typed is 0."""
        if name not in cleaned:
            return
        try:
            cleaned[name] = base_of(cleaned[name], unit) if cleaned[name] else 0
        except forms.ValidationError as fault:
            self.add_error(name, fault)


class WorkForm(SpokenMixin, TakenForm):
    """Processing: into what, and how much came out."""

    into = forms.ChoiceField(label=gettext_lazy("What came out?"), widget=forms.RadioSelect)
    material = forms.CharField(
        label=gettext_lazy("What is it now?"), required=False, max_length=120, widget=forms.TextInput()
    )
    material_en = forms.CharField(label=gettext_lazy("In English"), required=False, max_length=120)
    amount = amount_field(gettext_lazy("How much came out?"), required=False)  # type: ignore[arg-type]
    unit = forms.ChoiceField(label=gettext_lazy("In which unit?"), required=False, choices=(), widget=forms.RadioSelect)
    packs = forms.CharField(
        label=gettext_lazy("How many packs?"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "keypad", "autocomplete": "off"}),
    )
    step = forms.ChoiceField(label=gettext_lazy("What was done?"), required=False)

    def __init__(
        self,
        *args: Any,
        drafts: Sequence[Batch],
        packs: Sequence[Pack],
        steps: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.drafts = {batch.public_code: batch for batch in drafts}
        self.new_packs = {pack.code: pack for pack in packs}
        self.take_measures(self.lots[0].product)
        self.fields["step"].choices = [("", _("Processing")), *steps]  # type: ignore[attr-defined]
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            ("lot", _("A half-made lot, not packed yet")),
            *((f"batch:{code}", _into_batch(batch)) for code, batch in self.drafts.items()),
            *((f"pack:{code}", _into_pack(pack)) for code, pack in self.new_packs.items()),
        ]

    @property
    def is_packing(self) -> bool:
        return str(self.cleaned_data.get("into", "lot")) != "lot"

    def chosen(self) -> tuple[Batch | None, Pack | None]:
        kind, _, code = self.cleaned_data["into"].partition(":")
        return self.drafts.get(code) if kind == "batch" else None, self.new_packs.get(code) if kind == "pack" else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "into" not in cleaned:
            return cleaned
        if self.is_packing:
            self._clean_packs(cleaned)
        else:
            self._clean_lot(cleaned)
        return cleaned

    def _clean_packs(self, cleaned: dict[str, Any]) -> None:
        typed = cleaned.get("packs", "")
        packs = int(typed.replace(".", "")) if typed.replace(".", "").isdecimal() and len(typed) < 9 else 0
        if packs <= 0:
            self.add_error("packs", _("Type how many packs: a whole number from 1 up, like 640."))
        cleaned["packs"] = packs

    def _clean_lot(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("material"):
            self.add_error("material", _("Say what it is now, like “dried tea”."))
        if not cleaned.get("amount"):
            self.add_error("amount", AMOUNT_NEEDED)
        cleaned["unit"] = cleaned.get("unit") or LARGEST_OF[self.lots[0].base_unit]
        self.read_spoken(cleaned)


class SplitForm(TakenForm):
    """Into up to four parts; how much was taken is their sum and the loss."""

    def __init__(self, *args: Any, lot: Batch, **kwargs: Any) -> None:
        super().__init__(*args, lots=[lot], **kwargs)
        del self.fields[AMOUNT + lot.public_code]
        for place in range(1, 5):
            label = _("Part %(n)s") % {"n": place}
            self.fields[f"part_{place}"] = amount_field(label, required=place <= 2)

    @property
    def part_fields(self) -> list[forms.BoundField]:
        return [self[f"part_{place}"] for place in range(1, 5)]

    @property
    def parts(self) -> list[int]:
        return [amount for place in range(1, 5) if (amount := self.cleaned_data[f"part_{place}"])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for place in range(1, 5):
            self.read(cleaned, f"part_{place}", LARGEST_OF[self.lots[0].base_unit])
        return cleaned


def _into_batch(batch: Batch) -> str:
    return _("Packed into batch %(lot)s (%(goods)s)") % {
        "lot": batch.lot_code,
        "goods": _goods(batch.pack, batch.product),
    }


def _into_pack(pack: Pack) -> str:
    return _("Packed into a new batch of %(goods)s") % {"goods": _goods(pack, pack.product)}


def _goods(pack: Pack | None, product: Product) -> str:
    return f"{product.shown_name}, {pack.shown_name}" if pack else product.shown_name
