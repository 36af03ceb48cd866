"""``/nhat-ky/``: in plain words how a stranger checks us, what the log proves and what it does not, and every
checkpoint to compare with."""

from __future__ import annotations

import base64

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from traceability.log.models import Checkpoint, LogHead, SigningKey

A_PAGE = 20


@require_safe
def log_page(request: HttpRequest) -> HttpResponse:
    page = Paginator(Checkpoint.objects.order_by("-size").only("size", "root", "made_at"), A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = [(each, base64.b64encode(bytes(each.root)).decode()) for each in page]
    head = LogHead.objects.first()
    return render(
        request,
        "exchange/log.html",
        {
            "page": page,
            "checkpoints": shown,
            "origin": head.origin if head else "",
            "size": head.size if head else 0,
            "keys": SigningKey.objects.order_by("-active_from"),
        },
    )
