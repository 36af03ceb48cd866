"""What is stored about the buyer of an order: to read, to take along, and to have erased. Under the secret link."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from community.audit.actors import Actor
from community.limiting import is_within
from marketplace.orders.models import Order
from marketplace.privacy.asking import CannotAsk, RequestMoved, ask_about_data, withdraw_request
from marketplace.privacy.copying import data_of, file_of
from marketplace.privacy.models import DataRequest
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.secret_link import find_order, secret

ASKED_PER_HOUR = 10
KINDS = {"xoa": DataRequest.Kind.ERASE, "hoi": DataRequest.Kind.QUESTION}


@require_safe
@secret
def data_page(request: HttpRequest, token: str) -> HttpResponse:
    return _show(request, find_order(token))


def _show(request: HttpRequest, order: Order, *, error: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    asked = list(order.data_requests.order_by("-pk"))
    running = {one.kind for one in asked if one.status == DataRequest.Status.OPEN}
    facts = {
        "order": order,
        "groups": [group for group in data_of(order) if not group.name.startswith("request ")],
        "asked": [(one, waits_words(one)) for one in asked],
        "may_erase": DataRequest.Kind.ERASE not in running,
        "may_question": DataRequest.Kind.QUESTION not in running,
        "erase_days": settings.DATA_ERASE_DAYS,
        "error": error,
        "typed": request.POST.get("words", ""),
    }
    return render(request, "shopping/data.html", facts, status=status)


@require_safe
@secret
def data_file(request: HttpRequest, token: str) -> HttpResponse:
    """The same as a file that a program reads."""
    order = find_order(token)
    answer = HttpResponse(
        json.dumps(file_of(order), ensure_ascii=False, indent=1) + "\n", content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="du-lieu-{order.code}.json"'
    return answer


@require_POST
@sensitive_post_parameters()
@secret
def data_ask(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """Pressed twice it is one request."""
    order = find_order(token)
    if kind not in KINDS:
        raise Http404
    if not is_within(request, action="data-request", most=ASKED_PER_HOUR):
        said = gettext("That was often. Please wait a while, or call us.")
        return _show(request, order, error=said, status=HTTPStatus.TOO_MANY_REQUESTS)
    words = request.POST.get("words", "")
    try:
        ask_about_data(order=order, kind=KINDS[kind], words=words, actor=Actor.buyer())
    except CannotAsk as refused:
        return _show(request, order, error=_refusal(refused), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, gettext("We have your request. Below you see how far it is."))
    return _back(token)


@require_POST
@secret
def data_withdraw(request: HttpRequest, token: str, code: str) -> HttpResponse:
    found = get_object_or_404(DataRequest, order=find_order(token), code=code[:12])
    try:
        withdraw_request(request=found, actor=Actor.buyer())
    except RequestMoved:
        messages.info(request, gettext("This has moved on meanwhile. Here is how it stands now."))
    else:
        messages.success(request, gettext("Taken back. Everything stays as it is."))
    return _back(token)


def waits_words(request: DataRequest) -> str:
    """Why erasing was not possible yet."""
    if request.status != DataRequest.Status.OPEN or request.kind != DataRequest.Kind.ERASE:
        return ""
    if request.waits_for == "still_running":
        return gettext(
            "Something of this order is still open: goods, money or a claim. It is erased when that is done."
        )
    if request.waits_for == "came_back":
        return gettext("A parcel came back unpaid: the law lets us keep the number half a year for that. Then it goes.")
    return ""


def _refusal(refused: CannotAsk) -> str:
    if refused.code == "no_words":
        return gettext("Write in a few words what you want to know or have changed.")
    return gettext("You have asked several times about this order. Please call us.")


def _back(token: str) -> SeeOther:
    return SeeOther(reverse("shopping:data", args=[token]))
