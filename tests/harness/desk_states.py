"""What the staff's desks about money show when there is much to do, in a copy of the demo; for pictures only.

What the demo's bank and card cannot bring about (another system's payouts, a feed that tells something else) is
written down as its rows.
"""

from __future__ import annotations

from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from marketplace.ledger.accounts import OPERATORS_BANK
from marketplace.payments.arriving.confirming import Seen, confirm_received
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.facts import FOREIGN_REFUND, PayoutFact
from marketplace.payments.models import (
    Capture,
    Dispute,
    OwnMove,
    Payment,
    PaymentException,
    ProviderPayout,
    Reconciliation,
)
from marketplace.payments.parking import park
from marketplace.payments.states import (
    ExceptionKind,
    LossBearer,
    OwnMoveKind,
    ProposalAct,
    SourceCode,
)
from marketplace.payments.suspense.settling import attach
from marketplace.payments.treasury.moving import MoveSlip, undo_move, write_down
from marketplace.payments.treasury.provider_payouts import hear_of_payout, say_arrived
from marketplace.payments.treasury.told_balances import tell_balance
from marketplace.payouts.models import Payout, PayoutFile
from marketplace.payouts.states import PayoutStatus
from marketplace.receiving.models import ReceivingAccount
from tests.harness.money_states import MoneyStates

STRIPE = "clearing:stripe"


