"""What is told of a visit, with a thumb and often without a signal. What is allowed is for the rules to say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community import clock
from community.cooperatives.models import Cooperative
from community.visits.models import Topic, Visit, WithWhom
from community.visits.writing_down import LONGEST_MINUTES, OLDEST, CannotVisit, VisitFacts
from traceability.batches.models import Batch

MOST_BATCHES = 30
SENTENCES: dict[str, Any] = {
    "not_here": _("This seller is not in your team's commune."),
    "day": _("Choose a day of the last two months."),
    "minutes": _("Write the minutes as a number, like 45."),
    "no_topic": _("Tick at least one thing you talked about."),
    "too_many_photos": _("At most %(most)s photos. Take one out first."),
    "fixed": _("Two days are over: what was written stays as it is. Write another visit."),
    "not_yours": _("Only who wrote it down can change it."),
    "no_step": _("This step is done already."),
    "written": _("This visit is written down already as %(visit)s, in other words. Open it and put it right there."),
    "ended": _("Your place in the team has ended."),
}
NOT_PEOPLE = _("No names, phone numbers or illnesses of people.")


def trouble_of(fault: CannotVisit) -> str:
    return str(SENTENCES[fault.code]) % fault.facts


class VisitForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    held_on = forms.DateField(
        label=_("When were you there?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": SENTENCES["day"], "invalid": SENTENCES["day"]},
    )
    place = forms.CharField(
        label=_("Hamlet or place"),
        max_length=120,
        required=False,
        help_text=_("In words, like: Hamlet 3, the co-op's store"),
    )
    with_whom = forms.ChoiceField(label=_("With whom?"), choices=WithWhom.choices, widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label=_("What about?"),
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": SENTENCES["no_topic"]},
    )
    minutes = forms.IntegerField(
        label=_("How many minutes?"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.TextInput(attrs={"class": "keypad", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), SENTENCES["minutes"]),
    )
    batch = forms.ChoiceField(label=_("About which batch?"), required=False)
    result = forms.CharField(
        label=_("What came of it?"),
        max_length=600,
        required=False,
        help_text=_("The cooperative reads this too."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_step = forms.CharField(
        label=_("What is the next step?"),
        max_length=300,
        required=False,
        help_text=_("The cooperative reads this too."),
    )
    next_on = forms.DateField(
        label=_("Until when?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    notes = forms.CharField(
        label=_("Notes for the team only"),
        max_length=1000,
        required=False,
        help_text=NOT_PEOPLE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    agreed = forms.BooleanField(label=_("Who is in the photos agreed to it"), required=False)

    def __init__(self, *args: Any, cooperative: Cooperative, has_photos: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_photos = has_photos
        self.fields["batch"].choices = [("", _("None: the seller as a whole")), *_batches(cooperative)]  # type: ignore[attr-defined]
        oldest = (clock.today() - OLDEST).isoformat()
        self.fields["held_on"].widget.attrs |= {"min": oldest, "max": clock.today().isoformat()}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.has_photos and not told.get("agreed"):
            self.add_error("agreed", forms.ValidationError(_("Photos only of people who agree. Ask them, then tick.")))
        return told

    def facts(self) -> VisitFacts:
        told = self.cleaned_data
        held_on: date = told["held_on"]
        return VisitFacts(
            held_on=held_on,
            minutes=told["minutes"],
            topics=tuple(told["topics"]),
            with_whom=told["with_whom"],
            place=told["place"],
            batch_code=told["batch"],
            result=told["result"],
            next_step=told["next_step"],
            next_on=told["next_on"],
            notes=told["notes"],
        )


def first_facts(visit: Visit | None, key: Any) -> dict[str, Any]:
    """What the form shows before anything is typed."""
    if visit is None:
        return {"key": key, "held_on": clock.today(), "with_whom": WithWhom.OWNER, "minutes": 30}
    names = ("held_on", "place", "with_whom", "topics", "minutes", "result", "next_step", "next_on", "notes")
    return {"key": visit.key, "batch": visit.batch_code} | {name: getattr(visit, name) for name in names}


def _batches(cooperative: Cooperative) -> list[tuple[str, str]]:
    recent = Batch.objects.of_cooperative(cooperative).select_related("product").order_by("-pk")[:MOST_BATCHES]
    return [(one.public_code, f"{one.product.shown_name} · {one.lot_code}") for one in recent]
