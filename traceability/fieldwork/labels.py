"""Labels of a public batch: the code to try on the screen, a form that writes the printing down, and the files of a
printing, which may be fetched again. Looking changes nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.events.logged import try_to_sign
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.label_forms import LabelForm
from traceability.fieldwork.later import draw_labels_later
from traceability.fieldwork.sentences import sentence_of
from traceability.labels.files import run_pdf, stored_pdf
from traceability.labels.geometry import SHEETS
from traceability.labels.models import LabelFile, LabelRun
from traceability.labels.printing import Tally, print_labels, tally_of
from traceability.labels.qr import qr_png, qr_svg
from traceability.labels.sheets import MOST_LABELS

SHOWN_RUNS = 10
LOOK_AGAIN_SECONDS = 4
FIELD_OF = {"reason_needed": "reason", "bad_place": "start", "code_too_small": "sheet", "too_many": "count"}


@member_required("record")
def labels_page(request: MemberRequest, public_code: str) -> HttpResponse:
    """GET: the code and the form. POST: write the printing down, then 303 to its files; 422 says what is missing."""
    batch = batch_or_404(request.cooperative, public_code)
    if refusal := _no_labels(request, batch):
        return refusal
    if request.method != "POST":
        tally = tally_of(batch)
        return _page(request, batch, LabelForm(initial=_proposed(batch, tally)), tally)
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, form, tally_of(batch), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        run = print_labels(batch=batch, wish=form.wish(), key=form.cleaned_data["key"], actor=request.actor)
    except DomainError as fault:
        form.add_error(FIELD_OF.get(fault.code), sentence_of(fault))
        return _page(request, batch, form, tally_of(batch), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try_to_sign()  # what is printed today is under a checkpoint from today
    draw_labels_later(run)
    return SeeOther(reverse("fieldwork:label_run", args=[batch.public_code, run.code]))


def _proposed(batch: Batch, tally: Tally) -> dict[str, Any]:
    """The paper of the last printing, and a label for every pack that has none yet; else one sheet."""
    last = LabelRun.objects.filter(batch__cooperative=batch.cooperative_id).order_by("-at").first()
    sheet = last.sheet if last else "a4-24"
    lacking = min(tally.packs - tally.printed, MOST_LABELS)
    per_sheet = SHEETS[sheet].labels_per_page if sheet in SHEETS else 1
    return {"sheet": sheet, "count": lacking if lacking > 0 else per_sheet, "start": 1, "key": uuid4()}


@require_safe
@member_required("record")
def run_page(request: MemberRequest, public_code: str, run: str) -> HttpResponse:
    """Where the files of a printing are; while the worker draws, the page asks again by itself, without a script."""
    found = _run_or_404(request, public_code, run)
    made = LabelFile.objects.filter(run=found).first()
    state = made.state if made else LabelFile.State.READY
    facts = {"batch": found.batch, "run": found, "state": state, "is_for_house": found.sheet not in SHEETS}
    response = render(request, "fieldwork/label_run.html", facts)
    if state == LabelFile.State.WAITING:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@require_safe
@member_required("record")
def run_file(request: MemberRequest, public_code: str, run: str, kind: str) -> HttpResponse:
    """``tem.pdf`` of a paper of ours, ``ma.svg`` and ``ma.png`` for a printing house; 404 while there is no file."""
    found = _run_or_404(request, public_code, run)
    batch = found.batch
    if refusal := _no_labels(request, batch):
        return refusal
    if kind == "svg":
        return _file(_code_svg(batch).encode(), "image/svg+xml", f"ma-{batch.lot_code}.svg")
    if kind == "png":
        return _file(qr_png(batch_uri(batch), module_px=16), "image/png", f"ma-{batch.lot_code}.png")
    if found.sheet not in SHEETS:
        raise Http404
    content = stored_pdf(found) if LabelFile.objects.filter(run=found).exists() else run_pdf(found)
    if content is None:
        raise Http404
    return _file(content, "application/pdf", f"tem-{batch.lot_code}-{found.first_number}-{found.last_number}.pdf")


def _run_or_404(request: MemberRequest, public_code: str, code: str) -> LabelRun:
    batch = batch_or_404(request.cooperative, public_code)
    run: LabelRun = get_object_or_404(LabelRun, batch=batch, code=code)
    run.batch = batch
    return run


def _no_labels(request: MemberRequest, batch: Batch) -> HttpResponse | None:
    """409 with the reason: a draft has no public page yet, and a held or recalled batch must not get new labels."""
    if batch.status == Batch.Status.PUBLISHED:
        return None
    text = (
        _("This batch is still a draft. Publish it first: a printed code must lead to its page.")
        if batch.status == Batch.Status.DRAFT
        else _("This batch is not on sale any more (%(status)s). No new labels are printed for it.")
        % {"status": batch.get_status_display()}
    )
    return render(request, "fieldwork/not_now.html", {"batch": batch, "text": text}, status=HTTPStatus.CONFLICT)


def _code_svg(batch: Batch) -> SafeString:
    return qr_svg(batch_uri(batch), title=f"{batch.product.name} · {batch.lot_code}")


def _page(
    request: MemberRequest, batch: Batch, form: LabelForm, tally: Tally, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    facts = {
        "batch": batch,
        "form": form,
        "code": _code_svg(batch),
        "uri": batch_uri(batch),
        "tally": tally,
        "ask_why": "reason" in form.errors or (tally.most is not None and tally.printed >= tally.most),
        "runs": LabelRun.objects.filter(batch=batch)[:SHOWN_RUNS],
    }
    return render(request, "fieldwork/labels.html", facts, status=status)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
