"""The tax sheet of a month or a year: what a platform owes the tax office for sellers whose tax it has to withhold.

Per seller: revenue, VAT and income tax of what was paid in the period, and negative lines for what went back to buyers
in it, whenever it had been sold. What was only reckoned (mode WARN, or figures nobody confirmed) is told apart from
what was withheld. Real money only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from community.cooperatives.models import Cooperative
from community.sheets.writing import csv_bytes
from community.text.dates import VIETNAM
from marketplace.ledger.accounts import TAX_PIT, TAX_VAT
from marketplace.ledger.entries import ParcelSums
from marketplace.ledger.models import LedgerEntry
from marketplace.ledger.shrinking import Step, steps, taxed_dong
from marketplace.orders.models import Parcel
from marketplace.payments.books.bookkeeping import parcel_sums
from marketplace.payments.books.remaining import moves_of_parcels
from marketplace.payments.models import Payment
from marketplace.payments.states import PaymentStatus
from marketplace.rates.models import TaxRule
from marketplace.statements.periods import Period

COLUMNS = (
    "seller", "tax_code", "legal_form", "kind", "day", "parcel", "revenue_vnd", "vat_bps", "vat_vnd", "pit_bps",
    "pit_vnd", "withheld", "rule_confirmed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaxLine:
    """``kind``: "sale", "refund", "dispute" (lost), "refund_called_off"; what went back is negative.

    ``withheld``: deducted from the seller, else only reckoned; ``confirmed``: a person confirmed the rule that held
    on the day of the sale.
    """

    seller: Cooperative
    kind: str
    day: date
    parcel: str
    revenue_dong: int
    vat_bps: int
    vat_dong: int
    pit_bps: int
    pit_dong: int
    withheld: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SellerSum:
    """One seller's whole period; ``lines`` of both kinds. ``withheld_*`` is the part that was deducted."""

    seller: Cooperative
    lines: int
    revenue_dong: int
    vat_dong: int
    pit_dong: int
    withheld_vat_dong: int
    withheld_pit_dong: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class TaxSheet:
    """``books_*``: what the accounts of the tax office say for the same period; the same as what was withheld."""

    period: Period
    lines: list[TaxLine]
    books_vat_dong: int
    books_pit_dong: int

    @property
    def sellers(self) -> list[SellerSum]:
        by_seller: dict[int, list[TaxLine]] = defaultdict(list)
        for line in self.lines:
            by_seller[line.seller.pk].append(line)
        return [_sum_of(lines[0].seller, lines) for _pk, lines in sorted(by_seller.items())]

    @property
    def total(self) -> SellerSum | None:
        """Over all sellers (``seller`` is the first one's); None for an empty sheet."""
        return _sum_of(self.lines[0].seller, self.lines) if self.lines else None

    @property
    def fits_the_books(self) -> bool:
        total = self.total
        withheld = (total.withheld_vat_dong, total.withheld_pit_dong) if total else (0, 0)
        return withheld == (self.books_vat_dong, self.books_pit_dong)


def tax_sheet(period: Period) -> TaxSheet:
    """Every line of the period, by seller and time; a handful of queries."""
    moves = moves_of_parcels()
    parcels = _taxed_parcels().filter(_paid_in(period) | Q(pk__in=list(moves)))
    confirmed = _Confirmed()
    lines: list[TaxLine] = []
    for parcel in parcels.select_related("cooperative", "order").order_by("cooperative", "paid_at", "pk"):
        sums = _with_reckoned_rates(parcel)
        lines += _lines(parcel, sums, steps(sums, moves.get(parcel.pk, [])), period, confirmed)
    lines.sort(key=lambda line: (line.seller.pk, line.day, line.parcel, line.kind != "sale"))
    return TaxSheet(period, lines, -_booked(TAX_VAT.code, period), -_booked(TAX_PIT.code, period))


def tax_csv(sheet: TaxSheet) -> bytes:
    """Every line, for the return that the operator files; formula-safe."""
    return csv_bytes(COLUMNS, (_row(line) for line in sheet.lines))


def year_of(year: int) -> Period:
    return Period(date(year, 1, 1), date(year + 1, 1, 1))


