"""Packs counted one by one as they go into the parcel. Every code is judged here, before anybody closes the box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from django.db import transaction

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.orders.fulfilling import Pick, WrongPick, check_pick, pack_parcel, reserved_picks
from marketplace.orders.models import OrderLine, Parcel
from marketplace.orders.picking import find_batch
from marketplace.packing.models import ScannedPack
from traceability.batches.models import Batch
from traceability.batches.posting import OutOfStock


@dataclass(slots=True)
class Tally:
    """How far a line is: ``found`` are its scanned packs by batch, in the order of the first scan."""

    line: OrderLine
    found: dict[int, int] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)

    @property
    def wanted(self) -> int:
        return self.line.packs_to_send

    @property
    def counted(self) -> int:
        return sum(self.found.values())

    @property
    def missing(self) -> int:
        return self.wanted - self.counted

    @property
    def by_batch(self) -> list[tuple[Batch, int]]:
        return [(self.batches[batch], packs) for batch, packs in self.found.items()]

    @property
    def last_batch(self) -> Batch | None:
        """That of the scan before: where the rest of the line most likely comes from."""
        return self.batches[next(reversed(self.found))] if self.found else None


def tallies_of(parcel: Parcel, member: User) -> list[Tally]:
    """Every line that is to be sent, with what this member has scanned of it. Three queries."""
    lines = parcel.lines.select_related("pack").prefetch_related("changes").order_by("pk")
    tallies = {line.pk: Tally(line) for line in lines if line.packs_to_send}
    rows = ScannedPack.objects.filter(parcel=parcel, member=member).select_related("batch").order_by("pk")
    for row in rows:
        tally = tallies.get(row.line_id)
        if tally is None:
            continue
        packs = tally.found.pop(row.batch_id, 0) + row.packs  # the last one scanned stands last
        tally.found[row.batch_id] = packs
        tally.batches[row.batch_id] = row.batch
    return list(tallies.values())


def scanned_picks(parcel: Parcel, member: User) -> list[Pick]:
    """As ``pack_parcel`` takes them; it refuses what is not complete."""
    return [
        Pick(tally.line.pk, batch, packs)
        for tally in tallies_of(parcel, member)
        for batch, packs in tally.found.items()
    ]


@transaction.atomic
def scan_pack(*, parcel: Parcel, typed: str, key: UUID, actor: Actor, whole_rest: bool = False) -> Batch:
    """Count one pack by its code (``whole_rest``: all that its line still lacks) and answer its batch.

    Raises ``WrongPick`` (unknown_batch, foreign_batch, other_product, batch_blocked, too_many) or ``OutOfStock`` and
    counts nothing. The same ``key`` counts one batch once; a pack of another batch under it is judged like any.
    """
    member = _member(actor)
    list(Parcel.objects.select_for_update().filter(pk=parcel.pk).values_list("pk"))
    earlier = ScannedPack.objects.filter(parcel=parcel, member=member, key=key).select_related("batch", "line").first()
    if earlier is not None:
        named = find_batch(typed, packs=[earlier.line.pack_id], cooperative=parcel.cooperative)
        if named.pk == earlier.batch_id:
            return earlier.batch
        # Another pack in the hand: counted in its own right, also once only should it be sent again.
        own = uuid5(key, f"batch:{named.pk}")
        return scan_pack(parcel=parcel, typed=named.public_code, key=own, actor=actor, whole_rest=whole_rest)
    tallies = sorted(tallies_of(parcel, member), key=lambda one: one.missing <= 0)
    batch = find_batch(typed, packs=[one.line.pack_id for one in tallies], cooperative=parcel.cooperative)
    tally = _line_for(batch, tallies, parcel)
    packs = max(tally.missing, 1) if whole_rest else 1
    _check_count(tally, batch, packs, parcel)
    ScannedPack.objects.create(parcel=parcel, member=member, line=tally.line, batch=batch, packs=packs, key=key)
    facts = {"lot": batch.lot_code, "packs": packs}
    record(actor=actor, action="parcel.scanned", subject=parcel, cooperative=parcel.cooperative, **facts)
    return batch


def _member(actor: Actor) -> User:
    assert actor.user is not None, "somebody holds the packs in the hand"
    return actor.user


def _line_for(batch: Batch, tallies: Sequence[Tally], parcel: Parcel) -> Tally:
    if batch.cooperative_id != parcel.cooperative_id:
        raise WrongPick("foreign_batch", batch=batch.lot_code)
    tally = next((one for one in tallies if one.line.pack_id == batch.pack_id), None)
    if tally is None:
        wanted = ", ".join(one.line.shown_title for one in tallies)
        raise WrongPick("other_product", title=wanted, batch=batch.lot_code)
    check_pick(tally.line, batch)
    return tally


def _check_count(tally: Tally, batch: Batch, packs: int, parcel: Parcel) -> None:
    if packs > tally.missing:
        raise WrongPick("too_many", title=tally.line.shown_title, wanted=tally.wanted, batch=batch.lot_code)
    own = sum(one.packs for one in reserved_picks(parcel) if (one.line_id, one.batch_id) == (tally.line.pk, batch.pk))
    free = batch.available_base // tally.line.net_quantity_base
    if tally.found.get(batch.pk, 0) + packs > own + free:
        wanted = packs * tally.line.net_quantity_base
        raise OutOfStock("out_of_stock", batch=batch.lot_code, wanted_base=wanted)


@transaction.atomic
def unscan(*, parcel: Parcel, actor: Actor, line_id: int | None = None) -> int:
    """Take the last scan of a line back, or without one all scans of this person; how many went."""
    rows = ScannedPack.objects.filter(parcel=parcel, member=_member(actor))
    if line_id is not None:
        rows = ScannedPack.objects.filter(
            pk__in=list(rows.filter(line=line_id).order_by("-pk").values_list("pk", flat=True)[:1])
        )
    gone = rows.delete()[0]
    if gone:
        facts = {"scans": gone}
        record(actor=actor, action="parcel.scan_taken_back", subject=parcel, cooperative=parcel.cooperative, **facts)
    return gone


@transaction.atomic
def close_parcel(*, parcel: Parcel, picks: Sequence[Pick], actor: Actor) -> Parcel:
    """Pack it (see ``pack_parcel``); what was counted on the way stands in its allocations from now on."""
    parcel = pack_parcel(parcel=parcel, picks=picks, actor=actor)
    ScannedPack.objects.filter(parcel=parcel).delete()
    return parcel
