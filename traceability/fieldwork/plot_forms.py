"""Forms about plots: what it is called, its outline, what was sprayed, how much is worked up in a day."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import clock
from community.places.models import AdminUnit
from community.text.quantities import InvalidNumber, parse_decimal_vi
from traceability.fieldwork.forms import DayField
from traceability.fieldwork.lot_forms import NOT_A_NUMBER
from traceability.fieldwork.questions import read_number
from traceability.plots.outlines import LONGEST_TEXT, BadOutline, Outline, read_outline

KEYPAD = {"inputmode": "numeric", "class": "keypad", "autocomplete": "off"}
OUTLINE_FAULTS: dict[str, Any] = {
    "unreadable": gettext_lazy("This file cannot be read. Send a GeoJSON or KML file, or type the corners."),
    "no_polygon": gettext_lazy("There is no closed outline in this file."),
    "several_polygons": gettext_lazy("There are several outlines in this file. Send one plot at a time."),
    "with_hole": gettext_lazy("This outline has a hole. Draw the ground around it as plots of their own."),
    "too_few_corners": gettext_lazy("A plot has at least three corners."),
    "too_many_corners": gettext_lazy("Too many corners: at most %(most)s."),
    "outside_vietnam": gettext_lazy("A corner lies outside Viet Nam. Check the numbers."),
    "crosses_itself": gettext_lazy("The outline crosses itself. Walk the corners in order, one after the other."),
    "too_small": gettext_lazy("This is smaller than 10 m². Check the corners."),
    "too_large": gettext_lazy("This is larger than 2,000 hectares. Check the corners."),
    "bad_corner": gettext_lazy("Line %(line)s is no corner. Write two numbers, like 9.512345, 105.912345."),
}


class PlotForm(forms.Form):
    """Area in m², as people say it."""

    name = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give the plot a name, like “Upper field”.")},
    )
    commune = forms.ModelChoiceField(
        label=gettext_lazy("In which commune?"), queryset=AdminUnit.objects.none(), empty_label=None
    )
    area = forms.CharField(
        label=gettext_lazy("How large is it?"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Leave it empty if you draw its outline: then it is measured."),
        widget=forms.TextInput(attrs=KEYPAD),
    )
    growing_area_code = forms.CharField(
        label=gettext_lazy("Growing area code"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("If the plant protection office gave one."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, communes: QuerySet[AdminUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = communes  # type: ignore[attr-defined]

    def clean_area(self) -> int | None:
        typed: str = self.cleaned_data["area"]
        if not typed:
            return None
        try:
            number: Decimal = parse_decimal_vi(typed)
        except InvalidNumber as fault:
            raise forms.ValidationError(NOT_A_NUMBER, code="bad_number") from fault
        if number != number.to_integral_value():  # most likely hectares: never cut to something else
            raise forms.ValidationError(_("Type whole square metres, like 5,000."), code="bad_number")
        return int(number)


class OutlineForm(forms.Form):
    """A file, or corners as text; the file counts when both are there."""

    file = forms.FileField(label=gettext_lazy("A file from a map program (GeoJSON or KML)"), required=False)
    corners = forms.CharField(
        label=gettext_lazy("Or the corners, one a line"),
        required=False,
        max_length=100_000,
        strip=True,
        help_text=gettext_lazy("In order around the plot: 9.512345, 105.912345"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off", "class": "mono"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload, typed = cleaned.get("file"), cleaned.get("corners", "")
        place = "file" if upload else "corners"
        if upload and upload.size > LONGEST_TEXT:
            self.add_error("file", str(OUTLINE_FAULTS["unreadable"]))
        elif not self.errors:
            try:
                cleaned["outline"] = read_outline(_text(upload.read()) if upload else typed)
            except BadOutline as fault:
                code = "too_few_corners" if not upload and not typed else fault.code
                self.add_error(place, str(OUTLINE_FAULTS[code]) % fault.facts)
        return cleaned

    @property
    def outline(self) -> Outline:
        outline: Outline = self.cleaned_data["outline"]
        return outline


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


class TreatmentForm(forms.Form):
    """What was sprayed or spread, when, and how long to wait before harvest."""

    substance = forms.CharField(
        label=gettext_lazy("What was sprayed or spread?"),
        max_length=120,
        help_text=gettext_lazy("The name on the package."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "da-dung"}),
        error_messages={"required": gettext_lazy("Say what it was: the name on the package.")},
    )
    treated_on = DayField(label=gettext_lazy("Which day?"))
    wait_days = forms.CharField(
        label=gettext_lazy("How many days until harvest?"),
        max_length=4,
        required=False,
        help_text=gettext_lazy(
            "The waiting time on the package (PHI); 0 if there is none. If you do not know it, leave it empty: the "
            "longest usual time counts."
        ),
        widget=forms.TextInput(attrs=KEYPAD),
    )
    note = forms.CharField(label=gettext_lazy("Anything else to say?"), required=False, max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["treated_on"].widget.attrs["max"] = clock.today().isoformat()
        self.fields["note"].help_text = _("Only the cooperative and the market's staff read this.")

    @staticmethod
    def fresh() -> dict[str, Any]:
        return {"treated_on": clock.today(), "key": uuid4()}

    def clean_wait_days(self) -> int | None:
        if not self.cleaned_data["wait_days"]:
            return None
        number = read_number(self.cleaned_data["wait_days"])
        if number is None or number < 0 or number != number.to_integral_value():
            raise forms.ValidationError(_("Type whole days, like 14."), code="bad_number")
        return int(number)


class CapacityForm(forms.Form):
    """Kilogrammes or litres of raw goods a day; empty: nothing is said."""

    line = forms.CharField(widget=forms.HiddenInput)
    unit = forms.ChoiceField(choices=[("g", "kg"), ("ml", "l")], required=False, widget=forms.HiddenInput)
    amount = forms.CharField(
        label=gettext_lazy("How much can you process in one day?"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("Raw goods, with all hands and machines. Empty: not said."),
        widget=forms.TextInput(attrs=KEYPAD),
    )

    def clean_amount(self) -> int | None:
        typed: str = self.cleaned_data["amount"]
        if not typed:
            return None
        number = read_number(typed)
        if number is None or number != number.to_integral_value():
            raise forms.ValidationError(NOT_A_NUMBER, code="bad_number")
        return int(number)
