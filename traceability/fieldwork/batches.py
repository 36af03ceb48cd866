"""A batch on the member's phone: what was recorded, what comes next, what it still lacks to be public."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community.door.current import MemberRequest, member_required
from community.text.dates import show_weekday_date
from community.text.quantities import NBSP, show_number
from community.visits.models import Visit
from traceability.balance.models import Check, Severity
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.batches.publishing import NotReady, publish_batch, readiness
from traceability.events.reading import StepStory, steps_of
from traceability.events.reviewing import filled_in_afterwards
from traceability.fieldwork.balance_words import tell
from traceability.fieldwork.door import batch_or_404, to_batch
from traceability.fieldwork.home import batches_for_lists
from traceability.fieldwork.progress import expected_next, lines_of, product_drawing, tiles_of
from traceability.fieldwork.sale_door import sale_door
from traceability.fieldwork.sentences import reader_language
from traceability.fieldwork.spoken import amount_told
from traceability.products.models import LineStep, StepKind

VISITS_SHOWN = 3
NEXT_SHOWN = 4
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that stands between a draft and its public page; ``url`` leads to where it is mended, ``deed`` says
    what one does there. Nobody but the market's staff mends what has no url."""

    text: str
    url: str = ""
    deed: str = ""


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
    done = {story.stage: story.happened_on for story in stories if story.counts}
    line_code = line.code if line else ""
    may_sell = request.membership.may("list")
    coming = tiles_of(expected_next(steps, done), line_code=line_code)
    facts = {
        "batch": batch,
        "drawing": product_drawing(batch.product),
        "next": coming[0] if coming else None,
        "coming": coming[1:NEXT_SHOWN],
        "all_steps": tiles_of(steps, line_code=line_code, done=done),
        "done_count": sum(step.code in done for step in steps),
        "told": [_told(story, batch.base_unit) for story in stories if not story.is_missing],
        "is_draft": batch.status == Batch.Status.DRAFT,
        "is_published": batch.status == Batch.Status.PUBLISHED,
        "can_close": batch.status == Batch.Status.CLOSED or not batch.on_hand_base,
        "filled_in": filled_in_afterwards(
            (story.event.received_at, story.happened_on) for story in stories if story.event and story.happened_on
        ),
        "lacking": lacking(batch) if batch.status == Batch.Status.DRAFT else [],
        "has_photo": any(story.photos for story in stories if story.counts),
        "public_path": batch_path(batch),
        "pill": PILLS[batch.status],
        "visits": Visit.objects.filter(cooperative=batch.cooperative_id, batch_code=batch.public_code).select_related(
            "visitor", "team"
        )[:VISITS_SHOWN],
        "sale": sale_door(batch) if batch.status == Batch.Status.PUBLISHED and may_sell else None,
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
    """What ``readiness`` misses, in plain words, each with the place that mends it."""
    state = readiness(batch)
    found = []
    if not state.has_events:
        found.append(Lacking(_("No step is recorded yet.")))
    found += [_step_lacks(batch, step) for step in state.missing_steps]
    packing = batch.product.line.steps.filter(kind=StepKind.PACK).first() if batch.product.line else None
    if not state.has_packs and (packing is None or packing not in state.missing_steps):
        url = (
            reverse("fieldwork:step", args=[batch.public_code, packing.code]) if packing else reverse("fieldwork:lots")
        )
        found.append(Lacking(_("No packs are recorded yet."), url, _("Record the packing")))
    if state.is_locked:
        found += [
            Lacking(_("The numbers do not add up: %(why)s.") % {"why": why}, _balance_of(batch), _("See the numbers"))
            for why in _why_locked(batch)
        ]
    if not state.seller_is_active:
        found.append(Lacking(_("The cooperative is not approved yet. The market's staff will call.")))
    return found


def _step_lacks(batch: Batch, step: LineStep) -> Lacking:
    text = _("The step “%(step)s” is not recorded.") % {"step": step.shown_name}
    return Lacking(text, _step_url(batch, step), _("Record it"))


def _step_url(batch: Batch, step: LineStep) -> str:
    return reverse("fieldwork:step", args=[batch.public_code, step.code])


def _balance_of(batch: Batch) -> str:
    return reverse("fieldwork:balance", args=[batch.public_code])


def _why_locked(batch: Batch) -> list[str]:
    """What stops it, in the titles of the balance; one of the same title is said once."""
    blocks = Check.objects.filter(batch=batch, severity=Severity.BLOCK, cleared_at=None)
    titles = dict.fromkeys(tell(check, unit=batch.base_unit).title for check in blocks)
    return [title[:1].lower() + title[1:] for title in titles] or [_("a record has to be corrected")]


def _told(story: StepStory, unit: str) -> dict[str, object]:
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
        "amount": amount_told(story.event, story.quantity_base, unit) if story.event else "",
    }


def _late(days: int, language: str) -> str:
    said = ngettext("written down %(count)s day later", "written down %(count)s days later", days)
    return said % {"count": show_number(days, language)}
