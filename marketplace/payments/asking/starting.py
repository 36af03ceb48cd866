"""Ask for money: a bank transfer per parcel to its cooperative's own account, or one payment for the whole order (by

card, or by transfer where the market collects).

Starting again gives the payment that lives; another method needs no new order. A provider is never called inside a
transaction: the row is committed first, so that a webhook that is faster than our own answer finds it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.orders.models import Order, Parcel, owed_on_delivery, waits_for_money
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.collecting import account_for, asks_whole_order
from marketplace.payments.asking.following import follow_what_goes
from marketplace.payments.asking.memo_codes import new_memo_code
from marketplace.payments.interface import PaymentProvider, ProviderFailed
from marketplace.payments.locking import lock_asking
from marketplace.payments.models import Payment
from marketplace.payments.providers.registry import card_provider, payment_provider
from marketplace.payments.providers.stripe.sessions import session_expiry
from marketplace.payments.states import PaymentStatus, ProviderCode

MEMO_TRIES = 5


class CannotPay(DomainError):
    """No payment can be started. Codes: ``nothing_to_pay`` (paid, expired or cancelled), ``no_account`` (the

    cooperative has none; facts: cooperative, "" for the market's), ``provider_off``, ``partly_paid`` (finish by
    transfer), ``needs_parcel``, ``too_late_for_card``.
    """


def start_order_payments(*, order: Order, actor: Actor) -> list[Payment]:
    """A bank transfer for every parcel that waits for money, or one for all of them where the market collects.

    What cannot be asked for (no account) is left out.
    """
    parcels: list[Parcel | None] = [None]
    if not asks_whole_order(order.payments.all()):
        parcels = list(order.parcels.filter(waits_for_money()).order_by("pk"))
    payments = []
    for parcel in parcels:
        try:
            payments.append(start_payment(order=order, parcel=parcel, provider=ProviderCode.VIETQR, actor=actor))
        except CannotPay:
            continue
    return payments


def start_payment(*, order: Order, parcel: Parcel | None, provider: str, actor: Actor) -> Payment:
    """The live payment of this parcel (transfer) or this order (card, or a transfer to the market); made when there

    is none. The other way of paying is called off; money that comes for it all the same is still counted.
    Raises CannotPay, or ProviderFailed when the card provider cannot be reached or refuses.
    """
    asked = payment_provider(provider)
    if asked is None:
        raise CannotPay("provider_off", provider=provider)
    if provider == ProviderCode.VIETQR:
        whole = asks_whole_order(order.payments.all())
        if parcel is None and not whole:
            raise CannotPay("needs_parcel")
        return _start_transfer(order, None if whole else parcel, actor)
    payment = _card_payment(order, provider, actor)
    if payment.redirect_url:
        return payment
    return _ask_provider(payment, asked)


def hold_ends_at(order: Order, payments: list[Payment]) -> datetime:
    """Until when the goods are kept: the order's hold, or longer for a payment that got more time."""
    return max([order.hold_expires_at, *(payment.expires_at for payment in payments if payment.is_live)])


def kept_at_most(order: Order) -> datetime:
    """No change of method keeps the goods longer than this: else one buyer holds them from all others without end."""
    return order.hold_expires_at + timedelta(minutes=settings.HOLD_MORE_MINUTES)


def card_has_time(order: Order, *, goods_are_held: bool = True) -> bool:
    """A card page that opens now would end in time; no time runs for goods that went out unpaid."""
    return not goods_are_held or session_expiry(clock.now()) <= kept_at_most(order)


# --- bank transfer --------------------------------------------------------------------------------------------------
def _start_transfer(order: Order, parcel: Parcel | None, actor: Actor) -> Payment:
    for _ in range(MEMO_TRIES):
        try:
            with transaction.atomic():
                return _live_or_new_transfer(order.pk, parcel.pk if parcel else None, actor)
        except IntegrityError:
            continue  # two presses at once, or a memo code that exists: look again
    raise CannotPay("provider_off", provider=ProviderCode.VIETQR)


def _live_or_new_transfer(order_id: int, parcel_id: int | None, actor: Actor) -> Payment:
    payments = lock_asking(order_id=order_id)
    order = Order.objects.get(pk=order_id)
    parcel = Parcel.objects.select_related("cooperative").get(pk=parcel_id, order_id=order_id) if parcel_id else None
    owed = _waiting_dong(order, parcel)
    for payment in payments:
        if payment.provider != ProviderCode.VIETQR or payment.parcel_id != parcel_id or not payment.is_live:
            continue
        if payment.amount_dong == owed or payment.received_dong:
            return payment
        if parcel is not None and parcel.owes_on_delivery:
            return follow_what_goes(payment, actor=actor)  # that code lies in the parcel
        # A parcel of the order was cancelled meanwhile: this code asks too much.
        Payment.objects.filter(pk=payment.pk).live().update(status=PaymentStatus.CANCELLED)
    keeps_time = parcel is None or not parcel.on_delivery
    if not owed or (keeps_time and hold_ends_at(order, payments) <= clock.now()):
        raise CannotPay("nothing_to_pay", order=order.code)
    account = account_for(parcel)
    if account is None:
        raise CannotPay("no_account", cooperative=parcel.seller_name if parcel else "")
    payment = Payment.objects.create(
        order=order,
        parcel=parcel,
        provider=ProviderCode.VIETQR,
        account=account,
        status=PaymentStatus.PENDING,
        amount_dong=owed,
        memo_code=new_memo_code(),
        livemode=account.livemode,
        expires_at=hold_ends_at(order, payments),
    )
    if keeps_time:
        call_off_cards(payments)
    cooperative = parcel.cooperative if parcel else None
    record(actor=actor, action="payment.started", subject=payment, cooperative=cooperative, provider="vietqr")
    return payment


