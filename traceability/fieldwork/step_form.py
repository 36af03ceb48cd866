"""The form of one step, made from what its line asks."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community import clock
from community.text.quantities import show_number
from traceability.events.recording import CLOCK_TOLERANCE, LONGEST_TEXT, MOST_PACKS, is_late, is_measured
from traceability.fieldwork.forms import BUYERS_READ, DayField
from traceability.fieldwork.questions import (
    is_choice,
    is_far_off,
    label_of,
    read_measure,
    read_number,
    unit_of,
    usual_range,
)
from traceability.fieldwork.sentences import FORMS, reader_language
from traceability.products.models import LineStep, Pack, StepKind, in_language

MANY_PACKS = 20_000
PREFIX = "p_"
THIS_FORM = gettext_lazy("This form")
LATE_REASONS = (
    ("Lúc đó không có sóng hoặc điện thoại", gettext_lazy("There was no signal or no phone")),
    ("Chép lại từ sổ tay", gettext_lazy("Copied from a notebook")),
    ("Bận mùa vụ", gettext_lazy("Busy with the harvest")),
    ("Quên", gettext_lazy("Forgotten")),
)
BROKEN = dict.fromkeys(("required", "invalid"), gettext_lazy("Something went wrong on the way. Press Save once more."))


class StepForm(forms.Form):
    """One step: when, what was measured (the step's own questions), packs for a packing step, a note.

    Measured values stay texts ("42,5"): the rule turns them into numbers, so that there is one reading of a comma.
    A value far outside what is usual is asked twice: the box ``sure`` then appears. What happened more than two days
    before it is written down is asked why (``asks_late``); the answer is kept in the record in Vietnamese.
    """

    asks_late = True

    client_uuid = forms.UUIDField(label=THIS_FORM, widget=forms.HiddenInput, error_messages=BROKEN)
    recorded_at = forms.DateTimeField(label=THIS_FORM, widget=forms.HiddenInput, error_messages=BROKEN)
    day = DayField(label=gettext_lazy("Which day?"))
    hour = forms.TimeField(
        label=gettext_lazy("What time?"),
        input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%H.%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": gettext_lazy("Choose the hour."),
            "invalid": gettext_lazy("This is not an hour. Type it like 14:30."),
        },
    )

    def __init__(self, *args: Any, step: LineStep, pack: Pack | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.pack = step, pack
        self.fields["day"].widget.attrs["max"] = clock.today().isoformat()
        if step.kind == StepKind.PACK and pack is not None:
            self.fields["packs"] = _packs_field()
        for asked in step.parameters:
            self.fields[PREFIX + asked["key"]] = _asked_field(asked)
        self.fields["note"] = forms.CharField(
            label=_("Anything else to say?"),
            help_text=BUYERS_READ,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"max_length": FORMS["text_too_long"] % {"most": LONGEST_TEXT}},
        )
        self.fields["late_reason"] = forms.ChoiceField(
            label=_("Why is it written down only now?"), required=False, choices=LATE_REASONS, widget=forms.RadioSelect
        )
        self.fields["sure"] = forms.BooleanField(label=_("Yes, these numbers are right"), required=False)

    @property
    def measures(self) -> list[dict[str, Any]]:
        """The step's questions with their bound fields, for the template."""
        return [{"field": self[PREFIX + asked["key"]], "unit": unit_of(asked)} for asked in self.step.parameters]

    @property
    def asks_twice(self) -> bool:
        return self.has_error(NON_FIELD_ERRORS, "unusual")

    @property
    def shows_late_reason(self) -> bool:
        """Only once it is known to be late: nobody is asked for an excuse in advance."""
        return self.is_bound and (self.has_error("late_reason") or bool(self.data.get("late_reason")))

    def renew_hidden(self) -> None:
        """What a broken browser garbled is written anew, so that the next try can pass."""
        fresh = {"client_uuid": str(uuid4()), "recorded_at": clock.now().isoformat()}
        if broken := [name for name in fresh if self.has_error(name)]:
            data = QueryDict(mutable=True)
            for name in self.data:
                data.setlist(name, [fresh[name]] if name in broken else self.data.getlist(name))  # type: ignore[attr-defined]
            data.update({name: fresh[name] for name in broken if name not in self.data})
            self.data = data

    def typed_parameters(self) -> dict[str, str]:
        return {asked["key"]: self.cleaned_data[PREFIX + asked["key"]] for asked in self.step.parameters}

    def clean_packs(self) -> int:
        number = read_number(self.cleaned_data["packs"])
        if number is None or number <= 0 or number != number.to_integral_value():
            raise forms.ValidationError(FORMS["packs_needed"], code="packs_needed")
        if number > MOST_PACKS:
            raise forms.ValidationError(
                FORMS["too_many_packs"] % {"most": show_number(MOST_PACKS, reader_language())}, code="too_many_packs"
            )
        return int(number)

    def clean_recorded_at(self) -> datetime:
        """What the form says about its own opening; nobody opened a form in the future."""
        return min(self.cleaned_data["recorded_at"], clock.now())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._read_moment(cleaned)
        for asked in self.step.parameters:
            self._check_number(asked, cleaned)
        if not self.errors and not cleaned.get("sure") and (doubtful := self._doubtful(cleaned)):
            said = _("Unusual: %(what)s. Correct it, or tick the box below if it is right.")
            self.add_error(None, forms.ValidationError(said % {"what": "; ".join(doubtful)}, code="unusual"))
        return cleaned

    def _read_moment(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("day") or cleaned.get("hour") is None:
            return
        moment = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["hour"]))
        cleaned["event_time"] = moment
        recorded_at = cleaned.get("recorded_at") or clock.now()
        if self.asks_late and not cleaned.get("late_reason") and is_late(event_time=moment, recorded_at=recorded_at):
            said = _("This happened more than two days ago. Buyers will see that it came late: say why.")
            self.add_error("late_reason", forms.ValidationError(said, code="late_reason_needed"))
        if moment > clock.now() + CLOCK_TOLERANCE:
            self.add_error("hour", forms.ValidationError(FORMS["in_future"], code="in_future"))

    def _check_number(self, asked: dict[str, Any], cleaned: dict[str, Any]) -> None:
        typed = cleaned.get(PREFIX + asked["key"], "")
        if typed and is_measured(asked) and read_measure(asked, typed) is None:
            self.add_error(PREFIX + asked["key"], forms.ValidationError(FORMS["bad_number"], code="bad_number"))

    def _doubtful(self, cleaned: dict[str, Any]) -> list[str]:
        found = []
        for asked in self.step.parameters:
            typed = cleaned.get(PREFIX + asked["key"], "")
            value = read_measure(asked, typed) if typed and is_measured(asked) else None
            if value is not None and is_far_off(asked, value):
                found.append(f"{label_of(asked)} {typed} {unit_of(asked)}")
        if cleaned.get("packs", 0) > MANY_PACKS:
            found.append(_("%(count)s packs") % {"count": show_number(cleaned["packs"], reader_language())})
        return found


