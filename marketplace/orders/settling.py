"""What money, or its absence, does to a parcel. Called by payments; knows nothing of how the money came."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.queueing import queue_message
from community.text.money import show_dong
from marketplace.orders.delivering import promised_again
from marketplace.orders.links import parcel_link
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel, refresh_order_status
from marketplace.orders.reserving import SoldOut, commit_parcel, release_parcel, reserve_lines
from marketplace.orders.states import ON_THE_WAY, ParcelStatus
from marketplace.vouchers.using import VoucherGone, use_again


class StockGone(DomainError):
    """The money came late and the goods are sold, or the code that made them cheaper is used up; facts: parcel (code).

    The money has to go back.
    """


def mark_parcel_paid(*, parcel: Parcel, actor: Actor) -> Parcel:
    """Paid in full: the goods stay the buyer's and the cooperative is told, once. On delivery it stays where it is.

    Money for an expired parcel takes goods, and the use of its code, again if there are any, else raises
    :class:`StockGone` and changes nothing. A parcel that is already paid is returned as it is; a cancelled one raises
    ``ParcelMoved``.
    """
    try:
        return _mark_paid(parcel_id=parcel.pk, actor=actor)
    except ParcelMoved:
        # The hold ran out between our look and our write: now it is late money, and treated as such.
        return _mark_paid(parcel_id=parcel.pk, actor=actor)


@transaction.atomic
def _mark_paid(*, parcel_id: int, actor: Actor) -> Parcel:
    parcel = Parcel.objects.select_related("order", "cooperative").get(pk=parcel_id)
    if parcel.paid_at is not None:
        return parcel
    if parcel.on_delivery:
        return _pay_on_its_way(parcel, actor=actor)
    if parcel.status == ParcelStatus.EXPIRED:
        _take_goods_again(parcel, actor=actor)
    paid_at = clock.now()
    stamps: dict[str, Any] = {"paid_at": paid_at, "ended_at": None} | promised_again(parcel, paid_at=paid_at)
    move_parcel(parcel=parcel, to=ParcelStatus.NEW, actor=actor, only_from=ParcelStatus(parcel.status), **stamps)
    commit_parcel(parcel=parcel)
    _tell_seller(parcel)
    return parcel


def _pay_on_its_way(parcel: Parcel, *, actor: Actor) -> Parcel:
    """The money of a parcel that went out unpaid: it moves nowhere, and is owed no longer."""
    owing = Parcel.objects.filter(pk=parcel.pk, paid_at=None, status__in=ON_THE_WAY)
    if not owing.update(paid_at=clock.now()):
        parcel.refresh_from_db()
        if parcel.paid_at is not None:
            return parcel
        raise ParcelMoved(
            "parcel_moved", parcel=parcel.code, status=parcel.status, wanted="paid", by="", at=parcel.ended_at
        )
    parcel.refresh_from_db()
    refresh_order_status(order_id=parcel.order_id)
    record(actor=actor, action="parcel.paid", subject=parcel, cooperative=parcel.cooperative)
    _tell_seller(parcel)
    return parcel


@transaction.atomic
def send_before_money(*, parcel: Parcel, actor: Actor) -> Parcel:
    """The buyer pays on delivery: the goods are committed and the seller's turn comes now. Whether this buyer may is

    the payments room's to know. Raises ``ParcelMoved`` when it does not wait for money (any more).
    """
    parcel = move_parcel(
        parcel=parcel, to=ParcelStatus.NEW, actor=actor, only_from=ParcelStatus.AWAITING_PAYMENT, on_delivery=True
    )
    commit_parcel(parcel=parcel)
    _tell_seller_to_send(parcel)
    return parcel


def _take_goods_again(parcel: Parcel, *, actor: Actor) -> None:
    try:
        reserve_lines(lines=list(parcel.lines.select_related("pack")), actor=actor)
        use_again(parcel_id=parcel.pk, phone=parcel.order.buyer_phone)
    except (SoldOut, VoucherGone) as gone:
        raise StockGone("stock_gone", parcel=parcel.code, **gone.facts) from gone


def _tell_seller(parcel: Parcel) -> None:
    with override("vi"):
        if parcel.on_delivery:
            said = gettext("Order %(code)s: %(total)s has come. It is paid now: %(link)s")
        else:
            said = gettext("Order %(code)s: %(goods)s. Paid %(total)s. Accept it here: %(link)s")
        _to_seller(parcel, kind="parcel_paid", said=said)


def _tell_seller_to_send(parcel: Parcel) -> None:
    with override("vi"):
        said = gettext(
            "Order %(code)s: %(goods)s. NOT PAID: the buyer transfers %(total)s on delivery. Accept it here: %(link)s"
        )
        _to_seller(parcel, kind="parcel_on_delivery", said=said)


def _to_seller(parcel: Parcel, *, kind: str, said: str) -> None:
    words = {
        "code": parcel.code,
        "goods": ", ".join(f"{line.quantity} {line.title}" for line in parcel.lines.all()),
        "total": show_dong(parcel.total_dong),
        "link": parcel_link(parcel),
    }
    queue_message(
        kind=kind,
        key=parcel.code,
        to=parcel.cooperative.message_phone,
        channel="sms",
        language="vi",
        text=said % words,
        about=parcel,
    )


@transaction.atomic
def expire_parcel(*, parcel: Parcel, actor: Actor) -> bool:
    """The hold has run out: the goods go back on sale. True when this call did it, False when it was done already."""
    try:
        move_parcel(parcel=parcel, to=ParcelStatus.EXPIRED, actor=actor, ended_at=clock.now())
    except ParcelMoved:
        return False
    release_parcel(parcel=parcel, actor=actor)
    return True
