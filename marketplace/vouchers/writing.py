"""A seller writes a code and stops it. What it gives never changes: who reads it may rely on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from marketplace.vouchers.models import MOST_PERCENT, Voucher
from marketplace.vouchers.using import tidy_code

MOST_USES = 100_000
SHORTEST, LONGEST_DAYS = 3, 366


class BadVoucher(DomainError):
    """Nothing was written. Codes: ``code`` (3 to 20 letters and digits), ``taken`` (fact: word), ``amount`` (a

    percentage from 1 to 50, with a most of 1 đồng or more, or a sum, not both), ``half`` (a sum needs goods for twice
    as much; fact: least), ``days``, ``uses``.
    """


@dataclass(frozen=True, slots=True)
class VoucherTerms:
    """``percent`` or ``dong``; ``most_dong`` of a percentage; days inclusive."""

    starts_on: date
    ends_on: date
    most_uses: int
    percent: int | None = None
    dong: int | None = None
    most_dong: int | None = None
    min_goods_dong: int = 0
    per_phone: int = 1


@transaction.atomic
def write_voucher(*, cooperative: Cooperative, code: str, terms: VoucherTerms, actor: Actor) -> Voucher:
    """Borne by the seller. Raises :class:`BadVoucher`."""
    tidy = tidy_code(code)
    if len(tidy) < SHORTEST:
        raise BadVoucher("code")
    _check(terms)
    try:
        with transaction.atomic():
            voucher = Voucher.objects.create(cooperative=cooperative, code=tidy, created_by=actor.user, **asdict(terms))
    except IntegrityError as clash:
        if not Voucher.objects.filter(cooperative=cooperative, code=tidy).exists():
            raise
        raise BadVoucher("taken", word=tidy) from clash
    record(actor=actor, action="voucher.written", subject=voucher, cooperative=cooperative, uses=terms.most_uses)
    return voucher


@transaction.atomic
def stop_voucher(*, voucher: Voucher, actor: Actor) -> bool:
    """From now on nobody uses it; orders that did keep their price. False when it was stopped before."""
    stopped = Voucher.objects.filter(pk=voucher.pk, stopped_at=None).update(stopped_at=clock.now())
    if stopped:
        record(actor=actor, action="voucher.stopped", subject=voucher, cooperative=voucher.cooperative)
    return bool(stopped)


def _check(terms: VoucherTerms) -> None:
    if (terms.percent is None) == (terms.dong is None):
        raise BadVoucher("amount")
    if terms.percent is not None and not 1 <= terms.percent <= MOST_PERCENT:
        raise BadVoucher("amount")
    if terms.most_dong is not None and (terms.percent is None or terms.most_dong < 1):
        raise BadVoucher("amount")
    if terms.dong is not None and (terms.dong < 1 or terms.min_goods_dong < terms.dong * 2):
        raise BadVoucher("half" if terms.dong >= 1 else "amount", least=terms.dong * 2)
    if terms.ends_on < terms.starts_on or (terms.ends_on - terms.starts_on).days > LONGEST_DAYS:
        raise BadVoucher("days")
    if terms.ends_on < clock.today():
        raise BadVoucher("days")
    if not (1 <= terms.most_uses <= MOST_USES and 1 <= terms.per_phone <= terms.most_uses):
        raise BadVoucher("uses")
