"""The demo's sales that began elsewhere: at the market, and by telephone for an invented buyer; by the same verb."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.hand_sales.writing_down import SoldLine, Told, write_down_sale
from traceability.batches.models import Batch
from traceability.products.models import Pack

SOLD = (
    ("market", 6, 3, "cash", "Chợ phiên cuối tuần", "", ""),
    ("phone", 2, 2, "transfer", "", "Cô Bảy (mẫu)", "+84900002001"),
    ("market", 1, 1, "cash", "Hội chợ OCOP huyện", "", ""),
)
"""Where it began, how many days ago, packs, paid how, place, buyer's name and telephone."""


def sell_outside(packs: Collection[Pack]) -> int:
    """For the cooperative of each pack, out of its oldest batch that has plenty; how many sales were written down."""
    return sum(_sell(pack, told) for pack in packs for told in SOLD)


def _sell(pack: Pack, told: tuple[str, int, int, str, str, str, str]) -> bool:
    where, days_ago, count, paid, place, name, phone = told
    cooperative: Cooperative = pack.product.cooperative
    day = clock.today() - timedelta(days=days_ago)
    batches = Batch.objects.of_cooperative(cooperative).may_leave(clock.today()).filter(pack=pack, packed_on__lte=day)
    batch = batches.filter(available_base__gte=20 * pack.net_quantity_base).order_by("pk").first()
    if batch is None:
        return False
    owner = Actor.of(cooperative.memberships.get(role="owner").user, cooperative)
    write_down_sale(
        cooperative=cooperative,
        lines=[SoldLine(batch.pk, count, pack.offer.price_dong)],
        told=Told(where, day, paid, place=place, buyer_name=name, buyer_phone=phone),
        key=uuid5(NAMESPACE_URL, f"demo-sold-outside:{pack.code}:{days_ago}"),
        actor=owner,
    )
    return True