class DeskStates:
    """Plays into ``states``; what it made is found by kind or by act."""

    def __init__(self, states: MoneyStates) -> None:
        self.states = states

    def play(self) -> None:
        self._told_twice()
        self._refund_of_the_providers_page()
        self._own_accounts()
        self._proposals()
        self._payouts()
        self._comparison()

    def _told_twice(self) -> None:
        """A member wrote it down, the bank told it under another number."""
        order = self.states.order("told-twice")
        payment = order.payments.latest("pk")
        assert payment.parcel is not None
        owner = payment.parcel.cooperative.memberships.get(role="owner").user
        seen = Seen(amount_dong=payment.amount_dong, reference="FT26326999", day=clock.today())
        confirm_received(payment=payment, seen=seen, actor=Actor.of(owner, payment.parcel.cooperative))
        self.states.transfer(order)

    def _refund_of_the_providers_page(self) -> None:
        order = self.states.order("refunded-there", "delivered", "ST-001", "BG-010", by_card=True)
        payment = order.payments.filter(account=None).latest("pk")
        told = {"id": "re_3QX7mau", "amount": 60_000, "currency": "vnd", "status": "succeeded", "outcome": "done"}
        park(
            kind=ExceptionKind.PROVIDER_NOTICE, key="simulated:re_3QX7mau", amount_dong=60_000, payment=payment,
            reason=FOREIGN_REFUND, told=told,
        )  # fmt: skip

    def _own_accounts(self) -> None:
        now = timezone.now()
        for number, outcome in ((1, "sent"), (2, "sent")):
            fact = PayoutFact(
                SourceCode.STRIPE, f"po_mau_{number}", 1_250_000 * number, "VND", outcome, False,
                now - timedelta(days=number), (now + timedelta(days=2)).date(),
            )  # fmt: skip
            hear_of_payout(fact)
        payout = self._payout("po_mau_2")
        say_arrived(payout=payout, into=OPERATORS_BANK, actor=Actor.system("demo"))
        slips = (
            (OwnMoveKind.BANK_CHARGE, 11_000, "clearing:bank", "", "Phí quản lý tài khoản tháng 10"),
            (OwnMoveKind.INTEREST, 3_200, "", "clearing:bank", "Lãi tiền gửi không kỳ hạn"),
            (OwnMoveKind.TRANSFER, 25_000_000, STRIPE, "clearing:bank", "Chuyển về tài khoản chính"),
        )
        for number, (kind, dong, out_of, into, note) in enumerate(slips):
            slip = MoveSlip(kind, dong, out_of, into, f"FT26 3260 0{number}", clock.today(), note, livemode=False)
            write_down(slip=slip, actor=self.states.clerk)
        tell_balance(
            place="clearing:bank", at=timezone.now() - timedelta(minutes=1), amount_dong=2_470_000, livemode=False,
            actor=self.states.clerk,
        )  # fmt: skip

    @staticmethod
    def _payout(reference: str) -> ProviderPayout:
        return ProviderPayout.objects.get(provider_ref=reference)

    def _proposals(self) -> None:
        """One of each that can be made without the card provider."""
        with override_settings(REFUND_TWO_PEOPLE_OVER=1_000):
            clerk = self.states.clerk
            question = PaymentException.objects.filter(kind=ExceptionKind.UNMATCHED, status="open").latest("pk")
            payment = Payment.objects.live().filter(account__account_number=question.capture.account_key).first()
            if payment is not None:
                note = "Chị Bình gọi điện, gửi ảnh chuyển khoản"
                attach(
                    capture=question.capture, payment=payment, amount_dong=question.capture.amount_dong, actor=clerk,
                    note=note,
                )  # fmt: skip
            lost = Dispute.objects.filter(status="lost", borne_by="").first()
            if lost is not None:
                settle_loss(dispute=lost, borne_by=LossBearer.OPERATOR, actor=clerk)
            say_arrived(payout=self._payout("po_mau_1"), into=OPERATORS_BANK, actor=clerk)
            undo_move(move=self._own_move(), actor=clerk)

    @staticmethod
    def _own_move() -> OwnMove:
        return OwnMove.objects.filter(status="booked").latest("pk")

    def _payouts(self) -> None:
        """One in every state; rows only, nothing of them is booked."""
        seller = ReceivingAccount.objects.exclude(cooperative=None).order_by("pk")[0]
        assert seller.cooperative is not None
        people = (self.states.staff.user, self.states.clerk.user)
        first = clock.today().replace(day=1) - timedelta(days=31)
        file = PayoutFile.objects.create(made_by=people[0], livemode=False)
        for number, status in enumerate(PayoutStatus.values):
            begun = status not in (PayoutStatus.DRAFT, PayoutStatus.APPROVED, PayoutStatus.CANCELLED)
            Payout.objects.create(
                cooperative=seller.cooperative, account=seller, period_start=first - timedelta(days=40 * number),
                period_end=first - timedelta(days=40 * number - 30), amount_dong=12_345_000 + number,
                bank_bin=seller.bank_bin, bank_name=seller.bank_name, account_number=seller.account_number,
                holder=seller.holder, status=status, livemode=False, made_by=people[0],
                approved_by=people[1] if status != PayoutStatus.DRAFT else None, file=file if begun else None,
                sent_by=people[0] if begun else None, sent_at=timezone.now() if begun else None,
                bank_ref="FT2632600777" if status == PayoutStatus.PAID else "",
                failure="Sai tên chủ tài khoản" if status == PayoutStatus.FAILED else "",
            )  # fmt: skip

    def _comparison(self) -> None:
        """A feed that tells something else: the shape that reconciling writes."""
        capture = Capture.objects.exclude(account_key="").latest("pk")
        at = capture.booked_at.isoformat()
        row = {"account": "••••••••1122", "at": at, "reference": "FT26326000777", "teller": "manual"}
        row |= {"capture": capture.pk, "ours_dong": capture.amount_dong}
        Reconciliation.objects.create(
            source=SourceCode.SEPAY, since=timezone.now() - timedelta(days=3), told=41, found=1,
            differences=[
                row | {"what": "found", "txn": "92704", "outcome": "confirmed", "status": "processed"},
                row | {"what": "other_amount", "txn": "92711", "told_dong": capture.amount_dong + 5_000},
                row | {"what": "not_told", "txn": "manual:12"},
            ],
        )  # fmt: skip
        Reconciliation.objects.create(source=SourceCode.CASSO, since=timezone.now(), error="unreachable")


PROPOSED = (ProposalAct.ATTACH, ProposalAct.LOSS, ProposalAct.ARRIVED, ProposalAct.UNDO_MOVE)
