"""The last thing a batch tells: so much of it left for a buyer. No buyer is ever named."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from community import clock
from community.audit.actors import Actor
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.facts import LotAmount, Reference, StepFacts
from traceability.epcis.stages import Stage
from traceability.events.models import Event
from traceability.events.writing import Entry, in_vietnam, party_uri, write_event

SOLD_STAGE = "sold"


def record_sale(*, batch: Batch, quantity_base: int, reference: str, client_uuid: UUID, actor: Actor) -> Event:
    """Write the ``retail_selling`` event of one allocation; once per ``client_uuid``. The ledger is the caller's."""
    now = in_vietnam(clock.now())
    facts = StepFacts(
        stage=Stage.SELL,
        stage_code=SOLD_STAGE,
        stage_name="Bán cho người mua",
        at=now,
        recorded_at=now,
        place=party_uri(batch.cooperative),
        party=party_uri(batch.cooperative),
        lots=(LotAmount(batch_uri(batch), quantity_base, batch.base_unit),),
        documents=(Reference("inv", f"{settings.ID_BASE_URL.rstrip('/')}/voc/order/{reference}"),),
    )
    entry = Entry(
        batch=batch,
        facts=facts,
        client_uuid=client_uuid,
        stage_name_en="Sold to a buyer",
        quantity_base=quantity_base,
    )
    return write_event(entry=entry, actor=actor)[0]
