"""Events in the log: what a leaf says of an event, entering what was recorded before there was a log, and whether the
tables still say what the log says."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.certificates.logged import SUBJECT as CERTIFICATE_SUBJECT
from traceability.certificates.logged import leaves_that_lack
from traceability.epcis.canonical import Canonical
from traceability.events.models import ErrorDeclaration, Event, EventItem
from traceability.genealogy.tracing import descendant_ids
from traceability.log.appending import append, take_turn
from traceability.log.checkpoints import latest_checkpoint, make_checkpoint
from traceability.log.keys import NoKey
from traceability.log.leaves import CERTIFICATE, EPCIS_EVENT, ERROR_DECLARATION, Leaf
from traceability.log.models import Checkpoint, LogEntry
from traceability.log.proving import LogBroken
from traceability.products.models import Product

logger = logging.getLogger(__name__)

AT_ONCE = 500
EVENT_SUBJECT, DECLARATION_SUBJECT = "event:", "declaration:"


def event_leaf(event: Event, *, document: Mapping[str, Any] | Canonical, about: Sequence[str], party: str) -> Leaf:
    """``document`` is what ``event.body`` says, or that text where it is canonical; ``about`` the lots and packs;
    ``party`` who recorded, as a URI."""
    return Leaf(
        kind=EPCIS_EVENT,
        subject=f"{EVENT_SUBJECT}{event.pk}",
        payload=document,
        about=tuple(dict.fromkeys(about)),
        actor=party,
        received=event.received_at,
    )


@transaction.atomic
def enter_missing() -> int:
    """Append what is older than the log: events, declarations and certificates, in the order they came; how many.

    Only kinds of which the log has nothing yet, and all of them or none: a row that turns up beside a log that knows
    its kind came past us, and stays a finding of the audit instead of being entered as if it were ours.
    """
    take_turn()
    known = set(LogEntry.objects.order_by().values_list("kind", flat=True).distinct())
    entered = 0
    for kind in (EPCIS_EVENT, ERROR_DECLARATION, CERTIFICATE):
        while kind not in known and (leaves := _leaves_that_lack(kind)):
            entered += len(append(leaves))
    return entered


def _leaves_that_lack(kind: str) -> list[Leaf]:
    """A part of them."""
    if kind == CERTIFICATE:
        return leaves_that_lack(AT_ONCE)
    if kind == EPCIS_EVENT:
        events = _without_entry(Event.objects.order_by("pk"), EVENT_SUBJECT).select_related("cooperative")
        return [_leaf_of_event(event) for event in events.prefetch_related("items")[:AT_ONCE]]
    declared = _without_entry(ErrorDeclaration.objects.order_by("pk"), DECLARATION_SUBJECT)
    whole = declared.select_related("event__cooperative").prefetch_related("event__items")
    return [_leaf_of_declaration(each) for each in whole[:AT_ONCE]]


def _without_entry(rows: QuerySet[Any], prefix: str) -> QuerySet[Any]:
    subject = Concat(Value(prefix), Cast(OuterRef("pk"), CharField()))
    return rows.filter(~Exists(LogEntry.objects.filter(subject=subject)))


def _leaf_of_event(event: Event) -> Leaf:
    return event_leaf(event, document=json.loads(event.body), about=_about(event), party=_party(event))


def _leaf_of_declaration(declaration: ErrorDeclaration) -> Leaf:
    return Leaf(
        kind=ERROR_DECLARATION,
        subject=f"{DECLARATION_SUBJECT}{declaration.pk}",
        payload=json.loads(declaration.body),
        about=_about(declaration.event),
        actor=_party(declaration.event),
        received=declaration.received_at,
    )


def _about(event: Event) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.epc_uri for item in event.items.all()))


def _party(event: Event) -> str:
    return f"{settings.ID_BASE_URL.rstrip('/')}/p/{event.cooperative.code}"


def sign_and_tell() -> Checkpoint | None:
    """Make a checkpoint; the pages that show records it covers for the first time are drawn anew.

    Two transactions, for who records locks lots first and the log last: the log is free again before lots are locked.
    Raises ``LogBroken`` or ``NoKey`` as :func:`make_checkpoint` does.
    """
    last = latest_checkpoint()
    made = make_checkpoint()
    if made is None or (last is not None and last.pk == made.pk):
        return made
    _touch_pages_of(range(last.size if last else 0, made.size))
    return made


def try_to_sign() -> Checkpoint | None:
    """As :func:`sign_and_tell`, where work must go on without it: what is wrong goes to the site's own log."""
    try:
        return sign_and_tell()
    except (LogBroken, NoKey, OperationalError) as fault:
        logger.error("the log was not signed, or pages not drawn anew: %s", fault)
        return None


def _touch_pages_of(entries: range) -> None:
    """Of the lots these entries tell of, of the lots made of them, whose pages show the same records, and of those
    whose pages show a certificate."""
    for first in range(entries.start, entries.stop, AT_ONCE):
        covered = LogEntry.objects.filter(seq__range=(first, min(first + AT_ONCE, entries.stop) - 1))
        ids = _rows(covered.filter(kind=EPCIS_EVENT), EVENT_SUBJECT)
        told = set(Event.objects.filter(pk__in=ids, batch__isnull=False).values_list("batch", flat=True))
        told |= set(EventItem.objects.filter(event__in=ids, batch__isnull=False).values_list("batch", flat=True))
        _touch_in_parts(Batch.objects.filter(pk__in=told | descendant_ids(told)))
        papers = _rows(covered.filter(kind=CERTIFICATE), CERTIFICATE_SUBJECT)
        if papers:
            _touch_in_parts(Batch.objects.filter(product__in=Product.objects.filter(certificates__in=papers)))


def _rows(entries: QuerySet[LogEntry], prefix: str) -> list[int]:
    return [int(subject.removeprefix(prefix)) for subject in entries.values_list("subject", flat=True)]


def _touch_in_parts(lots: QuerySet[Batch]) -> None:
    """Some at a time, each in a transaction of its own, locked by their keys as everybody locks lots."""
    last = 0
    while part := list(lots.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        last = part[-1]
        with transaction.atomic():
            rows = Batch.objects.filter(pk__in=part)
            list(rows.order_by("pk").select_for_update().values_list("pk"))
            touch_pages(rows)
