"""Which batch a scanned or typed code means, and what packing proposes."""

from __future__ import annotations

import pytest

from community import clock
from marketplace.orders.fulfilling import WrongPick
from marketplace.orders.picking import find_batch, lines_to_pack
from tests.making import make_product, make_published_batch
from tests.marketplace.orders.stage import accepted_parcel, open_booth
from traceability.batches.models import Batch
from traceability.gs1.public_codes import shown_public_code

pytestmark = pytest.mark.django_db
GTIN = "08930001000018"


def test_a_batch_is_found_by_every_code_on_its_label(cast) -> None:
    goods, batch = open_booth(cast, packs=10)
    goods.product.packs.update(gtin=GTIN)
    code = batch.public_code
    for typed in (
        code,
        code.lower(),
        shown_public_code(code),
        f"{code[:5]}-{code[5:]}",
        batch.lot_code,
        batch.lot_code.lower(),
        f"http://localhost:8000/t/{code}",
        f"http://localhost:8000/en/t/{code}",
        f"localhost:8000/t/{code}",
        f"https://id.example.vn/01/{GTIN}/10/{batch.lot_code}",
        f"https://id.example.vn/01/{GTIN}/10/{batch.lot_code}?linkType=all",
    ):
        assert find_batch(typed, packs=[goods.pack.pk], cooperative=cast.huong_que) == batch, typed


@pytest.mark.parametrize(
    "typed", ["KHONG-CO", "https://example.vn/", "http://x/01/123/10/A", "/", "//", "http://[", "%%%/t/\0", "🐝" * 50]
)
def test_a_code_nobody_issued_is_told_as_it_was_typed(cast, typed) -> None:
    goods, _batch = open_booth(cast)
    with pytest.raises(WrongPick) as told:
        find_batch(typed, packs=[goods.pack.pk], cooperative=cast.huong_que)
    assert (told.value.code, told.value.facts["typed"]) == ("unknown_batch", typed[:60])


def test_a_lot_code_that_two_products_share_means_the_ordered_one(cast) -> None:
    goods, _batch = open_booth(cast)
    tea = make_product(cast.huong_que, name="Trà")
    make_published_batch(tea.pack, lot_code="CHUNG-1")
    mine = make_published_batch(goods.pack, lot_code="CHUNG-1")
    assert find_batch("CHUNG-1", packs=[goods.pack.pk], cooperative=cast.huong_que) == mine


def test_a_lot_code_of_another_cooperative_is_unknown(cast) -> None:
    goods, _batch = open_booth(cast)
    coffee = make_product(cast.other_cooperative, name="Cà phê")
    make_published_batch(coffee.pack, lot_code="CAPHE-1")
    with pytest.raises(WrongPick):
        find_batch("CAPHE-1", packs=[goods.pack.pk], cooperative=cast.huong_que)


def test_packing_proposes_what_is_reserved_and_offers_batches_that_suffice(cast) -> None:
    goods, batch = open_booth(cast, packs=3)
    big = make_published_batch(goods.pack, packs=5, lot_code="LON-1")
    Batch.objects.filter(pk=big.pk).update(best_before_on="2099-01-01")
    held = make_published_batch(goods.pack, packs=9, lot_code="GIU-1")
    Batch.objects.filter(pk=held.pk).update(status="on_hold")
    parcel = accepted_parcel(cast, goods, packs=3)
    [row] = lines_to_pack(parcel, today=clock.today())
    assert [(shelf.batch, shelf.packs) for shelf in row.reserved] == [(batch, 3)]
    assert [shelf.batch for shelf in row.whole] == [batch, big]


def test_a_recalled_reserved_batch_is_still_shown_so_that_one_sees_why(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = accepted_parcel(cast, goods)
    Batch.objects.filter(pk=batch.pk).update(status="recalled")
    [row] = lines_to_pack(parcel, today=clock.today())
    assert [shelf.batch for shelf in row.reserved] == [batch] and not row.whole
