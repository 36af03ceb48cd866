"""The lives of an order, a parcel and an allocation, as tables; the write that moves a row checks them again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderStatus(models.TextChoices):
    PENDING_PAYMENT = "pending_payment", _("Waiting for payment")
    ON_DELIVERY = "on_delivery", _("To be paid on delivery")
    PAID = "paid", _("Paid")
    COMPLETED = "completed", _("Completed")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDED = "refunded", _("Refunded")


class ParcelStatus(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
    NEW = "new", _("Waiting for the seller")
    ACCEPTED = "accepted", _("Accepted")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("On the way")
    DELIVERED = "delivered", _("Delivered")
    COMPLETED = "completed", _("Completed")
    REJECTED = "rejected", _("Refused by the seller")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Not paid in time")
    RETURNED = "returned", _("Came back unpaid")


class AllocationStatus(models.TextChoices):
    HELD = "held", _("Held")
    COMMITTED = "committed", _("Committed")
    PACKED = "packed", _("Packed")
    SOLD = "sold", _("Sold")
    RELEASED = "released", _("Released")
    RETURNED = "returned", _("Came back")


S = ParcelStatus
# New: the seller's turn, because the money came or because it comes on delivery (``Parcel.on_delivery``).
# A late transfer is a fact: an expired parcel may still become new when its goods can be reserved again. A packed
# parcel is opened again when one of its batches is held or recalled. Only what is unpaid comes back (decision 0107).
NEXT_PARCEL: dict[str, frozenset[str]] = {
    S.AWAITING_PAYMENT: frozenset({S.NEW, S.EXPIRED, S.CANCELLED}),
    S.EXPIRED: frozenset({S.NEW}),
    S.NEW: frozenset({S.ACCEPTED, S.REJECTED, S.CANCELLED}),
    S.ACCEPTED: frozenset({S.PACKED, S.REJECTED, S.CANCELLED}),
    S.PACKED: frozenset({S.SHIPPED, S.ACCEPTED}),
    S.SHIPPED: frozenset({S.DELIVERED, S.RETURNED}),
    S.DELIVERED: frozenset({S.COMPLETED, S.RETURNED, S.SHIPPED}),
    S.COMPLETED: frozenset(),
    S.REJECTED: frozenset(),
    S.CANCELLED: frozenset(),
    S.RETURNED: frozenset(),
}
A = AllocationStatus
# What has left the house comes back only with its parcel; what was given back is taken again by a new row.
NEXT_ALLOCATION: dict[str, frozenset[str]] = {
    A.HELD: frozenset({A.COMMITTED, A.RELEASED}),
    A.COMMITTED: frozenset({A.PACKED, A.RELEASED}),
    A.PACKED: frozenset({A.SOLD, A.COMMITTED, A.RELEASED}),
    A.SOLD: frozenset({A.RETURNED}),
    A.RELEASED: frozenset(),
    A.RETURNED: frozenset(),
}
DEAD_PARCELS = frozenset({S.EXPIRED, S.CANCELLED, S.REJECTED, S.RETURNED})
# A parcel that is paid on delivery may be paid in any of these; whoever asks for money asks for it.
ON_THE_WAY = (S.NEW, S.ACCEPTED, S.PACKED, S.SHIPPED, S.DELIVERED)
# Who the buyer is concerns the packer until the parcel has arrived and a week for complaints has passed: on the desk's
# pages and in its files alike.
NEEDS_BUYER = (S.NEW, S.ACCEPTED, S.PACKED, S.SHIPPED, S.DELIVERED)


SELLER, BUYER = "seller", "buyer"  # who says that a parcel arrived


def allocation_states_before(new: AllocationStatus) -> list[str]:
    """The states from which an allocation may go to ``new``: the WHERE of a guarded UPDATE."""
    return [old for old, allowed in NEXT_ALLOCATION.items() if new in allowed]


def order_status_from(parcels: list[str], *, owes_on_delivery: bool = False) -> OrderStatus:
    """What the buyer reads over all parcels; derived, never chosen. ``owes_on_delivery``: one of them that is on its

    way or has arrived is still to be paid.
    """
    states = set(parcels)
    alive = states - DEAD_PARCELS
    if S.AWAITING_PAYMENT in alive:
        return OrderStatus.PENDING_PAYMENT
    if not alive:
        return OrderStatus.EXPIRED if states == {S.EXPIRED} else OrderStatus.CANCELLED
    if owes_on_delivery:
        return OrderStatus.ON_DELIVERY
    if alive <= {S.DELIVERED, S.COMPLETED}:
        return OrderStatus.COMPLETED
    return OrderStatus.PAID
