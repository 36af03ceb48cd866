"""Gives a pack its GTIN, later or corrected. The only way a pack's GTIN changes once it has a batch."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record, record_many
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.gs1.check_digits import gtin14
from traceability.gs1.prefixes import check_gtin_prefix
from traceability.products.gtins import is_gtin_taken
from traceability.products.models import GtinRecord, Pack


class GtinTaken(DomainError):
    """Other goods carry this number or once did. Code: gtin_taken; fact: gtin."""


@transaction.atomic
def assign_gtin(*, pack: Pack, gtin: str, actor: Actor) -> Pack:
    """From now on ``pack`` carries ``gtin`` (8 to 14 digits as typed). What it carried before leads to it for ever.

    Raises BadKey (not_digits, bad_length, bad_check_digit), BadPrefix, GtinTaken. The number it has already: no change.
    """
    held = Pack.objects.select_for_update().select_related("product__cooperative").get(pk=pack.pk)
    number = check_gtin(gtin, pack=held)
    if held.gtin != number:
        try:
            with transaction.atomic():
                _write(held, number)
        except IntegrityError as clash:
            raise GtinTaken("gtin_taken", gtin=number) from clash
        cooperative = held.product.cooperative
        record(
            actor=actor,
            action="pack.gtin_assigned",
            subject=held,
            cooperative=cooperative,
            gtin=number,
            before=held.gtin or "",
        )
        touch_pages(Batch.objects.filter(pack=held))
    pack.gtin = number
    return pack


def give_first_gtins(*, packs: Sequence[Pack], cooperative: Cooperative, actor: Actor) -> None:
    """Packs of one cooperative that were saved with their number a moment ago: since when each carries it.

    In the caller's transaction, which asked whether the numbers are free; a clash is an IntegrityError.
    """
    now = clock.now()
    GtinRecord.objects.bulk_create(
        [GtinRecord(pack=pack, gtin=pack.gtin, since=now) for pack in packs if pack.gtin], batch_size=500
    )
    told = [(pack, {"gtin": pack.gtin, "before": ""}) for pack in packs]
    record_many(actor=actor, action="pack.gtin_assigned", cooperative=cooperative, subjects=told)


def check_gtin(typed: str, *, pack: Pack | None = None) -> str:
    """The 14 digits that ``typed`` means, if ``pack`` (or a pack still to be made) may carry them.

    Raises as :func:`assign_gtin`; changes nothing.
    """
    is_demo = settings.DEMO or (pack is not None and pack.product.cooperative.is_demo)
    number = check_gtin_prefix(gtin14(typed), demo_allowed=is_demo)
    if is_gtin_taken(number, by_other_than=pack.pk if pack else None):
        raise GtinTaken("gtin_taken", gtin=number)
    return number


def _write(pack: Pack, number: str) -> None:
    now = clock.now()
    if pack.gtin:
        GtinRecord.objects.update_or_create(gtin=pack.gtin, defaults={"pack": pack, "until": now})
    GtinRecord.objects.update_or_create(gtin=number, defaults={"pack": pack, "since": now, "until": None})
    Pack.objects.filter(pk=pack.pk).update(gtin=number)
