"""Two people write of the same ground at once. First without the guard, then that nothing stays unseen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from tests.cast import Cast
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.test_field_data import square
from traceability.balance import near, plot_changes, treating
from traceability.balance.models import Check
from traceability.balance.plot_changes import set_outline
from traceability.batches import watching
from traceability.batches.models import Batch, PostingKind
from traceability.events import harvesting, recording, working
from traceability.events.harvesting import record_harvest
from traceability.events.recording import StepReport, record_step
from traceability.events.working import Output
from traceability.plots.models import Overlap, Plot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site_ready")]
# SQLite lets one write at a time: nobody slips in there, guarded or not.
BOTH = [pytest.param(False, marks=pytest.mark.postgresql), True]


def together(*deeds: Callable[[], object]) -> list[Exception | None]:
    """What stopped each of them."""

    def run(deed: Callable[[], object]) -> Exception | None:
        try:
            deed()
        except OperationalError as fault:
            return fault
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def meet_at(monkeypatch: pytest.MonkeyPatch, *places: tuple[Any, str], after: bool = False) -> None:
    """Both wait there for each other, as long as the guard lets them: held ones come one after the other."""
    meeting = Barrier(2, timeout=1)

    def wait() -> None:
        with suppress(BrokenBarrierError):
            meeting.wait()

    for module, name in places:
        really = getattr(module, name)

        def meet(*args: Any, _really: Callable[..., Any] = really, **more: Any) -> Any:
            if not after:
                wait()
                return _really(*args, **more)
            answer = _really(*args, **more)
            wait()
            return answer

        monkeypatch.setattr(module, name, meet)


@pytest.mark.parametrize("is_held", BOTH)
def test_two_outlines_of_the_same_ground_drawn_at_once_are_seen(
    garden: Garden, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_held: bool
) -> None:
    neighbour = Plot.objects.create(cooperative=cast.other_cooperative, name="Rẫy", commune=cast.tran_de)
    if not is_held:
        monkeypatch.setattr(plot_changes, "hold", lambda: None)
        monkeypatch.setattr(near, "hold", lambda: None)
    meet_at(monkeypatch, (plot_changes, "find_overlaps"), after=True)
    assert together(
        lambda: set_outline(plot=garden.plot, outline=square(), actor=cast.lan_acts),
        lambda: set_outline(plot=neighbour, outline=square(), actor=cast.other_acts),
    ) == [None, None]
    assert Overlap.objects.count() == (2 if is_held else 0)


@pytest.mark.parametrize("is_held", BOTH)
def test_a_spray_and_a_harvest_written_down_at_once_see_each_other(
    garden: Garden, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_held: bool
) -> None:
    """The harvest is of a lot that the one who writes of the spray cannot know."""
    if not is_held:
        monkeypatch.setattr(near, "hold", lambda: None)
        monkeypatch.setattr(working, "hold", lambda: None)
    meet_at(monkeypatch, (treating, "check_again"), (harvesting, "moved"), after=True)
    day = HARVEST_DAY.date() - timedelta(days=1)
    stopped = together(lambda: garden.harvest(1_000), lambda: garden.spray(day, 7))
    assert stopped == [None, None]
    assert Check.objects.open().filter(rule="MB-8", severity="block").exists() is is_held


@pytest.mark.postgresql  # SQLite locks no rows
@pytest.mark.parametrize("is_held", [False, True])
def test_a_harvest_holds_the_other_lots_of_its_plot_before_the_log(
    garden: Garden, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_held: bool
) -> None:
    """Told late, it makes the later harvest exceed the cap, so that one is locked by it. Whoever holds that lot and
    waits for the log would wait for ever."""
    later = garden.harvest(7_000_000, at=HARVEST_DAY + timedelta(days=1))
    if not is_held:
        monkeypatch.setattr(watching, "_neighbours", [])
    meet_at(monkeypatch, (recording, "hold_lots"), (harvesting, "write_event"), after=True)
    report = StepReport("wither", HARVEST_DAY + timedelta(days=1, hours=1), {})
    plan = garden.plan("lá chè tươi", plot=garden.plot)
    stopped = together(
        lambda: record_harvest(
            output=Output(7_000_000, plan=plan), work=garden.work(HARVEST_DAY, "pluck"), actor=cast.lan_acts
        ),
        lambda: record_step(
            batch=later, report=report, client_uuid=uuid4(), recorded_at=report.event_time, actor=cast.lan_acts
        ),
    )
    assert (stopped == [None, None]) is is_held
    if is_held:
        assert Batch.objects.get(pk=later.pk).locked_at is not None


def test_two_harvests_of_one_plot_at_once_are_both_counted(garden: Garden, cast: Cast) -> None:
    """Each alone keeps to what the plot can bear (7.2 t), both together do not."""
    lots = [garden.harvest(1_000, at=HARVEST_DAY + timedelta(hours=hour)) for hour in (0, 1)]
    work = [garden.work(HARVEST_DAY + timedelta(days=1, hours=hour), "pluck") for hour in (0, 1)]

    def more(place: int) -> Callable[[], object]:
        return lambda: record_harvest(
            output=Output(5_000_000, batch=lots[place]), work=work[place], actor=cast.lan_acts
        )

    assert together(more(0), more(1)) == [None, None]
    assert [Batch.objects.get(pk=lot.pk).locked_at is not None for lot in lots] == [False, True]
    assert Batch.objects.filter(postings__kind=PostingKind.HARVEST).count() == 4
