"""What is asked before labels are printed: which paper, how many, where the first sheet starts, why so many."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from traceability.fieldwork.questions import read_number
from traceability.labels.geometry import SHEETS
from traceability.labels.models import LabelRun, LabelVoid
from traceability.labels.printing import Wish
from traceability.labels.sheets import MOST_LABELS

LABELS_NEEDED = gettext_lazy("Type how many labels: a whole number from 1 up, like 24.")
PLACE_NEEDED = gettext_lazy("Type the number of the first free label on the sheet: 1 for a new sheet.")
MOST_BY_A_HOUSE = 1_000_000
KEYPAD = {"inputmode": "numeric", "class": "keypad", "autocomplete": "off"}


class LabelForm(forms.Form):
    count = forms.CharField(
        label=gettext_lazy("How many labels?"),
        max_length=20,
        widget=forms.TextInput(attrs=KEYPAD),
        error_messages={"required": LABELS_NEEDED, "max_length": LABELS_NEEDED},
    )
    sheet = forms.ChoiceField(
        label=gettext_lazy("Which paper?"),
        choices=[
            ("single", gettext_lazy("One label (100 × 60 mm)")),
            ("a4-24", gettext_lazy("A4, 24 labels")),
            ("a4-40", gettext_lazy("A4, 40 labels")),
            ("a4-65", gettext_lazy("A4, 65 labels")),
            ("roll-58", gettext_lazy("58 mm roll")),
            (LabelRun.PRINTING_HOUSE, gettext_lazy("A printing house prints them (SVG, PNG)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of these papers.")},
    )
    start = forms.CharField(
        label=gettext_lazy("First free label on the sheet"),
        required=False,
        max_length=6,
        help_text=gettext_lazy("Counted row by row. For a sheet that was begun before; a new sheet starts with 1."),
        widget=forms.TextInput(attrs=KEYPAD),
        error_messages={"max_length": PLACE_NEEDED},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why more labels than packs?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Like: the printer jammed, 12 labels torn. The reason is kept with the printing."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_count(self) -> int:
        number = _whole(self.cleaned_data["count"], LABELS_NEEDED)
        most = MOST_BY_A_HOUSE if self.data.get("sheet") == LabelRun.PRINTING_HOUSE else MOST_LABELS
        if number > most:
            raise forms.ValidationError(
                _("At most %(most)s at a time. Print the rest afterwards."), code="too_many", params={"most": most}
            )
        return number

    def clean_start(self) -> int:
        return _whole(self.cleaned_data["start"] or "1", PLACE_NEEDED)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sheet = SHEETS.get(cleaned.get("sheet", ""))
        if sheet is None:
            cleaned["start"] = 1
        elif cleaned.get("start", 1) > sheet.labels_per_page:
            self.add_error("start", _("This sheet has %(most)s labels.") % {"most": sheet.labels_per_page})
        return cleaned

    def wish(self) -> Wish:
        """Only of a valid form."""
        facts = self.cleaned_data
        return Wish(facts["sheet"], facts["count"], facts["start"] - 1, facts["reason"].strip())


class VoidForm(forms.Form):
    """Labels that were destroyed: how many, and why."""

    count = forms.CharField(
        label=gettext_lazy("How many labels did you destroy?"),
        max_length=20,
        widget=forms.TextInput(attrs=KEYPAD),
        error_messages={"required": LABELS_NEEDED, "max_length": LABELS_NEEDED},
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=LabelVoid.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why."), "invalid_choice": gettext_lazy("Choose why.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_count(self) -> int:
        return _whole(self.cleaned_data["count"], LABELS_NEEDED)


def _whole(typed: str, refusal: Any) -> int:
    number = read_number(typed)
    if number is None or number <= 0 or number != number.to_integral_value():
        raise forms.ValidationError(refusal, code="not_a_count")
    return int(number)
