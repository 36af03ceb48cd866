"""Boxes, pallets and tanks: what is put in and what is taken out.

A container is known by its SSCC or by a name of the cooperative's own. Putting in and taking out move no stock and make
no edges: the goods stay the same lot. What happened to a container meanwhile: ``riding``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.epcis.facts import LotAmount, StepFacts
from traceability.epcis.identifiers import constrained
from traceability.epcis.stages import Stage
from traceability.events.models import Event
from traceability.events.working import (
    BadMovement,
    Done,
    StageName,
    Taken,
    Work,
    check_amount,
    check_once_each,
    check_order_in_time,
    check_own,
    check_work,
    take_locks,
)
from traceability.events.writing import Entry, in_vietnam, party_uri, write_event
from traceability.genealogy.containers import amount_in, enter, inside, leave, open_stays
from traceability.gs1.check_digits import check_digit

PUT_IN = StageName("put_in", "Xếp thùng", "Put into a box")
TAKEN_OUT = StageName("take_out", "Lấy khỏi thùng", "Taken out of a box")
_OWN_NAME = re.compile(r"[A-Z0-9][A-Z0-9-]{0,29}")


class BadContainer(DomainError):
    """Codes: bad_container (given), bad_sscc (given), container_of_another, not_in_container (lot),
    more_than_in (lot, in_base), too_much_in_boxes (lot, free_base), nothing_inside."""


def container_uri(name: str, cooperative: Cooperative) -> str:
    """``…/00/{SSCC}`` for 18 digits with a right check digit, else ``…/c/{cooperative}/{NAME}``: box THUNG-01."""
    tidy = re.sub(r"\s+", "", name).upper()
    base = settings.ID_BASE_URL.rstrip("/")
    if tidy.isdecimal() and len(tidy) == 18:
        if not tidy.isascii() or check_digit(tidy[:-1]) != tidy[-1]:
            raise BadContainer("bad_sscc", given=tidy)
        return f"{base}/00/{tidy}"
    if not _OWN_NAME.fullmatch(tidy):
        raise BadContainer("bad_container", given=name[:40])
    return f"{base}/c/{cooperative.code}/{tidy}"


@transaction.atomic
def put_in(*, container: str, contents: Sequence[Taken], work: Work, actor: Actor) -> Done:
    """So much of each lot is inside from ``work.event_time`` on. ``container`` is a name or an SSCC.

    Raises ``BadContainer``, ``BadMovement`` or ``ReplayMismatch`` and changes nothing. A lot cannot be in boxes with
    more than it ever held.
    """
    return _aggregate(_Box(container, tuple(contents), work, PUT_IN, Stage.PUT_IN), actor)


@transaction.atomic
def take_out(*, container: str, contents: Sequence[Taken], work: Work, actor: Actor) -> Done:
    """So much of each lot is no longer inside. Raises as :func:`put_in`."""
    return _aggregate(_Box(container, tuple(contents), work, TAKEN_OUT, Stage.TAKE_OUT), actor)


@dataclass(frozen=True, slots=True)
class _Box:
    container: str
    contents: tuple[Taken, ...]
    work: Work
    name: StageName
    stage: Stage


def _aggregate(box: _Box, actor: Actor) -> Done:
    check_work(box.work)
    if not box.contents:
        raise BadMovement("nothing_taken")
    for each in box.contents:
        check_amount(each.quantity_base)
    batches = [each.batch for each in box.contents]
    check_once_each(batches)
    cooperative = actor.cooperative or batches[0].cooperative
    check_own(batches, cooperative)
    uri = container_uri(box.container, cooperative)
    told = take_locks(batches)
    entry = Entry(
        batch=batches[0],
        facts=_facts(box, uri, cooperative),
        client_uuid=box.work.client_uuid,
        stage_name_en=box.name.name_en,
        photos=box.work.photos,
        quantity_base=box.contents[0].quantity_base,
    )
    earlier = Event.objects.filter(client_uuid=box.work.client_uuid).exists()
    if not earlier:
        _check(box, uri, cooperative)
    event, is_new = write_event(entry=entry, actor=actor)
    if is_new:
        contents = [(each.batch.pk, each.quantity_base) for each in box.contents]
        (enter if box.stage is Stage.PUT_IN else leave)(event, constrained(uri), contents)
        touch_pages(Batch.objects.filter(pk__in=told))
        action = "container.filled" if box.stage is Stage.PUT_IN else "container.emptied"
        lots = [batch.lot_code for batch in batches]
        record(actor=actor, action=action, subject=batches[0], cooperative=cooperative, container=uri, lots=lots)
    return Done(event, tuple(batches))


def _check(box: _Box, uri: str, cooperative: Cooperative) -> None:
    if inside(constrained(uri)).exclude(batch__cooperative=cooperative).exists():
        raise BadContainer("container_of_another")
    if box.stage is Stage.PUT_IN:
        check_order_in_time([each.batch for each in box.contents], box.work.event_time)
        for each in box.contents:
            boxed = amount_in(open_stays(each.batch.pk))
            if boxed + each.quantity_base > each.batch.on_hand_base:
                free = max(0, each.batch.on_hand_base - boxed)
                raise BadContainer("too_much_in_boxes", lot=each.batch.lot_code, free_base=free)
        return
    for each in box.contents:
        held = amount_in(open_stays(each.batch.pk, constrained(uri)).filter(from_at__lte=box.work.event_time))
        if not held:
            raise BadContainer("not_in_container", lot=each.batch.lot_code)
        if each.quantity_base > held:
            raise BadContainer("more_than_in", lot=each.batch.lot_code, in_base=held)


def _facts(box: _Box, uri: str, cooperative: Cooperative) -> StepFacts:
    work = box.work
    return StepFacts(
        stage=box.stage,
        stage_code=box.name.code,
        stage_name=box.name.name,
        at=in_vietnam(work.event_time),
        recorded_at=in_vietnam(work.recorded_at),
        place=party_uri(cooperative),
        party=party_uri(cooperative),
        who_says=str(work.who_says),
        container=uri,
        lots=tuple(LotAmount(batch_uri(each.batch), each.quantity_base, each.batch.base_unit) for each in box.contents),
        note=work.note.strip(),
        late_reason=work.late_reason,
        parameters=work.parameters,
        evidence=tuple(photo.sha256 for photo in work.photos),
    )
