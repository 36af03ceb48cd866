"""Takes an import back within a day: all of it, unless something of it was used since; then it says what, and stays.

What can vanish without a trace vanishes (goods, packs, prices nobody saw); what was recorded in the log is declared
wrong, as a hand would do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, Q
from wagtail.models import Revision, WorkflowState

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record, record_many
from community.errors import DomainError
from marketplace.basket.models import BasketLine
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.importing.taking_in import CHUNK, CannotImport, move
from marketplace.listings.many import change_prices, recatalogue_packs
from marketplace.listings.models import Listing, Offer
from marketplace.orders.models import OrderLine
from traceability.batches.models import Batch
from traceability.events.withdrawing_many import NotAlone, withdraw_many
from traceability.products.models import GtinRecord, Pack, Product

NOTE = "Hoàn tác lần nhập bảng tính"
NAMED = 20


@dataclass(slots=True)
class Made:
    """Ids of what an import made. ``prices``: pack → (before, after); ``new_prices``: of packs it made."""

    products: list[int] = field(default_factory=list)
    packs: list[int] = field(default_factory=list)
    new_prices: dict[int, int] = field(default_factory=dict)
    gtins: dict[int, str] = field(default_factory=dict)
    prices: dict[int, tuple[int, int]] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)


@transaction.atomic
def ask_to_undo(*, sheet: SheetImport, actor: Actor) -> None:
    """Somebody pressed the button; the worker does the rest. Raises :class:`CannotImport` (too_late, moved)."""
    sheet.refresh_from_db()
    if sheet.status == ImportStatus.APPLIED and not sheet.can_be_undone:
        raise CannotImport("too_late")
    move(sheet, (ImportStatus.APPLIED,), ImportStatus.UNDOING, actor)


def undo_import(*, sheet: SheetImport, actor: Actor) -> None:
    """The worker's; twice changes nothing."""
    try:
        with transaction.atomic():
            _undo(sheet, actor)
    except (DomainError, ProtectedError, IntegrityError) as fault:
        used = list(fault.facts.get("used", [])) if isinstance(fault, DomainError) else []
        SheetImport.objects.filter(pk=sheet.pk, status=ImportStatus.UNDOING).update(
            status=ImportStatus.APPLIED, refused={"code": "used", "used": used}
        )
    sheet.refresh_from_db()


def _undo(sheet: SheetImport, actor: Actor) -> None:
    held = SheetImport.objects.select_for_update(of=("self",)).select_related("cooperative").get(pk=sheet.pk)
    if held.status != ImportStatus.UNDOING:
        return
    made = made_by(held)
    withdrawn = _withdraw(held, made, actor)
    _hold(made)
    if used := list(used_since(made, withdrawn)):
        raise CannotImport("used", used=used[:NAMED])
    prices = {pk: old for pk, (old, _new) in made.prices.items()}
    changed = change_prices(cooperative=held.cooperative, prices=prices, actor=actor, catalogued=False)
    _take_away(held, made, actor)
    recatalogue_packs(changed)
    SheetImport.objects.filter(pk=held.pk).update(status=ImportStatus.UNDONE, undone_at=clock.now(), refused={})
    facts = {
        "goods": len(made.products),
        "packs": len(made.packs),
        "prices": len(made.prices),
        "lots": len(made.batches),
    }
    record(actor=actor, action="sheet_import.undone", subject=held, cooperative=held.cooperative, **facts)


def made_by(sheet: SheetImport) -> Made:
    made = Made()
    for one in ImportRow.objects.filter(sheet_import=sheet).values_list("made", flat=True).iterator(CHUNK):
        made.products += [one["product"]] if "product" in one else []
        if "pack" in one:
            pack_id, made.new_prices[one["pack"][0]], made.gtins[one["pack"][0]] = one["pack"]
            made.packs.append(pack_id)
        if "price" in one:
            made.prices[one["price"][0]] = (one["price"][1], one["price"][2])
        if "event" in one:
            made.batches.append(one["batch"])
            made.events.append(one["event"])
    return made


def _withdraw(sheet: SheetImport, made: Made, actor: Actor) -> set[int]:
    """Ids of the lots that are empty drafts now."""
    if not made.events:
        return set()
    try:
        lots = withdraw_many(cooperative=sheet.cooperative, event_ids=made.events, note=NOTE, actor=actor)
    except NotAlone as fault:
        raise CannotImport("used", used=[["lot", code] for code in fault.facts["lots"]][:NAMED]) from fault
    return {lot.pk for lot in lots}


