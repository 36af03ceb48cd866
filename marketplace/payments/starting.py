"""Ask for money: one bank transfer per parcel to its cooperative's own account, or one card payment for the order.

Starting again gives the payment that lives; another method needs no new order. A provider is never called inside a
transaction: the row is committed first, so that a webhook that is faster than our own answer finds it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.locking import lock_payments
from marketplace.payments.memo_codes import new_memo_code
from marketplace.payments.models import Payment
from marketplace.payments.providers.base import PaymentProvider, ProviderFailed
from marketplace.payments.providers.registry import payment_provider, simulated_is_on, stripe_provider
from marketplace.payments.providers.stripe import session_expiry
from marketplace.payments.states import PaymentStatus, ProviderCode
from marketplace.receiving.models import FeedCode, ReceivingAccount

MEMO_TRIES = 5


class CannotPay(DomainError):
    """No payment can be started. Codes: ``nothing_to_pay`` (paid, expired or cancelled), ``no_account`` (the

    cooperative has none; facts: cooperative), ``provider_off``, ``partly_paid`` (finish by transfer), ``needs_parcel``.
    """


def start_order_payments(*, order: Order, actor: Actor) -> list[Payment]:
    """A bank transfer for every parcel that waits for money; parcels without an account are left out."""
    payments = []
    for parcel in order.parcels.filter(status=ParcelStatus.AWAITING_PAYMENT).order_by("pk"):
        try:
            payments.append(start_payment(order=order, parcel=parcel, provider=ProviderCode.VIETQR, actor=actor))
        except CannotPay:
            continue
    return payments


def start_payment(*, order: Order, parcel: Parcel | None, provider: str, actor: Actor) -> Payment:
    """The live payment of this parcel (vietqr) or this order (stripe); made when there is none.

    Raises CannotPay, or ProviderFailed when the card provider cannot be reached or refuses.
    """
    asked = payment_provider(provider)
    if asked is None:
        raise CannotPay("provider_off", provider=provider)
    if provider == ProviderCode.VIETQR:
        if parcel is None:
            raise CannotPay("needs_parcel")
        return _start_transfer(order, parcel, actor)
    payment = _card_payment(order, actor)
    if payment.redirect_url:
        return payment
    return _ask_provider(payment, asked)


def hold_ends_at(order: Order, payments: list[Payment]) -> datetime:
    """Until when the goods are kept: the order's hold, or longer for a payment that got more time."""
    return max([order.hold_expires_at, *(payment.expires_at for payment in payments if payment.is_live)])


# --- bank transfer --------------------------------------------------------------------------------------------------
def _start_transfer(order: Order, parcel: Parcel, actor: Actor) -> Payment:
    for _ in range(MEMO_TRIES):
        try:
            with transaction.atomic():
                return _live_or_new_transfer(order.pk, parcel.pk, actor)
        except IntegrityError:
            continue  # two presses at once, or a memo code that exists: look again
    raise CannotPay("provider_off", provider=ProviderCode.VIETQR)


def _live_or_new_transfer(order_id: int, parcel_id: int, actor: Actor) -> Payment:
    payments = lock_payments(order_id=order_id)
    for payment in payments:
        if payment.parcel_id == parcel_id and payment.provider == ProviderCode.VIETQR and payment.is_live:
            return payment
    parcel = Parcel.objects.select_related("order", "cooperative").get(pk=parcel_id, order_id=order_id)
    if parcel.status != ParcelStatus.AWAITING_PAYMENT or hold_ends_at(parcel.order, payments) <= clock.now():
        raise CannotPay("nothing_to_pay", parcel=parcel.code)
    account = find_account(parcel)
    if account is None:
        raise CannotPay("no_account", cooperative=parcel.seller_name)
    payment = Payment.objects.create(
        order_id=order_id,
        parcel=parcel,
        provider=ProviderCode.VIETQR,
        account=account,
        status=PaymentStatus.PENDING,
        amount_dong=parcel.total_dong,
        memo_code=new_memo_code(),
        livemode=account.livemode,
        expires_at=parcel.order.hold_expires_at,
    )
    record(actor=actor, action="payment.started", subject=payment, cooperative=parcel.cooperative, provider="vietqr")
    return payment


def find_account(parcel: Parcel) -> ReceivingAccount | None:
    """The cooperative's own active account; a simulated one only where money is play."""
    accounts = ReceivingAccount.objects.filter(cooperative_id=parcel.cooperative_id, active=True)
    if not simulated_is_on():
        accounts = accounts.exclude(feed=FeedCode.SIMULATED)
    return accounts.first()


# --- card -----------------------------------------------------------------------------------------------------------
def _card_payment(order: Order, actor: Actor) -> Payment:
    try:
        with transaction.atomic():
            return _live_or_new_card(order.pk, actor)
    except IntegrityError:
        return Payment.objects.live().get(order_id=order.pk, provider=ProviderCode.STRIPE)


def _live_or_new_card(order_id: int, actor: Actor) -> Payment:
    payments = lock_payments(order_id=order_id)
    order = Order.objects.get(pk=order_id)
    now = clock.now()
    owed = sum(order.parcels.filter(status=ParcelStatus.AWAITING_PAYMENT).values_list("total_dong", flat=True))
    if not owed or hold_ends_at(order, payments) <= now:
        raise CannotPay("nothing_to_pay", order=order.code)
    if any(payment.status == PaymentStatus.PARTIALLY_RECEIVED for payment in payments):
        raise CannotPay("partly_paid", order=order.code)
    for payment in payments:
        if payment.provider == ProviderCode.STRIPE and payment.is_live:
            if payment.amount_dong == owed and payment.expires_at > now:
                return payment
            # A part was paid by transfer meanwhile: this session asks too much. The clock expires it at Stripe.
            Payment.objects.filter(pk=payment.pk).live().update(status=PaymentStatus.CANCELLED)
    stripe = stripe_provider()
    payment = Payment.objects.create(
        order=order,
        provider=ProviderCode.STRIPE,
        amount_dong=owed,
        livemode=stripe.livemode if stripe else False,
        expires_at=session_expiry(now),
    )
    record(actor=actor, action="payment.started", subject=payment, provider="stripe")
    return payment


def _ask_provider(payment: Payment, provider: PaymentProvider) -> Payment:
    """Call outside any transaction; a refusal ends this attempt, silence leaves it to be tried again."""
    try:
        started = provider.start(payment)
    except ProviderFailed as failure:
        if failure.code != "unreachable":
            Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CREATED).update(status=PaymentStatus.FAILED)
        raise
    Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CREATED).update(
        status=PaymentStatus.PENDING, provider_ref=started.provider_ref, redirect_url=started.redirect_url
    )
    payment.refresh_from_db()
    return payment
