"""While a sheet is taken in others write: what can be worked out is worked out before, and a plan that somebody
overtook is made anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.cooperatives.models import Cooperative
from marketplace.importing import applying
from marketplace.importing.applying import TRIES, apply_import, ask_to_apply
from marketplace.importing.models import ImportStatus, SheetImport
from marketplace.importing.planning import mark_of
from marketplace.importing.taking_in import mend_row
from marketplace.listings.ending import archive_goods
from marketplace.listings.writing import set_price
from tests.cast import Cast
from tests.making import Goods, PackPlan, make_line, make_product, make_published_batch
from tests.marketplace.importing.doing import GOODS, HONEY, LOTS, brought, csv, faults
from tests.marketplace.importing.test_taking_in import things
from traceability.batches.models import Batch, PostingKind
from traceability.batches.numbering import assign_gtin
from traceability.batches.opening import open_batch
from traceability.batches.posting import Movement, post
from traceability.products.models import GtinRecord, Product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings, tmp_path, site_ready) -> None:
    settings.DATA_DIR = tmp_path
    make_line()


@pytest.fixture
def rice(cast: Cast) -> Goods:
    return make_product(cast.huong_que, name="Gạo", packs=[PackPlan("túi 1 kg", 1000)])


def asked(cast: Cast, *rows: tuple[object, ...], heading: tuple[str, ...] = LOTS) -> SheetImport:
    sheet = brought(csv(heading, *rows), cast.huong_que, cast.lan_acts)
    assert not sheet.seen["bad"], faults(sheet)
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    return sheet


def lots(*codes: str) -> list[tuple[object, ...]]:
    day = clock.today() - timedelta(days=1)
    return [(code, "Gạo", "", f"{day:%d/%m/%Y}", 4) for code in codes]


def watched(monkeypatch: pytest.MonkeyPatch, *names: str) -> dict[str, list[bool]]:
    """Whether each of these is called inside a transaction of its own; the test itself is in one."""
    seen: dict[str, list[bool]] = {name: [] for name in names}

    def watch(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **facts: object) -> object:
            seen[name].append(bool(connection.savepoint_ids))
            return real(*args, **facts)

        return called

    for name in names:
        module, _dot, attribute = name.rpartition(".")
        real = getattr(__import__(module, fromlist=[attribute]), attribute)
        monkeypatch.setattr(name, watch(name, real))
    return seen


def test_rows_are_judged_and_documents_made_before_anybody_waits(
    cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: the judging stood inside the transaction, half of the time that others waited."""
    sheet = asked(cast, *lots("LO-1", "LO-2"))
    before = ["marketplace.importing.taking_in.judge", "traceability.events.packing_many.build_event",
              "traceability.events.packing_many.check_event"]  # fmt: skip
    inside = ["traceability.events.packing_many.append", "traceability.events.packing_many.write_documents"]
    seen = watched(monkeypatch, *before, *inside)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert sheet.status == ImportStatus.APPLIED
    for name in before:
        assert seen[name] == [False, False], name
    for name in inside:
        assert seen[name] == [True], name


@pytest.mark.parametrize("kind", ["lots", "goods"])
def test_more_rows_are_no_more_statements_while_others_wait(cast: Cast, rice: Goods, kind: str) -> None:
    def statements(first: int, count: int) -> int:
        names = range(first, first + count)
        if kind == "lots":
            sheet = asked(cast, *lots(*(f"LO-{number}" for number in names)))
        else:
            rows = [(f"Mật {number}", *HONEY[1:], barcode(893850000000 + number)) for number in names]
            sheet = asked(cast, *rows, heading=(*GOODS, "Mã vạch"))
        with CaptureQueriesContext(connection) as told:
            apply_import(sheet=sheet, actor=cast.lan_acts)
        assert sheet.status == ImportStatus.APPLIED, sheet.refused
        sql = [one["sql"] for one in told]
        return sum(1 for one in sql if not one.startswith("SELECT"))

    assert statements(100, 3) >= statements(200, 30), "the first one begins the log, too"


def barcode(body: int) -> str:
    digits = str(body)
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


