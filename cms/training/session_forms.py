from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community import clock
from community.places.models import AdminUnit
from community.training.models import MOST_GUESTS
from community.training.sessions import Came


class PlanForm(forms.Form):
    """``communes``: those of the teams; asked for where there are several."""

    held_on = forms.DateField(label=_("On which day?"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(
        label=_("Where?"), max_length=160, help_text=_("For example: house of culture of hamlet 2, 14 o'clock")
    )
    commune = forms.ChoiceField(label=_("Commune"), widget=forms.RadioSelect)
    lessons = forms.MultipleChoiceField(label=_("Which lessons?"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, communes: Sequence[AdminUnit], lessons: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, one.name_with_type) for one in communes]
        self.fields["commune"].choices = choices  # type: ignore[attr-defined]
        self.fields["lessons"].choices = lessons  # type: ignore[attr-defined]
        self.fields["commune"].initial = choices[0][0] if choices else ""
        self.fields["held_on"].initial = clock.today

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if abs((day - clock.today()).days) > 366:
            raise forms.ValidationError(_("Within a year, please."))
        return day


class CloseForm(forms.Form):
    """Counts of all who came; only the guests are asked for."""

    guests = forms.IntegerField(label=_("Guests not on the list"), min_value=0, max_value=MOST_GUESTS, initial=0)
    women = forms.IntegerField(label=_("Women"), min_value=0, max_value=1000, required=False)
    men = forms.IntegerField(label=_("Men"), min_value=0, max_value=1000, required=False)
    minorities = forms.IntegerField(
        label=_("Of ethnic minorities"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=_("A count of all who came. Nobody's ethnicity is written down."),
    )

    def came(self) -> Came:
        return Came(**self.cleaned_data)
