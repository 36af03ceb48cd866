"""The questions of a step (``LineStep.parameters``): their words, their usual range, and how an answer is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from community.text.quantities import InvalidNumber, parse_decimal_vi, show_number
from traceability.events.recording import is_measured
from traceability.fieldwork.sentences import reader_language
from traceability.products.models import in_language

FAR_OFF = 5  # times beyond the typical range: asked twice, never forbidden


def label_of(asked: dict[str, Any]) -> str:
    return in_language(asked["label_vi"], asked.get("label_en", ""))


def unit_of(asked: dict[str, Any]) -> str:
    """The unit beside the field; "pass/fail" is no unit, its words become the choices."""
    unit = in_language(asked["unit"], asked.get("unit_en", ""))
    return "" if is_choice(asked) else unit


def usual_range(asked: dict[str, Any]) -> str:
    """ "usually 38–45 °C", for the hint under the field."""
    low, high = (_shown(asked.get(edge)) for edge in ("typical_min", "typical_max"))
    if low and high:
        return _("usually %(low)s–%(high)s") % {"low": low, "high": high}
    if high:
        return _("usually up to %(high)s") % {"high": high}
    return _("usually from %(low)s up") % {"low": low} if low else ""


def _shown(edge: Any) -> str:
    return "" if edge is None else show_number(Decimal(str(edge)), reader_language())


def is_choice(asked: dict[str, Any]) -> bool:
    """A check that is passed or not ("đạt/không"), with as many words in both languages."""
    words = (asked.get("unit_en") or asked["unit"]).split("/")
    return not is_measured(asked) and "/" in asked["unit"] and len(words) == len(asked["unit"].split("/"))


def read_number(typed: str) -> Decimal | None:
    try:
        return parse_decimal_vi(typed)
    except InvalidNumber:
        return None


def read_measure(asked: dict[str, Any], typed: str) -> Decimal | None:
    """As the rule reads it: only a temperature may be below zero."""
    if asked["unit"] == "°C" and typed[0] in "-−":
        number = read_number(typed[1:])
        return None if number is None else -number
    return read_number(typed)


def is_far_off(asked: dict[str, Any], value: Decimal) -> bool:
    low, high = (asked.get(edge) for edge in ("typical_min", "typical_max"))
    if high is not None and value > Decimal(str(high)) * FAR_OFF > 0:
        return True
    return low is not None and 0 <= value < Decimal(str(low)) / FAR_OFF
