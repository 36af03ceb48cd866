"""What the journey of a lot tells of each lot in it: a dozen plain facts, in one query.

Whole models with their product, pack, cooperative and field were half the cost of the page: two hundred objects, of
which a few words each were shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from traceability.batches.addresses import printed_uri
from traceability.batches.models import Batch
from traceability.gs1.building import batch_uri
from traceability.products.models import in_language


@dataclass(frozen=True, slots=True)
class Lot:
    """``plot`` is the name of the field where it grew, ``commune`` where that lies ("Xã Trần Đề")."""

    id: int
    kind: str
    status: str
    lot_code: str
    public_code: str
    base_unit: str
    cooperative_id: int
    cooperative: str
    material: str
    material_en: str
    product: str
    product_en: str
    product_km: str
    pack: str | None
    pack_en: str | None
    gtin: str | None
    ship_weight_g: int | None
    net_quantity_base: int | None
    plot: str | None
    commune: str | None

    @property
    def name(self) -> str:
        """What it is: "búp chè tươi", or the product and its pack."""
        if self.material:
            return in_language(self.material, self.material_en)
        product = in_language(self.product, self.product_en, self.product_km)
        return f"{product}, {in_language(self.pack, self.pack_en or '')}" if self.pack else product

    @property
    def is_public(self) -> bool:
        return self.status != Batch.Status.DRAFT

    @property
    def path(self) -> str:
        """The place of its public page."""
        return batch_uri("", gtin=self.gtin, lot=self.lot_code, public_code=self.public_code)

    @property
    def uri(self) -> str:
        """The printed identity."""
        return printed_uri(self.path)

    @property
    def piece_g(self) -> Fraction | None:
        """Grams of one piece: the pack's weight by its pieces, where there is a pack."""
        if self.base_unit != "piece" or not self.net_quantity_base:
            return None
        return Fraction(self.ship_weight_g or 0, self.net_quantity_base) or None


_COLUMNS = (
    *("pk", "kind", "status", "lot_code", "public_code", "base_unit", "cooperative_id", "cooperative__name"),
    *("material", "material_en", "product__name", "product__name_en", "product__name_km"),
    *("pack__name", "pack__name_en", "pack__gtin"),
    *("pack__ship_weight_g", "pack__net_quantity_base", "plot__name", "plot__commune__name_with_type"),
)


def lots_of(ids: Iterable[int]) -> dict[int, Lot]:
    """By their ids. One query."""
    rows = Batch.objects.filter(pk__in=list(ids)).order_by().values_list(*_COLUMNS)
    return {row[0]: Lot(*row) for row in rows}
