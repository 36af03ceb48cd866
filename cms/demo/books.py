"""The demo's money of the months before: orders that are over, a refund, dues, a payout; played, and marked so.

Only goods whose oldest batch was packed before the order are sold: nothing is sold before it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cms.demo.trade import Plot, play
from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.text.dates import VIETNAM, midnight
from marketplace.claims.lots import held_parcels
from marketplace.orders.completing import complete_delivered
from marketplace.orders.models import Order
from marketplace.payments.models import Proposal, Refund
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund, payment_of
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import RefundKind
from marketplace.payouts.confirming import confirm_proposal
from marketplace.payouts.drafting import last_period, make_payouts
from marketplace.payouts.dues import DuesSlip, dues_of, record_dues
from marketplace.payouts.paying import approve_payout, confirm_payout, send_payouts
from marketplace.rates.models import CommissionRule
from marketplace.receiving.models import FeedCode, ReceivingAccount
from traceability.batches.models import Batch
from traceability.products.models import Pack

COMMISSION_BPS = 250
MOST = 6
FIRST_NUMBER = 900
CLERK = "Kế toán (mẫu)"


def agree_on_rates() -> None:
    """Before anything is sold: every order keeps the rate it was made with."""
    CommissionRule.objects.get_or_create(
        cooperative=None, valid_from=date(2026, 1, 1), defaults={"bps": COMMISSION_BPS, "note": "Mẫu"}
    )


def open_operators_account() -> ReceivingAccount:
    """Where cooperatives pay their dues in the demo."""
    return ReceivingAccount.objects.get_or_create(
        cooperative=None,
        active=True,
        defaults={
            "bank_bin": "970436",
            "bank_name": "Vietcombank",
            "account_number": "9999000011112",
            "holder": "SAN CHO NGUON MAU",
            "feed": FeedCode.SIMULATED,
        },
    )[0]


def tell_past_months(packs: dict[str, Pack], *, hoa: User) -> list[Order]:
    """Orders of the month before, from sale to payout; what is due of it stays to be paid."""
    open_operators_account()
    orders = [
        order
        for number, plot in enumerate(_plots(packs), start=FIRST_NUMBER)
        if (order := play(plot, packs, number)) is not None
    ]
    for moment in _ends_of_waiting():
        complete_delivered(now=moment, held=held_parcels())
    _give_some_back(orders, hoa=hoa)
    _pay_out(hoa=hoa)
    _pay_some_dues(hoa=hoa)
    return orders


def _plots(packs: dict[str, Pack]) -> Iterator[Plot]:
    """One order of a pack each, every third by card, in the last month or as soon as there were goods in it."""
    start, end = last_period("month", clock.today())
    made = 0
    for sku, pack in packs.items():
        batches = Batch.objects.filter(pack=pack, status="published", available_base__gte=2 * pack.net_quantity_base)
        oldest = batches.exclude(packed_on=None).order_by("best_before_on", "pk").first()
        if oldest is None or oldest.packed_on is None or oldest.packed_on > end - timedelta(days=6):
            continue
        day = max(start + timedelta(days=3 * made + 2), oldest.packed_on + timedelta(days=2))
        if day < end - timedelta(days=3):
            placed = datetime.combine(day, time(9, 20), tzinfo=VIETNAM)
            days_ago = (timezone.now() - placed) / timedelta(days=1)
            yield Plot("delivered", days_ago, (sku,), 1, by_card=made % 3 == 2)
            made += 1
        if made == MOST:
            return


def _ends_of_waiting() -> list[datetime]:
    """In the last hour of the last month, and late enough that all its orders are over and none that is younger."""
    _start, end = last_period("month", clock.today())
    return [midnight(end) - timedelta(hours=1), timezone.now() - timedelta(days=13)]


def _give_some_back(orders: list[Order], *, hoa: User) -> None:
    """One jar arrived broken: part of the money goes back."""
    for order in orders[:1]:
        parcel = order.parcels.get()
        payment = payment_of(parcel)
        if payment is None or payment.account is None:
            continue
        with clock.at(parcel.delivered_at + timedelta(days=1) if parcel.delivered_at else timezone.now()):
            wish = Wish(payment, parcel.goods_dong // 4, RefundKind.PARCEL, "goods_broken", parcel=parcel)
            refund: Refund = approve_refund(refund=ask_refund(wish=wish, actor=Actor.of(hoa)), actor=Actor.of(hoa))
            send_by_bank(
                refund=refund,
                actor=Actor.of(_clerk()),
                to_account=refund.to_account or "0011223344",
                bank_ref=f"MAU{refund.pk:08d}",
            )


def _pay_out(*, hoa: User) -> None:
    """The cards' money of the last month: drafted and sent by a clerk, approved by Hoa."""
    clerk = Actor.of(_clerk())
    period = last_period("month", clock.today())
    for payout in make_payouts(period=period, actor=clerk, livemode=False).payouts:
        approve_payout(payout=payout, actor=Actor.of(hoa))
        send_payouts(payouts=[payout], actor=clerk)
        confirm_payout(payout=payout, actor=clerk, bank_ref=f"MAU{payout.pk:08d}")


def _pay_some_dues(*, hoa: User) -> None:
    """Every second cooperative that owes something has paid; the others are shown the code to pay with."""
    owing = [
        (cooperative, dues.owed_dong)
        for cooperative in Cooperative.objects.order_by("pk")
        if (dues := dues_of(cooperative, livemode=False)).owed_dong
    ]
    for cooperative, dong in owing[1::2]:
        slip = DuesSlip(cooperative, dong, f"MAU-PHI-{cooperative.code}", clock.today(), livemode=False)
        recorded = record_dues(slip=slip, actor=Actor.of(_clerk()))
        if isinstance(recorded, Proposal):
            confirm_proposal(proposal=recorded, actor=Actor.of(hoa))


def _clerk() -> User:
    return User.objects.get_or_create(email="ketoan@demo.invalid", defaults={"name": CLERK})[0]