def _packs_field() -> forms.CharField:
    return forms.CharField(
        label=_("How many packs?"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "keypad", "autocomplete": "off"}),
        error_messages={"required": FORMS["packs_needed"], "max_length": FORMS["packs_needed"]},
    )


def _asked_field(asked: dict[str, Any]) -> forms.Field:
    if is_choice(asked):
        values, words = asked["unit"].split("/"), (asked.get("unit_en") or asked["unit"]).split("/")
        return forms.ChoiceField(
            label=label_of(asked),
            required=False,
            choices=[(value, in_language(value, word)) for value, word in zip(values, words, strict=True)],
            widget=forms.RadioSelect,
        )
    measured = is_measured(asked)
    too_long = FORMS["bad_number"] if measured else FORMS["text_too_long"] % {"most": LONGEST_TEXT}
    attrs = {"autocomplete": "off"} | ({"inputmode": "decimal", "class": "measure"} if measured else {})
    return forms.CharField(
        label=label_of(asked),
        required=False,
        max_length=20 if measured else LONGEST_TEXT,
        help_text=usual_range(asked),
        widget=forms.TextInput(attrs=attrs),
        error_messages={"max_length": too_long},
    )


def opening_values(*, now: datetime) -> dict[str, Any]:
    """A fresh form's moment, to the minute."""
    local = timezone.localtime(now).replace(second=0, microsecond=0)
    return {"day": local.date(), "hour": time(local.hour, local.minute), "recorded_at": now}
