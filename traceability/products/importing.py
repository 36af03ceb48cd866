"""Brings the product lines with their expected steps from the shipped files into the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from traceability.products.bands import PlotCap, YieldBand
from traceability.products.models import LineStep, ProductLine

DATA = Path(__file__).parent / "data"
BANDS_FILE = DATA / "balance_bands.json"
LINE_FILES = (DATA / "process_templates.json", DATA / "general_line.json")
# A page that lacks one of these kinds of step is not yet an honest story of the batch.
MANDATORY_KINDS = frozenset({"origin", "pack"})


@dataclass(frozen=True, slots=True)
class LinesImported:
    lines: int
    steps: int


@transaction.atomic
def import_product_lines(*, paths: Sequence[Path] = LINE_FILES) -> LinesImported:
    """Create or refresh every line of the files. Steps a file no longer names stay: batches may refer to them."""
    templates: list[dict[str, Any]] = [
        template for path in paths for template in json.loads(path.read_text("utf-8"))["templates"]
    ]
    steps = 0
    for template in templates:
        line, _created = ProductLine.objects.update_or_create(
            code=template["code"],
            defaults={"name": template["name_vi"], "name_en": template["name_en"], "lot_unit": template["lot_unit"]},
        )
        for position, step in enumerate(template["steps"]):
            _import_step(line=line, position=position, step=step)
            steps += 1
    import_bands()
    return LinesImported(lines=len(templates), steps=steps)


def _import_step(*, line: ProductLine, position: int, step: dict[str, Any]) -> None:
    LineStep.objects.update_or_create(
        line=line,
        code=step["code"],
        defaults={
            "position": position,
            "kind": step["kind"],
            "name": step["name_vi"],
            "name_en": step["name_en"],
            "parameters": step["parameters"],
            "evidence": [
                {"vi": vietnamese, "en": english}
                for vietnamese, english in zip(step["evidence_vi"], step["evidence_en"], strict=True)
            ],
            "mandatory": step["kind"] in MANDATORY_KINDS,
        },
    )


@transaction.atomic
def import_bands(*, path: Path = BANDS_FILE) -> int:
    """Give every known line its starting yield bands and plot cap; how many lines. What exists already stays."""
    lines = {line.code: line for line in ProductLine.objects.all()}
    known = [told for told in json.loads(path.read_text("utf-8"))["lines"] if told["code"] in lines]
    YieldBand.objects.bulk_create(
        (YieldBand(line=lines[told["code"]], **band) for told in known for band in told["steps"]),
        ignore_conflicts=True,
    )
    PlotCap.objects.bulk_create(
        (PlotCap(line=lines[told["code"]], **told["plot_cap"]) for told in known if "plot_cap" in told),
        ignore_conflicts=True,
    )
    return len(known)
