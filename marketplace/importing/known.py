"""What a cooperative has already, as a row of a sheet names it; and what earlier rows of the same sheet make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, Sum

from community.cooperatives.models import Cooperative
from community.text.folding import as_written, fold
from marketplace.listings.models import Offer
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.events.models import Event
from traceability.products.models import LineStep, Pack, Product, ProductLine, StepKind
from traceability.products.taxonomy import ocop_subgroups


@dataclass(slots=True)
class KnownPack:
    """A pack that is there (``pack``) or that an earlier row (``place``) makes."""

    name: str
    net_quantity_base: int
    base_unit: str
    price_dong: int | None
    gtin: str = ""
    pack: Pack | None = None
    place: int | None = None
    is_archived: bool = False


@dataclass(slots=True)
class KnownGoods:
    """Goods that are there (``product``) or that an earlier row (``place``) makes."""

    name: str
    line: ProductLine | None
    product: Product | None = None
    place: int | None = None
    packs: list[KnownPack] = field(default_factory=list)


@dataclass(slots=True)
class KnownLot:
    """``packed``: packs in force; ``is_empty``: a draft of which nothing is recorded yet."""

    batch: Batch
    packed: int
    is_empty: bool


@dataclass(slots=True)
class Known:
    cooperative: Cooperative
    lines: dict[str, ProductLine]
    subgroups: dict[str, str]
    packing_lines: set[int]
    by_code: dict[str, KnownGoods]
    packs_by_code: dict[str, tuple[KnownGoods, KnownPack]]
    lots: dict[tuple[int, str], KnownLot]
    goods: dict[str, list[KnownGoods]] = field(default_factory=lambda: defaultdict(list))  # in use, as written
    bare: dict[str, list[KnownGoods]] = field(default_factory=lambda: defaultdict(list))  # the same, without accents
    gtins: set[str] = field(default_factory=set)
    lots_here: set[tuple[str, str]] = field(default_factory=set)
    unfit: set[str] = field(default_factory=set)  # new goods whose first row has a fault: the rows below wait for it

    def goods_named(self, typed: str) -> list[KnownGoods]:
        """As written, for "mứt dưa" is not "mứt dừa"; words typed without accents fit whatever folds to them."""
        name = as_written(typed)
        if name in self.goods or not name.isascii():
            return self.goods.get(name, [])
        return self.bare.get(name, [])

    def add(self, made: KnownGoods) -> KnownGoods:
        self.goods[as_written(made.name)].append(made)
        self.bare[fold(made.name)].append(made)
        return made

    def line_named(self, typed: str) -> ProductLine | None:
        """By its whole name, or by words that stand in one name only: "cà phê"."""
        wanted = fold(typed)
        if not wanted or wanted in self.lines:
            return self.lines.get(wanted)
        near = {line.pk: line for name, line in self.lines.items() if f" {wanted} " in f" {name} "}
        return next(iter(near.values())) if len(near) == 1 else None


def what_is_known(cooperative: Cooperative) -> Known:
    """Seven queries, whatever a cooperative has."""
    lines = list(ProductLine.objects.all())
    in_use, archived = _goods(cooperative)
    listed = [*in_use, *archived]
    known = Known(
        cooperative=cooperative,
        lines={fold(name): line for line in lines for name in (line.code, line.name_en, line.name) if name},
        subgroups={fold(word): one.code for one in ocop_subgroups() for word in (one.name_en, one.name, one.code)},
        packing_lines=set(LineStep.objects.filter(kind=StepKind.PACK).values_list("line_id", flat=True)),
        by_code={one.product.code: one for one in listed if one.product},
        packs_by_code={pack.pack.code: (one, pack) for one in listed for pack in one.packs if pack.pack},
        lots=_lots(cooperative),
    )
    for one in in_use:
        known.add(one)
    return known


def _goods(cooperative: Cooperative) -> tuple[list[KnownGoods], list[KnownGoods]]:
    """In use, and archived."""
    in_use: list[KnownGoods] = []
    archived: list[KnownGoods] = []
    for product in Product.objects.of_cooperative(cooperative).select_related("line").order_by("pk"):
        is_in_use = product.status == Product.Status.ACTIVE
        (in_use if is_in_use else archived).append(KnownGoods(product.name, product.line, product))
    by_id = {one.product.pk: one for one in (*in_use, *archived) if one.product}
    prices = dict(Offer.objects.filter(pack__product__cooperative=cooperative).values_list("pack_id", "price_dong"))
    for pack in Pack.objects.filter(product__cooperative=cooperative).order_by("pk"):
        one = by_id[pack.product_id]
        assert one.product is not None
        pack.product = one.product
        size, price = (pack.net_quantity_base, pack.base_unit), prices.get(pack.pk)
        is_archived = pack.status != Pack.Status.ACTIVE or one.product.status != Product.Status.ACTIVE
        one.packs.append(KnownPack(pack.name, *size, price, pack.gtin or "", pack, is_archived=is_archived))
    return in_use, archived


def _lots(cooperative: Cooperative) -> dict[tuple[int, str], KnownLot]:
    """Packed lots by product and code."""
    lots = Batch.objects.of_cooperative(cooperative).filter(pack__isnull=False).select_related("pack")
    in_force = Posting.objects.filter(batch__cooperative=cooperative, kind=PostingKind.PACK, cancelled_by=None)
    packed: dict[int, int] = defaultdict(int)
    packed |= dict(in_force.order_by().values_list("batch_id").annotate(sum=Sum("on_hand_delta")))
    mine = Q(items__batch__cooperative=cooperative)
    told = set(Event.objects.in_force().filter(mine).values_list("items__batch_id", flat=True))
    return {
        (lot.product_id, lot.lot_code): KnownLot(
            lot,
            packed[lot.pk] // (lot.pack.net_quantity_base if lot.pack else 1),
            is_empty=lot.status == Batch.Status.DRAFT and lot.pk not in told and not lot.on_hand_base,
        )
        for lot in lots
    }
