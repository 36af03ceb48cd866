"""Every record has a name in the reader's language, also one another system captured; so has a ready-made reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.harness.lot_graphs import make_event
from traceability.epcis import validation
from traceability.events.reading import tell
from traceability.events.wording import NOT_SO, OTHER_REASON, STEPS, TYPES, WRONG_DATA, shown_reason, shown_step

SCHEMA = Path(validation.__file__).parent / "data" / "EPCIS-JSON-Schema.json"


def steps_of_the_standard() -> set[str]:
    shapes = json.loads(SCHEMA.read_text("utf-8"))["definitions"]["bizStep"]["anyOf"]
    return {step for shape in shapes for step in shape.get("enum", ())}


def test_every_business_step_of_the_standard_has_words_in_both_languages() -> None:
    assert set(STEPS) == steps_of_the_standard()
    for word, said in (STEPS | TYPES).items():
        with override("en"):
            english = str(said)
        with override("vi"):
            assert str(said) != english != word, word


@pytest.mark.parametrize(
    "biz_step",
    ["receiving", "urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving"],
)
def test_a_step_is_known_however_it_is_spelled(biz_step: str) -> None:
    with override("vi"):
        assert shown_step(biz_step, "ObjectEvent") == "Nhận hàng"


@pytest.mark.parametrize("biz_step", ["", "https://example.com/steps/frying", "urn:x:frying"])
def test_an_unknown_step_is_called_by_its_kind_of_event(biz_step: str) -> None:
    with override("vi"):
        assert shown_step(biz_step, "TransformationEvent") == "Chế biến"
        assert shown_step(biz_step, "ObjectEvent") == "Bước khác"


@pytest.mark.django_db
def test_a_captured_event_without_a_stage_is_told_in_words(cast) -> None:
    event = make_event(cast.huong_que, 1)
    event.type, event.biz_step = "ObjectEvent", "shipping"
    for language, name in (("vi", "Gửi đi"), ("en", "Shipped")):
        with override(language):
            assert [story.name for story in tell([event], [])] == [name]


def test_a_ready_made_reason_is_said_in_the_readers_language_and_own_words_stay() -> None:
    with override("en"):
        assert shown_reason("Gõ nhầm") == "Mistyped"
        assert shown_reason("Gõ nhầm: thừa một số 0") == "Mistyped: thừa một số 0"
        assert shown_reason("Cân hỏng: đã thay") == "Cân hỏng: đã thay"
    with override("vi"):
        for kept, _said in (*WRONG_DATA, *NOT_SO):
            assert shown_reason(kept) == kept
        assert shown_reason(f"{OTHER_REASON}: x") == f"{OTHER_REASON}: x"
