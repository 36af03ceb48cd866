"""Answering a buyer's claim: what is offered, how much, in which words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from community.errors import DomainError
from community.text.money import InvalidMoney, parse_dong, show_dong
from marketplace.claims.models import Claim
from marketplace.claims.states import Outcome
from marketplace.payments.refunds.asking_back import left_of_parcel
from marketplace.selling.forms import keypad, typed_dong

NO_AMOUNT = gettext_lazy("Write a whole amount in đồng, for example 185.000.")
TROUBLES = {
    "no_words": gettext_lazy("Write why not: the buyer reads it, and the market when it has to decide."),
    "not_positive": NO_AMOUNT,
    "more_than_left": gettext_lazy("At most %(left)s of this parcel's money can go back."),
    "nothing_left": gettext_lazy(
        "No money of this parcel can go back here. Offer to send it again, or call the market."
    ),
    "no_goods": gettext_lazy("There are only %(left_packs)s of %(title)s left to send again, %(wanted)s are needed."),
    "no_courier": gettext_lazy("Write who carries it."),
}


ONLY_WITH_MONEY = gettext_lazy("Only the owner or the manager can offer money back.")


class AnswerForm(forms.Form):
    """Who may not touch money (``may_money``) offers none, and reads who can."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What do you offer?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you offer.")},
    )
    dong = forms.CharField(
        label=gettext_lazy("How much goes back?"), required=False, max_length=20, widget=keypad("numeric")
    )
    words = forms.CharField(
        label=gettext_lazy("Words to the buyer"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, claim: Claim, data: QueryDict | None = None, *, may_money: bool) -> None:
        left = left_of_parcel(claim.parcel)
        wanted = min(sum(each.total_dong for each in claim.lines.select_related("line")), left)
        super().__init__(data, initial={"dong": typed_dong(wanted) if wanted else ""})
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome, label)
            for outcome, label in _labels(show_dong(left))
            if (left and may_money) or outcome not in _MONEY
        ]
        if not left or not may_money:
            del self.fields["dong"]
        if left and not may_money:
            self.fields["outcome"].help_text = ONLY_WITH_MONEY
            self.fields["outcome"].error_messages["invalid_choice"] = ONLY_WITH_MONEY

    def clean_dong(self) -> int:
        typed = self.cleaned_data["dong"]
        if self.data.get("outcome") != Outcome.PART:
            return 0
        try:
            return parse_dong(typed)
        except InvalidMoney as fault:
            raise forms.ValidationError(str(NO_AMOUNT)) from fault


class SendAgainForm(forms.Form):
    courier = forms.CharField(
        label=gettext_lazy("Who carries it?"), max_length=80, error_messages={"required": TROUBLES["no_courier"]}
    )
    courier_code = forms.CharField(
        label=gettext_lazy("Tracking number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )


_MONEY = (Outcome.PART, Outcome.FULL)


def _labels(left: str) -> list[tuple[str, Any]]:
    return [
        (Outcome.PART, gettext_lazy("Keep the goods, and get a part of the money back")),
        (Outcome.FULL, format_lazy(gettext_lazy("Get all the money back ({left})"), left=left)),
        (Outcome.RESEND, gettext_lazy("We send the goods once more, free of charge")),
        (Outcome.NONE, gettext_lazy("Nothing, and why")),
    ]


def trouble_of(fault: DomainError) -> str:
    """Why the answer was not taken."""
    facts = {"left": show_dong(fault.facts.get("left_dong", 0)), "left_packs": fault.facts.get("left", 0)}
    words = str(TROUBLES[fault.code]) if fault.code in TROUBLES else ""
    return words % (fault.facts | facts) if words else ""
