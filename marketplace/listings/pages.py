"""What the page of goods says, for whoever shows it: the shop, the seller's preview, the moderators' desk.

One source and one template (``shopping/product_main.html``), so that a preview cannot differ from the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from community import clock
from community.cooperatives.models import Cooperative
from marketplace.listings.choices import PackChoice, choices_of, lots_on_sale, pack_choices, why_not_sold
from marketplace.listings.drafting import described
from marketplace.listings.models import Listing, ListingDraft, ListingPhoto, Offer
from marketplace.listings.offering import goods_of, new_pack_of, pack_of, product_of
from marketplace.listings.proofs import ShortHistory, Stamp, history_of, stamps_of, stamps_to_be
from marketplace.listings.seasons import Season, season_of
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.products.models import Product


@dataclass(frozen=True, slots=True)
class ProductPage:
    """``listing`` and ``product`` may be written down nowhere yet; ``batch`` is the one that goes first."""

    listing: Listing
    product: Product
    photos: Sequence[ListingPhoto]
    choices: Sequence[PackChoice]
    stamps: Sequence[Stamp]
    history: ShortHistory | None = None
    not_sold: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "not_sold", why_not_sold(self.product, self.choices))

    @property
    def seller(self) -> Cooperative:
        return self.product.cooperative

    @property
    def chosen(self) -> PackChoice | None:
        return next((choice for choice in self.choices if choice.chosen), None)

    @property
    def batch(self) -> Batch | None:
        return self.chosen.batch if self.chosen else None

    @property
    def missing(self) -> list[PackChoice]:
        """Packs of which nothing is left: one may ask to be told."""
        return [choice for choice in self.choices if not choice.packs_left]

    @property
    def season(self) -> Season | None:
        return season_of(self.product.season_months, today=clock.today())

    def facts(self) -> dict[str, object]:
        """The names that the template uses."""
        names = ("listing", "product", "seller", "photos", "choices", "chosen", "batch", "not_sold", "stamps")
        return {name: getattr(self, name) for name in (*names, "history", "missing", "season")}


def page_of(listing: Listing, *, picked: str = "") -> ProductPage:
    """Of what is on sale, or of its newest draft (``get_latest_revision_as_object``): prices and stock are today's."""
    product = listing.product
    lots = lots_on_sale(product)
    choices = pack_choices(product, lots, picked=picked)
    batch = next((choice.batch for choice in choices if choice.chosen), None)
    return ProductPage(
        listing=listing,
        product=product,
        photos=list(listing.photos.all()),
        choices=choices,
        stamps=stamps_of(product, [lot for of_pack in lots.values() for lot in of_pack]),
        history=history_of(batch) if batch else None,
    )


def page_of_draft(draft: ListingDraft) -> ProductPage:
    """Of goods still being described, as if all of it were approved; nothing is written."""
    said = described(draft)
    product = product_of(draft.cooperative, goods_of(said), code=draft.code)
    pack = pack_of(product, new_pack_of(said))
    Offer(pack=pack, price_dong=said.price_dong)  # sets pack.offer
    listing = Listing(product=product, title=said.name, summary=said.summary, story=said.story)
    papers = Certificate.objects.of_cooperative(draft.cooperative).filter(pk__in=said.papers)
    return ProductPage(
        listing=listing,
        product=product,
        photos=[ListingPhoto(photo=draft.photo)] if draft.photo else [],
        choices=choices_of([pack], {}),
        stamps=stamps_to_be(papers),
    )
