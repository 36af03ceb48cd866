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

MOST_CODES = 500
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
    """Three queries, however many lines."""
    lines = list(parcel.lines.select_related("pack"))
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
    whole = [shelf for shelf in shelves if shelf.packs >= line.quantity]
    return LineToPack(line, tuple(reserved), tuple(whole))


def read_codes(text: str) -> list[str]:
    """Codes as a scanner or a person leaves them: one a line, or parted by blanks and commas. A public code may be
    written in two groups of five."""
    codes: list[str] = []
    for row in text.splitlines():
        whole = row.strip()
        if is_public_code(normalise_public_code(whole)):
            codes.append(whole)
        else:
            codes += [part for part in re.split(r"[\s,;]+", whole) if part]
    return codes[:MOST_CODES]


def picks_by_code(*, line: OrderLine, codes: Sequence[str], cooperative: Cooperative) -> list[Pick]:
    """One code alone means the whole line is from that batch; several mean one pack each.

    Raises ``WrongPick`` unknown_batch (fact: typed). Whether the batch may be sent is decided by packing itself.
    """
    batches = [find_batch(code, line=line, cooperative=cooperative) for code in codes]
    if len(batches) == 1:
        return [Pick(line.pk, batches[0].pk, line.quantity)]
    counted: dict[int, int] = {}
    for batch in batches:
        counted[batch.pk] = counted.get(batch.pk, 0) + 1
    return [Pick(line.pk, batch_id, packs) for batch_id, packs in counted.items()]


def find_batch(typed: str, *, line: OrderLine, cooperative: Cooperative) -> Batch:
    """By the code under the QR, the lot code on the pack, or the whole scanned address."""
    found = _by_address(typed) if "/" in typed else _by_public_code(typed) or _by_lot(typed, line, cooperative)
    if found is None:
        raise WrongPick("unknown_batch", title=line.title, typed=typed[:60])
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


def _by_lot(typed: str, line: OrderLine, cooperative: Cooperative) -> Batch | None:
    """Lot codes repeat between products: the line's own pack comes first."""
    lot = typed.strip().upper()
    batches = list(Batch.objects.of_cooperative(cooperative).filter(lot_code=lot)) if is_lot_code(lot) else []
    return next((batch for batch in batches if batch.pack_id == line.pack_id), batches[0] if batches else None)
