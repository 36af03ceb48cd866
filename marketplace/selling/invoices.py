"""Buyers' wishes for invoices on the desk: what to issue, in files for the invoicing program, and what became of it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import clock
from community.door.current import MemberRequest, member_required
from marketplace.invoices.answering import CannotAnswer, mark_issued, refuse_invoice
from marketplace.invoices.exporting import as_csv, as_json, wishes
from marketplace.invoices.models import InvoiceRequest, InvoiceStatus
from marketplace.orders.models import came_to_seller
from marketplace.selling.door import parcel_or_404
from marketplace.selling.forms import error_of
from marketplace.selling.invoice_forms import InvoiceIssuedForm, InvoiceRefusedForm

PER_PAGE = 20
FIELD_OF = {"bad_serial": "serial", "bad_invoice_number": "number", "bad_lookup": "lookup_code", "no_reason": "reason"}
FILES = {"csv": ("text/csv; charset=utf-8", as_csv), "json": ("application/json", as_json)}


@require_safe
@member_required("money")
def invoices_page(request: MemberRequest) -> HttpResponse:
    own = InvoiceRequest.objects.filter(came_to_seller("parcel__"), parcel__cooperative=request.cooperative)
    own = own.select_related("parcel")
    facts = {
        "asked": own.filter(status=InvoiceStatus.ASKED).order_by("pk"),
        "page": Paginator(own.exclude(status=InvoiceStatus.ASKED), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "selling/invoices.html", facts)


@require_safe
@member_required("money")
def invoice_file(request: MemberRequest, kind: str) -> HttpResponse:
    """Everything that still has to be issued. Only of this cooperative's own parcels."""
    if kind not in FILES:
        raise Http404
    media_type, make = FILES[kind]
    found = wishes(request.cooperative, only_open=True)
    answer = HttpResponse(make(found), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="hoa-don-{clock.today():%Y%m%d}.{kind}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("money")
def invoice_page(request: MemberRequest, code: str) -> HttpResponseBase:
    parcel = parcel_or_404(request.cooperative, code)
    wish = get_object_or_404(
        InvoiceRequest.objects.select_related("parcel__order", "parcel__cooperative"), parcel=parcel
    )
    refuses = "refuse" in request.POST
    issued = InvoiceIssuedForm(request.POST if request.method == "POST" and not refuses else None)
    refused = InvoiceRefusedForm(request.POST if refuses else None)
    form = refused if refuses else issued
    if request.method == "POST" and form.is_valid():
        try:
            if refuses:
                refuse_invoice(request=wish, reason=refused.cleaned_data["reason"], actor=request.actor)
            else:
                mark_issued(request=wish, actor=request.actor, **issued.cleaned_data)
        except CannotAnswer as fault:
            form.add_error(FIELD_OF.get(fault.code), error_of(fault))
        else:
            messages.success(request, _("Kept. The buyer can read it."))
            return redirect("selling:invoices")
    facts = {
        "wish": wish,
        "parcel": parcel,
        "lines": parcel.lines.prefetch_related("changes"),
        "issued": issued,
        "refused": refused,
        "is_open": wish.status == InvoiceStatus.ASKED,
    }
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/invoice.html", facts, status=status)
