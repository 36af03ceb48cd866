"""What is still to be paid on delivery follows what goes: nothing was paid, so nothing goes back, less is asked for.

The lines keep what was ordered; the sums of parcel and order are what it costs now, until the money has come. Why the
sums and not only rows of changes: docs/decisions/0121-owed-follows-what-goes.md.
"""

from __future__ import annotations

from django.db.models import F

from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.orders.changes.reckoning import weight_of
from marketplace.orders.models import Order, OrderLine, Parcel, owed_on_delivery
from marketplace.pricing.money import bps_half_up


def goods_owed(parcel: Parcel) -> int:
    """What goes, by what was taken off its lines and what the scale said of them, in đồng."""
    return sum(_owed(line) for line in parcel.lines.prefetch_related("changes", "weighings"))


def reckon_owed(parcel: Parcel, *, actor: Actor, shipping_less_dong: int = 0) -> None:
    """Bring the sums of an unpaid parcel in step with what goes; does nothing to one that owes nothing.

    Call in the transaction that changed it, the parcel's row written or locked: whoever pays it waits for that.
    """
    now = Parcel.objects.filter(owed_on_delivery()).filter(pk=parcel.pk).first()
    if now is None:
        return
    goods, shipping = goods_owed(now), now.shipping_dong - shipping_less_dong
    before = now.total_dong
    if (goods, shipping) == (now.goods_dong, now.shipping_dong):
        return
    taxed = goods + (shipping if now.tax_on_shipping else 0)
    Parcel.objects.filter(pk=now.pk).update(
        goods_dong=goods,
        shipping_dong=shipping,
        total_dong=goods + shipping,
        commission_dong=bps_half_up(goods, now.commission_bps),
        vat_dong=bps_half_up(taxed, now.vat_bps),
        pit_dong=bps_half_up(taxed, now.pit_bps),
    )
    Order.objects.filter(pk=now.order_id).update(
        goods_dong=F("goods_dong") + goods - now.goods_dong,
        shipping_dong=F("shipping_dong") + shipping - now.shipping_dong,
        total_dong=F("total_dong") + goods + shipping - before,
    )
    record(actor=actor, action="parcel.owes", subject=now, cooperative=now.cooperative,
           before_dong=before, now_dong=goods + shipping)  # fmt: skip
    parcel.refresh_from_db()


def _owed(line: OrderLine) -> int:
    weight = weight_of(line)
    return line.due_dong - (weight.back_dong if weight is not None else 0)
