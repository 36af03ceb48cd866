"""Another size for a pack: changed where nothing was ever made or sold in it, else a new pack in its place."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.catalogue.cataloguing import recatalogue
from marketplace.listings.many import PricedPack, add_packs
from marketplace.listings.offering import NewPack
from marketplace.listings.writing import BadListing, stop_selling
from traceability.batches.models import Batch
from traceability.products.models import Pack


def is_used(pack: Pack) -> bool:
    """A batch, a label or an order says its size: it stays what it was. (Whatever was sold was sold from a batch.)"""
    return Batch.objects.filter(pack=pack).exists()


@transaction.atomic
def resize_pack(*, pack: Pack, to: NewPack, actor: Actor) -> Pack:
    """The pack that has the new size: the same one, or a new one at the same price while the old one is sold no more.

    One that only weighs something else with its wrapping stays the same one, also where it was made: no label says so.
    Another size loses its barcode: that number names the old one (GS1). Raises ``BadListing``: same_pack (the goods
    have another one of this name, or nothing is different) and changes nothing.
    """
    held = Pack.objects.select_for_update(of=("self",)).select_related("product__cooperative", "offer").get(pk=pack.pk)
    product = held.product
    if Pack.objects.filter(product=product, name=to.name).exclude(pk=held.pk).exists():
        raise BadListing("same_pack")
    if (held.name, held.net_quantity_base, held.base_unit) == (to.name, to.net_quantity_base, to.base_unit):
        return _weigh(held, to.ship_weight_g, actor)
    if held.name == to.name:
        raise BadListing("same_pack")
    facts = {"before": held.name, "now": to.name}
    if is_used(held):
        priced = PricedPack(to, held.offer.price_dong)
        [[fresh]] = add_packs(cooperative=product.cooperative, wanted=[(product, [priced])], actor=actor.as_part())
        stop_selling(pack=held, actor=actor.as_part())
        record(
            actor=actor, action="pack.replaced", subject=held, cooperative=product.cooperative, **facts, by=fresh.code
        )
        return fresh
    held.name, held.name_en = to.name, to.name_en
    held.net_quantity_base, held.base_unit, held.ship_weight_g = to.net_quantity_base, to.base_unit, to.ship_weight_g
    if held.gtin:
        facts["gtin"], held.gtin = held.gtin, None
    held.save(update_fields=["name", "name_en", "net_quantity_base", "base_unit", "ship_weight_g", "gtin"])
    record(actor=actor, action="pack.resized", subject=held, cooperative=product.cooperative, **facts)
    recatalogue([product.pk])
    return held


def _weigh(held: Pack, ship_weight_g: int, actor: Actor) -> Pack:
    if held.ship_weight_g == ship_weight_g:
        raise BadListing("same_pack")
    facts = {"before": held.ship_weight_g, "now": ship_weight_g}
    held.ship_weight_g = ship_weight_g
    held.save(update_fields=["ship_weight_g"])
    record(actor=actor, action="pack.weighed", subject=held, cooperative=held.product.cooperative, **facts)
    return held
