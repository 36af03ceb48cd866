"""What a buyer is asked when something is wrong with a parcel."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language, gettext, gettext_lazy

from community.text.dates import show_date
from marketplace.claims.opening import CannotClaim
from marketplace.claims.states import Problem
from marketplace.orders.models import OrderLine, Parcel

MOST_CHOICES = 30
ABOUT = {"no_photo": "photos", "no_words": "words"}


class ClaimForm(forms.Form):
    """``packs-<line>``: how many of each; a single pack is not asked about. Photos come beside the form."""

    problem = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=Problem.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=gettext_lazy("Tell it in a few words"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, parcel: Parcel, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in parcel.lines.prefetch_related("changes").order_by("pk") if line.packs_to_send]
        self.asks_packs = sum(line.packs_to_send for line in self.lines) > 1
        self.initial.setdefault("key", uuid4())
        for line in self.lines if self.asks_packs else ():
            self.fields[f"packs-{line.pk}"] = _packs_field(line, alone=len(self.lines) == 1)

    def pack_fields(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("packs-")]

    def packs(self) -> dict[int, int]:
        """How many are meant, by line."""
        if not self.asks_packs:
            return {line.pk: line.packs_to_send for line in self.lines}
        return {line.pk: int(self.cleaned_data.get(f"packs-{line.pk}") or 0) for line in self.lines}

    def add_refusal(self, refused: CannotClaim) -> None:
        name = ABOUT.get(refused.code)
        if refused.code == "no_lines" and (asked := self.pack_fields()):
            name = asked[0].name
        self.add_error(name if name in self.fields else None, refusal_of(refused))


def _packs_field(line: OrderLine, *, alone: bool) -> forms.Field:
    label = gettext("How many of: %(goods)s") % {"goods": f"{line.shown_title} {line.shown_pack_name}".strip()}
    start = line.packs_to_send if alone else 0
    if line.packs_to_send > MOST_CHOICES:
        return forms.IntegerField(label=label, min_value=0, max_value=line.packs_to_send, initial=start, required=False)
    choices = [(number, str(number)) for number in range(line.packs_to_send + 1)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=start, required=False)


def refusal_of(refused: CannotClaim) -> str:
    """Why it cannot be said now, and what to do instead."""
    sentences = {
        "not_sent": gettext("This parcel has not been sent yet. Call the cooperative if something is wrong."),
        "too_late": gettext("The time to say that something is wrong with this parcel is over. Call the cooperative."),
        "too_often": gettext("You have told us about this parcel several times. Please call us."),
        "not_late": gettext("This parcel is still on its way. Tell us when it has not arrived by %(day)s."),
        "no_lines": gettext("Say how many are meant."),
        "too_many": gettext("There were only %(most)s of %(title)s in this parcel."),
        "no_photo": gettext("Take a photo of what is broken, so that the cooperative can see it."),
        "no_words": gettext("Take a photo, or write in a few words what is wrong."),
    }
    facts = dict(refused.facts)
    if "day" in facts:
        facts["day"] = show_date(facts["day"], (get_language() or "vi")[:2])
    return sentences[refused.code] % facts
