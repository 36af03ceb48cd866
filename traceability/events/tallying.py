"""Somebody counted or weighed a lot: said to everybody as an event of its own, with what the books said before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from community import clock
from community.audit.actors import Actor
from community.photos.models import Photo
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.facts import LotAmount, Parameter, StepFacts
from traceability.epcis.stages import Stage
from traceability.events.models import Event
from traceability.events.writing import Entry, in_vietnam, party_uri, write_event

COUNTED_STAGE = "count"
BOOK, COUNTED = "book", "counted"  # keys of the event's parameters, in kg, litres or pieces
_SPOKEN = {"g": (1000, "kg"), "ml": (1000, "lít"), "piece": (1, "cái")}


@dataclass(frozen=True, slots=True)
class Count:
    """``book_base`` was in the books, ``counted_base`` is there, both in the batch's base unit."""

    batch: Batch
    book_base: int
    counted_base: int
    note: str = ""
    photo: Photo | None = None


def record_count(count: Count, *, actor: Actor) -> Event:
    """Write the ``inspecting`` event and its leaf in the log; call inside a transaction. The ledger is the caller's.

    A lot that is empty is named without a quantity: EPCIS knows none that is zero. The parameters say both figures.
    """
    batch = count.batch
    now = in_vietnam(clock.now())
    photos = (count.photo,) if count.photo else ()
    facts = StepFacts(
        stage=Stage.INSPECT,
        stage_code=COUNTED_STAGE,
        stage_name="Kiểm đếm",
        at=now,
        recorded_at=now,
        place=party_uri(batch.cooperative),
        party=party_uri(batch.cooperative),
        lots=(LotAmount(batch_uri(batch), count.counted_base or None, batch.base_unit),),
        note=count.note,
        parameters=(
            _said(BOOK, "Sổ ghi trước khi đếm", count.book_base, batch),
            _said(COUNTED, "Đếm được", count.counted_base, batch),
        ),
        evidence=tuple(photo.sha256 for photo in photos),
    )
    entry = Entry(
        batch=batch,
        facts=facts,
        client_uuid=uuid4(),
        stage_name_en="Counted",
        photos=photos,
        quantity_base=count.counted_base,
    )
    return write_event(entry=entry, actor=actor)[0]


def _said(key: str, name: str, base: int, batch: Batch) -> Parameter:
    size, spoken = _SPOKEN[batch.base_unit]
    return Parameter(key, name, (Decimal(base) / size).normalize(), spoken)