def _waiting_dong(order: Order, parcel: Parcel | None) -> int:
    """What still waits for money, in đồng: of one parcel, or of all whose goods are held for it."""
    if parcel is not None:
        waiting = order.parcels.filter(waits_for_money(), pk=parcel.pk)
    else:
        waiting = order.parcels.filter(status=ParcelStatus.AWAITING_PAYMENT)
    return sum(waiting.values_list("total_dong", flat=True))


def owed_by_card(order: Order) -> int:
    """What a card page that opens now would ask for, in đồng; 0 when nothing waits for money."""
    return _waiting_dong(order, None) or _of_parcels_on_delivery(order)


def _of_parcels_on_delivery(order: Order) -> int:
    return sum(order.parcels.filter(owed_on_delivery()).values_list("total_dong", flat=True))


def call_off_cards(payments: list[Payment]) -> None:
    """What was asked by card asks for too much now; a page that is open all the same brings money that counts."""
    _call_off([one for one in payments if one.provider != ProviderCode.VIETQR])


def call_off_old_cards(order_id: int, payments: list[Payment]) -> None:
    """Card pages that were opened before what the order owes rose or fell; the next one asks for what it owes now."""
    owed = owed_by_card(Order.objects.get(pk=order_id))
    call_off_cards([one for one in payments if one.is_live and one.amount_dong != owed])


def _call_off(payments: list[Payment]) -> None:
    """Ask no longer this way. Only what has brought nothing; the clock tells the card provider."""
    Payment.objects.filter(
        pk__in=[payment.pk for payment in payments],
        received_dong=0,
        status__in=[PaymentStatus.CREATED, PaymentStatus.PENDING],
    ).update(status=PaymentStatus.CANCELLED)


# --- card -----------------------------------------------------------------------------------------------------------
def _card_payment(order: Order, provider: str, actor: Actor) -> Payment:
    try:
        with transaction.atomic():
            return _live_or_new_card(order.pk, provider, actor)
    except IntegrityError:
        return Payment.objects.live().get(order_id=order.pk, provider=provider)


def _live_or_new_card(order_id: int, provider: str, actor: Actor) -> Payment:
    payments = lock_asking(order_id=order_id)
    order = Order.objects.get(pk=order_id)
    now = clock.now()
    held = _waiting_dong(order, None)
    owed = held or _of_parcels_on_delivery(order)
    if not owed or (held and hold_ends_at(order, payments) <= now):
        raise CannotPay("nothing_to_pay", order=order.code)
    if any(payment.status == PaymentStatus.PARTIALLY_RECEIVED for payment in payments):
        raise CannotPay("partly_paid", order=order.code)
    for payment in payments:
        if payment.provider == provider and payment.is_live:
            if payment.amount_dong == owed and payment.expires_at > now:
                return payment
            # A part was paid by transfer meanwhile: this session asks too much. The clock expires it at Stripe.
            Payment.objects.filter(pk=payment.pk).live().update(status=PaymentStatus.CANCELLED)
    if not card_has_time(order, goods_are_held=bool(held)):
        raise CannotPay("too_late_for_card", order=order.code)
    card = card_provider(provider)
    payment = Payment.objects.create(
        order=order,
        provider=provider,
        amount_dong=owed,
        livemode=card.livemode if card else False,
        expires_at=session_expiry(now),
    )
    record(actor=actor, action="payment.started", subject=payment, provider=provider)
    return payment


def _ask_provider(payment: Payment, provider: PaymentProvider) -> Payment:
    """Call outside any transaction; a refusal ends this attempt, silence leaves it to be tried again."""
    try:
        started = provider.start(payment)
    except ProviderFailed as failure:
        if failure.code != "unreachable":
            Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CREATED).update(status=PaymentStatus.FAILED)
        raise
    with transaction.atomic():
        payments = lock_asking(order_id=payment.order_id)
        ready = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CREATED).update(
            status=PaymentStatus.PENDING, provider_ref=started.provider_ref, redirect_url=started.redirect_url
        )
        if ready:  # only now is there another way: a card page that cannot be reached must not cost the buyer the code
            printed = set(Parcel.objects.filter(order=payment.order_id, on_delivery=True).values_list("pk", flat=True))
            transfers = [one for one in payments if one.provider == ProviderCode.VIETQR]
            _call_off([one for one in transfers if one.parcel_id not in printed])  # that code lies in the parcel
    payment.refresh_from_db()
    return payment
