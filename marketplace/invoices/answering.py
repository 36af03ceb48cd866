"""The seller's side: the invoice was issued in the seller's own program, or cannot be; the buyer reads which."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.queueing import queue_message
from marketplace.invoices.models import NEXT_INVOICE, InvoiceRequest, InvoiceStatus
from marketplace.orders.links import order_link

SERIAL = re.compile(r"[1-9]?[CK]\d{2}[A-Z]{3}")
NUMBER = re.compile(r"\d{1,8}")
LOOKUP = re.compile(r"[A-Za-z0-9_./-]{0,40}")


class CannotAnswer(DomainError):
    """Codes: ``bad_serial``, ``bad_invoice_number``, ``bad_lookup``, ``no_reason``, ``moved`` (facts: status)."""


@transaction.atomic
def mark_issued(*, request: InvoiceRequest, serial: str, number: str, lookup_code: str, actor: Actor) -> InvoiceRequest:
    """``serial``: form and six signs as on the invoice ("1C26TAA"); ``number``: up to 8 digits. The buyer is told.

    Raises :class:`CannotAnswer` and changes nothing.
    """
    serial, number, lookup_code = serial.strip().upper(), number.strip(), lookup_code.strip()
    if not SERIAL.fullmatch(serial):
        raise CannotAnswer("bad_serial")
    if not (number.isascii() and NUMBER.fullmatch(number)) or int(number) == 0:
        raise CannotAnswer("bad_invoice_number")
    if not LOOKUP.fullmatch(lookup_code):
        raise CannotAnswer("bad_lookup")
    _answer(request, InvoiceStatus.ISSUED, actor, serial=serial, number=number, lookup_code=lookup_code)
    return request


@transaction.atomic
def refuse_invoice(*, request: InvoiceRequest, reason: str, actor: Actor) -> InvoiceRequest:
    """The buyer reads the reason and may ask again. Raises :class:`CannotAnswer`."""
    words = " ".join(reason.split())[:200]
    if not words:
        raise CannotAnswer("no_reason")
    _answer(request, InvoiceStatus.REFUSED, actor, reason=words)
    return request


def _answer(request: InvoiceRequest, to: InvoiceStatus, actor: Actor, **said: Any) -> None:
    allowed_from = [old for old, new in NEXT_INVOICE.items() if to in new]
    allowed = InvoiceRequest.objects.filter(pk=request.pk, status__in=allowed_from)
    done = allowed.update(status=to, answered_at=clock.now(), answered_by=actor.user, **said)
    request.refresh_from_db()
    if not done:
        raise CannotAnswer("moved", status=request.status)
    parcel = request.parcel
    record(actor=actor, action=f"invoice.{to}", subject=request, cooperative=parcel.cooperative)
    if to == InvoiceStatus.ISSUED:
        _tell_buyer(request)


def _tell_buyer(request: InvoiceRequest) -> None:
    order = request.parcel.order
    with override(order.language):
        words = {
            "code": request.parcel.code,
            "serial": request.serial,
            "number": request.number,
            "lookup": request.lookup_code or "–",
            "link": order_link(order),
        }
        subject = gettext("Invoice for %(code)s") % words
        text = gettext(
            "The invoice for %(code)s is issued: %(serial)s number %(number)s, look-up code %(lookup)s. Order: %(link)s"
        )
    address = request.email or order.buyer_email
    queue_message(
        kind="invoice_issued",
        key=request.parcel.code,
        to=address or order.buyer_phone,
        channel="email" if address else "sms",
        language=order.language,
        subject=subject,
        text=text % words,
        about=request.parcel,
    )
