"""The operator's own accounts: what moves on them was told by a bank or provider, and is booked as it was told."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from marketplace.ledger.accounts import CLEARING, IN_TRANSIT
from marketplace.ledger.balances import balance
from marketplace.ledger.models import LedgerEntry
from marketplace.payments.models import BalanceLine, Capture, Dispute, OwnMove, ProviderPayout, Refund
from marketplace.payments.states import OwnMoveStatus, ProviderPayoutStatus, RefundStatus
from marketplace.payments.treasury.balance_lines import OF_BUYERS, PAYOUTS, expense_of, fee_dong, key_of

# Who proves the rest: I7 what came and left suspense, I2 and I5 refunds, disputes, payouts and dues.
PROVED_ELSEWHERE = {
    "capture", "suspense_send_back", "suspense_not_ours", "suspense_twice", "refund_sent", "refund_returned",
    "dispute_opened", "dispute_won", "payout_sent", "payout_returned", "dues_paid", "dues_undone",
}  # fmt: skip
PROVED_HERE = {
    "provider_fee", "provider_payout_left", "provider_payout_arrived", "provider_payout_undone",
    "provider_payout_failed", "own_move", "own_move_undone",
}  # fmt: skip


def own_accounts_are_told() -> Iterator[str]:
    """Nothing moves on the operator's accounts that no row tells of; what a row tells is booked to the đồng."""
    moved = LedgerEntry.objects.filter(account__code__startswith=CLEARING)
    strange = moved.exclude(transaction__kind__in=PROVED_ELSEWHERE | PROVED_HERE)
    for key, code, dong in strange.values_list("transaction__key", "account__code", "amount_dong"):
        yield f"{key} moves {dong} on {code}, and nothing tells of it"
    yield from _fees()
    yield from _payouts()
    yield from _own_moves()
    yield from _told_amounts()


def _fees() -> Iterator[str]:
    kept = _booked("provider_fee")
    for line in BalanceLine.objects.order_by("pk"):
        booked = kept.pop(key_of(line), {})
        if booked and booked.get(expense_of(line).code) != fee_dong(line):
            yield f"{line.txn_id}: a fee of {fee_dong(line)} was kept, the books say {booked}"
    yield from (f"{key} is in the books without a movement at the provider" for key in kept)


def _payouts() -> Iterator[str]:
    left, failed = (_booked(f"provider_payout_{word}") for word in ("left", "failed"))
    arrived = _arrivals()
    status = ProviderPayoutStatus
    for payout in ProviderPayout.objects.order_by("pk"):
        stands = [books.pop(f"provider-payout-{word}:{payout.pk}", {}) for word, books in
                  (("left", left), ("arrived", arrived), ("failed", failed))]  # fmt: skip
        wanted = payout.amount_dong
        if stands[0].get(IN_TRANSIT.code) != wanted:
            yield f"payout {payout} of {wanted} left, the books say {stands[0]}"
        here = -wanted if payout.status == status.ARRIVED else 0
        if payout.status != status.FAILED and stands[1].get(IN_TRANSIT.code, 0) != here:
            yield f"payout {payout} of {wanted} is {payout.status}, its arrival in the books say {stands[1]}"
        if bool(stands[2]) != (payout.status == status.FAILED):
            yield f"payout {payout} is {payout.status}, its end is booked as {stands[2]}"
    for key in (*left, *arrived, *failed):
        yield f"{key} is in the books without a payout"
    waiting = ProviderPayout.objects.filter(status=status.IN_TRANSIT).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    by_hand = sum(
        one.get(IN_TRANSIT.code, 0) for kind in ("own_move", "own_move_undone") for one in _booked(kind).values()
    )
    if balance(IN_TRANSIT) != waiting + by_hand:
        yield f"{waiting + by_hand} is on its way to the bank, the books say {balance(IN_TRANSIT)}"


def _arrivals() -> dict[str, dict[str, int]]:
    """Arrivals less those that were taken back, added up for each payout under the key of its first."""
    found: dict[str, dict[str, int]] = {}
    for kind in ("provider_payout_arrived", "provider_payout_undone"):
        for key, lines in _booked(kind).items():
            payout = found.setdefault(f"provider-payout-arrived:{key.split(':')[1]}", {})
            for code, dong in lines.items():
                payout[code] = payout.get(code, 0) + dong
    return found


def _own_moves() -> Iterator[str]:
    booked, undone = _booked("own_move"), _booked("own_move_undone")
    for move in OwnMove.objects.order_by("pk"):
        lines = {code: dong for code, dong in ((move.into, move.amount_dong), (move.out_of, -move.amount_dong)) if code}
        counts = move.status in (OwnMoveStatus.BOOKED, OwnMoveStatus.UNDONE)
        stands = {code: dong for code, dong in booked.pop(f"own-move:{move.pk}", {}).items() if code in lines}
        if stands != (lines if counts else {}):
            yield f"own move {move.pk} ({move.status}) is booked as {stands}"
        back = {code: -dong for code, dong in undone.pop(f"own-move-undone:{move.pk}", {}).items() if code in lines}
        if back != (lines if move.status == OwnMoveStatus.UNDONE else {}):
            yield f"own move {move.pk} ({move.status}): undoing is booked as {back}"
    yield from (f"{key} is in the books without an own move" for key in (*booked, *undone))


def _told_amounts() -> Iterator[str]:
    """The same thing has one amount, here and at the provider."""
    lines = BalanceLine.objects.filter(currency="VND", category__in=OF_BUYERS | PAYOUTS)
    ours = {
        "charge": dict(Capture.objects.values_list("txn_id", "amount_dong")),
        "refund": _refunds_by_reference(),
        "dispute": {ref: -dong for ref, dong in Dispute.objects.values_list("provider_ref", "amount_dong")},
        "payout": {ref: -dong for ref, dong in ProviderPayout.objects.values_list("provider_ref", "amount_dong")},
    }
    for line in lines.filter(category__in=ours).order_by("pk"):
        have = ours[line.category].get(line.money_ref if line.category == "charge" else line.thing)
        if have is not None and have != line.amount:
            yield f"{line.txn_id}: the provider moved {line.amount} for {line.thing}, we have {have}"


def _refunds_by_reference() -> dict[str, int]:
    """What one refund of the provider moved, which may be for several parcels here."""
    rows = Refund.objects.exclude(provider_ref="").exclude(status=RefundStatus.CANCELLED).order_by()
    return {ref: -dong for ref, dong in rows.values_list("provider_ref").annotate(sum=Sum("amount_dong"))}


def _booked(kind: str) -> dict[str, dict[str, int]]:
    """Key → account → đồng of every transaction of this kind."""
    found: dict[str, dict[str, int]] = {}
    rows = LedgerEntry.objects.filter(transaction__kind=kind)
    for key, code, dong in rows.values_list("transaction__key", "account__code", "amount_dong"):
        found.setdefault(key, {})[code] = dong
    return found
