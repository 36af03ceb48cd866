"""The same work as last time, on one screen with everything read back: what most days are. Photos, the moment and packs
are never taken over; how much it was stands there in large figures, to be looked at and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from community.photos.art import step_art
from traceability.batches.models import Batch, PostingKind
from traceability.events.correcting import arrival_of
from traceability.events.dating import HARVEST_CODES
from traceability.events.models import Event
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.last_time import told_in
from traceability.fieldwork.lot_forms import LotInForm
from traceability.fieldwork.progress import BatchLine, expected_next
from traceability.fieldwork.spoken import LARGEST_OF, amount_told, said_as
from traceability.fieldwork.step_form import PREFIX, StepForm, opening_values
from traceability.products.measures import WORDS
from traceability.products.models import LineStep, StepKind

LOOKED_AT, MOST_TILES = 24, 3
NEVER_AGAIN = frozenset({StepKind.PACK, StepKind.SHIP})  # what is packed and sent is counted each time
ONCE = NEVER_AGAIN | {StepKind.ORIGIN, StepKind.STORE}  # of one batch; watering, drying, turning go on for days
SOON = 2  # so near must a step be in another batch to be offered there
HOW = {PostingKind.HARVEST: "thu-hoach", PostingKind.BUY: "mua"}
TYPED_AS = {"yến": "yen", "tạ": "ta", "tấn": "tan"} | {word.vietnamese: code for code, word in WORDS.items()}


@dataclass(frozen=True, slots=True)
class Again:
    """A tile: the record to do once more, and in which lot (None: a new raw lot)."""

    event: Event
    batch: Batch | None
    drawing: str
    name: str
    told: str  # "3 bao (150 kg)", "42 °C · 3 giờ"
    day: date

    @property
    def url(self) -> str:
        asked = f"?{urlencode({'lo': self.batch.public_code})}" if self.batch else ""
        return reverse("fieldwork:again", args=[self.event.client_uuid]) + asked


def tiles(cooperative: Cooperative, open_lines: Sequence[BatchLine]) -> list[Again]:
    """The latest kinds of work that can be done once more now. ``open_lines``: batches in the making, newest first.
    Five queries, whatever there is."""
    found: dict[tuple[str, int | None, int], Again] = {}
    seen: set[tuple[int, str]] = set()
    for event in _latest(cooperative):
        if event.batch is None or (event.batch_id or 0, event.stage) in seen:
            continue
        seen.add((event.batch_id or 0, event.stage))
        tile = _tile(event, event.batch, open_lines)
        if tile is not None:
            batch = tile.batch
            found.setdefault((event.stage, batch.pk if batch else None, event.batch.product_id), tile)
        if len(found) == MOST_TILES:
            break
    return list(found.values())


def _latest(cooperative: Cooperative) -> QuerySet[Event]:
    told = Event.objects.in_force().filter(cooperative=cooperative, type="ObjectEvent", actor__isnull=False)
    told = told.filter(batch__isnull=False).exclude(stage="")
    related = told.select_related("batch__product__line", "batch__pack", "batch__plot", "batch__cooperative")
    return related.prefetch_related("postings", "batch__product__line__steps").order_by("-event_time", "-pk")[
        :LOOKED_AT
    ]


def _tile(event: Event, batch: Batch, open_lines: Sequence[BatchLine]) -> Again | None:
    line = batch.product.line
    steps = {step.code: step for step in line.steps.all()} if line else {}
    step, came = steps.get(event.stage), _came(event)
    drawing = step_art(line.code if line else "", event.stage, step.kind if step else "").names[0]
    day = timezone.localdate(event.event_time)
    if came and batch.kind == Batch.Kind.RAW:
        told = amount_told(event, came, batch.base_unit)
        return Again(event, None, drawing, step.shown_name if step else event.stage_name, told, day)
    if step is None or step.kind in NEVER_AGAIN:
        return None
    lasts = step.kind not in ONCE or step.code in HARVEST_CODES
    goes_on = lasts and day < clock.today() and _is_open(batch)
    target = batch if goes_on else _waiting(batch, step, list(steps.values()), open_lines)
    if target is None:
        return None
    return Again(event, target, drawing, step.shown_name, " · ".join(told_in(event, step).told), day)


def _came(event: Event) -> int:
    """How much came in with ``event``; its postings are fetched already."""
    moved = [posting for posting in event.postings.all() if posting.kind != PostingKind.ADJUST]
    return moved[0].quantity_base if len(moved) == 1 and moved[0].kind in HOW else 0


def _is_open(batch: Batch) -> bool:
    if batch.kind == Batch.Kind.FINISHED:
        return batch.status == Batch.Status.DRAFT
    return batch.available_base > 0


def _waiting(batch: Batch, step: LineStep, steps: Sequence[LineStep], open_lines: Sequence[BatchLine]) -> Batch | None:
    """The newest open batch of the same product in which this step comes soon."""
    same = (line for line in open_lines if line.batch.product_id == batch.product_id and line.batch.pk != batch.pk)
    waiting = (line.batch for line in same if step in expected_next(steps, line.recorded)[:SOON])
    return next(waiting, None)


@require_safe
@member_required("record")
def again_page(request: MemberRequest, record: UUID) -> HttpResponseBase:
    """One screen, then the ordinary form's address: what is saved, and that it is saved once, is decided there."""
    events = Event.objects.in_force().filter(cooperative=request.cooperative, batch__isnull=False)
    event = get_object_or_404(events.select_related("batch__product__line", "batch__plot"), client_uuid=record)
    source = event.batch
    if source is None:
        raise Http404
    kind = arrival_of(event)
    if kind and source.kind == Batch.Kind.RAW:
        return _come_again(request, event, source, HOW[PostingKind(kind)])
    batch = batch_or_404(request.cooperative, request.GET.get("lo", source.public_code))
    step = LineStep.objects.filter(line=batch.product.line_id, code=event.stage).select_related("line").first()
    if step is None or batch.product_id != source.product_id:
        raise Http404
    return _do_again(request, event, batch, step)


