"""What the buyer's page shows about money: one card per parcel, each with its own code and state. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext

from community.text.money import show_dong
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import on_delivery_limits
from marketplace.payments.asking.starting import card_has_time, hold_ends_at, kept_at_most
from marketplace.payments.models import Payment, PaymentException, Refund
from marketplace.payments.providers.registry import offered_card, simulated_is_on
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.showing.refund_cards import RefundCard, refund_card
from marketplace.payments.states import ExceptionStatus, PaymentStatus, ProviderCode
from marketplace.receiving.models import FeedCode, in_groups
from traceability.labels.qr import qr_svg

WAITING = "waiting"
SHORT = "short"
PAID = "paid"
ENDED = "ended"
ON_DELIVERY = "on_delivery"
BY_CARD = "by_card"
CHOOSE = "choose"
NO_ACCOUNT = "no_account"


@dataclass(frozen=True)
class PaymentCard:
    """One parcel's money as the buyer sees it; or a whole order's, where the market collects. Amounts in đồng.

    ``state``: waiting (scan the code), short (part came, the code asks for the rest), paid, ended (expired,
    cancelled or refused), on_delivery (it is sent first; the code may be scanned at any time), by_card (the card page
    was opened), choose (nothing is asked now), no_account (the cooperative cannot receive transfers yet).
    ``problems`` are kinds of open exceptions (``overpaid`` …).
    ``payload`` and the account's lines are empty unless there is a code to scan; ``deadline`` is when the goods go back
    on sale.
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
    claimed_at: datetime | None
    paid_by_card: bool
    late: bool
    problems: tuple[str, ...]
    refunds: tuple[RefundCard, ...]
    simulated_pay_url: str | None
    card_offered: str
    may_pay_later: bool = False

    @property
    def is_open(self) -> bool:
        """Is there something for the buyer to pay?"""
        return self.state in (WAITING, SHORT)

    @property
    def account_in_groups(self) -> str:
        """The account number in fours, easier to copy by eye: "7600 2051 1883 4"."""
        return in_groups(self.account_number)

    @property
    def account_parts(self) -> list[str]:
        """The same fours one by one: drawn apart, copied together."""
        return self.account_in_groups.split()


@dataclass(frozen=True)
class OrderMoney:
    """Everything about an order's money. ``cards`` in the parcels' order; ``whole``: the one open code over all of

    them; ``problems`` and ``refunds`` that are of no single parcel; ``card_url``: the card page that was opened.
    """

    cards: list[PaymentCard]
    whole: PaymentCard | None
    problems: tuple[str, ...]
    refunds: tuple[RefundCard, ...]
    deadline: datetime
    kept_at_most: datetime
    card_url: str

    @property
    def to_pay(self) -> list[PaymentCard]:
        """The codes to scan, one after the other."""
        return [self.whole] if self.whole else [card for card in self.cards if card.is_open]

    @property
    def can_transfer(self) -> bool:
        """Goods wait for money and no code is shown: the buyer may ask for one (again)."""
        return not self.to_pay and any(card.state in (BY_CARD, CHOOSE, NO_ACCOUNT) for card in self.cards)


def payment_cards(order: Order) -> list[PaymentCard]:
    """A card for every parcel of the order, in the parcels' order; as many queries whatever their number."""
    return order_money(order).cards


def order_money(order: Order) -> OrderMoney:
    """Four queries whatever the number of parcels; two more at most while goods wait for money."""
    payments = list(Payment.objects.filter(order=order).select_related("account").order_by("pk"))
    open_exceptions = PaymentException.objects.filter(payment__order=order, status=ExceptionStatus.OPEN)
    problems = list(open_exceptions.order_by("pk").values_list("payment_id", "parcel_id", "kind"))
    refunds = list(Refund.objects.filter(payment__order=order).select_related("payment").order_by("pk"))
    deadline = hold_ends_at(order, payments)
    parcels = list(order.parcels.order_by("pk"))
    held = any(parcel.status == ParcelStatus.AWAITING_PAYMENT for parcel in parcels)
    fits = _card_fits(parcels, payments) and card_has_time(order, goods_are_held=held)
    limits = on_delivery_limits([one.cooperative_id for one in parcels]) if held else {}
    later = {one.pk for one in parcels if _may_pay_later(one, limits)}
    sight = _Sight(payments, deadline, card_offered=offered_card() if fits else "", later=later)
    of_parcels = {parcel.pk for parcel in parcels}
    cards = []
    for parcel in parcels:
        own = {payment.pk for payment in payments if payment.parcel_id == parcel.pk}
        kinds = [kind for payment_id, parcel_id, kind in problems if parcel_id == parcel.pk or payment_id in own]
        back = tuple(refund_card(one) for one in refunds if parcel.pk in (one.parcel_id, one.payment.parcel_id))
        cards.append(_card(parcel, sight, tuple(dict.fromkeys(kinds)), back))
    shared = {payment.pk for payment in payments if payment.parcel_id is None}
    loose = [kind for payment_id, parcel_id, kind in problems if payment_id in shared and parcel_id not in of_parcels]
    return OrderMoney(
        cards=cards,
        whole=_whole(sight),
        problems=tuple(dict.fromkeys(loose)),
        refunds=tuple(refund_card(one) for one in refunds if one.parcel_id is None and one.payment_id in shared),
        deadline=deadline,
        kept_at_most=kept_at_most(order),
        card_url=next((one.redirect_url for one in sight.live_cards if one.redirect_url), ""),
    )


