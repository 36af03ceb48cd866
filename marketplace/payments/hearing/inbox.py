"""Signed messages from banks and card providers: kept first, understood later, never lost, never done twice.

``receive`` checks the signature, inserts a row that the sender's own number makes unique, commits, and only then
tries to process it in a transaction of its own. Whatever happens after the commit, the row is there and the clock
(`process_due_events`) tries again. Both the HTTP view and the simulated bank call ``receive``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from community import clock
from community.errors import DomainError
from marketplace.payments.facts import RawEvent
from marketplace.payments.hearing.applying import apply_facts
from marketplace.payments.interface import BadSignature
from marketplace.payments.models import InboxEvent
from marketplace.payments.parking import park
from marketplace.payments.providers.registry import asks_back, event_reader, event_source, look_again
from marketplace.payments.states import ExceptionKind, InboxStatus
from marketplace.receiving.models import ReceivingAccount

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 256 * 1024
WAITING = (InboxStatus.RECEIVED, InboxStatus.FAILED)
BACK_OFF_MINUTES = (1, 2, 4, 8, 16, 32, 60)
GIVE_UP_AFTER = timedelta(days=3)
BATCH = 200


class UnknownSource(DomainError):
    """No such sender, or it has no secret on this site."""


@dataclass(frozen=True)
class Receipt:
    """What one delivery brought; both lists hold inbox rows."""

    accepted: tuple[InboxEvent, ...]
    duplicates: tuple[InboxEvent, ...]


def receive(
    *, provider: str, headers: Mapping[str, str], body: bytes, account: ReceivingAccount | None = None
) -> Receipt:
    """Take in one delivery; ``account`` when it came to the address of one receiving account.

    Raises UnknownSource or BadSignature with nothing stored; call outside a transaction.
    A duplicate is answered like a first delivery and changes nothing, except that a row that still waits is
    tried again at once: the sender repeats because it thinks we did not get it.
    """
    source = event_source(provider, account.pk if account else None)
    if source is None:
        raise UnknownSource("unknown_source")
    lowered = {name.lower(): value for name, value in headers.items()}
    events = source.verify(headers=lowered, body=body, now=clock.now())
    if account is not None and any(event.account_key != account.account_number for event in events):
        raise BadSignature("other_account")  # this secret speaks of its own account only
    return take_in(provider=provider, events=events)


def take_in(*, provider: str, events: Iterable[RawEvent]) -> Receipt:
    """Keep what was told and believed (a signed delivery, a list that was asked for), then try to apply it."""
    kept = [_keep(provider, event) for event in events]
    for row, _fresh in kept:
        if not asks_back(provider):  # else the clock: nobody waits in a request for an answer of an API
            process_event(event_id=row.pk)
    return Receipt(
        accepted=tuple(row for row, fresh in kept if fresh), duplicates=tuple(row for row, fresh in kept if not fresh)
    )


def _keep(provider: str, event: RawEvent) -> tuple[InboxEvent, bool]:
    """Insert and commit; the unique constraint decides between two deliveries at the same instant."""
    identity = {"provider": provider, "account_key": event.account_key, "event_id": event.event_id}
    try:
        with transaction.atomic():
            row = InboxEvent.objects.create(
                **identity,
                type=event.type,
                livemode=event.livemode,
                api_version=event.api_version,
                body=event.body,
            )
            return row, True
    except IntegrityError:
        row = InboxEvent.objects.get(**identity)
        if row.body != event.body:
            log.warning("payment event %s of %s came again with other words", row.pk, provider)
        return row, False


def process_event(*, event_id: int) -> str:
    """Apply one row in its own transaction; returns its state afterwards. A failure is kept and tried again."""
    try:
        row = InboxEvent.objects.get(pk=event_id)
        told = RawEvent(row.event_id, row.account_key, row.type, row.body, row.livemode, row.api_version)
        if row.status in WAITING:
            told = look_again(row.provider, told)
        with transaction.atomic():
            # The guarded UPDATE takes the row (on SQLite the database): a second worker finds nothing to do.
            mine = InboxEvent.objects.filter(pk=event_id, status__in=WAITING).update(attempts=F("attempts") + 1)
            if mine:
                _process(row, told)
    except Exception as error:
        log.exception("payment event %s failed", event_id)
        _fail(event_id, error)
    return InboxEvent.objects.values_list("status", flat=True).get(pk=event_id)


def _process(row: InboxEvent, told: RawEvent) -> None:
    source = event_reader(row.provider)
    if source is None:
        raise UnknownSource("unknown_source")
    status, outcome = apply_facts(facts=source.interpret(told), event=row)
    InboxEvent.objects.filter(pk=row.pk).update(
        status=status, outcome=outcome[:120], error="", processed_at=clock.now()
    )


def _fail(event_id: int, error: Exception) -> None:
    """Later again, with growing pauses; after three days a person must look."""
    now = clock.now()
    with transaction.atomic():
        row = InboxEvent.objects.select_for_update().get(pk=event_id)
        if row.status not in WAITING:
            return
        pause = BACK_OFF_MINUTES[min(row.attempts, len(BACK_OFF_MINUTES) - 1)]
        dead = now - row.received_at > GIVE_UP_AFTER
        InboxEvent.objects.filter(pk=event_id).update(
            status=InboxStatus.DEAD if dead else InboxStatus.FAILED,
            attempts=row.attempts + 1,
            error=type(error).__name__[:300],
            next_at=now + timedelta(minutes=pause),
        )
        if dead:
            park(kind=ExceptionKind.STUCK_EVENT, key=str(event_id), event=row)


def process_due_events(*, now: datetime) -> int:
    """Try every row whose time has come; returns how many were tried."""
    due = InboxEvent.objects.filter(status__in=WAITING, next_at__lte=now).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    for event_id in ids:
        process_event(event_id=event_id)
    return len(ids)
