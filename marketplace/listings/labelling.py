"""What a label has to say of goods: what is in them, what one may be allergic to, how to keep them, what to mind, and
in which months they are harvested or made.

Facts and no praise: they hold at once, because an allergen must not wait for anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.catalogue.cataloguing import recatalogue
from marketplace.listings.flags import word_flags
from marketplace.listings.seasons import YEAR
from marketplace.listings.writing import BadListing
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.products.allergens import ALLERGENS
from traceability.products.models import Product

EATEN = ("1", "2", "3")
"""OCOP groups of what is eaten, drunk or taken; goods of no group may be."""


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """``ingredients``: as on the pack, most first. ``allergens``: codes. ``season_months``: 1 is January; none named:
    no season."""

    storage: str = ""
    ingredients: str = ""
    allergens: Sequence[str] = ()
    warnings: str = ""
    season_months: Sequence[int] = ()


def is_eaten(product: Product) -> bool:
    return product.ocop_group in ("", *EATEN)


@transaction.atomic
def tell_label(*, product: Product, facts: LabelFacts, actor: Actor) -> Product:
    """Keep them; buyers read them at once, also of batches that are out already.

    Raises ``BadListing``: praise (it says more than a fact: that belongs into the words, which are looked at),
    unknown_allergen, unknown_month; nothing is changed then.
    """
    if not set(facts.allergens) <= set(ALLERGENS):
        raise BadListing("unknown_allergen")
    if not set(facts.season_months) <= set(YEAR):
        raise BadListing("unknown_month")
    told = {
        "storage": " ".join(facts.storage.split()),
        "ingredients": " ".join(facts.ingredients.split()),
        "allergens": [code for code in ALLERGENS if code in facts.allergens],
        "warnings": " ".join(facts.warnings.split()),
        "season_months": sorted(set(facts.season_months)),
    }
    if any(word_flags(f"{told['storage']}\n{told['ingredients']}")):
        raise BadListing("praise")
    held = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    changed = sorted(name for name, value in told.items() if getattr(held, name) != value)
    if changed:
        Product.objects.filter(pk=held.pk).update(**told)
        touch_pages(Batch.objects.filter(product=held))
        if "season_months" in changed:
            # Whoever looks for what is in season finds it now: the nightly sweep is not for what was just told.
            recatalogue([held.pk])
        record(actor=actor, action="product.label_told", subject=held, cooperative=held.cooperative, fields=changed)
    product.refresh_from_db()
    return product
