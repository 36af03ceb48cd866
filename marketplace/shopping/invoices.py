"""Asking for an invoice after the order was placed, on a page under its secret link."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.audit.actors import Actor
from marketplace.invoices.asking import CannotAsk, ask_invoices
from marketplace.shopping.invoice_fields import InvoiceFields
from marketplace.shopping.secret_link import back_to_order, find_order, secret


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@secret
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """What was said before is not shown again: whoever has the link may ask anew, not read a personal number."""
    order = find_order(token)
    form = InvoiceFields(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        assert form.wish is not None
        try:
            ask_invoices(order=order, wish=form.wish, actor=Actor.buyer())
        except CannotAsk:
            messages.warning(request, gettext("There is nothing left to ask an invoice for."))
        else:
            messages.success(request, gettext("Asked for. The cooperative issues it when the goods are handed over."))
        return back_to_order(token)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "shopping/invoice.html", {"order": order, "form": form}, status=status)
