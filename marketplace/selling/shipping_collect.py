"""The buyer stands at the counter: one press hands the parcel over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.door.current import MemberRequest, member_required
from marketplace.orders.collecting import hand_over_parcel
from marketplace.orders.fulfilling import WrongPick
from marketplace.orders.moving import ParcelMoved
from marketplace.selling.door import parcel_or_404
from marketplace.selling.orders import someone_was_faster, stop


@require_POST
@member_required("pack")
def handed_over(request: MemberRequest, code: str) -> HttpResponseBase:
    parcel = parcel_or_404(request.cooperative, code)
    try:
        hand_over_parcel(parcel=parcel, actor=request.actor)
    except ParcelMoved as fault:
        return someone_was_faster(request, parcel, fault, mine="shipped_by_id")
    except WrongPick as fault:
        return stop(request, parcel, fault)
    messages.success(request, _("Handed over. Well done."))
    return redirect("selling:parcel", code=parcel.code)
