"""An order in the staff's admin, and the form that forgets its buyer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from community.staff_rights import actor_with
from community.text.dates import show_date
from marketplace.moderation.looking import LookInspect
from marketplace.orders.models import Order
from marketplace.payments.forgetting import CannotErase, erase_buyer

RIGHT = "marketplace.change_order"
TROUBLES: dict[str, Promise] = {
    "still_running": _("Something of this order is still open: goods, a refund or a question about money."),
    "came_back": _(
        "A parcel of this order came back unpaid: that counts for half a year, until %(day)s. Forget it then."
    ),
    "erased": _("The buyer of this order is forgotten already."),
    "no_reason": _("Write why: how it was asked for, and when."),
    "names_buyer": _("Write the reason without the buyer's name, telephone or e-mail: it is kept for ever."),
}


class OrderInspect(LookInspect):
    template_name = "moderation/order.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order: Order = self.object
        return super().get_context_data(**kwargs) | {
            "may_erase": order.erased_at is None and self.request.user.has_perm(RIGHT),
            "erase_url": reverse("order_erase", args=[order.pk]),
        }


@require_POST
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """By whoever may move money, with a reason."""
    actor = actor_with(request.user, RIGHT)
    order = get_object_or_404(Order, pk=pk)
    try:
        erase_buyer(order=order, reason=request.POST.get("reason", ""), actor=actor)
    except CannotErase as refused:
        until = refused.facts.get("until")
        day = show_date(until) if isinstance(until, datetime) else ""
        messages.error(request, str(TROUBLES[refused.code]) % {"day": day})
    else:
        messages.success(request, _("Forgotten. Sums, goods and codes stay for the accounts."))
    return redirect("orders:inspect", order.pk)


urlpatterns = [path("don-hang/<int:pk>/quen-nguoi-mua/", erase, name="order_erase")]
