"""A batch on the member's phone: what was recorded, what comes next, what it still lacks to be public."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community.cooperatives.current import MemberRequest, member_required
from community.text.dates import show_weekday_date
from community.text.quantities import NBSP, show_number
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.batches.publishing import NotReady, publish_batch, readiness
from traceability.events.reading import StepStory, steps_of
from traceability.events.reviewing import filled_in_afterwards
from traceability.fieldwork.door import batch_or_404, to_batch
from traceability.fieldwork.home import batches_for_lists
from traceability.fieldwork.progress import expected_next, lines_of, product_drawing, tiles_of
from traceability.fieldwork.sentences import reader_language
from traceability.products.models import StepKind

NEXT_SHOWN = 3
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that stands between a draft and its public page; ``stage`` leads to the step that mends it."""

    text: str
    stage: str = ""


@require_safe
@member_required("record")
def batches_page(request: MemberRequest) -> HttpResponse:
    """All batches, newest first; ``?lo=`` finds a lot code by its beginning."""
    batches = batches_for_lists(request.cooperative)
    wanted = request.GET.get("lo", "").strip().upper()[:20]
    if wanted:
        batches = batches.filter(lot_code__startswith=wanted)
    page = Paginator(batches, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "fieldwork/batches.html",
        {"page_obj": page, "lines": lines_of(list(page.object_list)), "wanted": wanted},
    )


@require_safe
@member_required("record")
def batch_page(request: MemberRequest, public_code: str) -> HttpResponse:
    return _batch_page(request, batch_or_404(request.cooperative, public_code))


@require_POST
@member_required("record")
def publish(request: MemberRequest, public_code: str) -> HttpResponseBase:
    batch = batch_or_404(request.cooperative, public_code)
    try:
        publish_batch(batch=batch, actor=request.actor)
    except NotReady:
        messages.error(request, _("Not yet: something is missing. See below."))
        return _batch_page(request, batch, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Batch %(lot)s is public now. Labels can be printed.") % {"lot": batch.lot_code})
    return to_batch(batch)


def _batch_page(request: MemberRequest, batch: Batch, *, status: int = HTTPStatus.OK) -> HttpResponse:
    line = batch.product.line
    steps = list(line.steps.all()) if line else []
    stories = steps_of(batch)
    recorded = [story.stage for story in stories if story.counts]
    line_code = line.code if line else ""
    coming = tiles_of(expected_next(steps, recorded), line_code=line_code)
    facts = {
        "batch": batch,
        "drawing": product_drawing(batch.product),
        "next": coming[0] if coming else None,
        "coming": coming[1:NEXT_SHOWN],
        "all_steps": tiles_of(steps, line_code=line_code, recorded=recorded),
        "told": [_told(story) for story in stories if not story.is_missing],
        "is_draft": batch.status == Batch.Status.DRAFT,
        "is_published": batch.status == Batch.Status.PUBLISHED,
        "can_close": batch.status == Batch.Status.CLOSED or not batch.on_hand_base,
        "filled_in": filled_in_afterwards(
            (story.event.received_at, story.happened_on) for story in stories if story.event and story.happened_on
        ),
        "lacking": lacking(batch) if batch.status == Batch.Status.DRAFT else [],
        "public_path": batch_path(batch),
        "pill": PILLS[batch.status],
    }
    return render(request, "fieldwork/batch.html", facts, status=status)


PILLS: dict[str, str] = {
    Batch.Status.DRAFT: "wait",
    Batch.Status.PUBLISHED: "good",
    Batch.Status.ON_HOLD: "bad",
    Batch.Status.RECALLED: "bad",
    Batch.Status.CLOSED: "",
}


def lacking(batch: Batch) -> list[Lacking]:
    """What ``readiness`` misses, in plain words, each with the step that mends it."""
    state = readiness(batch)
    found = []
    if not state.has_events:
        found.append(Lacking(_("No step is recorded yet.")))
    found += [
        Lacking(_("The step “%(step)s” is not recorded.") % {"step": step.shown_name}, step.code)
        for step in state.missing_steps
    ]
    packing = batch.product.line.steps.filter(kind=StepKind.PACK).first() if batch.product.line else None
    if not state.has_packs and (packing is None or packing not in state.missing_steps):
        found.append(Lacking(_("No packs are recorded yet."), packing.code if packing else ""))
    if state.is_locked:
        found.append(Lacking(_("The records do not add up: see “Balance”.")))
    if not state.seller_is_active:
        found.append(Lacking(_("The cooperative is not approved yet. The market's staff will call.")))
    return found


def _told(story: StepStory) -> dict[str, object]:
    """A recorded step for the timeline: title, when, and in one line what was measured."""
    language = reader_language()
    parts = [f"{measure.label} {measure.value}{NBSP}{measure.unit}".strip() for measure in story.measures]
    if story.note:
        parts.append(f"“{story.note}”")
    if len(story.photos) > 1:
        parts.append(_("%(count)s photos") % {"count": show_number(len(story.photos), language)})
    if story.days_late:
        parts.append(_late(story.days_late, language))
    return {
        "record": story.event.client_uuid if story.event else None,
        "withdrawal": story.withdrawal,
        "is_correction": story.is_correction,
        "title": story.name,
        "when": show_weekday_date(story.happened_on, language) if story.happened_on else "",
        "meta": " · ".join(parts),
        "photo": story.photos[0] if story.photos else None,
        "quantity_base": story.quantity_base,
    }


def _late(days: int, language: str) -> str:
    said = ngettext("written down %(count)s day later", "written down %(count)s days later", days)
    return said % {"count": show_number(days, language)}
