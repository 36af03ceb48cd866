"""Using a code once for a parcel, and giving the use back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet

from community import clock
from community.errors import DomainError
from community.text.folding import fold
from marketplace.vouchers.models import Voucher, VoucherUse


class VoucherGone(DomainError):
    """Nothing was changed. Codes: ``used_up`` (somebody was faster, or it was stopped), ``phone`` (this telephone has

    used it as often as it may). Facts: word (the code).
    """


def tidy_code(text: str) -> str:
    """As it is kept: "Tết 27" and "tet-27" are both "TET27"."""
    return "".join(char for char in fold(text).upper() if char.isascii() and char.isalnum())[:20]


def vouchers_of(code: str, cooperatives: Iterable[int]) -> dict[int, Voucher]:
    """By id of the cooperative; none for an empty code. One query."""
    if not code:
        return {}
    found = Voucher.objects.filter(code=code, cooperative__in=list(cooperatives))
    return {voucher.cooperative_id: voucher for voucher in found}


def use_voucher(*, voucher: Voucher, parcel_id: int, phone: str, dong: int) -> VoucherUse:
    """Count one use; call in the transaction of the order, after its goods are held (lots before vouchers).

    The UPDATE locks the row, so that uses by one telephone are counted one after the other. Raises VoucherGone.
    """
    day = clock.today()
    fresh = Voucher.objects.filter(
        pk=voucher.pk, stopped_at=None, starts_on__lte=day, ends_on__gte=day, uses__lt=F("most_uses")
    )
    _count_one(fresh, voucher, phone)
    return VoucherUse.objects.create(voucher=voucher, parcel_id=parcel_id, dong=dong)


def use_again(*, parcel_id: int, phone: str) -> None:
    """Late money is about to get its goods at the price of then: the use given back counts again, whatever day it is.

    Call as :func:`use_voucher`. Does nothing for a parcel without a code. Raises VoucherGone.
    """
    given_back = VoucherUse.objects.filter(parcel=parcel_id, given_back_at__isnull=False)
    use = given_back.select_related("voucher").first()
    if use is not None:
        _count_one(Voucher.objects.filter(pk=use.voucher_id, uses__lt=F("most_uses")), use.voucher, phone)
        given_back.update(given_back_at=None)


def _count_one(rows: QuerySet[Voucher], voucher: Voucher, phone: str) -> None:
    """``rows``: the code, if there is a use left."""
    if not rows.update(uses=F("uses") + 1):
        raise VoucherGone("used_up", word=voucher.code)
    mine = VoucherUse.objects.filter(voucher=voucher, given_back_at=None, parcel__order__buyer_phone=phone)
    if mine.count() >= voucher.per_phone:
        raise VoucherGone("phone", word=voucher.code, times=voucher.per_phone)


@transaction.atomic
def give_back_use(*, parcel_id: int) -> bool:
    """The parcel ended without goods: the use counts for somebody else. Once, however often this is called."""
    now = clock.now()
    if not VoucherUse.objects.filter(parcel=parcel_id, given_back_at=None).update(given_back_at=now):
        return False
    Voucher.objects.filter(used_by__parcel=parcel_id, uses__gt=0).update(uses=F("uses") - 1)
    return True
