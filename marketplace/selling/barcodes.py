"""The number under the barcode, added later or corrected; typed, read back, then it holds at once."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from marketplace.selling.door import pack_or_404, posted
from marketplace.selling.forms import GtinForm, error_of
from traceability.batches.numbering import assign_gtin


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def gtin_page(request: MemberRequest, code: str) -> HttpResponseBase:
    pack = pack_or_404(request.cooperative, code)
    form = GtinForm(posted(request), pack=pack)
    wanted = form.cleaned_data["gtin"] if form.is_bound and form.is_valid() else None
    if wanted and "sure" in request.POST:
        try:
            assign_gtin(pack=pack, gtin=wanted, actor=request.actor)
        except DomainError as fault:  # somebody was faster with the same number
            form.add_error("gtin", error_of(fault))
            wanted = None
        else:
            messages.success(request, _("The barcode number is kept. Labels printed before still work."))
            return redirect("selling:listing", code=pack.product.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound and wanted is None else HTTPStatus.OK
    return render(request, "selling/gtin.html", {"pack": pack, "form": form, "wanted": wanted}, status=status)