CHANGES: dict[str, Callable[[Cast, Goods], object]] = {
    "price": lambda cast, rice: set_price(pack=rice.pack, price_dong=99_000, actor=cast.lan_acts),
    "archived": lambda cast, rice: archive_goods(listing=rice.listing, actor=cast.lan_acts),
    "goods": lambda cast, rice: make_product(cast.huong_que, name="Trà"),
    "shelf life": lambda cast, rice: Product.objects.filter(pk=rice.product.pk).update(shelf_life_days=7),
    "barcode": lambda cast, rice: assign_gtin(pack=rice.pack, gtin=barcode(893850000123), actor=cast.lan_acts),
    "lot": lambda cast, rice: open_batch(pack=rice.pack, day=clock.today(), actor=cast.lan_acts),
    "packed": lambda cast, rice: make_published_batch(rice.pack, packs=2),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_mark_tells_every_change_that_judging_would_see(cast: Cast, rice: Goods, change: str) -> None:
    sheet = asked(cast, *lots("LO-1"))
    before = mark_of(sheet)
    assert mark_of(SheetImport.objects.get(pk=sheet.pk)) == before
    CHANGES[change](cast, rice)
    assert mark_of(sheet) != before


def test_what_is_sold_or_others_do_meanwhile_changes_no_mark(cast: Cast, rice: Goods) -> None:
    batch = make_published_batch(rice.pack, packs=5)
    sheet = asked(cast, *lots("LO-1"))
    before = mark_of(sheet)
    post(batch_id=batch.pk, movement=Movement(PostingKind.RESERVE, 2000))
    make_published_batch(make_product(cast.other_cooperative, name="Cà phê").pack)
    assert mark_of(sheet) == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], object]) -> list[int]:
    """Each act comes between a planning and its transaction."""
    real, left, planned = applying.plan_of, list(acts), []

    def plan(sheet: SheetImport) -> object:
        made = real(sheet)
        planned.append(sheet.pk)
        if left:
            left.pop(0)()
        return made

    monkeypatch.setattr(applying, "plan_of", plan)
    return planned


def test_a_plan_that_somebody_overtook_is_made_anew(cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the mark the number would be taken, and all rows refused for a draft that wants just this packing."""
    sheet = asked(cast, *lots("LO-1", "LO-2"))
    day = clock.today() - timedelta(days=1)
    planned = meanwhile(monkeypatch, lambda: open_batch(pack=rice.pack, day=day, actor=cast.son_acts, lot_code="LO-2"))
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert sheet.status == ImportStatus.APPLIED and len(planned) == 2
    assert sorted(Batch.objects.values_list("lot_code", "on_hand_base")) == [("LO-1", 4000), ("LO-2", 4000)]


def test_drafts_are_locked_before_it_is_asked_whether_they_are_still_so(
    cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: somebody packed the draft by hand after the question, and its goods were there twice."""
    sheet = asked(cast, *lots("LO-1"))
    told: list[str] = []
    for name in ("mark_of", "hold_drafts"):
        verb = getattr(applying, name)

        def also_told(given: object, verb: Callable[..., object] = verb, name: str = name) -> object:
            told.append(name)
            return verb(given)

        monkeypatch.setattr(applying, name, also_told)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert sheet.status == ImportStatus.APPLIED
    assert told == ["mark_of", "hold_drafts", "mark_of"]


def test_a_seller_stopped_while_it_was_planned_takes_nothing_in(
    cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = asked(cast, *lots("LO-1"))
    stopped = Cooperative.objects.filter(pk=cast.huong_que.pk)
    meanwhile(monkeypatch, lambda: stopped.update(status=Cooperative.Status.SUSPENDED))
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert (sheet.status, sheet.refused) == (ImportStatus.CHECKED, {"code": "not_allowed"})
    assert not Batch.objects.exists()


def test_who_is_overtaken_each_time_is_asked_to_press_again(
    cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = asked(cast, *lots("LO-1"))
    prices = iter(range(50_000, 60_000, 1000))
    acts = [lambda: set_price(pack=rice.pack, price_dong=next(prices), actor=cast.son_acts)] * TRIES
    planned = meanwhile(monkeypatch, *acts)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert len(planned) == TRIES and (sheet.status, sheet.refused) == (ImportStatus.CHECKED, {"code": "clash"})
    assert not Batch.objects.exists()


def test_an_import_given_back_while_it_was_planned_writes_nothing(
    cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = asked(cast, *lots("LO-1"))
    row, before = sheet.rows.get(), things()

    def given_back_and_mended() -> None:
        SheetImport.objects.filter(pk=sheet.pk).update(status=ImportStatus.CHECKED)
        mend_row(row=row, values={"packs": "9"}, actor=cast.son_acts)

    meanwhile(monkeypatch, given_back_and_mended)
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert things() == before and sheet.status == ImportStatus.READING


def test_a_barcode_taken_meanwhile_refuses_all(cast: Cast, rice: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    number = barcode(893850000777)
    sheet = asked(cast, (*HONEY, number), heading=(*GOODS, "Mã vạch"))
    theirs = make_product(cast.other_cooperative, name="Cà phê").pack
    meanwhile(monkeypatch, lambda: assign_gtin(pack=theirs, gtin=number, actor=cast.other_acts))
    apply_import(sheet=sheet, actor=cast.lan_acts)
    assert (sheet.status, sheet.refused["code"]) == (ImportStatus.CHECKED, "gtin_taken")
    assert not GtinRecord.objects.exclude(pack=theirs).exists() and rice.product.cooperative.products.count() == 1
