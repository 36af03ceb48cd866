"""The last thing a batch tells: so much of it left for a buyer. No buyer is ever named, nor the order: the document
holds a random reference, and which order it stands for is in the log's private part, which can be erased."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings

from community import clock
from community.audit.actors import Actor
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.facts import LotAmount, Reference, StepFacts
from traceability.epcis.stages import Stage
from traceability.events.logged import EVENT_SUBJECT
from traceability.events.models import Event
from traceability.events.writing import Entry, ReplayMismatch, in_vietnam, party_uri, write_event
from traceability.log.models import PrivatePart

SOLD_STAGE = "sold"
RETURNED_STAGE = "returned"
ORDER = "order"


def record_sale(
    *,
    batch: Batch,
    quantity_base: int,
    reference: str,
    client_uuid: UUID,
    actor: Actor,
    at: datetime | None = None,
) -> Event:
    """Write the ``retail_selling`` event of one allocation; once per ``client_uuid``. The ledger is the caller's.

    ``at``: when it was sold, if not now. The same ``client_uuid`` for another order raises ``ReplayMismatch``.
    """
    earlier = Event.objects.filter(client_uuid=client_uuid).first()
    if earlier is not None:
        if earlier.batch_id != batch.pk or order_of(earlier) not in (reference, None):
            raise ReplayMismatch("replay_mismatch", client_uuid=str(client_uuid))
        return earlier
    now = in_vietnam(clock.now())
    opaque = f"{settings.ID_BASE_URL.rstrip('/')}/voc/sale/{secrets.token_urlsafe(16)}"
    facts = StepFacts(
        stage=Stage.SELL,
        stage_code=SOLD_STAGE,
        stage_name="Bán cho người mua",
        at=in_vietnam(at) if at else now,
        recorded_at=now,
        place=party_uri(batch.cooperative),
        party=party_uri(batch.cooperative),
        lots=(LotAmount(batch_uri(batch), quantity_base, batch.base_unit),),
        documents=(Reference("inv", opaque),),
    )
    entry = Entry(
        batch=batch,
        facts=facts,
        client_uuid=client_uuid,
        stage_name_en="Sold to a buyer",
        quantity_base=quantity_base,
        private={ORDER: reference},
    )
    return write_event(entry=entry, actor=actor)[0]


def record_return(*, batch: Batch, quantity_base: int, client_uuid: UUID, actor: Actor) -> Event:
    """What had left for a buyer is back and good: the opposite of a sale, once per ``client_uuid``. Nobody is named.

    The ledger is the caller's.
    """
    if (earlier := Event.objects.filter(client_uuid=client_uuid).first()) is not None:
        return earlier
    now = in_vietnam(clock.now())
    facts = StepFacts(
        stage=Stage.RETURN,
        stage_code=RETURNED_STAGE,
        stage_name="Hàng không giao được, về lại kho",
        at=now,
        recorded_at=now,
        place=party_uri(batch.cooperative),
        party=party_uri(batch.cooperative),
        lots=(LotAmount(batch_uri(batch), quantity_base, batch.base_unit),),
    )
    entry = Entry(
        batch=batch,
        facts=facts,
        client_uuid=client_uuid,
        stage_name_en="Not delivered, back in store",
        quantity_base=quantity_base,
    )
    return write_event(entry=entry, actor=actor)[0]


def is_shop_sale(event: Event) -> bool:
    """A sale of reserved goods: its movement hangs on the order, not on the record. What was sold by hand moved with
    its record, and both are taken back together."""
    return event.stage == SOLD_STAGE and not event.postings.exists()


def order_of(sale: Event) -> str | None:
    """The order's code; None where it was erased, or the sale is older than this rule."""
    kept = PrivatePart.objects.filter(entry__subject=f"{EVENT_SUBJECT}{sale.pk}").values_list("body", flat=True).first()
    order: str | None = json.loads(kept)[ORDER] if kept else None
    return order
