"""The last packs, many buyers: nothing is sold twice, nobody meets "database is locked"."""

from __future__ import annotations

import secrets
import time

from django.db import OperationalError

from community.audit.actors import Actor
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from marketplace.orders.reserving import SoldOut
from tests.bench.figures import Figure, percentile
from tests.bench.plan import Plan
from tests.bench.seeding import Ground
from tests.concurrency.at_once import at_once
from tests.making import PackPlan, fill_basket, make_product, make_published_batch
from traceability.batches.models import Batch

CLIENTS = 32


def run(ground: Ground, plan: Plan) -> list[Figure]:
    cooperative = ground.batch.cooperative
    hot = [make_product(cooperative, name=name, packs=(PackPlan(),)).pack for name in ("Trà", "Mật ong")]
    stock = plan.orders // 2
    batches = [make_published_batch(pack, packs=stock) for pack in hot]
    wanted = plan.orders + CLIENTS * 2
    baskets = [[fill_basket((hot[number % 2], 1)) for number in range(wanted // CLIENTS)] for _ in range(CLIENTS)]
    total = quote_basket(baskets[0][0], province=cooperative.commune.parent).total_dong or 0
    others = quote_basket(baskets[0][1], province=cooperative.commune.parent).total_dong or 0
    assert total == others
    begun = time.perf_counter()
    results = at_once([lambda mine=mine: _buy(mine, total, cooperative.commune) for mine in baskets])
    seconds = time.perf_counter() - begun
    waits = [wait for result in results if isinstance(result, tuple) for wait in result[1]]
    locked = sum(result[2] for result in results if isinstance(result, tuple))
    broken = [result for result in results if not isinstance(result, tuple)]
    left = sum(Batch.objects.get(pk=batch.pk).available_base // 1000 for batch in batches)
    sold = Order.objects.count()
    case = f"sell-out, {CLIENTS} clients, 2 hot packs"
    note = f"p50 {percentile(waits, 50):.0f}, p95 {percentile(waits, 95):.0f}, worst {max(waits):.0f} ms"
    return [
        Figure(case, "orders/s", sold / seconds, "/s", note=note),
        Figure(case, "sold − (stock − left)", abs(sold - (2 * stock - left)), "", "<= 0", f"{sold} sold, {left} left"),
        Figure(case, "database is locked", locked, "", "<= 0"),
        Figure(case, "other errors", len(broken), "", "<= 0", str(broken[:1])[:120] if broken else ""),
    ]


def _buy(baskets: list[Basket], total: int, commune: object) -> tuple[int, list[float], int]:
    made, waits, locked = 0, [], 0
    for basket in baskets:
        buyer = BuyerDetails(name="Minh", phone="+84905111222", commune=commune, landmark="gần chợ")
        begun = time.perf_counter()
        try:
            place_order(
                basket=Basket.objects.get(pk=basket.pk),
                form_token=secrets.token_urlsafe(24),
                shown_total_dong=total,
                buyer=buyer,
                language="vi",
                actor=Actor.buyer(),
            )
            made += 1
        except (SoldOut, BasketChanged):
            pass
        except OperationalError:
            locked += 1
        waits.append((time.perf_counter() - begun) * 1000)
    return made, waits, locked
