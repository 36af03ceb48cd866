"""Where carriers report what became of a message. Answers say nothing that could be learned from."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from community.outbox.models import OutboxMessage
from community.outbox.report_marks import is_marked, is_zalos_signature
from community.outbox.reports import note_arrival, note_loss
from community.outbox.states import Way
from community.text.json_objects import read_object

MOST_BYTES = 64 * 1024
REJECTED, DONE = "4", "5"


@csrf_exempt
@require_http_methods(["GET", "POST"])  # eSMS reports with a GET
def esms_report(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """``SendStatus`` 5 with ``SendSuccess`` above 0: arrived; 4, or 5 with only failures: not. Others: not yet known.

    The mark belongs to one try: a late report of an earlier one finds nothing.
    """
    message = get_object_or_404(OutboxMessage, pk=pk)
    if not is_marked(message, mark):
        return HttpResponse(status=404)
    if message.status == OutboxMessage.Status.SENDING:  # faster than our own note: it shall ask again
        return HttpResponse(status=503)
    status, arrived = request.GET.get("SendStatus", ""), request.GET.get("SendSuccess", "0")
    if message.way == Way.SMS and status == DONE and arrived not in ("", "0"):
        note_arrival(message, at=timezone.now())
    elif message.way == Way.SMS and status in (REJECTED, DONE):
        note_loss(message)
    return HttpResponse(status=200)


@csrf_exempt
@require_POST
def zalo_report(request: HttpRequest) -> HttpResponse:
    """The event ``user_received_message`` with a ``delivery_time``: a message by template reached the telephone."""
    try:
        body = request.read(MOST_BYTES + 1)
    except UnreadablePostError:
        return HttpResponse(status=400)
    told = read_object(body) if len(body) <= MOST_BYTES else None
    if told is None:
        return HttpResponse(status=400)
    given = request.headers.get("X-ZEvent-Signature", "")
    app, time = str(told.get("app_id", "")), str(told.get("timestamp", ""))
    if not is_zalos_signature(app_id=app, body=body, timestamp=time, given=given):
        return HttpResponse(status=401)
    said = told.get("message")
    if told.get("event_name") == "user_received_message" and isinstance(said, dict):
        _note_zalos(str(said.get("msg_id", "")), str(said.get("delivery_time", "")))
    return HttpResponse(status=200)


def _note_zalos(ref: str, delivery_time: str) -> None:
    if not ref or not delivery_time.isdecimal() or len(delivery_time) > 13:
        return
    message = OutboxMessage.objects.filter(provider_ref=ref, way=Way.ZNS).first()
    if message is not None:
        at = datetime.fromtimestamp(int(delivery_time) / 1000, tz=UTC)
        note_arrival(message, at=min(at, timezone.now()))
