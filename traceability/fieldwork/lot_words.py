"""Lots in plain words: units, what is left, and what the rules refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from community.errors import DomainError
from community.text.dates import show_datetime
from community.text.quantities import show_quantity
from traceability.fieldwork.sentences import reader_language, sentence_of

_UNITS = {
    "g": gettext_lazy("g"),
    "kg": gettext_lazy("kg"),
    "yen": gettext_lazy("yến (10 kg)"),
    "ta": gettext_lazy("tạ (100 kg)"),
    "tan": gettext_lazy("tonnes"),
    "ml": gettext_lazy("ml"),
    "litre": gettext_lazy("litres"),
    "piece": gettext_lazy("pieces"),
}
REFUSED: dict[str, Any] = {
    "nothing_taken": gettext_lazy("Choose at least one lot."),
    "nothing_made": gettext_lazy("Say what came out."),
    "amount_needed": gettext_lazy("Type an amount above zero for every lot."),
    "amount_too_large": gettext_lazy("That is too much. Check the number and its unit."),
    "foreign_lot": gettext_lazy("This lot belongs to another cooperative."),
    "lot_twice": gettext_lazy("Lot %(lot)s is named twice."),
    "before_its_lot": gettext_lazy("Lot %(lot)s is only there since %(since)s. Choose a later day."),
    "other_unit": gettext_lazy("Lot %(lot)s is counted in another unit. Use “Process” for this."),
    "does_not_add_up": gettext_lazy(
        "It does not add up: %(taken_base)s went in, %(told_base)s came out and was lost. "
        "Correct an amount, or type what was lost."
    ),
    "loss_too_large": gettext_lazy("The loss is as large as what went in. Check the numbers."),
    "lot_is_public": gettext_lazy(
        "Lot %(lot)s is public with its days of harvest, and they never change. Record this harvest as a new lot."
    ),
    "cycle": gettext_lazy("This lot would be made of itself. Choose another lot."),
    "out_of_stock": gettext_lazy("Lot %(batch)s does not hold %(wanted_base)s any more. Check how much is left."),
    "bad_sscc": gettext_lazy("This box number has a wrong digit: %(given)s. Compare it with the label."),
    "bad_container": gettext_lazy(
        "A box has a number of 18 digits, or a name of letters without accents, digits and hyphens: THUNG-01."
    ),
    "container_of_another": gettext_lazy("This box holds goods of another cooperative."),
    "not_in_container": gettext_lazy("Lot %(lot)s is not in this box."),
    "more_than_in": gettext_lazy("Only %(in_base)s of lot %(lot)s are in this box."),
    "too_much_in_boxes": gettext_lazy("Only %(free_base)s of lot %(lot)s are not in a box yet."),
    "note_too_long": gettext_lazy("The note is too long: at most %(most)s signs."),
    "material_too_long": gettext_lazy("The name is too long: at most %(most)s signs."),
}


def unit_name(unit: str) -> str:
    return str(_UNITS[unit])


def amount_words(base: int, unit: str) -> str:
    return show_quantity(base, unit, reader_language())


def refusal(fault: DomainError, *, unit: str = "g") -> str:
    """In the reader's language, amounts in ``unit`` as people speak of it."""
    pattern = REFUSED.get(fault.code)
    if pattern is None:
        return sentence_of(fault)
    unit = str(fault.facts.get("unit", unit))
    return str(pattern) % {name: _shown(name, fact, unit) for name, fact in fault.facts.items()}


def _shown(name: str, fact: Any, unit: str) -> Any:
    if name.endswith("_base"):
        return amount_words(fact, unit)
    return show_datetime(datetime.fromisoformat(fact), reader_language()) if name == "since" else fact
