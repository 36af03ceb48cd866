"""Forms of the field diary. They only read what was typed; what is allowed is for the rules to say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from community import clock
from community.text.dates import InvalidDate, parse_date, show_weekday_date
from traceability.plots.models import Plot

OLDEST_YEAR = 2000
BUYERS_READ = gettext_lazy("Buyers read this. Do not write names or phone numbers.")


class DayChoice(forms.DateInput):
    """Today, yesterday, or another day by the phone's own date picker. ``<name>`` is that picker; ``<name>_is`` one of
    the two days or "" and goes first, so that the form means the day it showed, also after midnight."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(f"{name}_is") or data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_is" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        """The picker is mostly empty and out of sight: a browser would not send the form and say nothing."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        today = clock.today()
        near = [(today, _("Today")), (today - timedelta(days=1), _("Yesterday"))]
        chosen = value if value in [day.isoformat() for day, _word in near] else ""
        other = super().render(
            name, "" if chosen else value, (attrs or {}) | {"aria-label": _("Another day")}, renderer
        )
        radios = [(day.isoformat(), f"{word}, {show_weekday_date(day, _language())}") for day, word in near]
        choices = format_html_join(
            "",
            '<label class="choice"><input type="radio" name="{}_is" value="{}"{}><span>{}</span></label>',
            ((name, day, " checked" if day == chosen else "", word) for day, word in [*radios, ("", _("Another day"))]),
        )
        return format_html('<div class="choices day-choice">{}{}</div>', choices, other)


def _language() -> str:
    return (get_language() or "vi")[:2]


class DayField(forms.CharField):
    """A day as the phone's date picker sends it, or typed by hand: 22/11/2026. Not after today."""

    def __init__(self, **kwargs: Any) -> None:
        widget = DayChoice(format="%Y-%m-%d", attrs={"type": "date", "max": ""})
        super().__init__(widget=widget, error_messages={"required": gettext_lazy("Choose the day.")}, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    def clean(self, value: Any) -> date:
        try:
            day = parse_date(super().clean(value))
        except InvalidDate as fault:
            raise forms.ValidationError(_("This is not a day. Type it like 22/11/2026."), code=fault.code) from fault
        if day.year < OLDEST_YEAR:
            raise forms.ValidationError(_("Check the year."), code="too_old")
        if day > clock.today():
            raise forms.ValidationError(_("This day has not come yet."), code="in_future")
        return day


class NewBatchForm(forms.Form):
    day = DayField(label=gettext_lazy("Which day does this batch start?"))
    lot = forms.CharField(
        label=gettext_lazy("Lot code"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("This code is printed on the label. Leave it as it is, or type your own."),
    )
    plot = forms.ModelChoiceField(
        label=gettext_lazy("From which plot?"),
        queryset=Plot.objects.none(),
        required=False,
        empty_label=gettext_lazy("Several plots, or not known"),
        help_text=gettext_lazy("Without a plot the lot shows no certificate of growing, like VietGAP or organic."),
    )
    proposed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plots: QuerySet[Plot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = clock.today().isoformat()
        self.fields["lot"].widget.attrs |= {
            "autocapitalize": "characters",
            "autocomplete": "off",
            "spellcheck": "false",
        }
        if plots:
            self.fields["plot"].queryset = plots  # type: ignore[attr-defined]
        else:
            del self.fields["plot"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.setdefault("plot", None)
        cleaned["lot"] = cleaned.get("lot", "").strip().upper()
        return cleaned
