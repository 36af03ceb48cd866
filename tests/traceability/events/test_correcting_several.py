"""One record may tell of several lots: putting it right never loses what it did to the others."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.traceability.exchange.saying import amount, document
from tests.traceability.exchange.saying import event as said
from tests.traceability.genealogy.conftest import MORNING, Farm, farm, tea, work  # noqa: F401 (fixtures)
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, Posting
from traceability.batches.opening import open_lot
from traceability.events.capturing import capture
from traceability.events.correcting import ArrivalReport, BadCorrection, Declared, can_say_again, declare_error
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.reading import steps_of
from traceability.events.recording import StepReport
from traceability.events.transforming import split_lot
from traceability.genealogy.models import Edge
from traceability.log.models import LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def picked(farm: Farm, cast: Cast) -> tuple[Event, Batch, Batch]:  # noqa: F811
    """One message of a weighing machine: 30 kg and 20 kg of two lots."""
    lots = [open_lot(plan=farm.raw(), day=MORNING.date(), actor=cast.lan_acts) for _ in range(2)]
    amounts = [amount(batch_uri(lot), kg, "KGM") for lot, kg in zip(lots, (30, 20), strict=True)]
    told: dict[str, Any] = said(
        action="ADD", bizStep="commissioning", disposition="active", quantityList=amounts, **{"ocop:stage": "pluck"}
    )
    capture(document=document(told), cooperative=cast.huong_que, actor=cast.lan_acts)
    return Event.objects.get(), *Batch.objects.filter(pk__in=[lot.pk for lot in lots]).order_by("pk")


def declare(event: Event, cast: Cast, corrective: ArrivalReport | StepReport | None = None) -> Declared:
    return declare_error(
        event=event,
        reason="incorrect_data" if corrective else "did_not_occur",
        note="Cân lại",
        client_uuid=uuid4(),
        declared_at=event.received_at + timedelta(minutes=5),
        actor=cast.lan_acts,
        corrective=corrective,
    )


def on_hand(*lots: Batch) -> list[int]:
    return [Batch.objects.get(pk=lot.pk).on_hand_base for lot in lots]


def refused(event: Event, cast: Cast, corrective: ArrivalReport | StepReport) -> str:
    before = Event.objects.count(), Posting.objects.count(), LogEntry.objects.count(), Edge.objects.count()
    with pytest.raises(BadCorrection) as fault:
        declare(event, cast, corrective)
    assert not ErrorDeclaration.objects.exists() and not can_say_again(event)
    assert before == (Event.objects.count(), Posting.objects.count(), LogEntry.objects.count(), Edge.objects.count())
    return fault.value.code


def test_another_amount_for_one_lot_would_lose_the_other_and_is_refused(
    picked: tuple[Event, Batch, Batch], cast: Cast
) -> None:
    event, first, second = picked
    assert refused(event, cast, ArrivalReport(29_000, event.event_time)) == "several_lots"
    assert refused(event, cast, StepReport("pluck", event.event_time, {})) == "several_lots"
    assert on_hand(first, second) == [30_000, 20_000]


def test_taken_back_it_is_taken_back_for_every_lot_it_told_of(picked: tuple[Event, Batch, Batch], cast: Cast) -> None:
    event, first, second = picked
    assert str(second.harvested_from_on) == str(first.harvested_from_on) != "None"
    declare(event, cast)
    assert on_hand(first, second) == [0, 0]
    days = Batch.objects.filter(pk__in=[first.pk, second.pk]).values_list("harvested_from_on", "harvested_to_on")
    assert set(days) == {(None, None)}
    leaf = LogEntry.objects.get(kind="error-declaration")
    assert {batch_uri(lot) for lot in (first, second)} <= set(json.loads(leaf.leaf)["subjects"])
    for lot in (first, second):
        (story,) = [one for one in steps_of(lot) if one.event]
        assert story.is_withdrawn and story.quantity_base in (30_000, 20_000)


def test_a_split_cannot_be_said_again_as_one_step_and_taken_back_gives_all_back(farm: Farm, cast: Cast) -> None:  # noqa: F811
    lot = farm.pick(10_000)
    done = split_lot(lot=lot, parts=[6_000, 4_000], work=work(1), actor=cast.lan_acts)
    assert refused(done.event, cast, StepReport("split", done.event.event_time, {})) == "several_lots"
    assert [[s.quantity_base for s in steps_of(part) if s.event] for part in done.batches] == [[6_000], [4_000]]
    declare(done.event, cast)
    assert on_hand(lot, *done.batches) == [10_000, 0, 0]
    assert not Edge.objects.exists()
