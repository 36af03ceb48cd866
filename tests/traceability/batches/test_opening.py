"""Lot codes, dates and what a batch is sold in order of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from community.audit.models import AuditEntry
from tests.cast import Cast
from tests.traceability.batches.conftest import DAY
from traceability.batches.addresses import batch_uri
from traceability.batches.choosing import Holding, Share, first_expired_first_out
from traceability.batches.models import Batch
from traceability.batches.opening import LotTaken, best_before, open_batch, proposed_lot_code
from traceability.gs1.lot_codes import BadLotCode
from traceability.gs1.public_codes import is_public_code
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db


def test_lots_of_a_day_follow_the_alphabet(pack: Pack, cast: Cast) -> None:
    lots = [open_batch(pack=pack, day=DAY, actor=cast.lan_acts).lot_code for _ in range(3)]
    assert lots == ["L261105-A", "L261105-B", "L261105-C"]
    assert proposed_lot_code(pack=pack, day=DAY + timedelta(days=1)) == "L261106-A"


def test_a_batch_begins_as_a_draft_with_a_random_public_code_and_is_noted(batch: Batch, cast: Cast) -> None:
    assert (batch.status, batch.produced_on, batch.base_unit) == ("draft", DAY, "g")
    assert is_public_code(batch.public_code)
    assert AuditEntry.objects.filter(action="batch.opened", actor=cast.lan, cooperative=cast.huong_que).exists()


def test_a_typed_lot_is_written_in_capitals(pack: Pack, cast: Cast) -> None:
    assert open_batch(pack=pack, day=DAY, actor=cast.lan_acts, lot_code=" vu-3 ").lot_code == "VU-3"


@pytest.mark.parametrize("lot", ["AB", "-AB", "LÔ-1", "A B C", "A" * 21, "A/B/C"])
def test_a_lot_outside_the_policy_is_refused(pack: Pack, cast: Cast, lot: str) -> None:
    with pytest.raises(BadLotCode):
        open_batch(pack=pack, day=DAY, actor=cast.lan_acts, lot_code=lot)
    assert not Batch.objects.exists()


def test_a_lot_is_given_once_per_product(batch: Batch, pack: Pack, cast: Cast) -> None:
    with pytest.raises(LotTaken) as refused:
        open_batch(pack=pack, day=DAY, actor=cast.lan_acts, lot_code=batch.lot_code)
    assert refused.value.facts == {"lot": batch.lot_code}
    assert Batch.objects.count() == 1
    assert AuditEntry.objects.filter(action="batch.opened").count() == 1


@pytest.mark.parametrize("lot", ["ab", "LÔ-1", "A" * 21])
def test_the_database_itself_refuses_a_lot_outside_the_policy(batch: Batch, lot: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(lot_code=lot)


@pytest.mark.parametrize(("days", "until"), [(270, date(2027, 8, 2)), (None, None), (0, None)])
def test_best_before_follows_from_the_shelf_life(days: int | None, until: date | None) -> None:
    assert best_before(packed_on=DAY, shelf_life_days=days) == until


def test_the_address_is_the_gtin_s_where_there_is_one_else_the_public_code(batch: Batch, settings) -> None:
    settings.ID_BASE_URL = "https://id.example.vn/"
    assert batch_uri(batch) == f"https://id.example.vn/t/{batch.public_code}"
    batch.pack.gtin = "09521000000018"
    assert batch_uri(batch) == "https://id.example.vn/01/09521000000018/10/L261105-A"


def test_the_first_to_expire_goes_first_and_expired_ones_not_at_all(pack: Pack, cast: Cast) -> None:
    ends = {"LATE": 60, "GONE": -1, "TODAY": 0, "SOON": 5, "NEVER": None}
    for lot, days in ends.items():
        made = open_batch(pack=pack, day=DAY, actor=cast.lan_acts, lot_code=lot)
        until = DAY + timedelta(days=days) if days is not None else None
        Batch.objects.filter(pk=made.pk).update(status="published", best_before_on=until)
    sold = Batch.objects.on_sale(DAY).first_expired_first_out()
    assert [batch.lot_code for batch in sold] == ["TODAY", "SOON", "LATE", "NEVER"]


@pytest.mark.parametrize("status", ["draft", "on_hold", "recalled", "closed"])
def test_only_a_public_batch_of_an_active_pack_is_on_sale(batch: Batch, pack: Pack, status: str) -> None:
    Batch.objects.filter(pk=batch.pk).update(status=status)
    assert not Batch.objects.on_sale(DAY).exists()
    Batch.objects.filter(pk=batch.pk).update(status="published")
    assert Batch.objects.on_sale(DAY).exists()
    Pack.objects.filter(pk=pack.pk).update(status="archived")
    assert not Batch.objects.on_sale(DAY).exists()


def test_a_sale_takes_whole_packs_from_batches_in_their_order() -> None:
    holdings = [Holding(1, 12_400), Holding(2, 4_999), Holding(3, 50_000)]
    assert first_expired_first_out(packs=4, net_quantity_base=5_000, holdings=holdings) == [
        Share(1, 10_000),
        Share(3, 10_000),
    ]
    assert first_expired_first_out(packs=13, net_quantity_base=5_000, holdings=holdings) is None
