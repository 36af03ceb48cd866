"""The lives of an order, a parcel and an allocation, as tables; the write that moves a row checks them again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderStatus(models.TextChoices):
    PENDING_PAYMENT = "pending_payment", _("Waiting for payment")
    PAID = "paid", _("Paid")
    COMPLETED = "completed", _("Completed")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Refunded")


class ParcelStatus(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
    NEW = "new", _("Paid, waiting for the seller")
    ACCEPTED = "accepted", _("Accepted")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("On the way")
    DELIVERED = "delivered", _("Delivered")
    COMPLETED = "completed", _("Completed")
    REJECTED = "rejected", _("Refused by the seller")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Not paid in time")


class AllocationStatus(models.TextChoices):
    HELD = "held", _("Held")
    COMMITTED = "committed", _("Committed")
    PACKED = "packed", _("Packed")
    SOLD = "sold", _("Sold")
    RELEASED = "released", _("Released")


S = ParcelStatus
# A late transfer is a fact: an expired parcel may still become new when its goods can be reserved again. A packed
# parcel is opened again when one of its batches is held or recalled.
NEXT_PARCEL: dict[str, frozenset[str]] = {
    S.AWAITING_PAYMENT: frozenset({S.NEW, S.EXPIRED, S.CANCELLED}),
    S.EXPIRED: frozenset({S.NEW}),
    S.NEW: frozenset({S.ACCEPTED, S.REJECTED, S.CANCELLED}),
    S.ACCEPTED: frozenset({S.PACKED, S.REJECTED, S.CANCELLED}),
    S.PACKED: frozenset({S.SHIPPED, S.ACCEPTED}),
    S.SHIPPED: frozenset({S.DELIVERED}),
    S.DELIVERED: frozenset({S.COMPLETED}),
    S.COMPLETED: frozenset(),
    S.REJECTED: frozenset(),
    S.CANCELLED: frozenset(),
}
A = AllocationStatus
# What has left the house does not come back by itself, and what was given back is taken again by a new row.
NEXT_ALLOCATION: dict[str, frozenset[str]] = {
    A.HELD: frozenset({A.COMMITTED, A.RELEASED}),
    A.COMMITTED: frozenset({A.PACKED, A.RELEASED}),
    A.PACKED: frozenset({A.SOLD, A.COMMITTED, A.RELEASED}),
    A.SOLD: frozenset(),
    A.RELEASED: frozenset(),
}
DEAD_PARCELS = frozenset({S.EXPIRED, S.CANCELLED, S.REJECTED})
# Who the buyer is concerns the packer until the parcel has arrived and a week for complaints has passed: on the desk's
# pages and in its files alike.
NEEDS_BUYER = (S.NEW, S.ACCEPTED, S.PACKED, S.SHIPPED, S.DELIVERED)


def allocation_states_before(new: AllocationStatus) -> list[str]:
    """The states from which an allocation may go to ``new``: the WHERE of a guarded UPDATE."""
    return [old for old, allowed in NEXT_ALLOCATION.items() if new in allowed]


def order_status_from(parcels: list[str]) -> OrderStatus:
    """What the buyer reads over all parcels; derived, never chosen."""
    states = set(parcels)
    alive = states - DEAD_PARCELS
    if S.AWAITING_PAYMENT in alive:
        return OrderStatus.PENDING_PAYMENT
    if not alive:
        return OrderStatus.EXPIRED if states == {S.EXPIRED} else OrderStatus.CANCELLED
    if alive <= {S.DELIVERED, S.COMPLETED}:
        return OrderStatus.COMPLETED
    return OrderStatus.PAID
