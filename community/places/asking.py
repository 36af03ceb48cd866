"""The part of a form that asks for a commune as people say it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.places.finding import find_units
from community.places.models import AdminUnit

MOST_CHOICES = 8
LONGEST_PLACE = 120


class CommuneForm(forms.Form):
    """The commune is typed; of several with that name one is chosen. Cleaned: ``commune``, a unit or None."""

    place = forms.CharField(
        label=_("Commune and province"), max_length=LONGEST_PLACE, help_text=_("For example: Trần Đề, Cần Thơ")
    )
    commune = forms.ChoiceField(label=_("Which one is it?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found: list[AdminUnit] = []
        if self.is_bound:
            typed = str(self.data.get("place", ""))[:LONGEST_PLACE]
            self.found = [hit.unit for hit in find_units(typed, level="commune", limit=MOST_CHOICES)]
        self.fields["commune"].choices = [(one.code, one.full_name) for one in self.found]  # type: ignore[attr-defined]

    @property
    def several(self) -> bool:
        return len(self.found) > 1

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        chosen = [one for one in self.found if one.code == told.get("commune")]
        if not self.found:
            self.add_error("place", ValidationError(_("No commune has this name. Write it like: Trần Đề, Cần Thơ.")))
        elif self.several and not chosen:
            self.add_error("commune", ValidationError(_("Several communes have this name. Choose yours.")))
        told.pop("place", None)
        told["commune"] = next(iter(chosen or self.found), None)
        return told
