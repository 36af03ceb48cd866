"""Refunds of a scenario, by the hands that do them: one asks, another approves, a third sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketplace.payments.models import Refund
from marketplace.payments.refunds.refunding import CannotRefund, Wish, approve_refund, ask_refund
from marketplace.payments.refunds.sending_back import send_by_bank, send_by_card
from marketplace.payments.states import RefundKind

if TYPE_CHECKING:
    from tests.marketplace.payments.scenarios.world import World


def promise(world: World, dong: int, *, vendor: str = "", reason: str = "") -> Refund:
    """Ask for it and approve it."""
    parcel = world.parcel(vendor) if vendor else world.order.parcels.order_by("pk")[0]
    payments = [one for one in world.payments() if one.parcel_id in (None, parcel.pk)]
    world.numbers += 1
    wish = Wish(payments[0], dong, RefundKind.PARCEL, reason or f"asked {world.numbers}", parcel=parcel)
    return approve_refund(refund=ask_refund(wish=wish, actor=world.person()), actor=world.person())


def send(world: World, refund: Refund) -> Refund:
    refund = Refund.objects.get(pk=refund.pk)
    if world.provider == "stripe":
        return send_by_card(refund=refund, actor=world.person())
    return send_by_bank(refund=refund, actor=world.person(), to_account="0123456789", bank_ref=f"FTBACK{refund.pk}")


def give_back(world: World, dong: int, *, vendor: str = "") -> None:
    try:
        send(world, promise(world, dong, vendor=vendor))
    except CannotRefund as refused:
        world.refusals.append(refused)


def tell_of_refund(world: World, word: str) -> int:
    """Stripe tells what became of the newest refund it made."""
    number = list(world.stripe.refunds)[-1]
    state = {"refund.failed": "failed", "refund.updated": "succeeded", "refund.created": "pending"}[word]
    thing = world.stripe.refunds[number] | {"status": state}
    return world.say_stripe(thing, word)
