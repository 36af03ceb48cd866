"""What the books say of each order, beside what its payments, parcels and refunds say. Reads only; see checking.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import F, Q, QuerySet, Sum

from marketplace.ledger.accounts import SUSPENSE
from marketplace.ledger.balances import balance, balances
from marketplace.payments.models import Capture, Payment, PaymentException, Refund, Spending, SuspenseDecision
from marketplace.payments.states import PROMISED_REFUND, ExceptionKind, PaymentStatus, RefundKind, RefundStatus

GONE = (ExceptionKind.PAID_BUT_UNAVAILABLE, ExceptionKind.PAID_AFTER_END)


def accounts_stand_on_their_side() -> Iterator[str]:
    """What is owed is owed by us; what a cooperative holds is there."""
    for prefix in ("escrow:", "overpaid:", "refund_due:"):
        yield from (f"{code} owes us {dong}" for code, dong in balances(prefix).items() if dong > 0)
    yield from (f"{code} holds {dong}" for code, dong in balances("held:").items() if dong < 0)


def money_lies_in_one_place() -> Iterator[str]:
    """Each đồng that came is in suspense, or lies with its order until it buys goods or is promised back."""
    came = Capture.objects.filter(payment=None).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    decided = SuspenseDecision.objects.filter(capture__payment=None).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    if -balance(SUSPENSE) != came - decided:
        yield f"suspense holds {-balance(SUSPENSE)}, {came - decided} was not decided"
    lies = _sums(Payment.objects.all(), "order", "received_dong")
    lies.subtract(_sums(Spending.objects.all(), "parcel__order", "parcel__total_dong"))
    promised = Refund.objects.filter(status__in=PROMISED_REFUND)
    lies.subtract(_sums(promised.exclude(kind=RefundKind.PARCEL), "payment__order", "amount_dong"))
    yield from _unlike("lies with order", lies, "escrow:", "overpaid:")
    unsent = promised.exclude(status=RefundStatus.DONE)
    yield from _unlike("is still to go back for order", _sums(unsent, "payment__order", "amount_dong"), "refund_due:")


def confirmed_money_bought_or_is_parked() -> Iterator[str]:
    """All that was asked for bought goods, or somebody was told that it did not."""
    confirmed = Payment.objects.filter(status=PaymentStatus.CONFIRMED)
    rest = _sums(confirmed, "pk", "amount_dong")
    rest.subtract(_sums(Spending.objects.all(), "payment", "parcel__total_dong"))
    gone = Q(kind__in=GONE) & ~Q(resolution="goods_again")
    asked = PaymentException.objects.filter(payment__in=confirmed)
    rest.subtract(_sums(asked.filter(gone), "payment", "amount_dong"))
    for pk, facts in asked.filter(kind=ExceptionKind.OVERPAID).values_list("payment", "facts"):
        rest[pk] -= facts["parts"].get(f"payment:{pk}", 0)
    yield from (f"payment {pk}: {dong} bought nothing and waits for nobody" for pk, dong in rest.items() if dong)


def _sums(rows: QuerySet, by: str, what: str) -> Counter[int]:  # type: ignore[type-arg]
    return Counter(dict(rows.order_by().values_list(by).annotate(sum=Sum(F(what))).values_list(by, "sum")))


def _unlike(words: str, expected: Counter[int], *prefixes: str) -> Iterator[str]:
    booked: Counter[int] = Counter()
    for prefix in prefixes:
        booked.update({int(code.removeprefix(prefix)): -dong for code, dong in balances(prefix).items()})
    for order in sorted(expected.keys() | booked.keys()):
        if expected[order] != booked[order]:
            yield f"{expected[order]} {words} {order}, the books say {booked[order]}"
