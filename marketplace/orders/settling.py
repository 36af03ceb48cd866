"""What money, or its absence, does to a parcel. Called by payments; knows nothing of how the money came."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from community.outbox.queueing import queue_message
from community.text.money import show_dong
from marketplace.orders.links import parcel_link
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel
from marketplace.orders.reserving import SoldOut, commit_parcel, release_parcel, reserve_lines
from marketplace.orders.states import ParcelStatus


class StockGone(DomainError):
    """The money came late and the goods are sold; facts: parcel (code). The money has to go back."""


def mark_parcel_paid(*, parcel: Parcel, actor: Actor) -> Parcel:
    """Paid in full: the goods stay the buyer's and the cooperative is told, once.

    Money for an expired parcel takes goods again if there are any, else raises :class:`StockGone` and changes
    nothing. A parcel that is already paid is returned as it is; a cancelled one raises ``ParcelMoved``.
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
    if parcel.status == ParcelStatus.EXPIRED:
        _take_goods_again(parcel, actor=actor)
    move_parcel(
        parcel=parcel,
        to=ParcelStatus.NEW,
        actor=actor,
        only_from=ParcelStatus(parcel.status),
        paid_at=clock.now(),
        ended_at=None,
    )
    commit_parcel(parcel=parcel)
    _tell_seller(parcel)
    return parcel


def _take_goods_again(parcel: Parcel, *, actor: Actor) -> None:
    try:
        reserve_lines(lines=list(parcel.lines.select_related("pack")), actor=actor)
    except SoldOut as gone:
        raise StockGone("stock_gone", parcel=parcel.code, **gone.facts) from gone


def _tell_seller(parcel: Parcel) -> None:
    goods = ", ".join(f"{line.quantity} {line.title}" for line in parcel.lines.all())
    with override("vi"):
        text = gettext("Order %(code)s: %(goods)s. Paid %(total)s. Accept it here: %(link)s") % {
            "code": parcel.code,
            "goods": goods,
            "total": show_dong(parcel.total_dong),
            "link": parcel_link(parcel),
        }
    queue_message(
        kind="parcel_paid",
        key=parcel.code,
        to=parcel.cooperative.message_phone,
        channel="sms",
        language="vi",
        text=text,
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
