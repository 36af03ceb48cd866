"""MB-4: what was sold, promised, sampled, used and wasted is never more than what was packed and came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from traceability.balance.facts import Finding, tolerance
from traceability.balance.models import Severity


@dataclass(frozen=True, slots=True)
class Stock:
    """Of one packed lot: ``gone`` with what is promised, ``came`` packed and returned; ``on_hand`` of the ledger;
    ``found`` more by counting (less: negative), so that left and gone together are ``came + found``."""

    gone: int
    came: int
    on_hand: int
    best_before_on: date | None = None
    found: int = 0
    unit: str = "g"


def check_sales(stock: Stock, *, today: date) -> list[Finding]:
    """Beyond what there was, or more by counting than a scale can err: block.

    Goods left after best-before: what became of them? (review)
    """
    if stock.gone > stock.came:
        return [Finding("MB-4", Severity.BLOCK, "gone <= packed + returned", stock.gone, stock.came, key="gone")]
    if stock.found > tolerance(stock.came, stock.unit):
        there = stock.came + stock.found
        return [Finding("MB-4", Severity.BLOCK, "left + gone <= packed + returned", there, stock.came, key="found")]
    if stock.best_before_on and stock.best_before_on < today and stock.on_hand > 0:
        inputs: dict[str, object] = {"best_before": stock.best_before_on.isoformat()}
        return [Finding("MB-4", Severity.REVIEW, "nothing left after best-before", stock.on_hand, 0, "left", inputs)]
    return []
