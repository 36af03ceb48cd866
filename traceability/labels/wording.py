"""What stands on a label beside the code, in order of reading, with what may go first when room is short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, override

from community.text.dates import show_date
from community.text.quantities import show_quantity
from traceability.gs1.public_codes import shown_public_code
from traceability.products.models import BaseUnit, Pack


@dataclass(frozen=True)
class LabelFacts:
    """One label. uri: exactly what the code holds. code: the batch's short public code. language: vi or en."""

    uri: str
    product: str
    net_content: str
    lot: str
    packed_on: date | None
    best_before_on: date | None
    cooperative: str
    code: str
    language: str = "vi"


@dataclass(frozen=True)
class Line:
    """A text with its weight, its size relative to the body text, and its rank: rank 0 is never left out."""

    text: str
    bold: bool
    size: float
    rank: int


def lines_of(facts: LabelFacts) -> list[Line]:
    """The lines of a label; empty facts give no line."""
    with override(facts.language):
        packed = _dated(gettext("Packed: %(date)s"), facts.packed_on, facts.language)
        best_before = _dated(gettext("Best before: %(date)s"), facts.best_before_on, facts.language)
        lot = gettext("Lot: %(lot)s") % {"lot": facts.lot}
        code = gettext("Code: %(code)s") % {"code": shown_public_code(facts.code)} if facts.code else ""
    lines = [
        Line(facts.product, True, 1.3, 0),
        Line(facts.net_content, False, 1.0, 2),
        Line(lot, True, 1.0, 0),
        Line(packed, False, 1.0, 1),
        Line(best_before, False, 1.0, 0),
        Line(facts.cooperative, False, 0.95, 3),
        Line(code, True, 1.0, 0),
    ]
    return [line for line in lines if line.text]


def net_content(pack: Pack) -> str:
    """ "5 kg"; what is counted goes by the pack's name ("hộp 12 trứng")."""
    if pack.base_unit == BaseUnit.PIECE:
        return pack.name
    return show_quantity(pack.net_quantity_base, pack.base_unit)


def _dated(pattern: str, day: date | None, language: str) -> str:
    return pattern % {"date": show_date(day, language)} if day else ""
