"""The end of labels and of a batch: what was destroyed is written down, and a batch that is sold out is closed."""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.door.current import MemberRequest, member_required
from traceability.batches.models import Batch
from traceability.fieldwork.door import SeeOther, batch_or_404, to_batch
from traceability.fieldwork.label_forms import VoidForm
from traceability.fieldwork.lot_words import amount_words
from traceability.fieldwork.sentences import sentence_of
from traceability.labels.closing import NotClosed, close_batch, obstacle, reopen_batch
from traceability.labels.models import LabelVoid
from traceability.labels.printing import tally_of
from traceability.labels.voiding import BadVoid, cancel_void, left_over, void_labels, voided_of

VOIDS_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def void_page(request: MemberRequest, public_code: str) -> HttpResponseBase:
    """How many labels were made, are on packs and were destroyed; a form for more destroyed ones."""
    batch = batch_or_404(request.cooperative, public_code)
    if request.method != "POST":
        left = max(0, left_over(batch))
        return _void_page(request, batch, VoidForm(initial={"key": uuid4(), "count": left or ""}))
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            void = void_labels(batch=batch, actor=request.actor, **form.cleaned_data)
        except BadVoid as fault:
            form.add_error("count" if fault.code != "void_mismatch" else None, sentence_of(fault))
        else:
            messages.success(request, _("Written down: %(count)s labels destroyed.") % {"count": void.count})
            return SeeOther(reverse("fieldwork:void_labels", args=[batch.public_code]))
    return _void_page(request, batch, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _void_page(request: MemberRequest, batch: Batch, form: VoidForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    tally, void = tally_of(batch), voided_of(batch)
    on_packs = max(0, min(tally.packs, tally.printed - void))
    rows = LabelVoid.objects.filter(batch=batch, cancels=None).select_related("cancelled_by")
    facts = {
        "batch": batch,
        "form": form,
        "printed": tally.printed,
        "on_packs": on_packs,
        "void": void,
        "left": tally.printed - void - on_packs,
        "rows": rows[:VOIDS_SHOWN],
    }
    return render(request, "fieldwork/void_labels.html", facts, status=status)


@require_POST
@member_required("record")
def cancel_void_page(request: MemberRequest, public_code: str, number: int) -> HttpResponseBase:
    batch = batch_or_404(request.cooperative, public_code)
    void = get_object_or_404(
        LabelVoid.objects.select_related("batch__cooperative"), batch=batch, cancels=None, pk=number
    )
    cancel_void(void=void, actor=request.actor)
    messages.success(request, _("Taken back: these labels are there."))
    return SeeOther(reverse("fieldwork:void_labels", args=[batch.public_code]))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def close_page(request: MemberRequest, public_code: str) -> HttpResponseBase:
    """What still stands in the way, or the button."""
    batch = batch_or_404(request.cooperative, public_code)
    if request.method != "POST":
        return _close_page(request, batch, obstacle(batch))
    try:
        close_batch(batch=batch, actor=request.actor)
    except NotClosed as fault:
        return _close_page(request, batch, fault, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Batch %(lot)s is closed. Its page stays.") % {"lot": batch.lot_code})
    return to_batch(batch)


def _close_page(
    request: MemberRequest, batch: Batch, fault: NotClosed | None, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    facts = {"batch": batch, "fault": fault, "why_not": _why_not(fault) if fault else ""}
    return render(request, "fieldwork/close.html", facts, status=status)


def _why_not(fault: NotClosed) -> str:
    facts = fault.facts
    unit = str(facts.get("unit", "g"))
    if fault.code == "goods_left":
        said = _("%(left)s are still in the books. Sell them, or record what became of them.")
        return said % {"left": amount_words(facts["left_base"], unit)}
    if fault.code == "goods_missing":
        said = _("By the books %(missing)s are missing. Correct a record or count the lot first.")
        return said % {"missing": amount_words(facts["missing_base"], unit)}
    return sentence_of(fault)


@require_POST
@member_required("record")
def reopen(request: MemberRequest, public_code: str) -> HttpResponseBase:
    batch = reopen_batch(batch=batch_or_404(request.cooperative, public_code), actor=request.actor)
    if batch.status == Batch.Status.PUBLISHED:
        messages.success(request, _("Batch %(lot)s is open again.") % {"lot": batch.lot_code})
    return to_batch(batch)
