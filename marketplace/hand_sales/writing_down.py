"""Writing a sale down: packs leave their lots under the same guard as the shop's, with the same record in the log.

One sale is all or nothing. Lots are locked by id before anything is looked at, so a buyer in the shop and a jar sold at
the market never both get the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.text.dates import VIETNAM
from marketplace.hand_sales.models import UNDO_FOR, HandSale, HandSaleLine
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import Movement, OutOfStock, post
from traceability.batches.watching import moved
from traceability.events.correcting import declare_error
from traceability.events.models import ErrorDeclaration
from traceability.events.selling import record_sale
from traceability.events.withdrawing import hold_lots
from traceability.genealogy.linking import hold

LATEST_DAYS = 31
MOST_LINES = 100
MOST_PACKS = 100_000
MOST_PRICE_DONG = 499_999_999


class BadSale(DomainError):
    """Codes: nothing_sold, day_ahead, day_long_ago (fact: most), bad_count, bad_price, not_yours, batch_blocked (facts:
    batch, status), before_packing (facts: batch, on), too_late, undone, sent_before."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """So many packs of this batch at this price of one."""

    batch_id: int
    packs: int
    unit_price_dong: int


@dataclass(frozen=True, slots=True)
class Told:
    """Where, when and how, as the member says it; a buyer only where the goods still have to find one."""

    where: str
    day: date
    paid: str
    place: str = ""
    buyer_name: str = ""
    buyer_phone: str = ""


def write_down_sale(
    *, cooperative: Cooperative, lines: Sequence[SoldLine], told: Told, key: UUID, actor: Actor
) -> HandSale:
    """Take the packs out of their lots and keep what was said. The same ``key`` with the same words answers with
    the first sale; with others, or after that was taken back, it is refused (sent_before).

    Raises :class:`BadSale` or ``OutOfStock`` and changes nothing.
    """
    if earlier := _earlier(cooperative, lines, told, key=key):
        return earlier
    _check_words(lines, told)
    with transaction.atomic():
        return _write_down(cooperative, lines, told, key=key, actor=actor)


@transaction.atomic
def undo_sale(*, sale: HandSale, actor: Actor) -> HandSale:
    """Take it back within 24 hours: every record is declared wrong in the log, its movement balanced by its opposite.

    Raises :class:`BadSale` too_late or undone and changes nothing.
    """
    events = [line.event for line in sale.lines.select_related("event").order_by("batch_id")]
    hold()  # of all locks the graph's comes first
    hold_lots([line.batch_id for line in sale.lines.all()])
    now = clock.now()
    fresh = HandSale.objects.filter(pk=sale.pk, undone_at=None)
    if not fresh.filter(written_at__gt=now - UNDO_FOR).update(undone_at=now, undone_by=actor.user):
        raise BadSale("too_late" if fresh.exists() else "undone")
    for event in events:
        declare_error(
            event=event,
            reason=ErrorDeclaration.Reason.DID_NOT_OCCUR,
            note="bán ngoài sàn, ghi nhầm",
            client_uuid=uuid5(sale.key, f"undo:{event.pk}"),
            declared_at=now,
            actor=actor.as_part(),
            with_its_sale=True,
        )
    sale.refresh_from_db()
    record(actor=actor, action="hand_sale.undone", subject=sale, cooperative=sale.cooperative)
    return sale


# --- inside -----------------------------------------------------------------------------------------------------------
def _earlier(cooperative: Cooperative, lines: Sequence[SoldLine], told: Told, *, key: UUID) -> HandSale | None:
    sale = HandSale.objects.filter(key=key).first()
    if sale is None:
        return None
    if sale.cooperative_id != cooperative.pk or sale.undone_at or not _says(sale, lines, told):
        raise BadSale("sent_before")
    return sale


def _says(sale: HandSale, lines: Sequence[SoldLine], told: Told) -> bool:
    if sale.erased_at:  # who bought cannot be compared any more
        told = replace(told, buyer_name="", buyer_phone="")
    written = Told(sale.where, sale.day, sale.paid, sale.place, sale.buyer_name, sale.buyer_phone)
    of_sale = {SoldLine(line.batch_id, line.quantity, line.unit_price_dong) for line in sale.lines.all()}
    return written == told and of_sale == set(lines)


def _check_words(lines: Sequence[SoldLine], told: Told) -> None:
    today = clock.today()
    if not lines or len(lines) > MOST_LINES or len({line.batch_id for line in lines}) != len(lines):
        raise BadSale("nothing_sold")
    if told.day > today:
        raise BadSale("day_ahead")
    if told.day < today - timedelta(days=LATEST_DAYS):
        raise BadSale("day_long_ago", most=LATEST_DAYS)
    if any(not 0 < line.packs <= MOST_PACKS for line in lines):
        raise BadSale("bad_count", most=MOST_PACKS)
    if any(not 0 <= line.unit_price_dong <= MOST_PRICE_DONG for line in lines):
        raise BadSale("bad_price", most=MOST_PRICE_DONG)


def _write_down(
    cooperative: Cooperative, lines: Sequence[SoldLine], told: Told, *, key: UUID, actor: Actor
) -> HandSale:
    ids = [line.batch_id for line in lines]
    hold_lots(ids)
    if earlier := _earlier(
        cooperative, lines, told, key=key
    ):  # the same form, sent twice at once: the first one had the lots
        return earlier
    batches = Batch.objects.select_related("pack__product", "cooperative").in_bulk(ids)
    sale = HandSale.objects.create(
        cooperative=cooperative,
        key=key,
        where=told.where,
        place=told.place,
        day=told.day,
        paid=told.paid,
        total_dong=sum(line.packs * line.unit_price_dong for line in lines),
        buyer_name=told.buyer_name,
        buyer_phone=told.buyer_phone,
        written_by=actor.user,
    )
    for line in sorted(lines, key=lambda one: one.batch_id):
        _take(sale, _sellable(cooperative, batches.get(line.batch_id), told.day), line, actor=actor)
    moved(ids)
    record(actor=actor, action="hand_sale.written", subject=sale, cooperative=cooperative, total_dong=sale.total_dong)
    return sale


def _sellable(cooperative: Cooperative, batch: Batch | None, day: date) -> Batch:
    if batch is None or batch.cooperative_id != cooperative.pk or batch.pack is None:
        raise BadSale("not_yours")
    locked = batch.status == Batch.Status.PUBLISHED and batch.locked_at is not None
    if locked or batch.status != Batch.Status.PUBLISHED or batch.is_expired(day):
        raise BadSale("batch_blocked", batch=batch.lot_code, status="locked" if locked else batch.status)
    if batch.packed_on is not None and day < batch.packed_on:
        raise BadSale("before_packing", batch=batch.lot_code, on=batch.packed_on)
    return batch


def _take(sale: HandSale, batch: Batch, line: SoldLine, *, actor: Actor) -> None:
    pack = batch.pack
    assert pack is not None
    base = line.packs * pack.net_quantity_base
    if batch.available_base < base:  # the guard below says the same, but only after the record was written
        raise OutOfStock("out_of_stock", batch=batch.lot_code, wanted_base=base)
    event = record_sale(
        batch=batch,
        quantity_base=base,
        reference=sale.code,
        client_uuid=uuid5(sale.key, f"batch:{batch.pk}"),
        actor=actor,
        at=_moment(sale.day),
    )
    movement = Movement(
        PostingKind.SELL, base, key=f"hand_sale:{sale.pk}:{batch.pk}", at=event.event_time, event_id=event.pk,
        by=actor.user, from_reserve=False,
    )  # fmt: skip
    post(batch_id=batch.pk, movement=movement)
    HandSaleLine.objects.create(
        sale=sale,
        batch=batch,
        event=event,
        title=pack.product.name,
        title_en=pack.product.name_en,
        pack_name=pack.name,
        pack_name_en=pack.name_en,
        quantity=line.packs,
        unit_price_dong=line.unit_price_dong,
        net_quantity_base=pack.net_quantity_base,
        total_dong=line.packs * line.unit_price_dong,
    )


def _moment(day: date) -> datetime:
    """Now for today. A day that is over has no hour: its last minute, so that all of that day comes before the sale."""
    now = clock.now()
    return min(now, datetime.combine(day, time(23, 59), tzinfo=VIETNAM))
