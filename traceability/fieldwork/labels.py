"""Labels of a public batch: the code on the screen, as SVG and PNG for a printing house, as PDF for one's own printer.
Every printing is written down: how many labels of a batch exist is a fact people ask for later."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.audit.recording import record
from community.cooperatives.current import MemberRequest, member_required
from community.text.quantities import show_quantity
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.fieldwork.door import batch_or_404
from traceability.fieldwork.forms import LabelForm
from traceability.fieldwork.sentences import sentence_of
from traceability.labels.geometry import SHEETS
from traceability.labels.qr import qr_png, qr_svg
from traceability.labels.sheets import BadLabel, labels_pdf
from traceability.labels.wording import LabelFacts
from traceability.products.models import BaseUnit, Pack


@require_safe
@member_required("record")
def labels_page(request: MemberRequest, public_code: str) -> HttpResponse:
    batch = batch_or_404(request.cooperative, public_code)
    return _no_labels(request, batch) or _labels_page(
        request, batch, LabelForm(initial={"sheet": "a4-24", "count": 24})
    )


@require_safe
@member_required("record")
def print_labels(request: MemberRequest, public_code: str) -> HttpResponse:
    """``?sheet=a4-24&count=48`` as PDF; without parameters one label on one page."""
    batch = batch_or_404(request.cooperative, public_code)
    if refusal := _no_labels(request, batch):
        return refusal
    form = LabelForm(request.GET or {"sheet": "single", "count": "1"})
    if not form.is_valid():
        return _labels_page(request, batch, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sheet, count = SHEETS[form.cleaned_data["sheet"]], form.cleaned_data["count"]
    try:
        content = labels_pdf([label_facts(batch)] * count, sheet)
    except BadLabel as fault:
        form.add_error("sheet", sentence_of(fault))
        return _labels_page(request, batch, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _note_printing(request, batch, sheet=sheet.name, count=count)
    return _file(content, "application/pdf", f"tem-{batch.lot_code}-{count}.pdf")


@require_safe
@member_required("record")
def code_svg(request: MemberRequest, public_code: str) -> HttpResponse:
    batch = batch_or_404(request.cooperative, public_code)
    if refusal := _no_labels(request, batch):
        return refusal
    _note_printing(request, batch, sheet="svg", count=1)
    return _file(_code_svg(batch).encode(), "image/svg+xml", f"ma-{batch.lot_code}.svg")


@require_safe
@member_required("record")
def code_png(request: MemberRequest, public_code: str) -> HttpResponse:
    batch = batch_or_404(request.cooperative, public_code)
    if refusal := _no_labels(request, batch):
        return refusal
    _note_printing(request, batch, sheet="png", count=1)
    return _file(qr_png(batch_uri(batch), module_px=16), "image/png", f"ma-{batch.lot_code}.png")


def label_facts(batch: Batch) -> LabelFacts:
    """A label is in Vietnamese, whoever prints it."""
    pack = batch.pack
    return LabelFacts(
        uri=batch_uri(batch),
        product=batch.product.name,
        net_content=net_content(pack) if pack else "",
        lot=batch.lot_code,
        packed_on=batch.packed_on,
        best_before_on=batch.best_before_on,
        cooperative=batch.cooperative.name,
        code=batch.public_code,
    )


def net_content(pack: Pack) -> str:
    """ "5 kg"; what is counted goes by the pack's name ("hộp 12 trứng")."""
    if pack.base_unit == BaseUnit.PIECE:
        return pack.name
    return show_quantity(pack.net_quantity_base, pack.base_unit)


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


def _code_svg(batch: Batch) -> str:
    return qr_svg(batch_uri(batch), title=f"{batch.product.name} · {batch.lot_code}")


def _labels_page(request: MemberRequest, batch: Batch, form: LabelForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    facts = {
        "batch": batch,
        "form": form,
        "code": SafeString(_code_svg(batch)),  # nosec B703: our own drawing, its title is escaped there
        "uri": batch_uri(batch),
    }
    return render(request, "fieldwork/labels.html", facts, status=status)


def _note_printing(request: MemberRequest, batch: Batch, *, sheet: str, count: int) -> None:
    if request.method == "GET":  # a HEAD fetches nothing
        record(
            actor=request.actor,
            action="label.printed",
            subject=batch,
            cooperative=batch.cooperative,
            count=count,
            sheet=sheet,
            lot=batch.lot_code,
        )


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
