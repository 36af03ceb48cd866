"""Ask the banks' feeds what came, and compare: webhooks get lost, and their senders give up within half an hour.

What the bank tells goes the way of every message; the report keeps what was missed, what differs, and what we hold
that the bank does not tell (a member's word nobody confirmed).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from community import clock
from marketplace.payments.facts import MoneyFact, RawEvent, fold_reference
from marketplace.payments.feeds.lists import ask, sources
from marketplace.payments.hearing.inbox import take_in
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.models import Capture, InboxEvent, Reconciliation
from marketplace.payments.providers.registry import event_reader
from marketplace.receiving.models import ReceivingAccount, mask

WINDOW = timedelta(days=2)
# Feeds lag behind banks: only what is older than this is missed.
SETTLED_AFTER = timedelta(hours=6)
MOST_DIFFERENCES = 500


def reconcile_all(*, since: datetime | None = None) -> list[Reconciliation]:
    """Every feed that can be asked; one that fails holds up no other."""
    return [reconcile(source=source, since=since or clock.now() - WINDOW) for source in sources()]


def reconcile(*, source: str, since: datetime) -> Reconciliation:
    """Ask, take in, compare. Call outside a transaction; an unreachable feed is written down, not raised."""
    started = clock.now()
    try:
        told = ask(source, since)
    except ProviderFailed as failure:
        return _keep(Reconciliation(source=source, since=since, started_at=started, error=failure.code))
    receipt = take_in(provider=source, events=_unknown(source, told))
    fresh = InboxEvent.objects.filter(pk__in=[row.pk for row in receipt.accepted]).order_by("pk")
    found = [row for event in fresh if (row := _found(event))]
    differences = found + _differing(source, told) + _untold(source, told, since, started)
    run = Reconciliation(source=source, since=since, started_at=started, told=len(told), found=len(found))
    run.differences = differences[:MOST_DIFFERENCES]
    return _keep(run)


@transaction.atomic
def _keep(run: Reconciliation) -> Reconciliation:
    """A run that has nothing new to say takes the place of the one before: six an hour would hide the others."""
    last = Reconciliation.objects.filter(source=run.source).order_by("-pk").first()
    if last is not None and not run.found and (last.differences, last.error) == (run.differences, run.error):
        last.since, last.started_at, last.told = run.since, run.started_at, run.told
        last.save(update_fields=["since", "started_at", "told"])
        return last
    run.save()
    return run


def _unknown(source: str, told: list[RawEvent]) -> list[RawEvent]:
    """Without those a webhook brought before: they were understood then, or wait for the clock."""
    known: set[tuple[str, str]] = set()
    for start in range(0, len(told), 500):
        numbers = [event.event_id for event in told[start : start + 500]]
        rows = InboxEvent.objects.filter(provider=source, event_id__in=numbers)
        known.update(rows.values_list("account_key", "event_id"))
    return [event for event in told if (event.account_key, event.event_id) not in known]


def _found(event: InboxEvent) -> dict[str, Any] | None:
    """Told by the list and by no webhook before."""
    if event.outcome == "duplicate":
        return None  # known by its bank reference, from another teller
    capture = event.captures.first()
    words = {"outcome": event.outcome, "status": event.status}
    return _row("found", event.account_key, event.event_id, capture) | words


def _differing(source: str, told: list[RawEvent]) -> list[dict[str, Any]]:
    """The same number with another amount than we wrote down."""
    ours = {
        capture.txn_id: capture
        for capture in Capture.objects.filter(provider=source, txn_id__in=[event.event_id for event in told])
    }
    rows = []
    for fact in _facts(source, told):
        capture = ours.get(fact.txn_id)
        if capture is not None and capture.amount_dong != fact.amount_dong:
            rows.append(_row("other_amount", fact.account_key, fact.txn_id, capture) | {"told_dong": fact.amount_dong})
    return rows


def _untold(source: str, told: list[RawEvent], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What we hold on accounts of this feed, from whoever, that its list does not name."""
    accounts = ReceivingAccount.objects.filter(feed=source).values_list("account_number", flat=True)
    facts = list(_facts(source, told))
    numbers = {fact.txn_id for fact in facts}
    references = {(fold_reference(fact.bank_reference), fact.amount_dong) for fact in facts}
    ours = Capture.objects.filter(
        account_key__in=list(accounts), booked_at__gte=since + timedelta(days=1), booked_at__lt=until - SETTLED_AFTER
    ).order_by("pk")
    return [
        _row("not_told", capture.account_key, capture.txn_id, capture)
        for capture in ours
        if not (capture.provider == source and capture.txn_id in numbers)
        and (capture.bank_reference, capture.amount_dong) not in references
    ]


def _facts(source: str, told: list[RawEvent]) -> list[MoneyFact]:
    reader = event_reader(source)
    assert reader is not None
    return [fact for event in told for fact in reader.interpret(event) if isinstance(fact, MoneyFact)]


def _row(what: str, account: str, txn: str, capture: Capture | None) -> dict[str, Any]:
    """One line of the report; account numbers masked, no words of buyers."""
    row: dict[str, Any] = {"what": what, "account": mask(account), "txn": txn[:120]}
    if capture is not None:
        row |= {
            "capture": capture.pk,
            "ours_dong": capture.amount_dong,
            "at": capture.booked_at.isoformat(),
            "reference": capture.bank_reference,
            "teller": capture.provider,
        }
    return json.loads(json.dumps(row))
