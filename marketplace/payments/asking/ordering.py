"""The buyer's one press: the order and what is asked for it are written together, or neither is."""

from __future__ import annotations

from django.db import transaction

from community.audit.actors import Actor
from marketplace.basket.models import Basket
from marketplace.invoices.asking import InvoiceWish, ask_invoices
from marketplace.invoices.models import InvoiceRequest
from marketplace.orders.models import Order, Parcel
from marketplace.orders.placing import BuyerDetails, place_order
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import CannotPayOnDelivery, on_delivery_limits, pay_on_delivery
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
    on_delivery: bool = False,
) -> Order:
    """``place_order``, a bank transfer for all that can be paid by one, and the wish for an invoice.

    ``on_delivery``: what may be paid on delivery goes to its seller at once, the rest waits for its transfer.
    Raises ``CannotPayOnDelivery`` when nothing may, or the telephone owes too much; then nothing was ordered.

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
        later=_fits if on_delivery else None,
    )
    start_order_payments(order=order, actor=actor)
    if on_delivery:
        _send_before_money(order, actor)
    if invoice is not None and not InvoiceRequest.objects.filter(parcel__order=order).exists():
        ask_invoices(order=order, wish=invoice, actor=actor)
    return order


def _send_before_money(order: Order, actor: Actor) -> None:
    """Once per order: a second press with the same form finds them on their way."""
    if order.parcels.exclude(status=ParcelStatus.AWAITING_PAYMENT).exists():
        return
    fits = _fits(order)
    if not fits:
        raise CannotPayOnDelivery("not_offered", cooperative="")
    for parcel in fits:
        pay_on_delivery(parcel=parcel, actor=actor)


def _fits(order: Order) -> list[Parcel]:
    """Its parcels that may be paid on delivery."""
    parcels = list(order.parcels.order_by("pk"))
    limits = on_delivery_limits([parcel.cooperative_id for parcel in parcels])
    return [parcel for parcel in parcels if parcel.total_dong <= limits.get(parcel.cooperative_id, 0)]
