"""The buyer's one press: the order and what is asked for it are written together, or neither is."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from marketplace.basket.models import Basket
from marketplace.invoices.asking import InvoiceWish, ask_invoices
from marketplace.invoices.models import InvoiceRequest
from marketplace.orders.models import Order
from marketplace.orders.placing import BuyerDetails, place_order
from marketplace.payments.asking.starting import start_order_payments


@transaction.atomic
def order_and_ask(
    *,
    basket: Basket,
    form_token: str,
    shown_total_dong: int,
    buyer: BuyerDetails,
    language: str,
    actor: Actor,
    invoice: InvoiceWish | None = None,
) -> Order:
    """``place_order``, a bank transfer for all that can be paid by one, and the wish for an invoice.

    No provider is called for that.
    The same ``form_token`` answers with the same order and the same transfers. Raises what ``place_order`` raises.
    """
    order = place_order(
        basket=basket,
        form_token=form_token,
        shown_total_dong=shown_total_dong,
        buyer=buyer,
        language=language,
        actor=actor,
    )
    start_order_payments(order=order, actor=actor)
    if invoice is not None and not InvoiceRequest.objects.filter(parcel__order=order).exists():
        ask_invoices(order=order, wish=invoice, actor=actor)
    return order
