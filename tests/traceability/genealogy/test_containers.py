"""Boxes: what may be put in and taken out, and what becomes of it when a record is annulled."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.harness.lot_graphs import make_event
from tests.traceability.genealogy.conftest import MORNING, Farm, work
from tests.traceability.genealogy.test_verbs import refused
from traceability.batches.models import Batch
from traceability.events.aggregating import BadContainer, container_uri, put_in, take_out
from traceability.events.boxing import contain
from traceability.events.working import Taken
from traceability.events.writing import Draft, Part, ReplayMismatch
from traceability.genealogy.containers import inside
from traceability.genealogy.linking import unlink
from traceability.genealogy.models import Containment

pytestmark = pytest.mark.django_db
SSCC = "095212340000000013"


@pytest.fixture
def lot(farm: Farm) -> Batch:
    return farm.pick(10_000)


def held(container: str) -> list[tuple[int, int | None]]:
    return list(inside(container).values_list("batch", "quantity_base"))


def test_putting_in_is_an_aggregation_event_and_moves_no_stock(lot: Batch, cast: Cast) -> None:
    done = put_in(container=SSCC, contents=[Taken(lot, 4_000)], work=work(1), actor=cast.lan_acts)
    document = json.loads(done.event.body)
    assert (document["type"], document["action"]) == ("AggregationEvent", "ADD")
    assert document["parentID"].endswith(f"/00/{SSCC}")
    assert document["childQuantityList"][0]["quantity"] == 4
    lot.refresh_from_db()
    assert lot.on_hand_base == 10_000 and not done.event.postings.exists()
    assert held(f"https://id.gs1.org/00/{SSCC}") == [(lot.pk, 4_000)]


def test_an_own_name_belongs_to_the_cooperative(cast: Cast) -> None:
    ours, theirs = (container_uri("thùng 1".replace("ù", "u"), who) for who in (cast.huong_que, cast.other_cooperative))
    assert ours.endswith(f"/c/{cast.huong_que.code}/THUNG1") and ours != theirs


@pytest.mark.parametrize(
    ("name", "code"),
    [("095212340000000012", "bad_sscc"), ("", "bad_container"), ("thùng", "bad_container"), ("A" * 31, "bad_container"),
     ("x\0", "bad_container"), ("../x", "bad_container"), ("٠٩٥٢١٢٣٤٠٠٠٠٠٠٠٠١٣", "bad_sscc")],
)  # fmt: skip
def test_other_names_are_refused(lot: Batch, cast: Cast, name: str, code: str) -> None:
    contents = [Taken(lot, 1)]
    refused(BadContainer, code, lambda: put_in(container=name, contents=contents, work=work(1), actor=cast.lan_acts))


def test_no_lot_is_in_boxes_with_more_than_there_is(lot: Batch, cast: Cast) -> None:
    put_in(container="A", contents=[Taken(lot, 7_000)], work=work(1), actor=cast.lan_acts)
    too_much = [Taken(lot, 3_001)]
    fault = refused(
        BadContainer,
        "too_much_in_boxes",
        lambda: put_in(container="B", contents=too_much, work=work(2), actor=cast.lan_acts),
    )
    assert fault.facts == {"lot": lot.lot_code, "free_base": 3_000}


def test_one_takes_out_what_is_in_and_after_it_was_put_in(lot: Batch, cast: Cast) -> None:
    put_in(container="A", contents=[Taken(lot, 7_000)], work=work(5), actor=cast.lan_acts)

    def out(amount: int, hours: float, box: str = "A") -> None:
        take_out(container=box, contents=[Taken(lot, amount)], work=work(hours), actor=cast.lan_acts)

    refused(BadContainer, "not_in_container", lambda: out(1, 6, "B"))
    refused(BadContainer, "not_in_container", lambda: out(1, 4))
    assert refused(BadContainer, "more_than_in", lambda: out(7_001, 6)).facts["in_base"] == 7_000
    out(3_000, 6)
    assert held(container_uri("A", cast.huong_que)) == [(lot.pk, 4_000)]
    out(4_000, 7)
    assert held(container_uri("A", cast.huong_que)) == []


def test_the_same_request_twice_is_one_stay(lot: Batch, cast: Cast) -> None:
    uuid = uuid4()
    for _ in range(2):
        put_in(container="A", contents=[Taken(lot, 7_000)], work=work(1, uuid=uuid), actor=cast.lan_acts)
    assert Containment.objects.count() == 1
    other = [Taken(lot, 6_000)]
    refused(
        ReplayMismatch,
        "replay_mismatch",
        lambda: put_in(container="A", contents=other, work=work(1, uuid=uuid), actor=cast.lan_acts),
    )


def test_annulled_putting_in_was_never_in_and_annulled_taking_out_is_in_again(lot: Batch, cast: Cast) -> None:
    box = container_uri("A", cast.huong_que)
    there = put_in(container="A", contents=[Taken(lot, 7_000)], work=work(1), actor=cast.lan_acts).event
    gone = take_out(container="A", contents=[Taken(lot, 3_000)], work=work(2), actor=cast.lan_acts).event
    unlink(gone)
    assert held(box) == [(lot.pk, 7_000)]
    unlink(there)
    assert held(box) == [] and not Containment.objects.exists()


def test_a_foreign_lot_cannot_share_our_box(farm: Farm, lot: Batch, cast: Cast) -> None:
    put_in(container=SSCC, contents=[Taken(lot, 1_000)], work=work(1), actor=cast.lan_acts)
    Batch.objects.filter(pk=lot.pk).update(cooperative=cast.other_cooperative)
    mine = farm.pick(5_000)
    refused(
        BadContainer,
        "container_of_another",
        lambda: put_in(container=SSCC, contents=[Taken(mine, 1)], work=work(2), actor=cast.lan_acts),
    )


def test_boxes_of_other_systems_are_kept_too(lot: Batch, cast: Cast) -> None:
    """A lot in a captured AggregationEvent is inside from then on; a single serialised pack is no lot."""
    box = "https://id.gs1.org/00/" + SSCC
    for number, action in enumerate(("ADD", "OBSERVE", "DELETE")):
        event = make_event(cast.huong_que, 700 + number, at=MORNING + timedelta(hours=number))
        event.save()
        parts = [
            Part(box, "parent", False),
            Part("https://id.gs1.org/01/1/10/A", "child", True, lot, 4_000),
            Part("https://id.gs1.org/01/1/21/7", "child", False, lot),
        ]
        contain(event, Draft({"type": "AggregationEvent", "action": action}, event.event_time, event.event_time, parts))
        assert held(box) == ([] if action == "DELETE" else [(lot.pk, 4_000)])
    assert Containment.objects.get().until_at == MORNING + timedelta(hours=2)
