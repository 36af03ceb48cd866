"""Open steps move from one helper to another by a yes; both are named; nothing moves before."""

from __future__ import annotations

import pytest

from community import clock
from community.audit.models import AuditEntry
from community.visits.handing_over import CannotHandOver, answer_hand_over, ask_to_take_over, open_steps_of, take_back
from community.visits.models import HandOver, Visit
from community.visits.writing_down import finish_step
from tests.community.visits.test_visits import visit
from tests.harness.team import acts


@pytest.fixture
def steps(cast, helpers) -> list[Visit]:
    return [visit(cast, helpers, next_step=step) for step in ("Chụp lại ảnh", "In tem", "Gọi ngân hàng")]


def ask(helpers, steps, *, by="tuan", giver="tuan", taker="hanh", note="Em bận gặt, anh giúp nhé") -> HandOver:
    place = getattr(helpers, by)
    return ask_to_take_over(
        place=place,
        giver=getattr(helpers, giver).user,
        taker=getattr(helpers, taker).user,
        visits=steps,
        note=note,
        actor=acts(place),
    )


def carriers() -> set[int]:
    return set(Visit.objects.values_list("carrier", flat=True))


def test_nothing_moves_before_the_yes_and_both_are_named_after(helpers, steps) -> None:
    asked = ask(helpers, steps[:2])
    assert carriers() == {helpers.tuan.user_id}
    answer_hand_over(hand_over=asked, takes=True, actor=acts(helpers.hanh))
    assert [one.next_step for one in open_steps_of(helpers.hanh.user, helpers.hanh.team)] == ["Chụp lại ảnh", "In tem"]
    assert open_steps_of(helpers.tuan.user, helpers.tuan.team).count() == 1
    entry = AuditEntry.objects.get(action="hand_over.accepted")
    assert (entry.actor, entry.facts) == (
        helpers.hanh.user,
        {"giver": helpers.tuan.user_id, "taker": helpers.hanh.user_id, "steps": 2},
    )


def test_what_was_done_meanwhile_stays_with_whom_did_it(helpers, steps) -> None:
    asked = ask(helpers, steps)
    finish_step(visit=steps[0], actor=acts(helpers.tuan))
    answer_hand_over(hand_over=asked, takes=True, actor=acts(helpers.hanh))
    steps[0].refresh_from_db()
    assert steps[0].carrier_id == helpers.tuan.user_id


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"note": "  "}, "no_note"),
        ({"taker": "tuan"}, "no_taker"),
        ({"taker": "nga"}, "no_taker"),  # a partner looks only
        ({"taker": "elsewhere"}, "no_taker"),
        ({"by": "hanh"}, "not_allowed"),  # another's work, and she does not lead
        ({"by": "elsewhere"}, "no_taker"),  # leads, but another team
    ],
)
def test_what_is_refused_leaves_nothing(helpers, steps, how, code) -> None:
    with pytest.raises(CannotHandOver, match=code):
        ask(helpers, steps, **how)
    assert not HandOver.objects.exists()


def test_who_leads_hands_over_for_somebody_who_left(cast, helpers) -> None:
    step = visit(cast, helpers, by="hanh", next_step="In tem")
    type(helpers.hanh).objects.filter(pk=helpers.hanh.pk).update(ended_at=clock.now())
    asked = ask(helpers, [step], giver="hanh", taker="tuan")
    answer_hand_over(hand_over=asked, takes=True, actor=acts(helpers.tuan))
    step.refresh_from_db()
    assert (step.carrier, asked.giver) == (helpers.tuan.user, helpers.hanh.user)


def test_a_step_waits_for_one_answer_only(helpers, steps) -> None:
    asked = ask(helpers, steps[:1])
    with pytest.raises(CannotHandOver, match="waits"):
        ask(helpers, steps[:2])
    take_back(hand_over=asked, actor=acts(helpers.tuan))
    ask(helpers, steps[:2])
    with pytest.raises(CannotHandOver, match="moved"):
        answer_hand_over(hand_over=asked, takes=True, actor=acts(helpers.hanh))
    assert carriers() == {helpers.tuan.user_id}


def test_only_the_one_who_is_asked_answers_and_once(helpers, steps) -> None:
    asked = ask(helpers, steps)
    with pytest.raises(CannotHandOver, match="not_allowed"):
        answer_hand_over(hand_over=asked, takes=True, actor=acts(helpers.tuan))
    answer_hand_over(hand_over=asked, takes=False, actor=acts(helpers.hanh))
    with pytest.raises(CannotHandOver, match="moved"):
        take_back(hand_over=asked, actor=acts(helpers.tuan))
    assert carriers() == {helpers.tuan.user_id}


def test_done_steps_are_not_handed_over(helpers, steps) -> None:
    finish_step(visit=steps[0], actor=acts(helpers.tuan))
    with pytest.raises(CannotHandOver, match="nothing"):
        ask(helpers, steps)
    with pytest.raises(CannotHandOver, match="nothing"):
        ask(helpers, [])
