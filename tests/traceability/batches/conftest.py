from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.posting import Movement, post
from traceability.products.importing import import_product_lines
from traceability.products.models import Pack, Product, ProductLine

DAY = date(2026, 11, 5)


@pytest.fixture
def pack(cast: Cast) -> Pack:
    """A 5 kg bag of rice."""
    import_product_lines()
    product = Product.objects.create(
        cooperative=cast.huong_que, line=ProductLine.objects.get(code="rice"), name="Gạo thơm ST25", shelf_life_days=270
    )
    return Pack.objects.create(
        product=product, name="túi 5 kg", net_quantity_base=5000, base_unit="g", ship_weight_g=5000
    )


@pytest.fixture
def batch(pack: Pack, cast: Cast) -> Batch:
    return open_batch(pack=pack, day=DAY, actor=cast.lan_acts)


@pytest.fixture
def ten_packs(batch: Batch) -> Batch:
    """Published, with 10 bags of 5 kg."""
    post(batch_id=batch.pk, movement=Movement("pack", 50_000))
    Batch.objects.filter(pk=batch.pk).update(status="published")
    batch.refresh_from_db()
    return batch
