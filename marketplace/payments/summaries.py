"""What the buyer's page shows about money: one card per parcel, each with its own code and state. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext

from community.text.money import show_dong
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.models import Payment, PaymentException, Refund
from marketplace.payments.providers.registry import offered_card, simulated_is_on
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.starting import hold_ends_at
from marketplace.payments.states import ExceptionStatus, PaymentStatus, ProviderCode
from marketplace.receiving.models import FeedCode
from traceability.labels.qr import qr_svg

WAITING = "waiting"
SHORT = "short"
PAID = "paid"
ENDED = "ended"
NO_ACCOUNT = "no_account"


@dataclass(frozen=True)
class PaymentCard:
    """One parcel's money as the buyer sees it. Amounts in đồng.

    ``state``: waiting (scan the code), short (part came, the code asks for the rest), paid, ended (expired,
    cancelled or refused), no_account (the cooperative cannot receive transfers yet). ``problems`` are kinds of open
    exceptions (``overpaid``, ``paid_but_unavailable`` …). ``payload`` and the account's lines are empty unless
    waiting or short; ``deadline`` is when the goods go back on sale.
    """

    parcel_code: str
    cooperative: str
    state: str
    parcel_status: str
    amount_dong: int
    received_dong: int
    remaining_dong: int
    payment_uuid: UUID | None
    bank_name: str
    account_number: str
    holder: str
    memo: str
    payload: str
    deadline: datetime
    paid_by_card: bool
    late: bool
    problems: tuple[str, ...]
    refund_dong: int
    refund_status: str
    simulated_pay_url: str | None
    card_offered: str

    @property
    def is_open(self) -> bool:
        """Is there something for the buyer to pay?"""
        return self.state in (WAITING, SHORT)

    @property
    def account_in_groups(self) -> str:
        """The account number in fours, easier to copy by eye: "7600 2051 1883 4"."""
        number = self.account_number
        return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def payment_cards(order: Order) -> list[PaymentCard]:
    """A card for every parcel of the order, in the parcels' order; four queries whatever their number."""
    payments = list(Payment.objects.filter(order=order).select_related("account").order_by("pk"))
    open_exceptions = PaymentException.objects.filter(payment__order=order, status=ExceptionStatus.OPEN)
    problems = list(open_exceptions.order_by("pk").values_list("payment_id", "parcel_id", "kind"))
    refunds = {refund.parcel_id: refund for refund in Refund.objects.filter(parcel__order=order)}
    deadline = hold_ends_at(order, payments)
    parcels = list(order.parcels.order_by("pk"))
    card_offered = offered_card() if _card_fits(parcels, payments) else ""
    cards = []
    for parcel in parcels:
        payment = _transfer_of(parcel, payments)
        own = {payment.pk} if payment else set()
        kinds = [kind for payment_id, parcel_id, kind in problems if parcel_id == parcel.pk or payment_id in own]
        card = _card(parcel, payment, deadline, tuple(dict.fromkeys(kinds)), refunds.get(parcel.pk), card_offered)
        cards.append(card)
    return cards


def _card_fits(parcels: list[Parcel], payments: list[Payment]) -> bool:
    """A card pays all that waits at once; after a part came by transfer the rest must come the same way."""
    waits = any(parcel.status == ParcelStatus.AWAITING_PAYMENT for parcel in parcels)
    return waits and not any(payment.status == PaymentStatus.PARTIALLY_RECEIVED for payment in payments)


def _transfer_of(parcel: Parcel, payments: list[Payment]) -> Payment | None:
    """The transfer that brought money or still lives, else the latest."""
    own = [one for one in payments if one.parcel_id == parcel.pk and one.provider == ProviderCode.VIETQR]
    return max(own, key=lambda one: (one.status == PaymentStatus.CONFIRMED, one.is_live, one.pk), default=None)


def _state(parcel: Parcel, payment: Payment | None) -> str:
    if parcel.status != ParcelStatus.AWAITING_PAYMENT:
        return PAID if parcel.paid_at is not None else ENDED
    if payment is None or not payment.is_live:
        return NO_ACCOUNT
    return SHORT if payment.received_dong else WAITING


def _card(
    parcel: Parcel,
    payment: Payment | None,
    deadline: datetime,
    problems: tuple[str, ...],
    refund: Refund | None,
    card_offered: str,
) -> PaymentCard:
    state = _state(parcel, payment)
    by_card = state == PAID and (payment is None or payment.status != PaymentStatus.CONFIRMED)
    received = parcel.total_dong if by_card else payment.received_dong if payment else 0
    account = payment.account if payment and state in (WAITING, SHORT) else None
    return PaymentCard(
        parcel_code=parcel.code,
        cooperative=parcel.seller_name,
        state=state,
        parcel_status=parcel.status,
        amount_dong=parcel.total_dong,
        received_dong=received,
        remaining_dong=max(parcel.total_dong - received, 0),
        payment_uuid=payment.uuid if payment else None,
        bank_name=account.bank_name if account else "",
        account_number=account.account_number if account else "",
        holder=account.holder if account else "",
        memo=(payment.memo_code or "") if payment and account else "",
        payload=vietqr_payload(payment) if payment and account else "",
        deadline=deadline,
        paid_by_card=by_card,
        late=payment.late if payment else False,
        problems=problems,
        refund_dong=refund.amount_dong if refund else 0,
        refund_status=refund.status if refund else "",
        simulated_pay_url=simulated_pay_url(payment) if payment else None,
        card_offered=card_offered if state == WAITING else "",
    )


def simulated_pay_url(payment: Payment) -> str | None:
    """The address of the simulated bank app with this code scanned; None outside demo or for a real account."""
    if payment.account is None or payment.account.feed != FeedCode.SIMULATED or not simulated_is_on():
        return None
    return f"{reverse('simulation:bank')}?payment={payment.uuid}&lang={(get_language() or 'vi')[:2]}"


def payment_qr_svg(payment: Payment) -> str:
    """The code of a bank transfer as a stand-alone SVG of about 2 KB, for what is still to pay."""
    title = gettext("VietQR code for %(amount)s, memo %(memo)s") % {
        "amount": show_dong(payment.remaining_dong or payment.amount_dong),
        "memo": payment.memo_code,
    }
    return qr_svg(vietqr_payload(payment), title=title)
