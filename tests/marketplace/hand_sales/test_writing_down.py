"""Sales that began elsewhere leave the same lots under the same guard, stand in the log, and go back for a day."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from community import clock
from marketplace.hand_sales.forgetting import forget_old_buyers
from marketplace.hand_sales.models import HandSale, HandSaleLine
from marketplace.hand_sales.telling import outside_of
from marketplace.hand_sales.writing_down import BadSale, SoldLine, Told, undo_sale, write_down_sale
from marketplace.ledger.models import LedgerTransaction
from tests.cast import Cast
from tests.harness.days import asked_now, in_days
from tests.making import make_product, make_published_batch
from tests.traceability.exchange.asking import machine_of
from tests.traceability.exchange.saying import document, when
from traceability.balance.checking import check_lots
from traceability.batches.models import Batch, Posting
from traceability.batches.posting import OutOfStock
from traceability.events.correcting import BadCorrection, declare_error
from traceability.events.ledger import check_ledger
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.selling import SOLD_STAGE, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(cast: Cast) -> Batch:
    """Ten packs of 1 kg, packed yesterday."""
    return make_published_batch(make_product(cast.huong_que).pack, packs=10)


def write(cast: Cast, *lines: tuple[Batch, int], key: UUID | None = None, **told: object) -> HandSale:
    return write_down_sale(
        cooperative=cast.huong_que,
        lines=[SoldLine(batch.pk, packs, 80_000) for batch, packs in lines],
        told=Told(**{"where": "market", "day": clock.today(), "paid": "cash"} | asked_now(told)),
        key=key or uuid4(),
        actor=cast.lan_acts,
    )


def everything() -> tuple[object, ...]:
    return (
        sorted(Batch.objects.values_list("pk", "on_hand_base", "available_base", "shortfall_base")),
        Posting.objects.count(),
        Event.objects.count(),
        HandSale.objects.count(),
    )


def left(batch: Batch) -> tuple[int, int]:
    batch.refresh_from_db()
    return batch.on_hand_base, batch.available_base


def test_packs_leave_their_lot_with_a_record_that_names_no_buyer(cast, batch) -> None:
    sale = write(cast, (batch, 3), where="phone", buyer_name="Cô Bảy", buyer_phone="+84905111222")
    assert (sale.total_dong, left(batch)) == (240_000, (7000, 7000))
    event = Event.objects.get(stage=SOLD_STAGE)
    assert (event.biz_step, event.cooperative, order_of(event)) == ("retail_selling", cast.huong_que, sale.code)
    for word in ("Bảy", "905111222", sale.code):
        assert word not in event.body
    assert Posting.objects.get(kind="sell").event == event and sale.lines.get().event == event


def test_the_ledger_and_the_balance_stay_true(cast, batch) -> None:
    undo_sale(sale=write(cast, (batch, 2)), actor=cast.lan_acts)
    write(cast, (batch, 3))
    assert list(check_ledger()) == []
    check_lots([batch.pk])
    assert not batch.checks.open().exclude(severity="info").exists()
    assert Batch.objects.get(pk=batch.pk).locked_at is None


def test_no_money_is_booked(cast, batch) -> None:
    write(cast, (batch, 3))
    assert not LedgerTransaction.objects.exists()


def test_the_same_form_sent_twice_is_one_sale(cast, batch) -> None:
    key = uuid4()
    assert write(cast, (batch, 3), key=key) == write(cast, (batch, 3), key=key)
    assert left(batch) == (7000, 7000)


@pytest.mark.parametrize("changed", [{"place": "Chợ Khe Sanh"}, {"paid": "later"}, {"packs": 2}, {"undone": True}])
def test_a_form_sent_before_with_other_words_or_taken_back_is_refused(cast, batch, changed) -> None:
    told, key = dict(changed), uuid4()
    sale = write(cast, (batch, 3), key=key)
    if told.pop("undone", False):
        undo_sale(sale=sale, actor=cast.lan_acts)
    before = everything()
    with pytest.raises(BadSale) as refused:
        write(cast, (batch, told.pop("packs", 3)), key=key, **told)
    assert refused.value.code == "sent_before" and everything() == before


def test_the_record_of_a_sale_is_not_declared_wrong_behind_the_sale(cast, batch) -> None:
    event = write(cast, (batch, 3)).lines.get().event
    before = everything()
    said = {"reason": "did_not_occur", "note": "ghi nhầm", "client_uuid": uuid4(), "declared_at": clock.now()}
    with pytest.raises(BadCorrection, match="sale_is_a_return"):
        declare_error(event=event, actor=cast.lan_acts, **said)
    assert everything() == before and not ErrorDeclaration.objects.exists()


def test_nor_by_another_system_with_a_key(cast, batch) -> None:
    said = json.loads(write(cast, (batch, 3)).lines.get().event.body)
    said["errorDeclaration"] = {"declarationTime": when(minutes=1), "reason": "did_not_occur"}
    before = everything()
    answer = machine_of(cast.huong_que).post("capture", document(said))
    assert answer.status_code == 400 and "sale of the shop" in answer.content.decode()
    assert everything() == before and not ErrorDeclaration.objects.exists()


def test_a_day_that_is_over_is_sold_at_its_end_and_today_now(cast, batch) -> None:
    write(cast, (batch, 1), day=clock.today() - timedelta(days=1))
    write(cast, (batch, 1))
    first, second = Posting.objects.filter(kind="sell").order_by("pk").values_list("at", flat=True)
    assert timezone.localtime(first).strftime("%d %H:%M") == (clock.today() - timedelta(days=1)).strftime("%d 23:59")
    assert clock.now() - second < timedelta(minutes=5)


def test_one_line_too_many_takes_nothing_of_the_others(cast, batch) -> None:
    other = make_published_batch(batch.pack, packs=5, lot_code="KHAC-1")
    before = everything()
    with pytest.raises(OutOfStock):
        write(cast, (batch, 2), (other, 6))
    assert everything() == before


@pytest.mark.parametrize(
    ("code", "packs", "told"),
    [
        ("nothing_sold", None, {}),
        ("bad_count", 0, {}),
        ("bad_count", -1, {}),
        ("day_ahead", 1, {"day": in_days(1)}),
        ("day_long_ago", 1, {"day": in_days(-32)}),
        ("before_packing", 1, {"day": in_days(-2)}),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(cast, batch, code, packs, told) -> None:
    before = everything()
    with pytest.raises(BadSale) as refused:
        write(cast, *([(batch, packs)] if packs is not None else []), **told)
    assert refused.value.code == code and everything() == before


STOPPED = [
    *({"status": status} for status in ("recalled", "on_hold", "draft")),
    {"locked_at": timezone.now},
    {"best_before_on": in_days(-1)},
]


@pytest.mark.parametrize("facts", STOPPED)
def test_a_lot_that_may_not_leave_is_not_sold_elsewhere_either(cast, batch, facts) -> None:
    Batch.objects.filter(pk=batch.pk).update(**asked_now(facts))
    before = everything()
    with pytest.raises(BadSale) as refused:
        write(cast, (batch, 1))
    assert refused.value.code == "batch_blocked" and everything() == before


def test_anothers_lot_is_not_ours_to_sell(cast, batch) -> None:
    theirs = make_published_batch(make_product(cast.other_cooperative, name="Cà phê").pack)
    before = everything()
    with pytest.raises(BadSale) as refused:
        write(cast, (theirs, 1))
    assert refused.value.code == "not_yours" and everything() == before


def test_taking_it_back_declares_the_record_wrong_and_balances_the_movement(cast, batch) -> None:
    sale = undo_sale(sale=write(cast, (batch, 3)), actor=cast.son_acts)
    assert (sale.undone_by, left(batch)) == (cast.son, (10_000, 10_000))
    assert ErrorDeclaration.objects.get().event == HandSaleLine.objects.get().event
    assert Posting.objects.get(cancels__isnull=False).cancels.kind == "sell"
    assert outside_of(cast.huong_que, first=clock.today(), after=clock.today() + timedelta(days=1)).count == 0


def test_it_is_taken_back_once_and_for_a_day_only(cast, batch) -> None:
    first, second = write(cast, (batch, 1)), write(cast, (batch, 1))
    undo_sale(sale=first, actor=cast.lan_acts)
    HandSale.objects.filter(pk=second.pk).update(written_at=clock.now() - timedelta(hours=25))
    before = everything()
    for sale, code in ((first, "undone"), (second, "too_late")):
        with pytest.raises(BadSale) as refused:
            undo_sale(sale=HandSale.objects.get(pk=sale.pk), actor=cast.lan_acts)
        assert refused.value.code == code
    assert everything() == before


def test_sums_are_by_day_and_by_how_it_was_paid(cast, batch) -> None:
    write(cast, (batch, 1))
    write(cast, (batch, 2), paid="transfer")
    write(cast, (batch, 4), day=clock.today() - timedelta(days=1))
    told = outside_of(cast.huong_que, first=clock.today(), after=clock.today() + timedelta(days=1))
    assert (told.count, told.total_dong, told.by_paid) == (2, 240_000, (("cash", 80_000), ("transfer", 160_000)))
    assert outside_of(cast.other_cooperative, first=clock.today(), after=clock.today() + timedelta(days=1)).count == 0


def test_who_bought_is_forgotten_when_orders_are(cast, batch, settings) -> None:
    sale = write(cast, (batch, 1), where="phone", buyer_name="Cô Bảy", buyer_phone="+84905111222")
    assert forget_old_buyers(now=clock.now()) == 0
    assert forget_old_buyers(now=clock.now() + timedelta(days=366 * settings.ORDERS_KEPT_YEARS)) == 1
    sale.refresh_from_db()
    assert (sale.buyer_name, sale.buyer_phone, sale.total_dong) == ("", "", 80_000) and sale.erased_at
