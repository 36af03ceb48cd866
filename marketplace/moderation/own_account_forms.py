"""What staff type about the operator's own accounts: a movement, or what the bank's statement says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from community.text.money import InvalidMoney, parse_dong
from marketplace.payments.models import Capture
from marketplace.payments.states import OwnMoveKind

NO_AMOUNT = _("Type the amount with digits only, like 185.000.")


class Dong(forms.CharField):
    """185.000 as people type it."""

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        try:
            return parse_dong(words) if words else None
        except InvalidMoney:
            raise forms.ValidationError(str(NO_AMOUNT)) from None


class MoveForm(forms.Form):
    kind = forms.ChoiceField(label=_("What it was"), choices=OwnMoveKind.choices)
    amount = Dong(label=_("Amount (đồng)"), max_length=20)
    out_of = forms.ChoiceField(label=_("Out of"), required=False)
    into = forms.ChoiceField(label=_("Into"), required=False)
    reference = forms.CharField(label=_("Reference of the bank"), max_length=120)
    moved_on = forms.DateField(label=_("Day"), widget=AdminDateInput)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    capture = forms.ModelChoiceField(queryset=Capture.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *places.items()]
        self.fields["out_of"].choices = self.fields["into"].choices = choices  # type: ignore[attr-defined]
        self.fields["capture"].queryset = Capture.objects.filter(payment=None)  # type: ignore[attr-defined]


class BalanceForm(forms.Form):
    place = forms.ChoiceField(label=_("Account"))
    day = forms.DateField(label=_("At the end of"), widget=AdminDateInput(attrs={"id": "id_balance_day"}))
    amount = Dong(label=_("Balance on the bank's statement (đồng)"), max_length=20)

    def __init__(self, *args: Any, places: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places.items())  # type: ignore[attr-defined]
