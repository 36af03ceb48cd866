"""How far batches are: which step one expects next, with its picture. Pure reading, for lists and for one batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from community.photos.art import line_drawing, step_art
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.products.models import LineStep, Product


@dataclass(frozen=True, slots=True)
class StepTile:
    """A step one can record, with the name of its drawing."""

    step: LineStep
    drawing: str
    done_on: date | None = None

    @property
    def name(self) -> str:
        return self.step.shown_name


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in a list."""

    batch: Batch
    drawing: str
    next_step: LineStep | None
    recorded: frozenset[str] = frozenset()


def product_drawing(product: Product) -> str:
    return line_drawing(product.line.code if product.line else "")


def expected_next(steps: Sequence[LineStep], recorded: Iterable[str]) -> list[LineStep]:
    """Steps without a record: first those after the furthest recorded one, then skipped ones, mandatory before others.

    A step that was passed over is not pushed again, but stays in reach.
    """
    known = set(recorded)
    furthest = max((place for place, step in enumerate(steps) if step.code in known), default=-1)
    skipped = [step for step in steps[: furthest + 1] if step.code not in known]
    return [*steps[furthest + 1 :], *sorted(skipped, key=lambda step: not step.mandatory)]


def tiles_of(
    steps: Iterable[LineStep], *, line_code: str, done: Mapping[str, date | None] | None = None
) -> list[StepTile]:
    """``done``: the day of the latest record by the step's code."""
    return [
        StepTile(step, step_art(line_code, step.code, step.kind).names[0], done_on=(done or {}).get(step.code))
        for step in steps
    ]


def lines_of(batches: Sequence[Batch]) -> list[BatchLine]:
    """One query for any number of batches; they come with ``product__line__steps`` prefetched."""
    recorded: dict[int, set[str]] = defaultdict(set)
    for batch_id, stage in Event.objects.in_force().filter(batch__in=batches).values_list("batch_id", "stage"):
        recorded[batch_id].add(stage)
    return [
        BatchLine(
            batch, product_drawing(batch.product), _next(batch, recorded[batch.pk]), frozenset(recorded[batch.pk])
        )
        for batch in batches
    ]


def _next(batch: Batch, recorded: Iterable[str]) -> LineStep | None:
    line = batch.product.line
    return next(iter(expected_next(list(line.steps.all()), recorded)), None) if line else None
