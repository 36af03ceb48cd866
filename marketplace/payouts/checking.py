"""Proves payouts and each parcel's share against the books, beside the rules of payments. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from django.db.models import Q, Sum

from marketplace.ledger.accounts import COMMISSION, TAX_PIT, TAX_VAT
from marketplace.ledger.models import LedgerEntry
from marketplace.ledger.shrinking import fees_left
from marketplace.orders.models import Parcel
from marketplace.payments.books.bookkeeping import parcel_sums
from marketplace.payments.books.remaining import moves_of_parcels
from marketplace.payments.models import Capture, SuspenseDecision
from marketplace.payments.proving.checking import Misfit, check_money
from marketplace.payments.states import DecisionAct
from marketplace.payments.suspense.settling import left_in_suspense
from marketplace.payouts.choosing import OF_PAYOUTS, PAYOUT_RETURNED, PAYOUT_SENT
from marketplace.payouts.models import DuesPayment, Payout, PayoutItem
from marketplace.payouts.states import BOOKED_PAYOUT, LIVE_PAYOUT, PayoutStatus


def check_all_money() -> list[Misfit]:
    """Everything that does not fit, by rule; an empty list is the proof."""
    return check_money() + [Misfit(rule, what) for rule, check in RULES for what in check()]


def _payouts_are_their_items() -> Iterator[str]:
    sums = Payout.objects.annotate(parts=Sum("items__amount_dong")).values_list("code", "amount_dong", "parts")
    yield from (f"payout {code}: {dong}, its items {parts}" for code, dong, parts in sums if dong != parts)
    wrong = PayoutItem.objects.filter(released=False).exclude(payout__status__in=LIVE_PAYOUT)
    yield from (f"payout {item.payout_id} is over and still holds entry {item.entry_id}" for item in wrong)
    lost = PayoutItem.objects.filter(released=True, payout__status__in=LIVE_PAYOUT)
    yield from (f"payout {item.payout_id} lives and let entry {item.entry_id} go" for item in lost)


def _items_are_entries() -> Iterator[str]:
    for item in PayoutItem.objects.select_related("entry__transaction", "entry__account", "payout"):
        if item.amount_dong != -item.entry.amount_dong:
            yield f"item {item.pk} says {item.amount_dong}, its entry {-item.entry.amount_dong}"
        if item.entry.account.cooperative_id != item.payout.cooperative_id:
            yield f"item {item.pk} pays one cooperative what is another's"
        if item.entry.transaction.livemode != item.payout.livemode:
            yield f"item {item.pk} mixes play money with real money"


def _payouts_are_booked() -> Iterator[str]:
    rows = LedgerEntry.objects.filter(transaction__kind__in=OF_PAYOUTS, account__code__startswith="payable:")
    booked = dict(rows.values_list("transaction__key", "amount_dong"))
    for payout in Payout.objects.all():
        handed_over = payout.status in BOOKED_PAYOUT or (payout.status == PayoutStatus.FAILED)
        expected = {PAYOUT_SENT: payout.amount_dong} if handed_over else {}
        if payout.status == PayoutStatus.FAILED:
            expected[PAYOUT_RETURNED] = -payout.amount_dong
        for kind in (PAYOUT_SENT, PAYOUT_RETURNED):
            stands = booked.pop(f"{kind.replace('_', '-')}:{payout.pk}", None)
            if stands != expected.get(kind):
                yield f"payout {payout.code} ({payout.status}): {kind} is booked as {stands}"
    yield from (f"{key} is in the books without a payout" for key in booked)


def _what_is_owed_is_open_or_drafted() -> Iterator[str]:
    """Per cooperative and kind of money: balance = what no payout took + what payouts took and did not send yet."""
    stands: dict[tuple[int, bool], int] = defaultdict(int)
    of_cooperatives = LedgerEntry.objects.filter(account__code__startswith="payable:")
    by = ("account__cooperative_id", "transaction__livemode")
    for *key, dong in of_cooperatives.values_list(*by).annotate(sum=Sum("amount_dong")):
        stands[tuple(key)] -= dong  # type: ignore[index]
    taken = PayoutItem.objects.filter(released=False).values("entry")
    untaken = of_cooperatives.exclude(Q(pk__in=taken) | Q(transaction__kind__in=OF_PAYOUTS))
    for *key, dong in untaken.values_list(*by).annotate(sum=Sum("amount_dong")):
        stands[tuple(key)] += dong  # type: ignore[index]
    waiting = Payout.objects.filter(status__in=[PayoutStatus.DRAFT, PayoutStatus.APPROVED])
    for cooperative, livemode, dong in waiting.values_list("cooperative_id", "livemode", "amount_dong"):
        stands[cooperative, livemode] -= dong
    for (cooperative, livemode), off in stands.items():
        if off:
            yield f"cooperative {cooperative} (real money: {livemode}): {off} is neither open nor in a payout"


def _dues_are_booked() -> Iterator[str]:
    rows = LedgerEntry.objects.filter(transaction__kind__in=["dues_paid", "dues_undone"])
    booked = dict(rows.filter(account__code__startswith="payable:").values_list("transaction__key", "amount_dong"))
    for dues in DuesPayment.objects.select_related("capture"):
        if booked.pop(f"dues:{dues.pk}", None) != -dues.amount_dong:
            yield f"dues {dues.pk} of {dues.amount_dong} are not in the books as they came"
        undone = booked.pop(f"dues-undone:{dues.pk}", None)
        if dues.capture is not None and dues.undone_at is None and left_in_suspense(dues.capture):
            yield f"dues {dues.pk} were booked, and their money lies in suspense too"
        if dues.capture is not None and dues.undone_at is None and _left_for_dues(dues.capture) != dues.amount_dong:
            yield f"dues {dues.pk} of {dues.amount_dong} are not what left suspense for them"
        if undone != (dues.amount_dong if dues.undone_at else None):
            yield f"dues {dues.pk}: undoing is booked as {undone}"
    yield from (f"{key} is in the books without dues" for key in booked)


def _left_for_dues(capture: Capture) -> int:
    rows = SuspenseDecision.objects.filter(capture=capture, act=DecisionAct.NOT_OURS)
    return rows.aggregate(sum=Sum("amount_dong"))["sum"] or 0


def _fees_follow_refunds() -> Iterator[str]:
    """What is kept of each parcel after its refunds is what its frozen rates say, to the đồng."""
    kept: dict[int, int] = defaultdict(int)
    fees = LedgerEntry.objects.filter(
        account__code__in=[COMMISSION.code, TAX_VAT.code, TAX_PIT.code], transaction__parcel__isnull=False
    )
    for parcel, dong in fees.values_list("transaction__parcel_id").annotate(sum=Sum("amount_dong")):
        kept[parcel] = -dong
    moves = moves_of_parcels()
    for parcel in Parcel.objects.filter(paid_at__isnull=False):
        due = fees_left(parcel_sums(parcel), moves.get(parcel.pk, [])).sum_dong
        if kept[parcel.pk] != due:
            yield f"parcel {parcel.code}: {kept[parcel.pk]} is kept after refunds, {due} was agreed"


RULES: list[tuple[str, Callable[[], Iterator[str]]]] = [
    ("I5", _payouts_are_their_items),
    ("I5", _payouts_are_booked),
    ("I5", _what_is_owed_is_open_or_drafted),
    ("I5", _dues_are_booked),
    ("I9", _items_are_entries),
    ("I9", _fees_follow_refunds),
]
