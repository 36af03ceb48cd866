"""A GTIN comes later or is corrected; what was printed before leads to the same goods for ever."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from community.audit.models import AuditEntry
from community.errors import DomainError
from marketplace.orders.picking import _by_address
from tests.cast import Cast
from tests.making import Goods, make_product, make_published_batch
from traceability.batches.addresses import batch_path
from traceability.batches.numbering import assign_gtin
from traceability.gs1.check_digits import check_digit
from traceability.products.gtins import former_gtins, pack_id_of_gtin
from traceability.products.models import GtinRecord, Pack

pytestmark = pytest.mark.django_db
FIRST, SECOND = "08936000000011", "08936000000028"
PEOPLE = {"Accept": "text/html"}


@pytest.fixture
def goods(cast: Cast) -> Goods:
    return make_product(cast.huong_que)


def with_check(body: str) -> str:
    return body + check_digit(body)


def test_a_code_printed_before_the_gtin_came_still_opens_its_batch(goods: Goods, cast: Cast, client) -> None:
    batch = make_published_batch(goods.pack)
    printed = batch_path(batch)
    assert printed == f"/t/{batch.public_code}"
    assign_gtin(pack=goods.pack, gtin="8936 0000 0001 1", actor=cast.lan_acts)
    batch.refresh_from_db()
    assert batch.lot_code in client.get(printed, headers=PEOPLE).content.decode()
    assert batch.lot_code in client.get(f"/01/{FIRST}/10/{batch.lot_code}", headers=PEOPLE).content.decode()


def test_a_corrected_gtin_leaves_the_old_one_working(goods: Goods, cast: Cast, client) -> None:
    assign_gtin(pack=goods.pack, gtin=FIRST, actor=cast.lan_acts)
    batch = make_published_batch(goods.pack)
    version = batch.page_version
    assign_gtin(pack=goods.pack, gtin=SECOND, actor=cast.lan_acts)
    batch.refresh_from_db()
    assert batch.page_version > version
    for gtin in (FIRST, SECOND):
        page = client.get(f"/01/{gtin}/10/{batch.lot_code}", headers=PEOPLE)
        assert page.status_code == 200
        assert f"/01/{SECOND}/10/{batch.lot_code}" in page.content.decode()
        assert _by_address(f"https://id.example.vn/01/{gtin}/10/{batch.lot_code}") == batch
        assert pack_id_of_gtin(gtin) == goods.pack.pk
    assert former_gtins(goods.pack.pk) == [FIRST]
    assert AuditEntry.objects.filter(action="pack.gtin_assigned").count() == 2


def test_a_number_from_before_the_history_was_kept_is_kept_too(goods: Goods, cast: Cast) -> None:
    Pack.objects.update(gtin=FIRST)
    goods.pack.refresh_from_db()
    assign_gtin(pack=goods.pack, gtin=SECOND, actor=cast.lan_acts)
    assert former_gtins(goods.pack.pk) == [FIRST]


def test_going_back_to_the_first_number_is_a_correction_like_any_other(goods: Goods, cast: Cast) -> None:
    for gtin in (FIRST, SECOND, FIRST):
        assign_gtin(pack=goods.pack, gtin=gtin, actor=cast.lan_acts)
    assert Pack.objects.get(pk=goods.pack.pk).gtin == FIRST
    assert former_gtins(goods.pack.pk) == [SECOND]
    assert GtinRecord.objects.filter(until=None).get().gtin == FIRST


def test_the_same_number_again_changes_nothing(goods: Goods, cast: Cast) -> None:
    assign_gtin(pack=goods.pack, gtin=FIRST, actor=cast.lan_acts)
    assign_gtin(pack=goods.pack, gtin=FIRST, actor=cast.lan_acts)
    assert GtinRecord.objects.count() == 1
    assert AuditEntry.objects.filter(action="pack.gtin_assigned").count() == 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("8936000000012", "bad_check_digit"),
        ("893600000001", "bad_check_digit"),
        ("89360000000", "bad_length"),
        ("893600000001X", "not_digits"),
        ("0" * 13, "no_number"),
        (with_check("020000000001"), "restricted_prefix"),
        (with_check("250000000001"), "restricted_prefix"),
        (with_check("2000001"), "restricted_prefix"),
        (with_check("978000000001"), "not_goods"),
        (with_check("9893600000001"), "variable_measure"),
        (with_check("952100000001"), "demo_prefix"),
    ],
)
def test_a_number_that_cannot_name_goods_is_refused(goods: Goods, cast: Cast, settings, typed: str, code: str) -> None:
    settings.DEMO = False
    with pytest.raises(DomainError) as refused:
        assign_gtin(pack=goods.pack, gtin=typed, actor=cast.lan_acts)
    assert refused.value.code == code
    assert Pack.objects.get(pk=goods.pack.pk).gtin is None
    assert not GtinRecord.objects.exists()
    assert not AuditEntry.objects.filter(action="pack.gtin_assigned").exists()


def test_the_demonstration_prefix_is_for_the_demonstration_only(goods: Goods, cast: Cast, settings) -> None:
    settings.DEMO = False
    cast.huong_que.is_demo = True
    cast.huong_que.save()
    assign_gtin(pack=goods.pack, gtin=with_check("952100000001"), actor=cast.lan_acts)
    assert Pack.objects.get(pk=goods.pack.pk).gtin == "0" + with_check("952100000001")


@pytest.mark.parametrize("is_former", [False, True])
def test_a_number_of_other_goods_is_refused_also_when_they_had_it_before(
    goods: Goods, cast: Cast, is_former: bool
) -> None:
    other = make_product(cast.other_cooperative, name="Cà phê")
    assign_gtin(pack=other.pack, gtin=FIRST, actor=cast.other_acts)
    if is_former:
        assign_gtin(pack=other.pack, gtin=SECOND, actor=cast.other_acts)
    with pytest.raises(DomainError) as refused:
        assign_gtin(pack=goods.pack, gtin=FIRST, actor=cast.lan_acts)
    assert refused.value.code == "gtin_taken"
    assert Pack.objects.get(pk=goods.pack.pk).gtin is None
    assert pack_id_of_gtin(FIRST) == other.pack.pk


def test_two_packs_never_hold_one_number_whoever_comes_by_another_way(goods: Goods, cast: Cast) -> None:
    assign_gtin(pack=goods.pack, gtin=FIRST, actor=cast.lan_acts)
    other = make_product(cast.other_cooperative, name="Cà phê")
    with pytest.raises(IntegrityError), transaction.atomic():
        GtinRecord.objects.create(pack=other.pack, gtin=FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        GtinRecord.objects.create(pack=goods.pack, gtin=SECOND)  # a second current number
