"""Harvest, process, split, merge, pack: one event, its movements and its edges, or nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from community.errors import DomainError
from tests.cast import Cast
from tests.traceability.genealogy.conftest import Farm, work
from traceability.batches.models import Batch, Posting
from traceability.batches.opening import open_batch
from traceability.batches.posting import OutOfStock
from traceability.events.harvesting import record_harvest, record_purchase
from traceability.events.models import Event
from traceability.events.transforming import merge_lots, pack_from, split_lot, transform_lots
from traceability.events.working import BadMovement, Output, Taken
from traceability.events.writing import ReplayMismatch
from traceability.genealogy.linking import CycleRefused
from traceability.genealogy.models import Edge
from traceability.plots.models import Plot
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db


def refused(error: type[DomainError], code: str, deed: Callable[[], object]) -> DomainError:
    """``deed`` is refused and leaves nothing behind."""

    def state() -> tuple[object, ...]:
        held = list(Batch.objects.order_by("pk").values_list("pk", "on_hand_base", "available_base"))
        return Event.objects.count(), Posting.objects.count(), Edge.objects.count(), held

    before = state()
    with pytest.raises(error) as fault:
        deed()
    assert fault.value.code == code
    assert state() == before
    return fault.value


def test_a_harvest_brings_forth_a_lot_with_its_code_and_amount(farm: Farm) -> None:
    lot = farm.pick(60_000, plot="Nương chè cổ")
    assert (lot.kind, lot.material, lot.on_hand_base, lot.status) == ("raw", "búp chè tươi", 60_000, "draft")
    assert (str(lot.harvested_from_on), lot.lot_code) == ("2026-11-05", "L261105-A")
    event = lot.events.get()
    document = json.loads(event.body)
    assert (document["type"], document["action"], document["bizStep"]) == ("ObjectEvent", "ADD", "commissioning")
    assert document["quantityList"][0]["quantity"] == 60
    assert document["ilmd"]["cbvmda:lotNumber"] == "L261105-A"
    assert event.postings.get().kind == "harvest"


def test_more_of_the_same_lot_is_a_further_event(farm: Farm, cast: Cast) -> None:
    lot = farm.pick(60_000)
    record_harvest(output=Output(5_500, batch=lot), work=work(30), actor=cast.lan_acts)
    lot.refresh_from_db()
    assert (lot.on_hand_base, str(lot.harvested_to_on)) == (65_500, "2026-11-06")
    assert [event.biz_step for event in lot.events.all()] == ["commissioning", "creating_class_instance"]


def test_a_public_lot_keeps_its_days_of_harvest(farm: Farm, cast: Cast) -> None:
    """Its days are in the log with its publication. Another day's harvest is another lot; a late record of that day is
    the same one."""
    lot = farm.pick(60_000)
    Batch.objects.filter(pk=lot.pk).update(status="published")
    days = {"harvested_from_on": lot.harvested_from_on, "harvested_to_on": lot.harvested_to_on}
    more = Output(5_500, batch=lot)
    fault = refused(
        BadMovement, "lot_is_public", lambda: record_harvest(output=more, work=work(30), actor=cast.lan_acts)
    )
    assert fault.facts["lot"] == lot.lot_code
    record_harvest(output=more, work=work(1), actor=cast.lan_acts)
    lot.refresh_from_db()
    assert lot.on_hand_base == 65_500
    assert {name: getattr(lot, name) for name in days} == days


def test_what_was_bought_is_received_not_harvested(farm: Farm, cast: Cast) -> None:
    done = record_purchase(output=Output(8_000, plan=farm.raw()), work=work(), actor=cast.lan_acts)
    assert (done.event.biz_step, done.event.postings.get().kind) == ("receiving", "buy")


def test_processing_takes_what_went_in_and_gives_what_came_out(farm: Farm) -> None:
    one, two = farm.pick(60_000), farm.pick(40_000)
    done = farm.make([(one, 60_000), (two, 30_000)], 12_000, 10_000)
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.on_hand_base, two.on_hand_base) == (0, 10_000)
    assert [lot.on_hand_base for lot in done.batches] == [12_000, 10_000]
    assert {(posting.kind, posting.quantity_base) for posting in done.event.postings.all()} == {
        ("out", 60_000), ("out", 30_000), ("in", 12_000), ("in", 10_000),
    }  # fmt: skip
    # What went in is divided over the outputs as 12 to 10, and adds up.
    assert [sum(edge.parent_base for edge in lot.edges_down.all()) for lot in (one, two)] == [60_000, 30_000]
    assert sorted(edge.parent_base for edge in one.edges_down.all()) == [27_273, 32_727]
    assert str(done.batch.harvested_from_on) == "2026-11-05"
    document = json.loads(done.event.body)
    assert [len(document[key]) for key in ("inputQuantityList", "outputQuantityList")] == [2, 2]


def test_more_than_a_lot_holds_is_refused_with_what_it_was_about(farm: Farm) -> None:
    lot = farm.pick(10_000)
    fault = refused(OutOfStock, "out_of_stock", lambda: farm.make([(lot, 10_001)], 2_000))
    assert fault.facts == {"batch": lot.lot_code, "wanted_base": 10_001}


def test_nothing_is_made_of_a_lot_before_it_came_into_being(farm: Farm) -> None:
    lot = farm.pick(10_000, hours=5)
    fault = refused(BadMovement, "before_its_lot", lambda: farm.make([(lot, 1_000)], 200, hours=4))
    assert fault.facts["lot"] == lot.lot_code


def test_another_cooperatives_lot_is_not_ours_to_use(farm: Farm, cast: Cast) -> None:
    lot = farm.pick(10_000)

    def take_it() -> None:
        plan = farm.half_made()
        taken = [Taken(lot, 1_000)]
        transform_lots(taken=taken, outputs=[Output(200, plan=plan)], work=work(1), actor=cast.other_acts)

    assert refused(BadMovement, "foreign_lot", take_it).facts == {"lot": lot.public_code}
    refused(
        BadMovement,
        "foreign_lot",
        lambda: record_harvest(output=Output(5, plan=farm.raw()), work=work(), actor=cast.other_acts),
    )


def test_a_lot_is_never_made_of_itself(farm: Farm, cast: Cast) -> None:
    """Not directly, and not over three generations."""
    first = farm.pick(10_000)
    second = farm.make([(first, 5_000)], 1_000).batch
    third = farm.make([(second, 500)], 400, hours=2).batch

    def back_into(lot: Batch, source: Batch) -> None:
        output = [Output(10, batch=lot)]
        transform_lots(taken=[Taken(source, 10)], outputs=output, work=work(3), actor=cast.lan_acts)

    for lot, source in ((first, third), (first, second), (second, second)):
        refused(CycleRefused, "cycle", lambda lot=lot, source=source: back_into(lot, source))


def test_the_same_request_twice_is_answered_with_what_is_stored(farm: Farm, cast: Cast) -> None:
    lot, uuid = farm.pick(10_000), uuid4()

    def request(grams: int = 200, taken: int = 1_000) -> Batch:
        outputs = [Output(grams, plan=farm.half_made())]
        doing = work(1, uuid=uuid)
        return transform_lots(taken=[Taken(lot, taken)], outputs=outputs, work=doing, actor=cast.lan_acts).batch

    first = request()
    farm.make([(first, 100)], 90, hours=2)
    assert request() == first
    lot.refresh_from_db()
    assert lot.on_hand_base == 9_000
    refused(ReplayMismatch, "replay_mismatch", lambda: request(grams=201))
    refused(ReplayMismatch, "replay_mismatch", lambda: request(taken=999))


def test_a_harvest_sent_twice_is_one_lot(farm: Farm, cast: Cast) -> None:
    uuid = uuid4()
    twice = [
        record_harvest(output=Output(500, plan=farm.raw()), work=work(uuid=uuid), actor=cast.lan_acts).batch
        for _ in range(2)
    ]
    assert twice[0] == twice[1] and twice[0].on_hand_base == 500
    refused(
        ReplayMismatch,
        "replay_mismatch",
        lambda: record_harvest(output=Output(501, plan=farm.raw()), work=work(uuid=uuid), actor=cast.lan_acts),
    )


def test_a_harvest_sent_again_after_its_plot_got_a_growing_area_is_one_lot(farm: Farm, cast: Cast) -> None:
    uuid = uuid4()

    def request() -> Batch:
        plan = farm.raw("Nương chè cổ")
        return record_harvest(output=Output(500, plan=plan), work=work(uuid=uuid), actor=cast.lan_acts).batch

    first = request()
    Plot.objects.update(growing_area_code="VN-TNOR-0001")
    assert request() == first and Event.objects.count() == 1


def test_splitting_conserves_to_the_gram(farm: Farm, cast: Cast) -> None:
    lot = farm.pick(10_000)
    done = split_lot(lot=lot, parts=[6_000, 3_900], loss_base=100, work=work(1), actor=cast.lan_acts)
    lot.refresh_from_db()
    assert lot.on_hand_base == 0
    assert [(part.on_hand_base, part.material, part.kind) for part in done.batches] == [
        (6_000, "búp chè tươi", "raw"), (3_900, "búp chè tươi", "raw"),
    ]  # fmt: skip
    said = {each["ocop:key"]: each["ocop:value"] for each in json.loads(done.event.body)["ocop:parameters"]}
    assert said == {"loss": 0.1}


def test_merging_conserves_to_the_gram(farm: Farm, cast: Cast) -> None:
    one, two = farm.pick(6_000), farm.pick(4_000)
    taken = [Taken(one, 6_000), Taken(two, 4_000)]
    merged = merge_lots(taken=taken, work=work(1), actor=cast.lan_acts).batch
    assert (merged.on_hand_base, merged.kind) == (10_000, "raw")
    assert {edge.parent_id for edge in merged.edges_up.all()} == {one.pk, two.pk}


def test_packing_must_add_up_and_dates_the_batch(farm: Farm, tin: Pack, cast: Cast) -> None:
    lot = farm.pick(10_050)
    batch = open_batch(pack=tin, day=lot.produced_on, actor=cast.lan_acts)

    def pack(packs: int, loss: int) -> None:
        taken = [Taken(lot, 10_050)]
        pack_from(taken=taken, packs=packs, batch=batch, loss_base=loss, work=work(24), actor=cast.lan_acts)

    fault = refused(BadMovement, "does_not_add_up", lambda: pack(100, 49))
    assert fault.facts == {"taken_base": 10_050, "told_base": 10_049, "unit": "g"}
    pack(100, 50)
    batch.refresh_from_db()
    assert (batch.packs_available, str(batch.packed_on), str(batch.best_before_on)) == (100, "2026-11-06", "2028-04-29")
    assert str(batch.harvested_from_on) == "2026-11-05"
    assert batch.postings.get().kind == "pack"


def test_units_that_do_not_fit_cannot_conserve(farm: Farm, cast: Cast) -> None:
    leaves = farm.pick(10_000)
    eggs = record_harvest(
        output=Output(30, plan=farm.raw(material="trứng", base_unit="piece")), work=work(), actor=cast.lan_acts
    ).batch
    taken = [Taken(leaves, 10), Taken(eggs, 1)]
    refused(BadMovement, "other_unit", lambda: merge_lots(taken=taken, work=work(1), actor=cast.lan_acts))


@pytest.mark.parametrize("loss", [-1, 10_000, 20_000])
def test_a_loss_is_part_of_what_was_taken(farm: Farm, loss: int) -> None:
    lot = farm.pick(10_000)
    refused(BadMovement, "loss_too_large", lambda: farm.make([(lot, 10_000)], 1_000, loss_base=loss))


def test_tomorrow_has_not_happened(farm: Farm) -> None:
    lot = farm.pick(10_000)
    refused(BadMovement, "in_future", lambda: farm.make([(lot, 1_000)], 200, hours=24 * 3650))


def test_the_same_lot_is_named_once(farm: Farm) -> None:
    lot = farm.pick(10_000)
    refused(BadMovement, "lot_twice", lambda: farm.make([(lot, 1_000), (lot, 1_000)], 200))


def test_one_pig_gives_five_lots_and_no_link_is_lost(farm: Farm, cast: Cast) -> None:
    pig = record_harvest(
        output=Output(1, plan=farm.raw(material="heo", base_unit="piece")), work=work(), actor=cast.lan_acts
    ).batch
    done = farm.make([(pig, 1)], 20_000, 15_000, 9_000, 4_000, 500)
    assert len(done.batches) == 5
    assert {edge.parent_base for edge in Edge.objects.filter(parent=pig)} == {1}
    assert Edge.objects.filter(parent=pig).count() == 5
