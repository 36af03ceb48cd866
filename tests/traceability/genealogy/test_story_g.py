"""Story G of the acceptance tests: split, merge, dry, blend, pack, through the verbs, with its exact figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import pytest

from community.cooperatives.models import Cooperative
from tests.cast import Cast
from tests.harness.lot_graphs import make_event
from tests.traceability.genealogy.conftest import MORNING, Farm, work
from traceability.batches.models import Batch
from traceability.events.aggregating import container_uri, put_in, take_out
from traceability.events.models import Event, EventItem
from traceability.events.riding import told_of_boxes
from traceability.events.transforming import merge_lots, pack_from
from traceability.events.working import Taken
from traceability.genealogy.shares import Given, origins_of, percentages, portions_of
from traceability.genealogy.tracing import Direction, trace
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db


@dataclass
class Story:
    a1: Batch
    a2: Batch
    m: Batch
    d1: Batch
    d2: Batch
    d3: Batch
    b: Batch
    p1: Batch
    p2: Batch
    f3: Batch


@pytest.fixture
def story(farm: Farm, tin: Pack, cast: Cast) -> Story:
    a1, a2 = farm.pick(60_000, plot="F1"), farm.pick(40_000, plot="F2")
    taken = [Taken(a1, 60_000), Taken(a2, 40_000)]
    m = merge_lots(taken=taken, work=work(1), actor=cast.lan_acts).batch
    d1, d2 = farm.make([(m, 100_000)], 12_000, 10_000, hours=2, loss_base=78_000).batches
    f3 = farm.pick(40_000, plot="F3")
    d3 = farm.make([(f3, 40_000)], 8_000, hours=2).batch
    b = farm.make([(d1, 12_000), (d3, 8_000)], 20_000, hours=3).batch
    p1, p2 = (
        pack_from(taken=[Taken(b, 10_000)], packs=100, pack=tin, work=work(4 + place / 2), actor=cast.lan_acts).batch
        for place in range(2)
    )
    return Story(a1, a2, m, d1, d2, d3, b, p1, p2, f3)


def test_back_from_a_pack_to_the_three_farms(story: Story) -> None:
    back = trace([story.p1.pk])
    expected = {story.b, story.d1, story.d3, story.m, story.a1, story.a2, story.f3}
    assert set(back.ids) == {story.p1.pk} | {lot.pk for lot in expected}
    given = [Given(link.parent, link.child, link.parent_base, "g") for link in back.links]
    by_plot = {
        Batch.objects.get(pk=lot).plot.name: share for lot, share in origins_of(story.p1.pk, portions_of(given)).items()
    }
    assert by_plot == {"F1": Fraction(36, 100), "F2": Fraction(24, 100), "F3": Fraction(40, 100)}
    assert percentages(by_plot) == {"F1": 36, "F2": 24, "F3": 40}


def test_forward_from_a_farm_also_finds_what_was_never_sold(story: Story) -> None:
    ahead = trace([story.a2.pk], Direction.FORWARD)
    expected = {story.m, story.d1, story.d2, story.b, story.p1, story.p2}
    assert set(ahead.ids) == {story.a2.pk} | {lot.pk for lot in expected}
    assert story.d2.on_hand_base == 10_000


def test_what_happens_to_a_box_happens_to_what_is_inside_then(story: Story, cast: Cast) -> None:
    """P1 is in box X from 10:00 to 14:00, the box stands at 35 °C at 12:00, P2 is put in at 15:00."""
    box = container_uri("Thung x", cast.huong_que)
    hours = {"in": 27, "hot": 29, "out": 31, "later": 32}  # 10:00, 12:00, 14:00, 15:00 of the next day
    put_in(container="Thung x", contents=[Taken(story.p1, 10_000)], work=work(hours["in"]), actor=cast.lan_acts)
    hot = _stood_in_the_sun(box, cast, hours["hot"])
    take_out(container="thung x", contents=[Taken(story.p1, 10_000)], work=work(hours["out"]), actor=cast.lan_acts)
    put_in(container="THUNGX", contents=[Taken(story.p2, 10_000)], work=work(hours["later"]), actor=cast.lan_acts)
    assert hot.pk in told_of_boxes({story.p1.pk: None})
    assert hot.pk not in told_of_boxes({story.p2.pk: None})


def test_the_next_heat_is_the_other_lots(story: Story, cast: Cast) -> None:
    box = container_uri("X", cast.huong_que)
    put_in(container="X", contents=[Taken(story.p1, 10_000)], work=work(27), actor=cast.lan_acts)
    take_out(container="X", contents=[Taken(story.p1, 4_000)], work=work(28), actor=cast.lan_acts)
    put_in(container="X", contents=[Taken(story.p2, 10_000)], work=work(29), actor=cast.lan_acts)
    hot = _stood_in_the_sun(box, cast, 30)
    assert hot.pk in told_of_boxes({story.p1.pk: None})  # 6 kg of it are still there
    assert hot.pk in told_of_boxes({story.p2.pk: None})
    assert hot.pk not in told_of_boxes({story.d2.pk: None})


def test_what_was_used_up_before_was_in_no_hot_box(story: Story, cast: Cast) -> None:
    put_in(container="X", contents=[Taken(story.p1, 10_000)], work=work(27), actor=cast.lan_acts)
    hot = _stood_in_the_sun(container_uri("X", cast.huong_que), cast, 30)
    assert hot.pk in told_of_boxes({story.p1.pk: MORNING + timedelta(hours=31)})
    assert hot.pk not in told_of_boxes({story.p1.pk: MORNING + timedelta(hours=30)})


def test_what_another_cooperative_says_of_a_box_is_not_told_of_the_goods_in_it(story: Story, cast: Cast) -> None:
    put_in(container="X", contents=[Taken(story.p1, 10_000)], work=work(27), actor=cast.lan_acts)
    hot = _stood_in_the_sun(container_uri("X", cast.huong_que), cast, 30)
    assert hot.pk in told_of_boxes({story.p1.pk: None})
    strange = _stood_in_the_sun(container_uri("X", cast.huong_que), cast, 31, told_by=cast.other_cooperative)
    assert strange.pk not in told_of_boxes({story.p1.pk: None})


def _stood_in_the_sun(box: str, cast: Cast, hours: float, *, told_by: Cooperative | None = None) -> Event:
    event = make_event(told_by or cast.huong_que, 9_000 + int(hours), at=MORNING + timedelta(hours=hours))
    event.type = "ObjectEvent"
    event.save()
    EventItem.objects.create(event=event, epc_uri=box, is_class=False, role=EventItem.Role.OBJECT)
    return event
