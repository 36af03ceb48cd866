"""Within a day an import goes as it came; what was used since stops it, all of it, and is named."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.audit.models import AuditEntry
from marketplace.catalogue.entries import CatalogueEntry
from marketplace.importing.models import ImportStatus
from marketplace.importing.taking_in import CannotImport
from marketplace.importing.undoing import ask_to_undo
from marketplace.listings.models import Listing, Offer
from marketplace.listings.writing import Words, change_words, set_price
from tests.making import PackPlan, fill_basket, make_line, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.importing.doing import GOODS, HONEY, LOTS, csv, taken_in, undone, xlsx
from tests.marketplace.importing.test_taking_in import things
from traceability.balance.rechecking import drifts
from traceability.batches.models import Batch
from traceability.events.models import ErrorDeclaration
from traceability.events.recording import StepReport, record_step
from traceability.log.models import LogEntry
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings, tmp_path, site_ready) -> None:
    settings.DATA_DIR = tmp_path
    make_line()


def full_file() -> bytes:
    """New goods with a lot, and a new price for goods that are there."""
    packed = clock.today() - timedelta(days=1)
    old = ["Gạo cũ", "", "", "túi", "1 kg", "90.000", ""]
    return xlsx(Hàng=[GOODS, HONEY, old], Lô=[LOTS, ["L1-A", "Mật ong rừng", "", packed, 12]])


def test_goods_prices_and_words_go_as_if_they_had_never_come(cast) -> None:
    make_product(cast.huong_que, name="Gạo cũ", packs=[PackPlan()])
    before = things()
    sheet = taken_in(csv(GOODS, HONEY, ["Gạo cũ", "", "", "túi", "1 kg", "90.000", ""]), cast.huong_que, cast.lan_acts)
    assert Offer.objects.filter(price_dong=90_000).exists()
    assert undone(sheet, cast.son_acts).status == ImportStatus.UNDONE
    assert [one.name for one in Product.objects.all()] == ["Gạo cũ"] and Listing.objects.count() == 1
    assert _undated(things()) == _undated(before)
    assert AuditEntry.objects.filter(action="sheet_import.undone", actor=cast.son).count() == 1


def test_the_one_stamp_of_the_catalogue_is_written_when_all_lots_are(cast) -> None:
    """PostgreSQL holds its row until the end: written first, no other seller could change a price meanwhile."""
    make_product(cast.huong_que, name="Gạo cũ", packs=[PackPlan()])
    with CaptureQueriesContext(connection) as queries:
        sheet = taken_in(full_file(), cast.huong_que, cast.lan_acts)
    told = [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
    stamps = [at for at, sql in enumerate(told) if 'UPDATE "marketplace_cataloguestamp"' in sql]
    lots = [
        at for at, sql in enumerate(told) if 'INSERT INTO "traceability_' in sql and "traceability_check" not in sql
    ]
    assert len(stamps) == 1 and lots and lots[-1] < stamps[0]
    assert CatalogueEntry.objects.get().price_dong == 90_000
    undone(sheet, cast.son_acts)
    assert CatalogueEntry.objects.get().price_dong == PackPlan().price_dong


def _undated(words: str) -> str:
    return re.sub(r'"updated_at": "[^"]*"', "", words)


def test_a_packing_is_declared_wrong_its_stock_gone_and_the_lot_number_free_again(cast) -> None:
    make_product(cast.huong_que, name="Gạo cũ", packs=[PackPlan()])
    sheet = taken_in(full_file(), cast.huong_que, cast.lan_acts)
    lot = Batch.objects.get(lot_code="L1-A")
    written = LogEntry.objects.count()
    undone(sheet, cast.lan_acts)
    lot.refresh_from_db()
    assert (lot.on_hand_base, lot.available_base, lot.packed_on, lot.status) == (0, 0, None, "draft")
    declared = ErrorDeclaration.objects.get(event__batch=lot)
    assert (declared.reason, declared.actor) == ("did_not_occur", cast.lan)
    assert LogEntry.objects.count() == written + 1 and not list(drifts())
    assert (lot.product.status, lot.pack.status) == ("archived", "archived")
    again = taken_in(full_file(), cast.huong_que, cast.lan_acts)
    assert again.status == ImportStatus.APPLIED
    assert Batch.objects.get(lot_code="L1-A", product__status="active").packs_available == 12


def _ordered(cast, pack: Pack) -> None:
    """A draft's pack cannot be bought by the shop; a row of an order is what counts."""
    open_shop(cast.huong_que)
    listing = pack.product.listing
    listing.get_latest_revision().publish()
    make_published_batch(pack, packs=5)
    make_order(fill_basket((pack, 1)), commune=cast.tran_de)


def _worked(cast, pack: Pack) -> None:
    lot = Batch.objects.get(lot_code="L1-A")
    report = StepReport(stage="dry", event_time=clock.now(), parameters={})
    record_step(batch=lot, report=report, client_uuid=uuid4(), recorded_at=clock.now(), actor=cast.son_acts)


USES = {
    "order": _ordered,
    "price": lambda cast, pack: set_price(pack=pack, price_dong=1_000, actor=cast.son_acts),
    "words": lambda cast, pack: change_words(
        listing=pack.product.listing, words=Words(title="Mật", summary="Ngọt"), new_photos=[], actor=cast.son_acts
    ),
    "lot": _worked,
}


@pytest.mark.parametrize("use", USES)
def test_what_was_used_since_stops_the_whole_undo_and_is_named(cast, use) -> None:
    make_product(cast.huong_que, name="Gạo cũ", packs=[PackPlan()])
    sheet = taken_in(full_file(), cast.huong_que, cast.lan_acts)
    USES[use](cast, Pack.objects.get(product__name="Mật ong rừng"))
    before = things()
    undone(sheet, cast.lan_acts)
    assert things() == before and sheet.status == ImportStatus.APPLIED
    named = [what for what, _name in sheet.refused["used"]]
    assert sheet.refused["code"] == "used" and (use in named or use == "order")


def test_the_price_of_goods_that_were_there_is_not_put_over_a_newer_one(cast) -> None:
    goods = make_product(cast.huong_que, name="Gạo cũ", packs=[PackPlan()])
    sheet = taken_in(csv(GOODS, ["Gạo cũ", "", "", "túi", "1 kg", "90.000", ""]), cast.huong_que, cast.lan_acts)
    set_price(pack=goods.pack, price_dong=95_000, actor=cast.son_acts)
    undone(sheet, cast.lan_acts)
    assert Offer.objects.get().price_dong == 95_000
    assert sheet.refused == {"code": "used", "used": [["price", "Gạo cũ túi 1 kg"]]}


def test_after_a_day_it_stays(cast) -> None:
    sheet = taken_in(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)), pytest.raises(CannotImport, match="too_late"):
        ask_to_undo(sheet=sheet, actor=cast.lan_acts)
    assert Product.objects.get().name == "Mật ong rừng"