def _do_again(request: MemberRequest, event: Event, batch: Batch, step: LineStep) -> HttpResponseBase:
    last = told_in(event, step)
    address = reverse("fieldwork:step", args=[batch.public_code, step.code])
    if not last.values or step.kind in NEVER_AGAIN:  # nothing to take over: the ordinary form is just as short
        return SeeOther(address)
    values = opening_values(now=clock.now()) | {"client_uuid": uuid4()}
    form = StepForm(initial=values | {PREFIX + key: value for key, value in last.values.items()}, step=step, pack=None)
    facts = {"form": form, "batch": batch, "name": step.shown_name, "address": address, "day": last.day}
    return _page(request, facts, batch, step.code, step.kind, source=event)


def _come_again(request: MemberRequest, event: Event, source: Batch, how: str) -> HttpResponse:
    product = source.product
    plots = request.cooperative.plots.in_use() if how == "thu-hoach" else None
    form = LotInForm(initial=LotInForm.fresh() | as_before(event, source), product=product, plots=plots)
    address = reverse("fieldwork:lot_in", args=[how, product.code])
    facts = {
        "form": form,
        "arrival": source,
        "plot": source.plot if plots and source.plot in plots else None,
        "name": event.stage_name if request.LANGUAGE_CODE == "vi" else event.stage_name_en or event.stage_name,
        "address": address,
        "day": timezone.localdate(event.event_time),
    }
    return _page(request, facts, source, event.stage, "", source=event)


def as_before(event: Event, lot: Batch) -> dict[str, Any]:
    """What came in with ``event``, as the values of its form: "3", "bao"."""
    said = said_as(event)
    values = {"material": lot.material, "material_en": lot.material_en, "plot": lot.plot_id}
    if said is not None and said.unit in TYPED_AS:
        return values | {"amount": _typed(said.value), "unit": TYPED_AS[said.unit]}
    size = 1 if lot.base_unit == "piece" else 1000
    posting = event.postings.exclude(kind=PostingKind.ADJUST).first()
    amount = _typed(posting.quantity_base / size) if posting else ""
    return values | {"amount": amount, "unit": LARGEST_OF[lot.base_unit]}


def _typed(number: Any) -> str:
    return f"{float(number):.3f}".rstrip("0").rstrip(".").replace(".", ",")


def _page(
    request: MemberRequest, facts: Mapping[str, Any], batch: Batch, stage: str, kind: str, *, source: Event
) -> HttpResponse:
    line = batch.product.line
    drawing = step_art(line.code if line else "", stage, kind).names[0]
    shown = {"product": batch.product, "drawing": drawing, "now": clock.now(), "source": source}
    return render(request, "fieldwork/again.html", shown | dict(facts))
