"""What codes took off lines, beside who used which code. Reads only; see checking.py."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from marketplace.orders.models import OrderLine
from marketplace.vouchers.models import Voucher, VoucherUse


def discounts_are_used() -> Iterator[str]:
    """Each đồng off was taken off by one use of a code, and each code knows how often it is in use."""
    taken = OrderLine.objects.filter(discount_dong__gt=0).order_by().values_list("parcel")
    off = dict(taken.annotate(dong=Sum("discount_dong")))
    used = dict(VoucherUse.objects.values_list("parcel", "dong"))
    for parcel in sorted(off.keys() | used.keys()):
        if off.get(parcel, 0) != used.get(parcel, 0):
            yield f"parcel {parcel}: {off.get(parcel, 0)} is off its lines, {used.get(parcel, 0)} by a code"
    counted = Voucher.objects.annotate(now=Count("used_by", filter=Q(used_by__given_back_at=None)))
    for pk, uses, now in counted.exclude(uses=F("now")).values_list("pk", "uses", "now"):
        yield f"code {pk} says it is used {uses} times, {now} parcels use it"
