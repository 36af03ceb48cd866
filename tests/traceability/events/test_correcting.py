"""Taking back what was recorded: once, by the right people, with stock, dates and pages following; never edited."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection

from community.append_only import AppendOnlyError
from community.audit.models import AuditEntry
from tests.cast import Cast
from tests.traceability.events.conftest import NOON
from traceability.batches.models import Batch, Posting
from traceability.batches.posting import Movement, post
from traceability.batches.publishing import publish_batch, readiness
from traceability.epcis.hashing import event_id
from traceability.epcis.validation import check_schema
from traceability.events.correcting import AlreadyDeclared, BadCorrection, Declared, declare_error
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.reading import steps_of
from traceability.events.recording import BadStep, StepReport
from traceability.events.selling import record_sale
from traceability.events.withdrawing import withdraw_effects
from traceability.events.writing import ReplayMismatch
from traceability.log.models import LogEntry

NoteDown = Callable[..., Event]


def correct(event: Event, cast: Cast, *, key: UUID | None = None, note: str = "Cân lại", **facts: object) -> Declared:
    report = StepReport(**{"stage": event.stage, "event_time": event.event_time, "parameters": {}} | facts)
    return declare_error(
        event=event,
        reason="incorrect_data",
        note=note,
        client_uuid=key or uuid4(),
        declared_at=NOON + timedelta(hours=2),
        actor=cast.lan_acts,
        corrective=report,
    )


def take_back(event: Event, cast: Cast, *, key: UUID | None = None, note: str = "Ghi nhầm lô") -> Declared:
    return declare_error(
        event=event,
        reason="did_not_occur",
        note=note,
        client_uuid=key or uuid4(),
        declared_at=NOON + timedelta(hours=2),
        actor=cast.lan_acts,
    )


def sums_hold(batch: Batch) -> bool:
    batch.refresh_from_db()
    postings = list(Posting.objects.filter(batch=batch))
    return (batch.on_hand_base - batch.shortfall_base, batch.available_base - batch.shortfall_base) == (
        sum(one.on_hand_delta for one in postings),
        sum(one.available_delta for one in postings),
    )


def nothing_declared(batch: Batch, *, events: int, on_hand: int = 0) -> bool:
    batch.refresh_from_db()
    return (
        not ErrorDeclaration.objects.exists()
        and Event.objects.count() == events
        and batch.on_hand_base == on_hand
        and not LogEntry.objects.filter(kind="error-declaration").exists()
    )


def test_a_correction_keeps_the_record_and_says_what_is_right_beside_it(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    wrong = note_down("pack", packs=640)
    done = correct(wrong, cast, packs=630)
    right = done.corrective
    assert right is not None
    assert right.corrects_id == wrong.pk
    assert json.loads(right.body)["ocop:corrects"] == wrong.event_id
    said = json.loads(done.declaration.body)
    check_schema(said)
    assert said.pop("errorDeclaration") == {
        "declarationTime": "2026-11-05T14:00:00+07:00",
        "reason": "incorrect_data",
        "correctiveEventIDs": [right.event_id],
        "ocop:note": "Cân lại",
        "ocop:byRole": "owner",
    }
    assert said == json.loads(wrong.body)
    assert said["eventID"] == event_id(json.loads(done.declaration.body)) == wrong.event_id
    assert Event.objects.get(pk=wrong.pk).body_sha256 == wrong.body_sha256


def test_stock_follows_the_correction_at_the_time_it_happened(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    wrong = note_down("pack", packs=640)
    correct(wrong, cast, packs=630)
    assert sums_hold(rice_batch)
    assert (rice_batch.on_hand_base, rice_batch.available_base) == (3_150_000, 3_150_000)
    opposite = Posting.objects.get(kind="adjust")
    assert (opposite.available_delta, opposite.at, opposite.event_id) == (-3_200_000, wrong.event_time, wrong.pk)


def test_an_adjustment_of_the_record_is_taken_back_too_and_only_once(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    """What an event adjusted is its effect as well; only what itself takes back is none."""
    event = note_down("mill")
    post(batch_id=rice_batch.pk, movement=Movement("adjust", 5_000, direction=1, event_id=event.pk, at=NOON))
    take_back(event, cast)
    rice_batch.refresh_from_db()
    assert (rice_batch.on_hand_base, sums_hold(rice_batch)) == (0, True)
    withdraw_effects(event=event, actor=cast.lan_acts)
    rice_batch.refresh_from_db()
    assert rice_batch.on_hand_base == 0 and event.postings.count() == 2


def test_a_correction_below_what_was_sold_is_taken_and_the_lack_is_said(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    """Recording is never refused: the balance says what does not fit and stops the sale."""
    wrong = note_down("pack", packs=640)
    post(batch_id=rice_batch.pk, movement=Movement("own_use", 3_000_000))
    correct(wrong, cast, packs=500)
    assert sums_hold(rice_batch)
    assert (rice_batch.available_base, rice_batch.shortfall_base) == (0, 500_000)


def test_a_step_that_did_not_happen_no_longer_counts_but_stays_visible(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    wrong = note_down("dry")
    note_down("harvest")
    take_back(wrong, cast)
    stories = {story.stage: story for story in steps_of(rice_batch) if not story.is_missing}
    assert stories["dry"].withdrawal.note == "Ghi nhầm lô"
    assert (stories["dry"].withdrawal.by_role, stories["dry"].withdrawal.corrective) == ("owner", None)
    assert [story.stage for story in steps_of(rice_batch) if story.is_missing].count("dry") == 1
    assert not stories["harvest"].is_withdrawn


def test_a_mandatory_step_taken_back_makes_the_batch_unready_again(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    for step in rice_batch.product.line.steps.all():
        note_down(step.code, packs=10 if step.kind == "pack" else None)
    rice_batch.refresh_from_db()
    assert readiness(rice_batch).is_ready
    needed = rice_batch.product.line.steps.filter(mandatory=True).first()
    take_back(Event.objects.get(stage=needed.code), cast)
    rice_batch.refresh_from_db()
    assert readiness(rice_batch).missing_steps == (needed,)


def test_the_corrected_record_stands_right_after_what_replaced_it_also_twice(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    first = note_down("harvest", parameters={"moisture": "24"})
    note_down("dry", NOON + timedelta(minutes=30))
    second = correct(first, cast, parameters={"moisture": "25"}, event_time=NOON + timedelta(minutes=40)).corrective
    third = correct(second, cast, parameters={"moisture": "26"}, event_time=NOON + timedelta(minutes=50)).corrective
    told = [story.event.pk for story in steps_of(rice_batch) if story.event and story.stage == "harvest"]
    assert told == [third.pk, second.pk, first.pk]
    assert [story.counts for story in steps_of(rice_batch) if story.stage == "harvest"] == [True, False, False]


def test_a_draft_learns_its_dates_anew(rice_batch: Batch, note_down: NoteDown, cast: Cast) -> None:
    first = note_down("pack", NOON - timedelta(days=1), packs=5)
    second = note_down("pack", packs=10)
    take_back(second, cast)
    rice_batch.refresh_from_db()
    assert (rice_batch.packed_on, rice_batch.best_before_on) == (date(2026, 11, 4), date(2027, 8, 1))
    take_back(first, cast)
    rice_batch.refresh_from_db()
    assert (rice_batch.packed_on, rice_batch.best_before_on) == (None, None)


def test_a_published_batch_keeps_its_dates_and_its_page_is_drawn_anew(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    for step in rice_batch.product.line.steps.all():
        note_down(step.code, packs=10 if step.kind == "pack" else None)
    rice_batch.refresh_from_db()
    published = publish_batch(batch=rice_batch, actor=cast.lan_acts)
    version, packed_on = published.page_version, published.packed_on
    packing = Event.objects.get(stage="pack")
    correct(packing, cast, packs=9, event_time=NOON - timedelta(days=2))
    published.refresh_from_db()
    assert published.packed_on == packed_on
    assert published.page_version > version


def test_the_declaration_is_in_the_log_and_the_audit_without_a_person_s_name(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    declared = take_back(note_down("dry"), cast).declaration
    entry = LogEntry.objects.get(kind="error-declaration")
    leaf = json.loads(entry.leaf)
    assert leaf["payload"] == json.loads(declared.body)
    assert entry.subject == f"declaration:{declared.pk}"
    assert cast.lan.name not in entry.leaf
    assert AuditEntry.objects.filter(action="step.declared_wrong", actor=cast.lan).count() == 1


def test_the_same_declaration_sent_twice_is_stored_once(rice_batch: Batch, note_down: NoteDown, cast: Cast) -> None:
    wrong, key = note_down("pack", packs=640), uuid4()
    first = correct(wrong, cast, key=key, packs=630)
    again = correct(wrong, cast, key=key, packs=630)
    assert (first.declaration.pk, first.corrective.pk) == (again.declaration.pk, again.corrective.pk)
    assert (ErrorDeclaration.objects.count(), Event.objects.count()) == (1, 2)
    assert sums_hold(rice_batch)


@pytest.mark.parametrize("other", [{"note": "Lý do khác"}, {"packs": 629}])
def test_the_same_key_for_another_correction_is_refused_and_the_first_stands(
    rice_batch: Batch, note_down: NoteDown, cast: Cast, other: dict[str, object]
) -> None:
    wrong, key = note_down("pack", packs=640), uuid4()
    correct(wrong, cast, key=key, packs=630)
    with pytest.raises(ReplayMismatch):
        correct(wrong, cast, key=key, **{"packs": 630} | other)
    assert (ErrorDeclaration.objects.count(), Event.objects.count()) == (1, 2)
    rice_batch.refresh_from_db()
    assert rice_batch.on_hand_base == 3_150_000


def test_a_record_can_be_declared_wrong_only_once(rice_batch: Batch, note_down: NoteDown, cast: Cast) -> None:
    wrong = note_down("pack", packs=640)
    correct(wrong, cast, packs=630)
    with pytest.raises(AlreadyDeclared):
        take_back(wrong, cast)
    assert (ErrorDeclaration.objects.count(), Event.objects.count()) == (1, 2)
    assert sums_hold(rice_batch)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"note": "  "}, "note_needed"),
        ({"note": "a" * 301}, "note_too_long"),
        ({"reason": "typo"}, "unknown_reason"),
        ({"reason": "incorrect_data"}, "right_data_needed"),
        ({"corrective": StepReport("dry", NOON, {})}, "right_data_not_wanted"),
        ({"reason": "incorrect_data", "corrective": StepReport("mill", NOON, {})}, "other_step"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused_and_changes_nothing(
    rice_batch: Batch, note_down: NoteDown, cast: Cast, facts: dict[str, object], code: str
) -> None:
    said = {"reason": "did_not_occur", "note": "Ghi nhầm", "corrective": None} | facts
    wrong = note_down("dry")
    with pytest.raises(BadCorrection) as refused:
        declare_error(event=wrong, client_uuid=uuid4(), declared_at=NOON, actor=cast.lan_acts, **said)
    assert refused.value.code == code
    assert nothing_declared(rice_batch, events=1)


def test_a_right_step_that_cannot_be_leaves_the_wrong_one_in_force(
    rice_batch: Batch, note_down: NoteDown, cast: Cast
) -> None:
    wrong = note_down("pack", packs=640)
    with pytest.raises(BadStep):
        correct(wrong, cast, packs=0)
    assert nothing_declared(rice_batch, events=1, on_hand=3_200_000)


def test_another_cooperative_cannot_declare_it_wrong(rice_batch: Batch, note_down: NoteDown, cast: Cast) -> None:
    wrong = note_down("dry")
    with pytest.raises(BadCorrection, match="not_yours"):
        declare_error(
            event=wrong,
            reason="did_not_occur",
            note="x",
            client_uuid=uuid4(),
            declared_at=NOON,
            actor=cast.other_acts,
        )
    assert nothing_declared(rice_batch, events=1)


def test_a_sale_of_the_shop_is_not_corrected_by_a_member(rice_batch: Batch, note_down: NoteDown, cast: Cast) -> None:
    note_down("pack", packs=2)
    sale = record_sale(
        batch=rice_batch, quantity_base=5_000, reference="CN-1", client_uuid=uuid4(), actor=cast.lan_acts
    )
    with pytest.raises(BadCorrection, match="sale_is_a_return"):
        take_back(sale, cast)
    assert nothing_declared(rice_batch, events=2, on_hand=10_000)


def test_a_declaration_is_never_edited(rice_batch: Batch, note_down: NoteDown, cast: Cast) -> None:
    declared = take_back(note_down("dry"), cast).declaration
    declared.note = "khác"
    with pytest.raises(AppendOnlyError):
        declared.save()
    with pytest.raises(AppendOnlyError):
        ErrorDeclaration.objects.update(note="khác")


MEMBERS = 4


def all_at_once(event: Event, cast: Cast, *, packs: list[int], look: Callable[[], None]) -> list[str]:
    """Everybody corrects the same record to another number; ``look`` waits until all have looked at it."""
    together = Barrier(MEMBERS, timeout=60)

    def run(number: int) -> str:
        try:
            together.wait()
            look()
            correct(event, cast, packs=packs[number])
        except AlreadyDeclared:
            return "second"
        finally:
            connection.close()
        return "first"

    with ThreadPoolExecutor(MEMBERS) as pool:
        return sorted(pool.map(run, range(MEMBERS)))


@pytest.mark.django_db(transaction=True)
def test_of_members_who_correct_the_same_record_at_once_one_wins(
    rice_batch: Batch, note_down: NoteDown, cast: Cast, site_ready: None
) -> None:
    wrong = note_down("pack", packs=640)
    answers = all_at_once(wrong, cast, packs=[630, 631, 632, 633], look=nullcontext)
    assert answers == ["first", "second", "second", "second"]
    assert (ErrorDeclaration.objects.count(), Event.objects.count()) == (1, 2)
    assert sums_hold(rice_batch)
    assert rice_batch.on_hand_base == json.loads(Event.objects.last().body)["quantityList"][0]["quantity"] * 1000


@pytest.mark.django_db(transaction=True)
def test_without_the_guards_each_of_them_takes_the_stock_out_again(
    rice_batch: Batch, note_down: NoteDown, cast: Cast, site_ready: None
) -> None:
    """Look whether it was declared, then write: everybody has looked before anybody writes, and all write."""
    wrong = note_down("pack", packs=640)
    all_have_looked = Barrier(MEMBERS, timeout=60)

    def look_and_write(number: int) -> None:
        try:
            assert not ErrorDeclaration.objects.filter(event=wrong).exists()
            all_have_looked.wait()
            post(batch_id=rice_batch.pk, movement=Movement("adjust", 10_000, direction=-1))
        finally:
            connection.close()

    with ThreadPoolExecutor(MEMBERS) as pool:
        list(pool.map(look_and_write, range(MEMBERS)))
    rice_batch.refresh_from_db()
    assert rice_batch.on_hand_base == 3_200_000 - MEMBERS * 10_000
