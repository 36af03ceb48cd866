"""What one may pack a parcel from, and which batch a scanned or typed code means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.cooperatives.models import Cooperative
from marketplace.orders.fulfilling import Pick, WrongPick, reserved_picks
from marketplace.orders.models import OrderLine, Parcel
from traceability.batches.models import Batch
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.lot_codes import is_lot_code
from traceability.gs1.parsing import parse_digital_link
from traceability.gs1.public_codes import is_public_code, normalise_public_code
from traceability.products.gtins import pack_id_of_gtin

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_OWN_PAGE = re.compile(r"^(?:/en)?/t/([^/]+)/?$")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A batch that could fill a line, with the packs it can give: free ones and those this line reserved."""

    batch: Batch
    packs: int


@dataclass(frozen=True, slots=True)
class LineToPack:
    """``reserved`` is what is proposed; ``whole`` are batches that could fill the line alone, first expired first."""

    line: OrderLine
    reserved: tuple[Shelf, ...]
    whole: tuple[Shelf, ...]


def lines_to_pack(parcel: Parcel, *, today: date) -> list[LineToPack]:
    """Of what is to be sent; four queries, however many lines."""
    lines = [line for line in parcel.lines.select_related("pack").prefetch_related("changes") if line.packs_to_send]
    kept = reserved_picks(parcel)
    on_sale = Batch.objects.on_sale(today).filter(pack__in=[line.pack_id for line in lines]).first_expired_first_out()
    batches = {batch.pk: batch for batch in on_sale}
    missing = {pick.batch_id for pick in kept} - set(batches)
    batches |= {batch.pk: batch for batch in Batch.objects.filter(pk__in=missing)}
    return [_line_to_pack(line, kept, list(batches.values()), today=today) for line in lines]


def _line_to_pack(line: OrderLine, kept: Sequence[Pick], batches: Sequence[Batch], *, today: date) -> LineToPack:
    own = {pick.batch_id: pick.packs for pick in kept if pick.line_id == line.pk}
    reserved = [Shelf(batch, own[batch.pk]) for batch in batches if batch.pk in own]
    shelves = [
        Shelf(batch, batch.available_base // line.net_quantity_base + own.get(batch.pk, 0))
        for batch in batches
        if batch.pack_id == line.pack_id
        and batch.status == Batch.Status.PUBLISHED
        and not batch.locked_at
        and not batch.is_expired(today)
    ]
    whole = [shelf for shelf in shelves if shelf.packs >= line.packs_to_send]
    return LineToPack(line, tuple(reserved), tuple(whole))


def find_batch(typed: str, *, packs: Sequence[int], cooperative: Cooperative) -> Batch:
    """By the code under the QR, the lot code on the pack, or the whole scanned address.

    ``packs``: those one looks for, the likeliest first. Raises ``WrongPick`` unknown_batch (fact: typed).
    """
    found = _by_address(typed) if "/" in typed else _by_public_code(typed) or _by_lot(typed, packs, cooperative)
    if found is None:
        raise WrongPick("unknown_batch", typed=typed[:60])
    return found


def _by_address(typed: str) -> Batch | None:
    path = _path_of(typed)
    if own := _OWN_PAGE.match(path):
        return _by_public_code(own[1])
    try:
        link = parse_digital_link(f"https://id.invalid{path.rstrip('/')}")
    except BadDigitalLink:
        return None
    if link.gtin is None or link.lot is None:
        return None
    pack_id = pack_id_of_gtin(link.gtin)
    return Batch.objects.filter(pack_id=pack_id, lot_code=link.lot).first() if pack_id else None


def _path_of(typed: str) -> str:
    """The path of an address with or without its scheme; a hand-typed one need not be well-formed."""
    host_and_path = re.split(r"[?#]", _SCHEME.sub("", typed.strip()))[0]
    return "/" + host_and_path.partition("/")[2]


def _by_public_code(typed: str) -> Batch | None:
    code = normalise_public_code(typed)
    return Batch.objects.filter(public_code=code).first() if is_public_code(code) else None


def _by_lot(typed: str, packs: Sequence[int], cooperative: Cooperative) -> Batch | None:
    """Lot codes repeat between products: those one looks for come first."""
    lot = typed.strip().upper()
    batches = list(Batch.objects.of_cooperative(cooperative).filter(lot_code=lot)) if is_lot_code(lot) else []
    by_pack = {batch.pack_id: batch for batch in batches}
    return next((by_pack[pack] for pack in packs if pack in by_pack), batches[0] if batches else None)
