"""Lets the time of one demo order run out, so that a visitor need not wait an hour to see what late money does."""

from __future__ import annotations

from datetime import timedelta

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.orders.models import Order
from marketplace.payments.ending.expiring import CARD_GRACE, expire_due
from marketplace.payments.models import Payment

SIMULATION = Actor.system("simulation")


def let_time_run_out(*, order: Order) -> None:
    """Put the order's end into the past and let the shop's own clock do what it does then. Play money only."""
    if Payment.objects.filter(order=order, livemode=True).exists():
        return
    now = clock.now()
    over = now - CARD_GRACE - timedelta(minutes=1)
    Order.objects.filter(pk=order.pk, hold_expires_at__gt=over).update(hold_expires_at=over)
    Payment.objects.live().filter(order=order, expires_at__gt=over).update(expires_at=over)
    record(actor=SIMULATION, action="simulation.time_ran_out", subject=order)
    expire_due(now=now)
