"""What a scenario expects, word by word; a word without a proof fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Sum

from community.outbox.models import OutboxMessage
from marketplace.ledger.balances import balances, unbalanced_transactions
from marketplace.ledger.models import LedgerEntry
from marketplace.orders.models import Allocation, Order
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, Refund
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.payments.states import ExceptionStatus, RefundStatus
from tests.marketplace.payments.scenarios import paying_out, pressing
from tests.marketplace.payments.scenarios.world import UnknownWords, World
from traceability.batches.models import Batch

Proof = Callable[[World, Any], None]
# The scenarios' words for a case that needs a person, where ours differ.
OUR_KIND = {"dispute": "disputed", "payment_exception": "paid_but_unavailable", "refund_failed": "provider_notice"}
BOUGHT = ("committed", "packed", "sold")


def prove(world: World, expected: dict[str, Any]) -> None:
    """Look at everything that is expected of the world as it is now."""
    if unknown := set(expected) - set(PROOFS):
        raise UnknownWords(f"expect: {sorted(unknown)}")
    for word, value in expected.items():
        PROOFS[word](world, value)


def _sum(rows: Any) -> int:
    return int(rows.aggregate(sum=Sum("amount_dong"))["sum"] or 0)


def _count(rows: Any) -> Callable[[World, int], None]:
    def proof(_world: World, expected: int) -> None:
        assert rows.all().count() == expected

    return proof


def _payment(world: World, expected: str) -> None:
    assert world.payment().status == expected


def _order(world: World, expected: str) -> None:
    if expected == "refused":
        assert not Order.objects.exists()
        return
    wanted, _, otherwise = expected.partition(" if stock can be re-reserved else ")
    if otherwise and world.order.status != wanted:
        _exception(world, otherwise)
        return
    assert world.order.status == wanted


def packs_nobody_bought(world: World) -> int:
    """What is on the shelf less what somebody has paid for: a hold is not a sale yet."""
    on_hand = sum(Batch.objects.filter(pack__in=world.packs).values_list("on_hand_base", flat=True))
    bought = Allocation.objects.filter(batch__pack__in=world.packs, status__in=BOUGHT)
    return (on_hand - sum(bought.values_list("quantity_base", flat=True))) // 1000


def _stock_left(world: World, expected: int) -> None:
    assert packs_nobody_bought(world) == expected


def _stock_reserved(world: World, expected: int) -> None:
    batches = Batch.objects.filter(pack__in=world.packs)
    held = sum(on_hand - free for on_hand, free in batches.values_list("on_hand_base", "available_base"))
    assert held == 1000 * expected


def _ledger_sum(_world: World, expected: int) -> None:
    assert _sum(LedgerEntry.objects.all()) == expected
    assert list(unbalanced_transactions()) == []


def _emails(world: World, expected: int) -> None:
    """That the money came: one letter, whatever was told how often."""
    assert OutboxMessage.objects.filter(kind="order_paid", key=world.order.code).count() == expected


def _inbox(_world: World, expected: str) -> None:
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {expected}


def _http(world: World, expected: int) -> None:
    assert set(world.http) == {expected}


def _not_paid_after_first(world: World, expected: bool) -> None:
    assert expected and world.order_after[0] == "pending_payment"


def _open(kind: str) -> Any:
    return PaymentException.objects.filter(kind=OUR_KIND.get(kind, kind), status=ExceptionStatus.OPEN)


def _exception(_world: World, expected: str) -> None:
    assert _open(expected).exists(), list(PaymentException.objects.values_list("kind", "status"))


def _one_of(world: World, expected: list[str]) -> None:
    assert any(PHRASES[phrase](world) for phrase in expected)


def _never(world: World, expected: str) -> None:
    assert not PHRASES[expected](world)


def _overpaid(world: World, expected: int) -> None:
    assert _sum(_open("overpaid")) == expected
    assert balances()[f"overpaid:{world.order.pk}"] == -expected


def _owed_back(world: World, expected: int) -> None:
    """Nobody has to remember it: the clock asks for the refund by itself, and a second look asks no more."""
    request_due_refunds()
    request_due_refunds()
    asked = Refund.objects.filter(payment__order=world.order, status=RefundStatus.REQUESTED)
    assert _sum(asked) == expected


def _sessions(world: World, expected: int) -> None:
    assert len(world.stripe.sessions) == expected
    assert world.payment("stripe").provider_ref in world.stripe.sessions


def _received(world: World, expected: int) -> None:
    assert world.payment().received_dong == expected == _sum(Capture.objects.filter(payment=world.payment()))


def _due(world: World, expected: int) -> None:
    assert world.payment().remaining_dong == expected


def _hold_extended(world: World, expected: bool) -> None:
    payment = world.payment()
    assert (payment.extended_at is not None and payment.expires_at > world.order.hold_expires_at) is expected


def _late(world: World, expected: bool) -> None:
    assert world.payment().late is expected


def _suspense(_world: World, expected: int) -> None:
    assert balances().get("suspense", 0) == -expected


def _refunded(_world: World, expected: int) -> None:
    assert _sum(Refund.objects.filter(status=RefundStatus.DONE)) == expected


def _net(_world: World, expected: int) -> None:
    assert _sum(Capture.objects.all()) - _sum(Refund.objects.filter(status=RefundStatus.DONE)) == expected


def _seller(letter: str) -> Proof:
    def proof(world: World, expected: str) -> None:
        parcel = world.parcel(letter)
        back = _sum(Refund.objects.filter(parcel=parcel, status=RefundStatus.DONE))
        if expected == "refunded":
            assert back == parcel.total_dong
        elif expected == "paid":
            assert parcel.paid_at is not None and back == 0
        else:
            assert parcel.status == expected

    return proof


def _provider_refunds(world: World, expected: int) -> None:
    assert len(world.stripe.refunds) == expected


def _check(_world: World, expected: str) -> None:
    if expected != "system check error if provider enabled":
        raise UnknownWords(f"check: {expected}")
    assert pressing.check_of_a_real_site()


def _orders_created(_world: World, expected: int) -> None:
    assert Order.objects.count() == expected


def _refused(world: World, expected: int) -> None:
    assert len(world.refusals) == expected, world.refusals


def _total(world: World, expected: int) -> None:
    assert world.order.total_dong == expected


def _net_of(world: World) -> int:
    gone = Refund.objects.filter(payment__order=world.order, status=RefundStatus.DONE)
    return _sum(Capture.objects.filter(payment__order=world.order)) - _sum(gone)


def _contested(world: World) -> int:
    return sum(one.disputes.aggregate(sum=Sum("amount_dong"))["sum"] or 0 for one in world.payments())


PHRASES: dict[str, Callable[[World], bool]] = {
    "paid & stock committed": lambda world: world.order.status == "paid" and _bought(world),
    "paid & stock released": lambda world: world.order.status == "paid" and not _bought(world),
    "expired & money refunded/exception": lambda world: (
        world.order.status == "expired" and PaymentException.objects.filter(payment__order=world.order).exists()
    ),
    # More than came would go: by a refund and again by the dispute, and no person would hear of it.
    "net < -160000 unnoticed": lambda world: _net_of(world) - _contested(world) < -160_000 or not _open("dispute"),
}


def _bought(world: World) -> bool:
    lines = Allocation.objects.filter(line__parcel__order=world.order, status__in=BOUGHT)
    return sum(lines.values_list("quantity_base", flat=True)) == 1000 * world.quantity * len(world.packs)


PROOFS: dict[str, Proof] = {
    "payment": _payment,
    "order": _order,
    "stock_left": _stock_left,
    "stock_reserved": _stock_reserved,
    "ledger_sum": _ledger_sum,
    "captures": _count(Capture.objects),
    "emails": _emails,
    "inbox": _inbox,
    "inbox_rows": _count(InboxEvent.objects),
    "http": _http,
    "not_paid_after_first": _not_paid_after_first,
    "exception": _exception,
    "one_of": _one_of,
    "never": _never,
    "overpaid": _overpaid,
    "refund_suggested": _owed_back,
    "refund_required": _owed_back,
    "sessions_at_provider": _sessions,
    "received": _received,
    "due": _due,
    "hold_extended": _hold_extended,
    "late": _late,
    "suspense": _suspense,
    "refunded": _refunded,
    "refunds": _count(Refund.objects),
    "net": _net,
    "sub_a": _seller("a"),
    "sub_b": _seller("b"),
    "sub_c": _seller("c"),
    "provider_refunds": _provider_refunds,
    "payout": paying_out.prove_payout,
    "check": _check,
    "orders_created": _orders_created,
    "orders": _orders_created,
    "payments": _count(Payment.objects),
    "refused": _refused,
    "total": _total,
}