@dataclass(frozen=True)
class _Sight:
    """The order's payments, looked at once."""

    payments: list[Payment]
    deadline: datetime
    card_offered: str
    later: set[int]

    @property
    def transfers(self) -> list[Payment]:
        return [one for one in self.payments if one.provider == ProviderCode.VIETQR]

    @property
    def live_cards(self) -> list[Payment]:
        return [one for one in self.payments if one.provider != ProviderCode.VIETQR and one.is_live]

    def transfer_of(self, parcel: Parcel) -> Payment | None:
        """The transfer that brought the parcel's money or still lives, else the latest; its own or the order's."""
        own = [one for one in self.transfers if one.parcel_id in (parcel.pk, None)]
        return max(own, key=lambda one: (one.status == PaymentStatus.CONFIRMED, one.is_live, one.pk), default=None)


def _card_fits(parcels: list[Parcel], payments: list[Payment]) -> bool:
    """A card pays all that waits at once; after a part came by transfer the rest must come the same way."""
    waits = any(parcel.waits_for_money for parcel in parcels)
    return waits and not any(payment.status == PaymentStatus.PARTIALLY_RECEIVED for payment in payments)


def _may_pay_later(parcel: Parcel, limits: dict[int, int]) -> bool:
    """Would the cooperative send it before the money comes? The telephone is looked at when it is asked for."""
    fits = parcel.total_dong <= limits.get(parcel.cooperative_id, 0)
    return fits and parcel.status == ParcelStatus.AWAITING_PAYMENT and not parcel.order.is_gift


def _state(parcel: Parcel, payment: Payment | None, sight: _Sight) -> str:
    if parcel.owes_on_delivery:
        return ON_DELIVERY
    if parcel.status != ParcelStatus.AWAITING_PAYMENT:
        return PAID if parcel.paid_at is not None else ENDED
    if payment is not None and payment.is_live:
        return SHORT if payment.received_dong else WAITING
    if sight.live_cards:
        return BY_CARD
    return NO_ACCOUNT if payment is None else CHOOSE


def _card(parcel: Parcel, sight: _Sight, problems: tuple[str, ...], refunds: tuple[RefundCard, ...]) -> PaymentCard:
    payment = sight.transfer_of(parcel)
    state = _state(parcel, payment, sight)
    by_card = state == PAID and (payment is None or payment.status != PaymentStatus.CONFIRMED)
    received = _received(parcel, payment, state)
    shown = payment if payment and payment.parcel_id and state in (WAITING, SHORT, ON_DELIVERY) else None
    return PaymentCard(
        parcel_code=parcel.code,
        cooperative=parcel.seller_name,
        state=state,
        parcel_status=parcel.status,
        amount_dong=parcel.total_dong,
        received_dong=received,
        remaining_dong=max(parcel.total_dong - received, 0),
        payment_uuid=payment.uuid if payment else None,
        paid_by_card=by_card,
        late=payment.late if payment else False,
        problems=problems,
        refunds=refunds,
        may_pay_later=parcel.pk in sight.later,
        **_to_scan(shown, sight, is_waiting=state in (WAITING, ON_DELIVERY)),
    )


def _received(parcel: Parcel, payment: Payment | None, state: str) -> int:
    """What of the money is this parcel's: its own transfer's, or (of a whole order's) all of it once it is paid."""
    if payment is not None and payment.parcel_id == parcel.pk:
        by_card = state == PAID and payment.status != PaymentStatus.CONFIRMED
        return parcel.total_dong if by_card else payment.received_dong
    return parcel.total_dong if state == PAID else 0


def _whole(sight: _Sight) -> PaymentCard | None:
    """The one code over all parcels, while it can be scanned."""
    payment = next((one for one in sight.transfers if one.parcel_id is None and one.is_live), None)
    if payment is None:
        return None
    state = SHORT if payment.received_dong else WAITING
    return PaymentCard(
        parcel_code="",
        cooperative="",
        state=state,
        parcel_status="",
        amount_dong=payment.amount_dong,
        received_dong=payment.received_dong,
        remaining_dong=payment.remaining_dong,
        payment_uuid=payment.uuid,
        paid_by_card=False,
        late=payment.late,
        problems=(),
        refunds=(),
        **_to_scan(payment, sight, is_waiting=state == WAITING),
    )


def _to_scan(payment: Payment | None, sight: _Sight, *, is_waiting: bool) -> dict[str, Any]:
    """What only an open code has; empty words without one."""
    account = payment.account if payment else None
    return {
        "bank_name": account.bank_name if account else "",
        "account_number": account.account_number if account else "",
        "holder": account.holder if account else "",
        "memo": (payment.memo_code or "") if payment else "",
        "payload": vietqr_payload(payment) if payment else "",
        "claimed_at": payment.claimed_at if payment else None,
        "simulated_pay_url": simulated_pay_url(payment) if payment else None,
        "deadline": sight.deadline,
        "card_offered": sight.card_offered if is_waiting or payment is None else "",
    }


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
