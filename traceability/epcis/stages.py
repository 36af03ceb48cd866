"""Our profile of EPCIS: which event, action, bizStep and disposition each kind of stage becomes.

Source: CBV 2.0 vocabularies. "harvesting", "processing" and "growing" are no CBV business steps (the schema refuses
them), hence ``other`` for care and processing and ``commissioning`` for the birth of a lot; what people call the step
travels as ``ocop:stage`` and ``ocop:stageName``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Shape:
    """The fixed part of an event. ``action`` and ``disposition`` are empty where EPCIS has none."""

    type: str
    action: str
    biz_step: str
    disposition: str


class Stage(Enum):
    """Every stage our events can have."""

    OBSERVE = Shape("ObjectEvent", "OBSERVE", "other", "in_progress")
    HARVEST = Shape("ObjectEvent", "ADD", "commissioning", "active")
    HARVEST_AGAIN = Shape("ObjectEvent", "ADD", "creating_class_instance", "active")
    RECEIVE = Shape("ObjectEvent", "OBSERVE", "receiving", "in_progress")
    INSPECT = Shape("ObjectEvent", "OBSERVE", "inspecting", "in_progress")
    SAMPLE = Shape("ObjectEvent", "OBSERVE", "sampling", "in_progress")
    TRANSFORM = Shape("TransformationEvent", "", "commissioning", "active")
    PUT_IN = Shape("AggregationEvent", "ADD", "packing", "in_progress")
    TAKE_OUT = Shape("AggregationEvent", "DELETE", "unpacking", "in_progress")
    PACK = Shape("ObjectEvent", "OBSERVE", "packing", "in_progress")
    STORE = Shape("ObjectEvent", "OBSERVE", "storing", "in_progress")
    SHIP = Shape("ObjectEvent", "OBSERVE", "shipping", "in_transit")
    SELL = Shape("ObjectEvent", "DELETE", "retail_selling", "retail_sold")
    RETURN = Shape("ObjectEvent", "ADD", "receiving", "returned")
    HOLD = Shape("ObjectEvent", "OBSERVE", "holding", "non_sellable_other")
    RECALL = Shape("ObjectEvent", "OBSERVE", "holding", "recalled")
    RELEASE = Shape("ObjectEvent", "OBSERVE", "other", "sellable_accessible")
    DESTROY = Shape("ObjectEvent", "DELETE", "destroying", "destroyed")
    SENSE = Shape("ObjectEvent", "OBSERVE", "sensor_reporting", "")


_OF_KIND = {
    "origin": Stage.OBSERVE,
    "input": Stage.OBSERVE,
    "transform": Stage.TRANSFORM,
    "check": Stage.INSPECT,
    "pack": Stage.PACK,
    "store": Stage.STORE,
    "ship": Stage.SHIP,
}
_OF_CODE = {"harvest": Stage.HARVEST, "pluck": Stage.HARVEST, "receive": Stage.RECEIVE}


def stage_of_step(kind: str, code: str, *, inputs: Collection[object] = (), outputs: Collection[object] = ()) -> Stage:
    """The stage of a product line's step (``LineStep.kind`` and ``.code``), seen with the lots it names.

    A transformation without lots that went in and came out, and a harvest without a lot it created, are observations
    of the lot at hand: a claim of making something out of nothing is never written. Raises KeyError for another kind.
    """
    stage = _OF_CODE.get(code, _OF_KIND[kind])
    if stage is Stage.TRANSFORM and not (inputs and outputs):
        return Stage.OBSERVE
    if stage is Stage.HARVEST and not outputs:
        return Stage.OBSERVE
    return stage
