"""Payouts of a period, drafted: one per cooperative that is owed something. Nothing moves yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from marketplace.ledger.models import LedgerAccount, LedgerEntry
from marketplace.payments.providers.registry import simulated_is_on
from marketplace.payouts.choosing import ready
from marketplace.payouts.models import Payout, PayoutItem, PayoutQuerySet
from marketplace.receiving.models import FeedCode, ReceivingAccount

WEEK = timedelta(days=7)


@dataclass(slots=True)
class Drafted:
    """What came of it. ``carried``: owed nothing or less than nothing, so it waits for the next period (cooperative,

    đồng). ``homeless``: owed something, but no bank account to send it to.
    """

    payouts: list[Payout] = field(default_factory=list)
    carried: list[tuple[Cooperative, int]] = field(default_factory=list)
    homeless: list[tuple[Cooperative, int]] = field(default_factory=list)


def last_period(every: str, today: date) -> tuple[date, date]:
    """The last whole month (or week from Monday) before ``today``: its first day, and the first day after it."""
    if every == "week":
        end = today - timedelta(days=today.weekday())
        return end - WEEK, end
    end = today.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end


def make_payouts(*, period: tuple[date, date], actor: Actor, livemode: bool = True) -> Drafted:
    """Draft what is owed for everything before the period's end. Safe to repeat: a period has one live payout each.

    ``livemode`` False plays with the demo's money, and only there. Raises ValueError for a period that is not over.
    """
    if period[1] > clock.today() or period[0] >= period[1]:
        raise ValueError("only a period that is over is paid out")
    if not livemode and not simulated_is_on():
        raise ValueError("simulated money is paid out in a demo only")
    drafted = Drafted()
    for cooperative in _with_accounts():
        try:
            _draft(cooperative, period, actor, livemode, drafted)
        except IntegrityError:
            if not _live(cooperative, period, livemode).exists():
                raise  # not the race that the lock and the constraint are for
    return drafted


def make_due_payouts() -> Drafted | None:
    """What the clock does every night, as PAYOUT_EVERY says; None when payouts are made by hand."""
    if settings.PAYOUT_EVERY == "never":
        return None
    period = last_period(settings.PAYOUT_EVERY, clock.today())
    return make_payouts(period=period, actor=Actor.system("clock"))


def account_of(cooperative: Cooperative, *, livemode: bool) -> ReceivingAccount | None:
    """Where its money goes now."""
    accounts = ReceivingAccount.objects.filter(cooperative=cooperative, active=True)
    simulated = accounts.filter(feed=FeedCode.SIMULATED)
    return (accounts.exclude(feed=FeedCode.SIMULATED) if livemode else simulated).first()


def _with_accounts() -> Iterator[Cooperative]:
    opened = LedgerAccount.objects.filter(code__startswith="payable:", cooperative__isnull=False)
    yield from Cooperative.objects.filter(pk__in=opened.values("cooperative")).order_by("pk")


@transaction.atomic
def _draft(cooperative: Cooperative, period: tuple[date, date], actor: Actor, livemode: bool, drafted: Drafted) -> None:
    Cooperative.objects.select_for_update().get(pk=cooperative.pk)  # two drafts at once take turns
    if _live(cooperative, period, livemode).exists():
        return
    entries = ready(cooperative.pk, until=period[1], livemode=livemode)
    owed = -sum(entry.amount_dong for entry in entries)
    if owed <= 0:
        if entries:
            drafted.carried.append((cooperative, owed))
        return
    account = account_of(cooperative, livemode=livemode)
    if account is None:
        drafted.homeless.append((cooperative, owed))
        return
    drafted.payouts.append(_write(cooperative, period, actor, account, entries, owed))


def _live(cooperative: Cooperative, period: tuple[date, date], livemode: bool) -> PayoutQuerySet:
    return Payout.objects.live().filter(cooperative=cooperative, period_end=period[1], livemode=livemode)


def _write(
    cooperative: Cooperative,
    period: tuple[date, date],
    actor: Actor,
    account: ReceivingAccount,
    entries: list[LedgerEntry],
    owed: int,
) -> Payout:
    payout = Payout.objects.create(
        cooperative=cooperative,
        period_start=period[0],
        period_end=period[1],
        amount_dong=owed,
        livemode=account.livemode,
        account=account,
        bank_bin=account.bank_bin,
        bank_name=account.bank_name,
        account_number=account.account_number,
        holder=account.holder,
        made_at=clock.now(),
        made_by=actor.user,
    )
    PayoutItem.objects.bulk_create(
        PayoutItem(payout=payout, entry=entry, amount_dong=-entry.amount_dong) for entry in entries
    )
    record(actor=actor, action="payout.drafted", subject=payout, cooperative=cooperative, amount_dong=owed)
    return payout
