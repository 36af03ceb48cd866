"""The buyer's side: ask for an invoice, mend what was said, have it erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.invoices.models import BuyerKind, InvoiceRequest, InvoiceStatus
from marketplace.invoices.numbers import tidy_personal_id, tidy_tax_code
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import DEAD_PARCELS


class CannotAsk(DomainError):
    """Codes: ``no_name``, ``no_address``, ``nothing_left`` (every parcel has its answer, or ended)."""


@dataclass(frozen=True, slots=True)
class InvoiceWish:
    """What the buyer typed. A company needs its tax code; of a person the number is welcome, not needed."""

    buyer_kind: str
    name: str
    address: str
    tax_code: str = ""
    personal_id: str = ""
    email: str = ""


def tidy_invoice(wish: InvoiceWish) -> InvoiceWish:
    """Checked and as it is stored. Raises :class:`CannotAsk` or ``BadNumber``."""
    kind = BuyerKind(wish.buyer_kind)
    name, address = " ".join(wish.name.split())[:200], " ".join(wish.address.split())[:300]
    if not name:
        raise CannotAsk("no_name")
    if not address:
        raise CannotAsk("no_address")
    is_company = kind == BuyerKind.COMPANY
    return InvoiceWish(
        buyer_kind=kind,
        name=name,
        address=address,
        tax_code=tidy_tax_code(wish.tax_code) if is_company else "",
        personal_id=tidy_personal_id(wish.personal_id) if not is_company and wish.personal_id.strip() else "",
        email=wish.email.strip()[:254],
    )


@transaction.atomic
def ask_invoices(*, order: Order, wish: InvoiceWish, actor: Actor) -> list[InvoiceRequest]:
    """One request for each parcel that lives; what was asked or refused before is replaced, what is issued stands.

    Raises :class:`CannotAsk` or ``BadNumber`` and changes nothing. The audit names nobody.
    """
    tidy = tidy_invoice(wish)
    facts: dict[str, Any] = {name: getattr(tidy, name) for name in InvoiceWish.__slots__}
    parcels = order.parcels.exclude(status__in=DEAD_PARCELS).select_related("cooperative").order_by("pk")
    asked = [request for parcel in parcels if (request := _ask(parcel, facts)) is not None]
    if not asked:
        raise CannotAsk("nothing_left")
    for request in asked:
        cooperative = request.parcel.cooperative
        record(actor=actor, action="invoice.asked", subject=request, cooperative=cooperative, kind=tidy.buyer_kind)
    return asked


def _ask(parcel: Parcel, facts: dict[str, Any]) -> InvoiceRequest | None:
    fresh = {"status": InvoiceStatus.ASKED, "asked_at": clock.now(), "reason": "", "answered_at": None}
    request, made = InvoiceRequest.objects.get_or_create(parcel=parcel, defaults=facts | fresh)
    if made:
        return request
    unissued = InvoiceRequest.objects.filter(pk=request.pk, status__in=[InvoiceStatus.ASKED, InvoiceStatus.REFUSED])
    if not unissued.update(**facts, **fresh, answered_by=None, erased_at=None):
        return None
    request.refresh_from_db()
    return request


@transaction.atomic
def erase_invoice_data(*, order: Order, actor: Actor, time_is_over: bool = False) -> int:
    """Forget who asked; an invoice that was issued is an accounting document and stays for as long as law wants it

    (``time_is_over``: that long has passed). Returns how many were erased.
    """
    open_ones = InvoiceRequest.objects.filter(parcel__order=order, erased_at=None)
    if not time_is_over:
        open_ones = open_ones.exclude(status=InvoiceStatus.ISSUED)
    nobody = {"name": "", "address": "", "tax_code": "", "personal_id": "", "email": ""}
    erased = open_ones.update(**nobody, erased_at=clock.now())
    if erased:
        record(actor=actor, action="invoice.erased", subject=order, count=erased)
    return erased
