"""Not all of a paid parcel is there: the buyer is asked, nothing changes without a yes, what is missing is not sold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.changes.asking import (
    CannotAsk,
    QuestionOver,
    ask_buyer,
    lapse_due,
    take_what_is_there,
    withdraw_question,
)
from marketplace.orders.changes.models import LineChange, ParcelChange, Shortage
from marketplace.orders.fulfilling import (
    Pick,
    WrongPick,
    accept_parcel,
    end_parcel,
    pack_parcel,
    reserved_picks,
    ship_parcel,
)
from marketplace.orders.models import Allocation, OrderLine, Parcel
from marketplace.orders.moving import ParcelMoved, move_parcel
from marketplace.orders.reminding import late_to_accept, remind_late
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import ParcelStatus
from tests.making import fill_basket, make_order, make_product, make_published_batch
from tests.marketplace.orders.stage import WORKER, everything, new_parcel, open_booth, packed_parcel, packs_left
from traceability.batches.models import Batch
from traceability.events.models import Event

pytestmark = pytest.mark.django_db
S = ParcelStatus
BUYER = Actor.buyer()


@pytest.fixture
def booth(cast):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    """5 packs of 1 kg at 80.000 ₫, delivery of 5 kg 40.000 ₫."""
    return new_parcel(cast, booth[0], packs=5)


def ask(cast, parcel: Parcel, there: int = 3) -> Shortage:
    return ask_buyer(parcel=parcel, there={parcel.lines.get().pk: there}, actor=cast.lan_acts)


def put(parcel: Parcel, status: str) -> None:
    """Only what is paid on delivery comes back unpaid."""
    back = status == S.RETURNED
    Parcel.objects.filter(pk=parcel.pk).update(
        status=status, on_delivery=back, paid_at=None if back else parcel.paid_at
    )


def all_facts() -> tuple[object, ...]:
    return (
        everything(),
        sorted(Parcel.objects.values_list("pk", "asked_at")),
        sorted(Shortage.objects.values_list("pk", "status")),
        LineChange.objects.count(),
        OutboxMessage.objects.count(),
    )


def test_asking_changes_nothing_of_the_sale_and_tells_the_buyer_what_and_until_when(cast, parcel) -> None:
    before = everything()
    with clock.at(timezone.now()):
        shortage = ask(cast, parcel)
        assert shortage.answer_by == clock.now() + timedelta(hours=24)
    assert everything() == before
    # two packs less: 160.000 ₫ of goods, and 3 kg cost 30.000 ₫ to send instead of 40.000
    assert (shortage.goods_back_dong, shortage.shipping_back_dong) == (160_000, 10_000)
    told = OutboxMessage.objects.get(kind="shortage_asked")
    assert told.to == parcel.order.buyer_phone and parcel.order.token in told.text
    assert "170.000" in told.text and "3" in told.text


def test_taking_makes_the_parcel_smaller_accepts_it_and_leaves_the_sale_as_it_was(cast, booth, parcel) -> None:
    sold = (parcel.goods_dong, parcel.shipping_dong, parcel.total_dong)
    ask(cast, parcel)
    parcel = take_what_is_there(parcel=parcel, actor=BUYER)
    line = OrderLine.objects.get()
    assert (parcel.status, parcel.accepted_by, parcel.asked_at) == (S.ACCEPTED, cast.lan, None)
    assert (parcel.goods_dong, parcel.shipping_dong, parcel.total_dong) == sold and line.quantity == 5
    assert (line.packs_to_send, line.packs_missing, line.due_dong) == (3, 2, 240_000)
    assert (parcel.goods_due_dong, parcel.shipping_due_dong, parcel.due_dong) == (240_000, 30_000, 270_000)
    assert OutboxMessage.objects.filter(kind="shortage_answered").count() == 1


def test_what_was_not_found_leaves_the_books_and_is_not_offered_again(cast, booth, parcel) -> None:
    batch = booth[1]
    assert packs_left(batch) == 5
    ask(cast, parcel)
    take_what_is_there(parcel=parcel, actor=BUYER)
    now = Batch.objects.get(pk=batch.pk)
    assert (now.on_hand_base, now.available_base) == (8000, 5000)  # three are kept for the order
    assert Event.objects.filter(batch=batch, stage="count").count() == 1
    assert sum(Allocation.objects.filter(status="committed").values_list("quantity_base", flat=True)) == 3000


def test_packing_and_sending_ask_the_smaller_count(cast, booth, parcel) -> None:
    ask(cast, parcel)
    parcel = take_what_is_there(parcel=parcel, actor=BUYER)
    line = parcel.lines.get()
    with pytest.raises(WrongPick) as refused:
        pack_parcel(parcel=parcel, picks=[Pick(line.pk, booth[1].pk, 5)], actor=cast.lan_acts)
    assert refused.value.facts["wanted"] == 3
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=cast.lan_acts)
    assert Batch.objects.get(pk=booth[1].pk).on_hand_base == 5000


def test_a_line_of_which_nothing_is_there_is_left_out(cast, booth) -> None:
    tea = make_product(cast.huong_que, name="Trà")
    make_published_batch(tea.pack, lot_code="TRA-1")
    order = make_order(fill_basket((booth[0].pack, 2), (tea.pack, 1)), commune=cast.tran_de)
    parcel = mark_parcel_paid(parcel=order.parcels.get(), actor=WORKER)
    gone = parcel.lines.get(title="Trà")
    ask_buyer(parcel=parcel, there={gone.pk: 0}, actor=cast.lan_acts)
    parcel = take_what_is_there(parcel=parcel, actor=BUYER)
    assert {pick.line_id for pick in reserved_picks(parcel)} == {parcel.lines.exclude(pk=gone.pk).get().pk}
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    assert parcel.status == S.PACKED


@pytest.mark.parametrize("end", ["buyer", "seller", "clock"])
def test_however_the_parcel_ends_what_was_not_found_is_not_offered_again(cast, booth, parcel, end) -> None:
    shortage = ask(cast, parcel)
    if end == "clock":
        assert lapse_due(now=shortage.answer_by + timedelta(minutes=1)) == 1
    else:
        to, reason = (S.CANCELLED, "buyer") if end == "buyer" else (S.REJECTED, "Hết hàng")
        end_parcel(parcel=parcel, to=to, reason=reason, actor=BUYER if end == "buyer" else cast.lan_acts)
    shortage.refresh_from_db()
    assert shortage.status == {"buyer": "cancelled", "seller": "ended", "clock": "lapsed"}[end]
    assert packs_left(booth[1]) == 8  # ten, less the two that are not there
    assert Parcel.objects.get().asked_at is None and not ParcelChange.objects.exists()


def test_silence_is_no_consent_and_both_sides_are_told_once(cast, parcel) -> None:
    shortage = ask(cast, parcel)
    assert lapse_due(now=shortage.answer_by - timedelta(minutes=1)) == 0
    late = shortage.answer_by + timedelta(minutes=1)
    assert (lapse_due(now=late), lapse_due(now=late)) == (1, 0)
    ended = Parcel.objects.get()
    assert (ended.status, ended.end_reason) == (S.CANCELLED, "no_answer")
    assert OutboxMessage.objects.filter(kind__in=["shortage_lapsed", "shortage_answered"]).count() == 2


def test_the_seller_takes_the_question_back_while_nobody_answered(cast, booth, parcel) -> None:
    ask(cast, parcel)
    withdraw_question(parcel=parcel, actor=cast.son_acts)
    assert packs_left(booth[1]) == 5
    accept_parcel(parcel=parcel, actor=cast.lan_acts)
    assert OutboxMessage.objects.filter(kind="shortage_withdrawn").count() == 1


@pytest.mark.parametrize("end", ["take", "withdraw", "lapse", "cancel"])
def test_an_answered_question_is_not_answered_again(cast, parcel, end) -> None:
    shortage = ask(cast, parcel)
    if end == "take":
        take_what_is_there(parcel=parcel, actor=BUYER)
    elif end == "withdraw":
        withdraw_question(parcel=parcel, actor=cast.lan_acts)
    elif end == "lapse":
        lapse_due(now=shortage.answer_by + timedelta(minutes=1))
    else:
        end_parcel(parcel=parcel, to=S.CANCELLED, reason="buyer", actor=BUYER)
    before = all_facts()
    for again in (take_what_is_there, withdraw_question):
        with pytest.raises(QuestionOver) as over:
            again(parcel=parcel, actor=BUYER)
        assert over.value.facts["status"] == Shortage.objects.get().status
    assert lapse_due(now=shortage.answer_by + timedelta(days=1)) == 0
    assert all_facts() == before


@pytest.mark.parametrize(
    ("there", "code"), [(5, "nothing_missing"), (0, "nothing_left"), (6, "bad_count"), (-1, "bad_count")]
)
def test_a_count_that_makes_no_question_is_refused_and_changes_nothing(cast, parcel, there, code) -> None:
    before = all_facts()
    with pytest.raises(CannotAsk) as refused:
        ask(cast, parcel, there)
    assert refused.value.code == code and all_facts() == before


@pytest.mark.parametrize("status", [each for each in S if each not in (S.NEW, S.ACCEPTED)])
def test_only_a_new_or_accepted_parcel_is_asked_about(cast, parcel, status) -> None:
    put(parcel, status)
    before = all_facts()
    with pytest.raises(ParcelMoved):
        ask(cast, parcel)
    assert all_facts() == before


def test_a_parcel_that_is_neither_paid_nor_on_delivery_is_not_asked_about(cast, parcel) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(paid_at=None)
    with pytest.raises(ParcelMoved):
        ask(cast, parcel)
    assert not Shortage.objects.exists()


def test_while_the_buyer_is_asked_no_step_of_the_table_is_taken(cast, parcel) -> None:
    ask(cast, parcel)
    for old in S:
        for new in S:
            put(parcel, old)
            with pytest.raises(ParcelMoved) as late:
                move_parcel(parcel=parcel, to=new, actor=WORKER)
            assert Parcel.objects.get().status == old
    assert (late.value.facts["asked"], late.value.facts["by"]) == (True, cast.lan.name)


def test_asking_twice_names_who_asked_and_when(cast, parcel) -> None:
    first = ask(cast, parcel)
    before = all_facts()
    with pytest.raises(ParcelMoved) as late:
        ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 1}, actor=cast.son_acts)
    assert (late.value.facts["by"], late.value.facts["at"]) == (cast.lan.name, first.asked_at)
    assert all_facts() == before


def test_an_accepted_parcel_may_shrink_twice(cast, booth, parcel) -> None:
    accepted = accept_parcel(parcel=parcel, actor=cast.son_acts)
    ask(cast, accepted, 4)
    take_what_is_there(parcel=accepted, actor=BUYER)
    ask(cast, accepted, 1)
    parcel = take_what_is_there(parcel=accepted, actor=BUYER)
    line = OrderLine.objects.get()
    assert (line.packs_to_send, line.due_dong, parcel.accepted_by) == (1, 80_000, cast.son)
    assert parcel.due_dong == 80_000 + 25_000


def test_goods_over_two_batches_lose_the_last_to_expire_first(cast, booth) -> None:
    goods, first = booth
    second = make_published_batch(goods.pack, packs=4, lot_code="HAI-1")
    parcel = new_parcel(cast, goods, packs=12)
    ask(cast, parcel, 11)
    take_what_is_there(parcel=parcel, actor=BUYER)
    kept = dict(Allocation.objects.filter(status="committed").values_list("batch_id", "quantity_base"))
    assert kept == {first.pk: 10_000, second.pk: 1000}
    assert Batch.objects.get(pk=second.pk).on_hand_base == 3000


def test_who_does_not_accept_in_time_is_reminded_once_and_marked(cast, parcel) -> None:
    due = parcel.paid_at + timedelta(hours=24)
    early, late = due - timedelta(minutes=1), due + timedelta(minutes=1)
    assert (remind_late(now=early), remind_late(now=late), remind_late(now=late)) == (0, 1, 0)
    assert late_to_accept(now=late).get() == parcel
    ask(cast, parcel)
    assert not late_to_accept(now=late).exists()  # now it is the buyer's turn


def test_an_accepted_parcel_is_not_reminded(cast, booth) -> None:
    parcel = packed_parcel(cast, booth[0])
    assert remind_late(now=parcel.paid_at + timedelta(days=3)) == 0
