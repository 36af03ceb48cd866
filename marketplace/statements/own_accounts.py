"""How each account of the operator moved in a period, beside what its bank or provider says lies there. Reads only.

Amounts in đồng. ``difference`` is the bank's figure less ours, at the bank's moment; ``reasons`` say what of it is
known: each carries what it adds to the bank's side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from marketplace.ledger.models import LedgerEntry
from marketplace.payments.models import BalanceLine, Capture, OwnMove, ToldBalance
from marketplace.payments.states import CARD_PROVIDERS, OwnMoveStatus
from marketplace.payments.treasury.balance_lines import ALL_FEE, OF_BUYERS, PAYOUTS, is_ours, unbooked_fees
from marketplace.payments.treasury.own_places import own_places
from marketplace.payouts.choosing import PAYOUT_SENT
from marketplace.payouts.models import Payout
from marketplace.payouts.states import PayoutStatus
from marketplace.statements.periods import Period

MOST_REASONS = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """``what``: ``not_told`` (we have it, the provider does not tell it yet), ``not_ours`` (another system's, on the

    same account), ``fee`` (kept, not booked yet), ``payout`` (handed to the bank, not gone yet), ``move`` (waits for a
    second person).
    """

    what: str
    dong: int
    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class KeptElsewise:
    """What a provider keeps in another currency, in its smallest unit: as it says, and as its movements add up."""

    currency: str
    told: int
    moved: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountReport:
    """``moved``: kind of transaction → đồng in the period. ``told``: the bank's last figure up to the period's end."""

    code: str
    name: str
    opening_dong: int
    in_dong: int
    out_dong: int
    fees_dong: int
    closing_dong: int
    moved: list[tuple[str, int]]
    told: ToldBalance | None
    ours_then_dong: int
    reasons: list[Reason]
    elsewise: list[KeptElsewise]

    @property
    def difference_dong(self) -> int:
        return self.told.amount_dong - self.ours_then_dong if self.told is not None else 0

    @property
    def unexplained_dong(self) -> int:
        """What nobody can say yet; 0 when the two agree."""
        return self.difference_dong - sum(reason.dong for reason in self.reasons)


def account_reports(period: Period, *, livemode: bool) -> list[AccountReport]:
    """Every account that ever held anything, or whose bank said so."""
    reports = [_report(code, name, period, livemode) for code, name in own_places().items()]
    return [
        one
        for one in reports
        if one.told is not None or one.moved or one.opening_dong or one.closing_dong or one.elsewise
    ]


def _report(code: str, name: str, period: Period, livemode: bool) -> AccountReport:
    entries = LedgerEntry.objects.filter(account__code=code, transaction__livemode=livemode)
    within = entries.filter(transaction__at__gte=period.starts_at, transaction__at__lt=period.ends_at)
    opening = _sum(entries.filter(transaction__at__lt=period.starts_at))
    fees = _sum(within.filter(_is_fee()))
    rest = within.exclude(_is_fee())
    said = ToldBalance.objects.filter(place=code, livemode=livemode, at__lt=period.ends_at).order_by("-at", "-pk")
    told = said.filter(currency="VND").first()
    moved = within.order_by().values_list("transaction__kind").annotate(sum=Sum("amount_dong"))
    return AccountReport(
        code=code,
        name=name,
        opening_dong=opening,
        in_dong=_sum(rest.filter(amount_dong__gt=0)),
        out_dong=-_sum(rest.filter(amount_dong__lt=0)),
        fees_dong=-fees,
        closing_dong=opening + _sum(within),
        moved=sorted(moved.values_list("transaction__kind", "sum")),
        told=told,
        ours_then_dong=_sum(entries.filter(transaction__at__lte=told.at)) if told else 0,
        reasons=_reasons(code, told, livemode) if told else [],
        elsewise=_kept_elsewise(code, said.exclude(currency="VND"), livemode),
    )


def _kept_elsewise(code: str, said: QuerySet[ToldBalance], livemode: bool) -> list[KeptElsewise]:
    """The books are in đồng: another currency is compared with the provider's own movements."""
    newest: dict[str, ToldBalance] = {}
    for told in said:
        newest.setdefault(told.currency, told)
    lines = BalanceLine.objects.filter(source=code.partition(":")[2], livemode=livemode)
    return [
        KeptElsewise(
            currency,
            told.amount_dong,
            lines.filter(currency=currency, at__lte=told.at).aggregate(sum=Sum("net"))["sum"] or 0,
            told.at,
        )
        for currency, told in sorted(newest.items())
    ]


def _is_fee() -> Q:
    charges = OwnMove.objects.filter(kind="bank_charge").values_list("pk", flat=True)
    keys = [key for pk in charges for key in (f"own-move:{pk}", f"own-move-undone:{pk}")]
    return Q(transaction__kind="provider_fee") | Q(transaction__key__in=keys)


def _sum(entries: QuerySet[LedgerEntry]) -> int:
    return entries.aggregate(sum=Sum("amount_dong"))["sum"] or 0


def _reasons(code: str, told: ToldBalance, livemode: bool) -> list[Reason]:
    source = code.partition(":")[2]
    found = _of_provider(source, told.at, livemode) if source in CARD_PROVIDERS else []
    found += _payouts_on_their_way(code, told.at, livemode) + _proposed(code, livemode)
    return sorted(found, key=lambda reason: reason.at)[:MOST_REASONS]


def _of_provider(source: str, until: datetime, livemode: bool) -> list[Reason]:
    """Only where the provider tells its movements at all."""
    lines = BalanceLine.objects.filter(source=source, livemode=livemode, at__lte=until)
    if not lines.exists():
        return []
    told = set(lines.filter(category="charge").values_list("money_ref", flat=True))
    ours = Capture.objects.filter(provider=source, livemode=livemode, booked_at__lte=until).exclude(txn_id__in=told)
    reasons = [Reason("not_told", -one.amount_dong, one.booked_at, one.txn_id) for one in ours.order_by("pk")]
    in_dong = lines.filter(currency="VND")
    strange = in_dong.filter(~Q(category__in=OF_BUYERS | PAYOUTS | ALL_FEE) | ~is_ours())
    reasons += [Reason("not_ours", line.net, line.at, line.txn_id) for line in strange]
    return reasons + [Reason("fee", -line.fee, line.at, line.txn_id) for line in unbooked_fees(in_dong)]


def _payouts_on_their_way(code: str, until: datetime, livemode: bool) -> list[Reason]:
    """In our books since they were handed over; the bank moves them when it works the file off."""
    waiting = Payout.objects.filter(status=PayoutStatus.SENT, livemode=livemode, sent_at__lte=until).order_by("pk")
    booked = LedgerEntry.objects.filter(account__code=code, transaction__kind=PAYOUT_SENT)
    keys = set(booked.values_list("transaction__key", flat=True))
    return [
        Reason("payout", one.amount_dong, one.sent_at, one.code)
        for one in waiting
        if one.sent_at is not None and f"payout-sent:{one.pk}" in keys
    ]


def _proposed(code: str, livemode: bool) -> list[Reason]:
    waiting = OwnMove.objects.filter(Q(into=code) | Q(out_of=code), status=OwnMoveStatus.PROPOSED, livemode=livemode)
    return [
        Reason("move", one.amount_dong if one.into == code else -one.amount_dong, one.recorded_at, one.reference)
        for one in waiting.filter(capture=None)
    ]
