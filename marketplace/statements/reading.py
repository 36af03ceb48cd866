"""A cooperative's statement of a period, out of the books: opening + what happened = closing, to the đồng.

Seen from the cooperative: positive is what the operator still owes it, negative what it owes the operator. Real and
simulated money never meet in one statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from community import clock
from community.cooperatives.models import Cooperative
from marketplace.hand_sales.telling import Outside, outside_of
from marketplace.ledger.accounts import COMMISSION, TAX_PIT, TAX_VAT, held, payable
from marketplace.ledger.models import LedgerEntry, LedgerTransaction
from marketplace.orders.models import Parcel
from marketplace.payments.models import Payment
from marketplace.payments.states import PaymentStatus
from marketplace.payouts.dues import due_on, dues_of
from marketplace.payouts.models import DuesPayment, Payout
from marketplace.statements.periods import Period

PAID = "parcel_paid"
FEES = (COMMISSION.code, TAX_VAT.code, TAX_PIT.code)
# Kinds of facts that have a line of their own; others are told together.
KNOWN = (
    "refund_promised",
    "refund_called_off",
    "refund_sent",
    "dispute_borne",
    "payout_sent",
    "payout_returned",
    "dues_paid",
    "dues_undone",
)

WITH_FEES = frozenset({"refund_promised", "refund_called_off", "dispute_borne"})


@dataclass(frozen=True, slots=True)
class Sale:
    """One order's arithmetic. ``share_dong`` = total − commission − withheld tax, is the cooperative's;

    ``direct``: the buyer paid it into the cooperative's own account ``account`` (masked); ``reckoned_tax_dong`` was
    reckoned and not deducted.
    """

    at: datetime
    parcel: str
    goods_dong: int
    shipping_dong: int
    total_dong: int
    commission_bps: int
    commission_dong: int
    tax_dong: int
    reckoned_tax_dong: int
    direct: bool
    account: str
    share_dong: int
    moves_dong: int


@dataclass(frozen=True, slots=True)
class Change:
    """Anything else that happened. ``kind`` is the kind of the fact in the books, ``name`` a parcel, payout or bank

    reference; ``dong`` > 0 what was moved; ``fees_dong`` what came back of commission and tax with it; ``moves_dong``
    what it did to the cooperative's account.
    """

    at: datetime
    kind: str
    name: str
    dong: int
    fees_dong: int
    moves_dong: int


@dataclass(frozen=True, slots=True)
class Due:
    """What of this period's closing debt is still to be paid, and by when."""

    dong: int
    on: date


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bridge from opening to closing; ``kind`` is a word that the face says in a sentence."""

    kind: str
    dong: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class CooperativeStatement:
    """See the module. ``bridge`` sums from ``opening_dong`` to ``closing_dong``."""

    cooperative: Cooperative
    period: Period
    livemode: bool
    opening_dong: int
    sales: list[Sale]
    changes: list[Change]
    closing_dong: int
    made_at: datetime
    outside: Outside  # sold by hand, apart from money through the site: in no sum above

    @property
    def is_over(self) -> bool:
        return self.period.ends_at <= self.made_at

    @property
    def is_empty(self) -> bool:
        return not (self.sales or self.changes)

    @property
    def totals(self) -> dict[str, int]:
        """Of the orders: goods, shipping, total, commission, tax, reckoned_tax, share, direct, collected."""
        columns = ("goods", "shipping", "total", "commission", "tax", "reckoned_tax", "share")
        sums = {name: sum(getattr(sale, f"{name}_dong") for sale in self.sales) for name in columns}
        direct = sum(sale.total_dong for sale in self.sales if sale.direct)
        return sums | {"direct": direct, "collected": sums["total"] - direct}

    @property
    def arrivals(self) -> list[tuple[str, int, int]]:
        """What came to which account: (account or "" for the operator's, orders, đồng)."""
        by_account: dict[str, list[int]] = defaultdict(list)
        for sale in self.sales:
            by_account[sale.account if sale.direct else ""].append(sale.total_dong)
        return [(account, len(sums), sum(sums)) for account, sums in sorted(by_account.items(), reverse=True)]

    @property
    def bridge(self) -> list[Line]:
        """Whole lines only: those of nothing are left out."""
        sums = self.totals
        lines = [
            Line("sold", sums["total"], len(self.sales)),
            Line("commission", -sums["commission"]),
            Line("tax", -sums["tax"]),
            Line("direct", -sums["direct"], sum(sale.direct for sale in self.sales)),
        ]
        return [line for line in [*lines, *_of_changes(self.changes)] if line.dong]


def statement_of(cooperative: Cooperative, period: Period, *, livemode: bool) -> CooperativeStatement:
    """About ten queries, however much was sold."""
    opening = -_balance_before(cooperative, period.starts_at, livemode)
    facts = list(_facts(cooperative, period, livemode))
    entries = _entries_of(facts)
    sales = _sales(cooperative, [fact for fact in facts if fact.kind == PAID], entries)
    changes = _changes(cooperative, [fact for fact in facts if fact.kind != PAID], entries)
    moved = sum(sale.moves_dong for sale in sales) + sum(change.moves_dong for change in changes)
    return CooperativeStatement(
        cooperative,
        period,
        livemode,
        opening,
        sales,
        changes,
        opening + moved,
        made_at=clock.now(),
        outside=outside_of(cooperative, first=period.first, after=period.after),
    )


def due_of(statement: CooperativeStatement) -> Due | None:
    """What of the closing debt nobody paid since; None when nothing is owed, or the period is not a month that is over.

    Payments count against the oldest debt.
    """
    if statement.closing_dong >= 0 or statement.period.is_week or not statement.is_over:
        return None
    own = Q(account__code=payable(statement.cooperative.pk).code, transaction__livemode=statement.livemode)
    later = LedgerEntry.objects.filter(own, transaction__at__gte=statement.period.ends_at)
    since = later.filter(Q(transaction__kind__in=["dues_paid", "dues_undone"]) | Q(amount_dong__lt=0))
    paid = -(since.aggregate(sum=Sum("amount_dong"))["sum"] or 0)
    now = dues_of(statement.cooperative, livemode=statement.livemode).owed_dong
    dong = min(now, -statement.closing_dong - paid)
    return Due(dong, due_on(statement.period.after)) if dong > 0 else None


# --- reading the books ------------------------------------------------------------------------------------------------
def _own(cooperative: Cooperative, livemode: bool) -> QuerySet[LedgerTransaction]:
    of_it = Q(parcel__cooperative=cooperative) | Q(
        pk__in=LedgerEntry.objects.filter(account__code=payable(cooperative.pk).code).values("transaction")
    )
    return LedgerTransaction.objects.filter(of_it, livemode=livemode)


def _facts(cooperative: Cooperative, period: Period, livemode: bool) -> Iterable[LedgerTransaction]:
    within = _own(cooperative, livemode).filter(at__gte=period.starts_at, at__lt=period.ends_at)
    return within.select_related("parcel").order_by("at", "pk")


def _balance_before(cooperative: Cooperative, moment: datetime, livemode: bool) -> int:
    before = LedgerEntry.objects.filter(
        account__code=payable(cooperative.pk).code, transaction__livemode=livemode, transaction__at__lt=moment
    )
    return before.aggregate(sum=Sum("amount_dong"))["sum"] or 0


def _entries_of(facts: list[LedgerTransaction]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = LedgerEntry.objects.filter(transaction__in=[fact.pk for fact in facts])
    for transaction, code, dong in rows.values_list("transaction_id", "account__code", "amount_dong"):
        found[transaction][code] = dong
    return found


def _sales(cooperative: Cooperative, facts: list[LedgerTransaction], entries: dict[int, dict[str, int]]) -> list[Sale]:
    accounts = _accounts_paid_into([fact.parcel_id for fact in facts if fact.parcel_id])
    own, direct = payable(cooperative.pk).code, held(cooperative.pk).code
    return [
        _sale(fact, fact.parcel, entries[fact.pk], own=own, direct=direct, accounts=accounts)
        for fact in facts
        if fact.parcel is not None
    ]


def _sale(
    fact: LedgerTransaction,
    parcel: Parcel,
    lines: dict[str, int],
    *,
    own: str,
    direct: str,
    accounts: dict[int, str],
) -> Sale:
    commission = -lines.get(COMMISSION.code, 0)
    tax = -lines.get(TAX_VAT.code, 0) - lines.get(TAX_PIT.code, 0)
    return Sale(
        at=fact.at,
        parcel=parcel.code,
        goods_dong=parcel.goods_dong,
        shipping_dong=parcel.shipping_dong,
        total_dong=parcel.total_dong,
        commission_bps=parcel.commission_bps,
        commission_dong=commission,
        tax_dong=tax,
        reckoned_tax_dong=parcel.vat_dong + parcel.pit_dong if parcel.tax_mode == "warn" else 0,
        direct=direct in lines,
        account=accounts.get(parcel.pk, ""),
        share_dong=parcel.total_dong - commission - tax,
        moves_dong=-lines.get(own, 0),
    )


def _accounts_paid_into(parcels: list[int]) -> dict[int, str]:
    payments = Payment.objects.filter(
        parcel__in=parcels, status=PaymentStatus.CONFIRMED, account__cooperative__isnull=False
    ).select_related("account")
    return {payment.parcel_id: str(payment.account) for payment in payments if payment.parcel_id}


def _changes(
    cooperative: Cooperative, facts: list[LedgerTransaction], entries: dict[int, dict[str, int]]
) -> list[Change]:
    names = _names([fact.key for fact in facts])
    own = payable(cooperative.pk).code
    return [
        Change(
            at=fact.at,
            kind=fact.kind,
            name=names.get(fact.key) or (fact.parcel.code if fact.parcel else ""),
            dong=sum(dong for dong in entries[fact.pk].values() if dong > 0),
            fees_dong=sum(entries[fact.pk].get(code, 0) for code in FEES),
            moves_dong=-entries[fact.pk].get(own, 0),
        )
        for fact in facts
    ]


def _names(keys: list[str]) -> dict[str, str]:
    """Payouts by their code, dues by the bank's reference."""
    numbers = {key: int(key.rpartition(":")[2]) for key in keys if key.startswith(("payout-", "dues"))}
    payouts = dict(Payout.objects.filter(pk__in=numbers.values()).values_list("pk", "code"))
    dues = dict(DuesPayment.objects.filter(pk__in=numbers.values()).values_list("pk", "bank_ref"))
    return {key: (payouts if key.startswith("payout-") else dues).get(pk, "") for key, pk in numbers.items()}


def _of_changes(changes: list[Change]) -> list[Line]:
    """What goes back is split: the buyers' money, and the fees that come back with it."""
    sums: dict[str, int] = defaultdict(int)
    counts: dict[str, int] = defaultdict(int)
    for change in changes:
        kind = change.kind if change.kind in KNOWN else "other"
        fees = change.fees_dong if kind in WITH_FEES and change.moves_dong else 0
        sums[kind] += change.moves_dong - fees
        sums["fees_back"] += fees
        counts[kind] += 1
    return [Line(kind, sums[kind], counts[kind]) for kind in (*KNOWN, "fees_back", "other")]
