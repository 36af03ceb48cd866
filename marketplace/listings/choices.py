"""The packs a product comes in, each with its price, what is left and the batch it would come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from marketplace.listings.shelves import FEW, closed_until, shown_unit_price
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product

STRONG_PERCENT = 15


@dataclass(frozen=True, slots=True)
class PackChoice:
    """``batch`` is the one that goes first, None when nothing is left; ``left_kind`` is "" | "few" | "none"."""

    pack: Pack
    name: str
    price_dong: int
    unit_price: str
    packs_left: int
    left: str
    left_kind: str
    batch: Batch | None
    batch_path: str
    chosen: bool


def pack_choices(product: Product, lots: Mapping[int | None, Sequence[Batch]], *, picked: str = "") -> list[PackChoice]:
    """Packs on sale, smallest first; no query where ``packs__offer`` is prefetched. ``lots``: of :func:`lots_on_sale`.

    Chosen is the pack of that code, else the first that is left, else the first.
    """
    packs = [
        pack
        for pack in product.packs.all()
        if pack.status == Pack.Status.ACTIVE and hasattr(pack, "offer") and pack.offer.on_sale
    ]
    return choices_of(packs, lots, picked=picked)


def choices_of(
    packs: Sequence[Pack], batches: Mapping[int | None, Sequence[Batch]], *, picked: str = ""
) -> list[PackChoice]:
    """Of these packs with their offers, which may be written down nowhere yet, and of what is left by pack id."""
    left = {pack.pk: sum(batch.packs_available for batch in batches.get(pack.pk, [])) for pack in packs}
    chosen = next((pack for pack in packs if pack.code == picked), None)
    chosen = chosen or next((pack for pack in packs if left[pack.pk]), packs[0] if packs else None)
    return [_choice(pack, batches.get(pack.pk, []), left[pack.pk], chosen=pack is chosen) for pack in packs]


def lots_on_sale(product: Product) -> dict[int | None, list[Batch]]:
    """By pack id, those with a whole pack left, in the order they go. One query."""
    found: dict[int | None, list[Batch]] = {}
    on_sale = Batch.objects.on_sale(timezone.localdate()).filter(product=product, available_base__gt=0)
    for batch in on_sale.select_related("pack", "product__line").first_expired_first_out():
        if batch.packs_available and batch.pack_id is not None:
            found.setdefault(batch.pack_id, []).append(batch)
    return found


def _choice(pack: Pack, batches: Sequence[Batch], left: int, *, chosen: bool) -> PackChoice:
    first = batches[0] if batches else None
    return PackChoice(
        pack=pack,
        name=pack.shown_name,
        price_dong=pack.offer.price_dong,
        unit_price=shown_unit_price(pack.offer.price_dong, pack.net_quantity_base, pack.base_unit),
        packs_left=left,
        left=ngettext("%(count)s pack left", "%(count)s packs left", left) % {"count": left}
        if left
        else gettext("Sold out for now"),
        left_kind="none" if not left else "few" if left <= FEW else "",
        batch=first,
        batch_path=batch_path(first) if first else "",
        chosen=chosen,
    )


def why_not_sold(product: Product, choices: Sequence[PackChoice]) -> str:
    """Why there is no button, in a sentence; "" when it can be bought."""
    if product.sale_mode == Product.SaleMode.SHOWCASE:
        if product.abv_percent is not None and product.abv_percent >= STRONG_PERCENT:
            return gettext("By law, spirits of 15% alcohol and more may not be sold online. This page only shows them.")
        return gettext("This is only shown here, not sold online. Ask the cooperative by phone.")
    if until := product.cooperative.resting_until:
        return closed_until(until)
    if not choices:
        return gettext("The cooperative has stopped selling this for now.")
    if not any(choice.packs_left for choice in choices):
        return gettext("Sold out for now. A new batch will appear here when the cooperative has packed it.")
    return ""