def _hold(made: Made) -> None:
    """Nobody packs, prices or lists these while we look and take away."""
    list(Product.objects.select_for_update().filter(pk__in=made.products).order_by("pk").values_list("pk"))
    list(Pack.objects.select_for_update().filter(pk__in=made.packs).order_by("pk").values_list("pk"))
    list(Listing.objects.select_for_update().filter(product__in=made.products).order_by("pk").values_list("pk"))


def used_since(made: Made, withdrawn: set[int]) -> Iterator[list[str]]:
    """[what, name] for everything that somebody worked with since: ordered, priced, described, packed, printed."""
    of_packs = {"pack__in": made.packs}
    for code, name in OrderLine.objects.filter(**of_packs).values_list("parcel__code", "title").distinct():
        yield ["order", f"{name} ({code})"]
    for name in BasketLine.objects.filter(**of_packs).values_list("pack__product__name", flat=True).distinct():
        yield ["basket", name]
    prices = made.new_prices | {pk: new for pk, (_old, new) in made.prices.items()}
    offers = Offer.objects.filter(pack__in=prices).select_related("pack__product")
    for offer in offers:
        if offer.price_dong != prices[offer.pack_id] or (offer.pack_id in made.new_prices and not offer.on_sale):
            yield ["price", f"{offer.pack.product.name} {offer.pack.name}"]
    for title in _worked_on(made.products):
        yield ["words", title]
    for pack in Pack.objects.filter(pk__in=made.packs).select_related("product"):
        if (pack.gtin or "") != made.gtins[pack.pk]:
            yield ["pack", f"{pack.product.name} {pack.name}"]
    for name in Product.objects.filter(pk__in=made.products, certificates__isnull=False).values_list("name", flat=True):
        yield ["paper", name]
    more = Pack.objects.filter(product__in=made.products).exclude(pk__in=made.packs)
    for pack in more.select_related("product"):
        yield ["pack", f"{pack.product.name} {pack.name}"]
    lots = Batch.objects.filter(Q(pack__in=made.packs) | Q(product__in=made.products)).exclude(pk__in=withdrawn)
    for code in lots.values_list("lot_code", flat=True):
        yield ["lot", code]
    for code in Batch.objects.filter(pk__in=withdrawn, label_runs__isnull=False).values_list("lot_code", flat=True):
        yield ["labels", code]


def _worked_on(products: list[int]) -> Iterator[str]:
    """Titles of listings that are live, were sent for review, or have more than the words that the import wrote."""
    listings = {
        str(pk): (title, live)
        for pk, title, live in Listing.objects.filter(product__in=products).values_list("pk", "title", "live")
    }
    kind = ContentType.objects.get_for_model(Listing)
    numbers = list(listings)
    seen = {number for number, (_title, live) in listings.items() if live}
    for start in range(0, len(numbers), CHUNK):
        ours = {"base_content_type": kind, "object_id__in": numbers[start : start + CHUNK]}
        seen |= set(WorkflowState.objects.filter(**ours).values_list("object_id", flat=True))
        written = Revision.objects.filter(**ours).order_by().values_list("object_id").annotate(count=Count("pk"))
        seen |= {number for number, count in written if count > 1}
    yield from (listings[number][0] for number in sorted(seen))


def _take_away(sheet: SheetImport, made: Made, actor: Actor) -> None:
    """Goods without lots vanish; goods whose lots the log has told of are archived, for their lots stay."""
    kept = set(Batch.objects.filter(product__in=made.products).values_list("product_id", flat=True))
    kept_packs = set(Batch.objects.filter(pack__in=made.packs).values_list("pack_id", flat=True))
    gone = [Product(pk=pk) for pk in made.products]
    record_many(
        actor=actor, action="product.import_undone", cooperative=sheet.cooperative, subjects=[(one, {}) for one in gone]
    )
    listings = Listing.objects.filter(product__in=made.products)
    numbers = [str(pk) for pk in listings.values_list("pk", flat=True)]
    listings.update(latest_revision=None)
    for start in range(0, len(numbers), CHUNK):
        Revision.objects.for_instance(Listing()).filter(object_id__in=numbers[start : start + CHUNK]).delete()
    listings.delete()
    Offer.objects.filter(pack__in=made.packs).delete()
    packs = Pack.objects.filter(pk__in=made.packs)
    GtinRecord.objects.filter(pack__in=made.packs).exclude(pack__in=kept_packs).delete()
    packs.exclude(pk__in=kept_packs).delete()
    packs.filter(pk__in=kept_packs).update(status=Pack.Status.ARCHIVED)
    Product.objects.filter(pk__in=made.products).exclude(pk__in=kept).delete()
    Product.objects.filter(pk__in=kept).update(status=Product.Status.ARCHIVED)
