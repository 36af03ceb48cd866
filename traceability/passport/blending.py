"""What a batch was made of, in amounts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from traceability.events.upstream import Upstream
from traceability.genealogy.journey import Summary, summary_of
from traceability.products.models import in_language


@dataclass(frozen=True, slots=True)
class WentIn:
    """ "310 kg lúa tươi": so much of one kind of material went straight into the batch."""

    name: str
    base: int
    unit: str


@dataclass(frozen=True, slots=True)
class Blend:
    """Empty for a batch that was made of no other lot."""

    went_in: tuple[WentIn, ...] = ()
    summary: Summary = field(default_factory=Summary)


def blend_of(upstream: Upstream) -> Blend:
    """No query for a batch made of no other lot."""
    if upstream.trace is None:
        return Blend()
    return Blend(
        went_in=_went_in(upstream),
        summary=summary_of(upstream.batch, upstream.trace),
    )


def _went_in(upstream: Upstream) -> tuple[WentIn, ...]:
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for link in upstream.trace.links if upstream.trace else ():
        lot = upstream.lots.get(link.parent)
        if lot is not None and link.child == upstream.batch.pk:
            name = in_language(lot.material, lot.material_en) or lot.product.shown_name
            amounts[name, lot.base_unit] += link.parent_base
    return tuple(WentIn(name, base, unit) for (name, unit), base in amounts.items())
