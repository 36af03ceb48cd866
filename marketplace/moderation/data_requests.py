"""Buyers' requests about their data in the staff's admin: the clocks of the law, and what is answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from community import clock
from community.errors import DomainError
from community.staff_rights import actor_with
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens
from marketplace.privacy.answering import answer_request, extend_request
from marketplace.privacy.erasing import erase_now, overdue
from marketplace.privacy.models import DataRequest

RIGHT = "marketplace.change_datarequest"
TROUBLES: dict[str, Promise] = {
    "no_words": _("Write the answer: the buyer reads it."),
    "extended": _("The time was extended already: the law allows it once."),
    "moved": _("This request has ended meanwhile."),
}
WAITS: dict[str, Promise] = {
    "still_running": _("Something of this order is still open: goods, a refund or a question about money."),
    "came_back": _("A parcel came back unpaid: the number is kept half a year."),
}


def clock_words(request: DataRequest) -> str:
    if request.status != DataRequest.Status.OPEN:
        return ""
    now = clock.now()
    if request.finish_by < now:
        return gettext("Past the day the law sets")
    if request.answered_at is None and request.kind == DataRequest.Kind.QUESTION and request.answer_by < now:
        return gettext("Not answered in time")
    return gettext("%(days)s days left") % {"days": (request.finish_by - now).days}


class RequestInspect(LookInspect):
    template_name = "moderation/data_request.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked: DataRequest = self.object
        is_open = asked.status == DataRequest.Status.OPEN
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "clock": clock_words(asked),
            "waits": WAITS.get(asked.waits_for, asked.waits_for),
            "may_act": is_open and self.request.user.has_perm(RIGHT),
            "is_erasure": asked.kind == DataRequest.Kind.ERASE,
            "act_url": reverse("data_request_act", args=[asked.pk]),
        }


class RequestIndex(IndexView):
    template_name = "moderation/data_requests.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"overdue": overdue()}


class DataRequestViewSet(LookViewSet):
    model = DataRequest
    icon = "lock"
    menu_label = _("Requests about data")
    index_view_class = RequestIndex
    inspect_view_class = RequestInspect
    inspect_view_fields = (
        "order", "kind", "status", "words", "asked_at", "answer_by", "finish_by", "extended_at", "answered_at",
        "answer", "ended_at", "ended_by",
    )  # fmt: skip
    list_display = (
        opens("data_requests", "code", label=_("Order"), accessor=lambda request: request.order.code),
        Column("kind", label=_("Kind of request"), accessor="get_kind_display"),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("clock", label=_("Time left"), accessor=clock_words),
        MomentColumn("asked_at", label=_("Since")),
        MomentColumn("answer_by", label=_("Answer until")),
        MomentColumn("finish_by", label=_("To be done until")),
    )
    list_filter = ("status", "kind")
    list_select_related = ("order",)
    search_fields = ("code", "order__code")
    ordering = ("-pk",)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer, refuse, take more time, or try to erase at once."""
    actor = actor_with(request.user, RIGHT)
    asked = get_object_or_404(DataRequest.objects.select_related("order"), pk=pk)
    words, what = request.POST.get("words", ""), request.POST.get("act", "")
    try:
        if what == "erase" and asked.kind == DataRequest.Kind.ERASE:
            if erase_now(request=asked, actor=actor):
                messages.success(request, _("Erased."))
            else:
                asked.refresh_from_db()
                messages.error(request, str(WAITS.get(asked.waits_for, TROUBLES["moved"])))
        elif what == "extend":
            extend_request(request=asked, words=words, actor=actor)
            messages.success(request, _("Extended. The buyer is told why."))
        elif what in ("answer", "refuse") and not (what == "answer" and asked.kind == DataRequest.Kind.ERASE):
            answer_request(request=asked, words=words, actor=actor, refused=what == "refuse")
            messages.success(request, _("Answered. The buyer is told."))
        else:
            messages.error(request, str(TROUBLES["moved"]))
    except DomainError as refused:
        messages.error(request, str(TROUBLES.get(refused.code, TROUBLES["moved"])))
    return redirect("data_requests:inspect", asked.pk)


urlpatterns = [path("yeu-cau-du-lieu/<int:pk>/lam/", act, name="data_request_act")]