# --- how it is reckoned -----------------------------------------------------------------------------------------------
def _lines(
    parcel: Parcel, sums: ParcelSums, moves: Iterable[Step], period: Period, confirmed: _Confirmed
) -> Iterator[TaxLine]:
    assert parcel.paid_at is not None
    sale = TaxLine(
        seller=parcel.cooperative,
        kind="sale",
        day=parcel.paid_at.astimezone(VIETNAM).date(),
        parcel=parcel.code,
        revenue_dong=taxed_dong(sums, refunded_dong=0),
        vat_bps=parcel.vat_bps,
        vat_dong=parcel.vat_dong,
        pit_bps=parcel.pit_bps,
        pit_dong=parcel.pit_dong,
        withheld=parcel.tax_mode == "withhold",
        confirmed=confirmed.on(parcel),
    )
    if period.starts_at <= parcel.paid_at < period.ends_at:
        yield sale
    for step in moves:
        if period.starts_at <= step.move.at < period.ends_at:
            yield replace(
                sale,
                kind=_kind(step),
                day=step.move.at.astimezone(VIETNAM).date(),
                revenue_dong=-step.taxed_dong,
                vat_dong=-step.fees.vat_dong,
                pit_dong=-step.fees.pit_dong,
            )


def _kind(step: Step) -> str:
    if step.move.called_off:
        return "refund_called_off"
    return "refund" if step.move.name.startswith("refund:") else "dispute"


def _with_reckoned_rates(parcel: Parcel) -> ParcelSums:
    """As the books have it when tax is withheld; the same arithmetic when it is only reckoned."""
    return replace(parcel_sums(parcel), vat_bps=parcel.vat_bps, pit_bps=parcel.pit_bps)


def _taxed_parcels() -> QuerySet[Parcel]:
    """Paid with real money, of a seller whose tax was reckoned when it was ordered (households: see rates)."""
    real = Payment.objects.filter(
        Q(parcel=OuterRef("pk")) | Q(parcel=None, order=OuterRef("order")),
        status=PaymentStatus.CONFIRMED,
        livemode=True,
    )
    return Parcel.objects.filter(Exists(real), paid_at__isnull=False).exclude(tax_mode="off")


def _paid_in(period: Period) -> Q:
    return Q(paid_at__gte=period.starts_at, paid_at__lt=period.ends_at)


class _Confirmed:
    """Whether a person had confirmed the figures that a parcel was reckoned with."""

    def __init__(self) -> None:
        self.rules = list(TaxRule.objects.order_by("-valid_from"))

    def on(self, parcel: Parcel) -> bool:
        if parcel.tax_mode == "withhold":
            return True  # unconfirmed figures are never deducted
        day = parcel.order.placed_at.astimezone(VIETNAM).date()
        form = parcel.cooperative.legal_form
        rule = next((one for one in self.rules if one.legal_form == form and one.valid_from <= day), None)
        return rule is not None and rule.confirmed_by_id is not None


def _sum_of(seller: Cooperative, lines: list[TaxLine]) -> SellerSum:
    withheld = [line for line in lines if line.withheld]
    return SellerSum(
        seller=seller,
        lines=len(lines),
        revenue_dong=sum(line.revenue_dong for line in lines),
        vat_dong=sum(line.vat_dong for line in lines),
        pit_dong=sum(line.pit_dong for line in lines),
        withheld_vat_dong=sum(line.vat_dong for line in withheld),
        withheld_pit_dong=sum(line.pit_dong for line in withheld),
        confirmed=all(line.confirmed for line in lines),
    )


def _booked(code: str, period: Period) -> int:
    entries = LedgerEntry.objects.filter(
        account__code=code,
        transaction__livemode=True,
        transaction__at__gte=period.starts_at,
        transaction__at__lt=period.ends_at,
    )
    return entries.aggregate(sum=Sum("amount_dong"))["sum"] or 0


def _row(line: TaxLine) -> list[str | int]:
    return [
        line.seller.name,
        line.seller.tax_code,
        line.seller.legal_form,
        line.kind,
        line.day.isoformat(),
        line.parcel,
        line.revenue_dong,
        line.vat_bps,
        line.vat_dong,
        line.pit_bps,
        line.pit_dong,
        "yes" if line.withheld else "no",
        "yes" if line.confirmed else "no",
    ]
