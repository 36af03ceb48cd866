"""What the page of a parcel says about goods that are missing or weigh something else."""

from __future__ import annotations

from typing import Any

from marketplace.orders.changes.asking import MAY_ASK
from marketplace.orders.changes.models import ParcelChange, Shortage
from marketplace.orders.changes.reckoning import weight_of
from marketplace.orders.changes.weighing import MAY_WEIGH, is_by_weight
from marketplace.orders.changes.wording import change_words, weight_words
from marketplace.orders.models import OrderLine, Parcel


def shrinking_of(parcel: Parcel) -> dict[str, Any]:
    """For selling/parcel_changes.html: the open question, what changed in words, lines to weigh with their place."""
    changes = list(parcel.changes.prefetch_related("lines__line"))
    return {
        "question": _open_question(parcel),
        "owed": parcel.owes_on_delivery,
        "may_ask": parcel.status in MAY_ASK and parcel.asked_at is None,
        "changes_told": change_words(changes),
        "written_off": any(change.cause == ParcelChange.Cause.NOT_ENOUGH for change in changes),
        "to_weigh": _to_weigh(parcel) if may_weigh(parcel) else [],
    }


def may_weigh(parcel: Parcel) -> bool:
    return parcel.status in MAY_WEIGH and parcel.asked_at is None


def weighable(parcel: Parcel) -> list[OrderLine]:
    lines = parcel.lines.prefetch_related("changes", "weighings").order_by("pk")
    return [line for line in lines if is_by_weight(line)]


def _open_question(parcel: Parcel) -> Shortage | None:
    if parcel.asked_at is None:
        return None
    shortages = parcel.shortages.filter(status=Shortage.Status.OPEN)
    return shortages.prefetch_related("lines__line").first()


def _to_weigh(parcel: Parcel) -> list[tuple[int, OrderLine, str]]:
    found = []
    for place, line in enumerate(weighable(parcel), start=1):
        weight = weight_of(line)
        found.append((place, line, weight_words(weight, owed=parcel.owes_on_delivery) if weight else ""))
    return found
