"""What is recorded is checked at once: a block locks the lot and what was made of it for sale and claims, never for
recording; and goes when the records are put right."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from tests.harness import guards
from tests.traceability.balance.conftest import HARVEST_DAY, NOW, Garden
from traceability.balance.checking import check_batch, check_lots
from traceability.balance.gathering import dips_of
from traceability.balance.models import Check
from traceability.balance.prefix import Step, lowest_dip
from traceability.balance.settling import BadAnswer, dismiss, explain
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.posting import BatchNotOnSale, Movement, cancel, post, post_recorded
from traceability.batches.watching import moved
from traceability.events.recording import StepReport, record_step

pytestmark = pytest.mark.django_db
BEFORE_DRYING = HARVEST_DAY + timedelta(hours=5)


def open_checks(batch: Batch) -> list[str]:
    return [f"{one.rule} {one.severity} {one.key}".strip() for one in Check.objects.open().filter(batch=batch)]


def locked(*batches: Batch) -> list[bool]:
    return [Batch.objects.get(pk=batch.pk).locked_at is not None for batch in batches]


def state() -> list[tuple[Any, ...]]:
    columns = ("batch_id", "rule", "key", "severity", "observed", "limit", "cleared_at", "how")
    return [*Check.objects.order_by("batch_id", "rule", "key", "pk").values_list(*columns)]


def chain(garden: Garden) -> tuple[Batch, Batch, Batch]:
    """1000 kg of leaf, all dried to 220 kg, all packed."""
    leaf = garden.harvest(1_000_000)
    tea = garden.dry(leaf, 1_000_000, 220_000)
    return leaf, tea, garden.packs_of(tea, 220_000, 2_200)


def test_honest_records_leave_nothing_open(garden: Garden) -> None:
    assert not any(open_checks(lot) for lot in chain(garden))


def test_a_late_waste_before_a_use_locks_the_lot_and_all_that_was_made_of_it(garden: Garden) -> None:
    leaf, tea, packs = chain(garden)
    Batch.objects.filter(pk=packs.pk).update(status="published")
    garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
    assert open_checks(leaf) == ["MB-0 block"]
    assert open_checks(tea) == [f"MB-0 block from:{leaf.pk}"] == open_checks(packs)
    assert locked(leaf, tea, packs) == [True, True, True]
    with pytest.raises(BatchNotOnSale):
        post(batch_id=packs.pk, movement=Movement(PostingKind.RESERVE, 100))


def test_recording_goes_on_while_locked_and_a_correction_unlocks(garden: Garden) -> None:
    leaf, tea, packs = chain(garden)
    garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
    report = StepReport(stage="sort", event_time=NOW, parameters={})
    event = record_step(batch=packs, report=report, client_uuid=uuid4(), recorded_at=NOW, actor=garden.cast.lan_acts)
    assert event.pk and locked(packs) == [True]
    cancel(leaf.postings.get(kind="waste"))
    moved([leaf.pk])
    assert locked(leaf, tea, packs) == [False, False, False]
    assert not any(open_checks(lot) for lot in (leaf, tea, packs))
    cleared = Check.objects.get(batch=leaf)
    assert (cleared.how, cleared.cleared_by) == ("mended", None)


def test_a_late_harvest_that_was_missing_unlocks_too(garden: Garden) -> None:
    leaf, _tea, packs = chain(garden)
    garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
    garden.record(leaf, PostingKind.HARVEST, 30_000, at=HARVEST_DAY + timedelta(hours=1))
    assert locked(leaf, packs) == [False, False]


def test_a_waste_after_the_use_of_everything_is_a_dip_of_today(garden: Garden) -> None:
    leaf, _tea, _packs = chain(garden)
    garden.record(leaf, PostingKind.WASTE, 1, at=NOW)
    check = Check.objects.get(batch=leaf)
    assert (check.rule, check.observed, check.limit) == ("MB-0", -1, 0)


def test_siblings_and_strangers_stay_free(garden: Garden) -> None:
    leaf, _tea, _packs = chain(garden)
    other = garden.harvest(1_000, at=HARVEST_DAY + timedelta(days=1))
    garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
    assert locked(other) == [False]


def test_the_cooperative_is_told_once_for_a_lot_and_rule_and_both_turns_are_audited(garden: Garden) -> None:
    leaf, _tea, _packs = chain(garden)
    for _again in range(2):
        garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
        cancel(leaf.postings.filter(kind="waste", cancelled_by=None).get())
        moved([leaf.pk])
    messages = OutboxMessage.objects.filter(kind="balance_block")
    assert [(one.key, one.to) for one in messages] == [(f"{leaf.pk}:MB-0", "+84912345678")]
    acts = AuditEntry.objects.about(leaf).filter(action__in=["batch.locked", "batch.unlocked"])
    assert [one.action for one in acts.order_by("pk")] == ["batch.locked", "batch.unlocked"] * 2


def test_pages_are_drawn_anew_when_a_lock_comes_or_goes(garden: Garden) -> None:
    leaf, _tea, packs = chain(garden)
    before = Batch.objects.get(pk=packs.pk).page_version
    garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
    assert Batch.objects.get(pk=packs.pk).page_version > before


def test_a_yield_above_what_can_be_is_a_block_and_above_what_is_usual_a_question(garden: Garden) -> None:
    leaf = garden.harvest(2_000_000)
    usual = garden.dry(leaf, 1_000_000, 250_000)
    beyond = garden.dry(leaf, 1_000_000, 270_001, hours=11)
    (asked,) = Check.objects.open().filter(batch=usual)
    assert (asked.rule, asked.severity, asked.observed, asked.limit) == ("MB-1", "review", 250_000, 240_000)
    (stopped,) = Check.objects.open().filter(batch=beyond)
    assert (stopped.rule, stopped.severity, stopped.limit) == ("MB-1", "block", 270_000)
    assert locked(leaf, usual, beyond) == [False, False, True]


def test_a_declared_loss_of_a_split_is_read_from_its_event(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    first, second = garden.make([(leaf, 1_000_000)], [500_000, 480_000], step=None, loss=20_000)
    assert open_checks(first) == open_checks(second) == []  # another material: a transformation without a band


def test_one_harvest_too_many_touches_the_lots_beyond_the_cap_whatever_came_first(garden: Garden) -> None:
    late = garden.harvest(3_000_000, at=HARVEST_DAY + timedelta(days=20))
    assert open_checks(late) == []
    early = garden.harvest(5_000_000, at=HARVEST_DAY)  # arrives later, happened before
    assert open_checks(early) == []
    assert open_checks(late) == ["MB-2 block"]  # 8.0 of 7.2 t
    assert locked(early, late) == [False, True]


def test_more_gone_than_came_of_packs_is_said_by_the_sales_rule(garden: Garden) -> None:
    _leaf, _tea, packs = chain(garden)
    Batch.objects.filter(pk=packs.pk).update(status="published")
    post(batch_id=packs.pk, movement=Movement(PostingKind.RESERVE, 200_000))
    garden.record(packs, PostingKind.WASTE, 20_100, at=NOW)
    (check,) = Check.objects.open().filter(batch=packs)
    assert (check.rule, check.severity, check.observed, check.limit) == ("MB-4", "block", 220_100, 220_000)


def test_labels_beyond_the_spare_ones_are_asked_about(garden: Garden) -> None:
    from traceability.labels.models import LabelRun

    _leaf, _tea, packs = chain(garden)
    LabelRun.objects.create(batch=packs, sheet="a4-24", first_number=1, count=2_244, key=uuid4(), at=NOW)
    assert [one.rule for one in check_batch(packs.pk)] == []
    LabelRun.objects.create(batch=packs, sheet="a4-24", first_number=2_245, count=1, key=uuid4(), at=NOW)
    (check,) = check_batch(packs.pk)
    assert (check.rule, check.severity, check.observed, check.limit) == ("MB-3", "review", 2_245, 2_244)


def test_an_explained_question_does_not_come_back_until_its_figures_change(garden: Garden) -> None:
    leaf = garden.harvest(3_000_000)
    tea = garden.dry(leaf, 1_000_000, 250_000)
    explain(check=Check.objects.get(batch=tea), note="Lá già, ít nước", actor=garden.cast.lan_acts)
    check_lots([tea.pk])
    assert open_checks(tea) == []
    assert AuditEntry.objects.filter(action="check.explained").count() == 1
    Check.objects.filter(batch=tea).update(observed=249_999)  # as if the figures had been others when it was said
    check_lots([tea.pk])
    assert open_checks(tea) == [f"MB-1 review event:{tea.postings.get().event_id}"]


def test_a_block_is_not_explained_away_by_the_cooperative_but_cleared_by_staff_with_a_reason(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    tea = garden.dry(leaf, 1_000_000, 280_000)
    block = Check.objects.get(batch=tea, severity="block")
    for note, code in (("Cân sai", "not_yours_to_clear"), ("", "explanation_needed")):
        with pytest.raises(BadAnswer) as refused:
            explain(check=block, note=note, actor=garden.cast.lan_acts)
        assert refused.value.code == code
    assert locked(tea) == [True]
    with pytest.raises(BadAnswer):
        dismiss(check=block, note=" ", actor=garden.cast.hoa_acts)
    dismiss(check=block, note="Đã kiểm tra tại chỗ, cân lại đúng", actor=garden.cast.hoa_acts)
    assert locked(tea) == [False]
    check_lots([tea.pk])
    assert locked(tea) == [False]


def test_a_draft_with_an_open_block_is_not_published(garden: Garden) -> None:
    from traceability.batches.publishing import NotReady, publish_batch, readiness

    leaf, _tea, packs = chain(garden)
    assert readiness(packs).is_ready
    garden.record(leaf, PostingKind.WASTE, 30_000, at=BEFORE_DRYING)
    packs.refresh_from_db()
    assert not readiness(packs).is_ready and readiness(packs).is_locked
    with pytest.raises(NotReady):
        publish_batch(batch=packs, actor=garden.cast.lan_acts)
    assert Batch.objects.get(pk=packs.pk).status == "draft"


MOVES = st.lists(
    st.tuples(
        st.sampled_from([PostingKind.HARVEST, PostingKind.WASTE, PostingKind.OUT, PostingKind.RETURN]),
        st.integers(1, 30),
        st.integers(0, 4),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=MOVES)
def test_the_database_finds_the_same_dips_as_the_rule(garden: Garden, moves: list[tuple[Any, ...]]) -> None:
    lot = garden.bought(5)
    for kind, base, hours, taken_back in moves:
        movement = Movement(kind, base, at=HARVEST_DAY + timedelta(hours=hours))
        row = post_recorded(batch_id=lot.pk, movement=movement)
        if taken_back:
            cancel(row)
    rows = Posting.objects.filter(batch=lot)
    steps = [Step(row.at, row.cancels_id or row.pk, row.on_hand_delta, row.event_id) for row in rows]
    assert dips_of(Q(batch_id=lot.pk)).get(lot.pk) == lowest_dip(steps) == dips_of().get(lot.pk)
    with guards.lifted():
        Posting.objects.filter(batch=lot, cancels__isnull=False)._raw_delete("default")
        Posting.objects.filter(batch=lot)._raw_delete("default")


def test_checks_are_idempotent_and_do_not_depend_on_order(garden: Garden) -> None:
    """The same story told in several orders, and checked again in several orders, ends in the same open checks."""
    leaf, tea, packs = chain(garden)
    deeds = [
        (leaf, PostingKind.WASTE, 30_000, BEFORE_DRYING),
        (leaf, PostingKind.HARVEST, 6_500_000, HARVEST_DAY + timedelta(days=3)),
        (tea, PostingKind.SAMPLE, 10, HARVEST_DAY + timedelta(hours=11)),
        (packs, PostingKind.OWN_USE, 500, NOW),
    ]
    outcomes = set()
    for seed in range(4):
        told = random.Random(seed).sample(deeds, len(deeds))
        for lot, kind, base, at in told:
            garden.record(lot, kind, base, at=at)
        told_state = state()
        for some in ([packs.pk], [leaf.pk, tea.pk], [tea.pk], [packs.pk, leaf.pk]):
            check_lots(some)
        assert state() == told_state
        outcomes.add(tuple(row[:6] for row in told_state if row[6] is None))
        for row in Posting.objects.filter(batch__in=[leaf, tea, packs], event=None, cancelled_by=None, cancels=None):
            cancel(row)
        check_lots([leaf.pk, tea.pk, packs.pk])
        assert not Check.objects.open().exists()
        Check.objects.all().delete()
    assert len(outcomes) == 1 and next(iter(outcomes))


def test_the_number_of_queries_does_not_grow_with_the_number_of_lots(
    garden: Garden, django_assert_max_num_queries: Any
) -> None:
    lots = [garden.harvest(1_000, at=HARVEST_DAY + timedelta(hours=hour)) for hour in range(12)]
    with django_assert_max_num_queries(30):
        check_lots([lots[0].pk])  # and by the plot all others
    for lot in lots[:3]:
        garden.dry(lot, 1_000, 220)
    with django_assert_max_num_queries(34) as few:
        check_lots([lot.pk for lot in lots[:3]])
    with django_assert_max_num_queries(len(few)):
        check_lots([lot.pk for lot in lots])
