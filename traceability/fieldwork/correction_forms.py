"""Forms of a correction: the step once more as it was said, and why it was wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import clock
from community.text.dates import show_datetime
from community.text.quantities import NBSP, show_number, show_quantity
from traceability.batches.models import Batch
from traceability.epcis.documents import trade_quantity
from traceability.epcis.own_terms import parameters_of, word_of
from traceability.events.models import Event
from traceability.events.wording import NOT_SO, OTHER_REASON, WRONG_DATA, shown_reason
from traceability.fieldwork.questions import label_of, read_number, unit_of
from traceability.fieldwork.sentences import FORMS, reader_language
from traceability.fieldwork.spoken import amount_told
from traceability.fieldwork.step_form import BROKEN, PREFIX, THIS_FORM, StepForm
from traceability.products.models import LineStep

LONGEST_WHY = 200
AMOUNT_UNITS = {"g": (1000, "kg"), "ml": (1000, gettext_lazy("litres")), "piece": (1, gettext_lazy("pieces"))}


class WhyMixin(forms.Form):
    """Why a record is wrong: one tap, and words when none of the reasons fits."""

    reasons: Any = ()

    def add_why(self) -> None:
        self.fields["why"] = forms.ChoiceField(
            label=_("Why is it wrong?"),
            choices=self.reasons,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose a reason: buyers see it beside the correction.")},
        )
        self.fields["why_words"] = forms.CharField(
            label=_("In your own words"),
            required=False,
            max_length=LONGEST_WHY,
            help_text=_("Buyers read this. Do not write names or phone numbers."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean_why_words(self) -> str:
        words: str = self.cleaned_data["why_words"].strip()
        if self.cleaned_data.get("why") == OTHER_REASON and not words:
            raise forms.ValidationError(_("Say in a few words what was wrong."), code="why_needed")
        return words

    @property
    def reason(self) -> str:
        """As it is kept: "Gõ nhầm", "Gõ nhầm: thừa một số 0"."""
        why, words = self.cleaned_data["why"], self.cleaned_data["why_words"]
        return words if why == OTHER_REASON else f"{why}: {words}" if words else why

    @property
    def shown_reason(self) -> str:
        return shown_reason(self.reason)


class CorrectionForm(WhyMixin, StepForm):
    """The step as it should have been recorded. The moment it came in is known to be late: nobody is asked again."""

    asks_late = False
    reasons = WRONG_DATA

    def __init__(self, *args: Any, amount_unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amount_unit = amount_unit
        if amount_unit:
            self.fields["amount"] = forms.CharField(
                label=_("How much came in?"),
                max_length=20,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "keypad", "autocomplete": "off"}),
                error_messages={"required": FORMS["bad_number"]},
            )
        self.add_why()

    @property
    def shown_unit(self) -> str:
        return str(AMOUNT_UNITS[self.amount_unit][1])

    def clean_amount(self) -> str:
        typed: str = self.cleaned_data["amount"]
        number = read_number(typed)
        if number is None or number <= 0 or self._base(number) != int(self._base(number)):
            raise forms.ValidationError(FORMS["bad_number"], code="bad_number")
        return typed

    @property
    def amount_base(self) -> int:
        """What was typed, in base units; 0 when nothing usable was."""
        number = read_number(self.cleaned_data.get("amount", ""))
        return int(self._base(number)) if number else 0

    def _base(self, number: Decimal) -> Decimal:
        return number * AMOUNT_UNITS[self.amount_unit][0]


class WithdrawForm(WhyMixin):
    """Take this record back at all."""

    client_uuid = forms.UUIDField(label=THIS_FORM, widget=forms.HiddenInput, error_messages=BROKEN)
    reasons = NOT_SO

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_why()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of "before → after"; ``is_new`` when it differs."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def said_before(event: Event, *, batch: Batch, quantity_base: int | None) -> dict[str, Any]:
    """What was said, as the form's own values."""
    body = json.loads(event.body)
    local = timezone.localtime(event.event_time)
    packs = str((quantity_base or 0) // batch.pack.net_quantity_base) if batch.pack and quantity_base else ""
    values = {PREFIX + each["ocop:key"]: _typed(each["ocop:value"]) for each in parameters_of(body)}
    return values | {
        "client_uuid": uuid4(),
        "recorded_at": clock.now(),
        "day": local.date(),
        "hour": local.time().replace(microsecond=0),
        "note": word_of(body, "ocop:note"),
        "late_reason": word_of(body, "ocop:lateReason"),
        "packs": packs,
        "amount": _typed(trade_quantity(quantity_base, batch.base_unit)[0]) if quantity_base else "",
        "amount_base": quantity_base or 0,
        "amount_told": amount_told(event, quantity_base, batch.base_unit),
    }


def changes(form: CorrectionForm, before: dict[str, Any], *, photos: tuple[int, int]) -> list[Change]:
    """Line by line what was said and what shall stand; ``photos``: how many before and after. For a valid form."""
    after = form.cleaned_data
    moment = timezone.make_aware(datetime.combine(before["day"], before["hour"]))
    language = reader_language()
    found = [Change(_("When"), show_datetime(moment, language), show_datetime(after["event_time"], language))]
    if "packs" in form.fields and form.pack is not None:
        found.append(Change(_("Packs"), _packs(form, before["packs"]), _packs(form, after["packs"])))
    if form.amount_unit:
        same = form.amount_base == before["amount_base"]
        shown = before["amount_told"] if same else show_quantity(form.amount_base, form.amount_unit, language)
        found.append(Change(_("Quantity recorded"), before["amount_told"], shown))
    for asked in form.step.parameters:
        key = PREFIX + asked["key"]
        found.append(Change(label_of(asked), _measured(asked, before.get(key, "")), _measured(asked, after[key])))
    found.append(Change(_("Note"), before["note"], after["note"]))
    if photos[0] or photos[1]:
        found.append(Change(_("Photos"), show_number(photos[0], language), show_number(photos[1], language)))
    return [change for change in found if change.before or change.after]


def _packs(form: CorrectionForm, typed: Any) -> str:
    number = int(typed) if str(typed).isdigit() else 0
    if not number or form.pack is None:
        return ""
    language = reader_language()
    mass = show_quantity(number * form.pack.net_quantity_base, form.pack.base_unit, language)
    return f"{show_number(number, language)} × {form.pack.shown_name} = {mass}"


def _measured(asked: dict[str, Any], typed: str) -> str:
    return f"{typed}{NBSP}{unit_of(asked)}".rstrip() if typed else ""


def _typed(value: object) -> str:
    """As a person would type it: 42.5 → "42,5"; a large number stays whole."""
    if isinstance(value, int | float):
        return format(Decimal(str(value)), "f").replace(".", ",")
    return str(value)


def step_of(event: Event, batch: Batch) -> LineStep | None:
    return LineStep.objects.filter(line=batch.product.line_id, code=event.stage).select_related("line").first()
