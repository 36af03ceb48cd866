"""How long one usually waits between a spray and the harvest: what the steps of a line say (``phi_days``)."""

from __future__ import annotations

from collections.abc import Collection

from traceability.products.models import LineStep

KEY = "phi_days"


def usual_waits(lines: Collection[int]) -> dict[int, tuple[int, int]]:
    """By line id: the shortest and the longest usual waiting time in days; lines that say nothing are left out."""
    found: dict[int, tuple[int, int]] = {}
    for line_id, parameters in LineStep.objects.filter(line__in=lines).values_list("line_id", "parameters"):
        for asked in parameters:
            least, most = asked.get("typical_min"), asked.get("typical_max")
            if asked.get("key") == KEY and (least or most):
                found[line_id] = (int(least or most), int(most or least))
    return found
