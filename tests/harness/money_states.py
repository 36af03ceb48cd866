"""Every state of money, played into a copy of the demo the way buyers, banks and accountants bring it about."""

from __future__ import annotations

from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from cms.demo.books import open_operators_account
from cms.demo.plan import demo_goods
from cms.demo.sellers import STAFF_EMAIL
from cms.demo.trade import Plot, play
from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.invoices.answering import mark_issued
from marketplace.invoices.asking import InvoiceWish, ask_invoices
from marketplace.orders.models import Order
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.bank_files.taking_in import choose_columns, read_statement, upload_statement
from marketplace.payments.hearing.reconciling import reconcile_all
from marketplace.payments.models import Payment, Reconciliation, Refund, Statement
from marketplace.payments.refunds.naming import claim_transfer, name_refund_account
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import ProviderCode
from marketplace.receiving.changing import AccountWish, approve_change, propose_account, refuse_change
from marketplace.receiving.models import AccountChange, FeedCode, ReceivingAccount
from marketplace.simulation.carding import play as play_card
from marketplace.simulation.hurrying import let_time_run_out
from marketplace.simulation.transferring import Transfer, post_transfer
from traceability.products.models import Pack

FIRST_NUMBER = 700
WISH = AccountWish("970436", "0071000123456", "TRAN THI BINH")
STATEMENT = """NGÂN HÀNG MẪU;;;;
Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung
{day} 14:02:37;FTSK1;;185.000;{memo} tien hang
{day} 09:30:00;FTSK2;50.000;;Phi dich vu
{day};FTSK3;;120.000;chuyen tien mua mat ong
{broken};;;95,5;khong ro
"""


class MoneyStates:
    """Plays orders of one pack each; ``orders`` by the name of their state."""

    def __init__(self) -> None:
        names = {good.sku: good.name for good in demo_goods()}
        packs = {sku: Pack.objects.filter(product__name=name).first() for sku, name in names.items()}
        self.packs = {sku: pack for sku, pack in packs.items() if pack is not None}
        self.buyer = Actor.buyer()
        self.staff = Actor.of(User.objects.get(email=STAFF_EMAIL))
        self.clerk = Actor.of(User.objects.get(email="ketoan@demo.invalid"))
        self.orders: dict[str, Order] = {}

    def order(self, state: str, ends: str = "waiting", *skus: str, by_card: bool = False) -> Order:
        days = 0.002 if ends == "waiting" else 1
        plot = Plot(ends, days, skus or ("ST-001",), 1, by_card=by_card)
        order = play(plot, self.packs, FIRST_NUMBER + len(self.orders))
        assert order is not None
        self.orders[state] = order
        return order

    def transfer(self, order: Order, *, share: float = 1, memo: str | None = None) -> Payment:
        payment = order.payments.select_related("account").filter(account__isnull=False).latest("pk")
        assert payment.account is not None
        number = 10**11 + FIRST_NUMBER * 10**6 + payment.pk * 10 + len(memo or "")
        told = payment.memo_code or "" if memo is None else memo
        account = payment.account.account_number
        sum_dong = round(payment.amount_dong * share)
        post_transfer(transfer=Transfer(number, "Ngân hàng mô phỏng", account, sum_dong, told))
        return payment

    def play_buying(self) -> None:
        """What the buyer's page can say before and after the money came."""
        self.order("two-parcels", "waiting", "ST-001", "BG-010")
        claim_transfer(payment=self.order("claimed").payments.latest("pk"), actor=self.buyer)
        self.transfer(self.order("short"), share=0.6)
        self.transfer(self.order("over"), share=1.1)
        late = self.order("late")
        let_time_run_out(order=late)
        self.transfer(late)
        let_time_run_out(order=self.order("ended"))
        card = self.order("by-card")
        start_payment(order=card, parcel=None, provider=ProviderCode.SIMULATED, actor=self.buyer)
        self.order("card-paid", "new", by_card=True)
        with override_settings(PAYMENTS_COLLECT="platform", PAYMENTS_COLLECT_BASIS="Giấy phép (mẫu)"):
            open_operators_account()
            self.order("collected", "waiting", "ST-001", "BG-010")

    def play_returning(self) -> None:
        """Money that goes back, at every step; each from a parcel the seller could not send."""
        steps = ("refund-asked", "refund-named", "refund-approved", "refund-arrived")
        for name in steps:
            self.order(name, "rejected")
        self.order("refund-card", "rejected", by_card=True)
        request_due_refunds()
        for step, name in enumerate(steps):
            refund = self.refund(name)
            if step >= 1:
                name_refund_account(refund=refund, wish=WISH, actor=self.buyer)
            if step >= 2:
                approve_refund(refund=refund, actor=self.staff)
            if step >= 3:
                send_by_bank(refund=refund, actor=self.clerk, to_account=refund.to_account, bank_ref="FT26326000111")

    def refund(self, state: str) -> Refund:
        return Refund.objects.filter(payment__order=self.orders[state]).latest("pk")

    def play_exceptions(self) -> None:
        """Money that needs a person, one of each kind that the simulated bank and card can bring about."""
        first, second = self.order("nameless"), self.order("twice-named")
        self.transfer(first, memo="tien mua gao")
        other = first.payments.latest("pk").memo_code
        self.transfer(second, memo=f"{second.payments.latest('pk').memo_code} {other}")
        part = self.order("part-and-over")
        self.transfer(part, share=0.5)
        let_time_run_out(order=part)
        self.transfer(self.order("paid-after-end", "cancelled"))
        for number, ends in enumerate(("dispute", "dispute_lost")):
            contested = self.order(ends, "delivered", by_card=True).payments.filter(account=None).latest("pk")
            play_card(action="dispute", payment=contested, number=10**8 + number)
            if ends != "dispute":
                play_card(action=ends, payment=contested, number=10**8 + 10 + number)

    def play_invoices(self) -> None:
        """One asked for, one issued; both of paid orders of the first seller."""
        wish = InvoiceWish(
            "company", "Công ty TNHH Bếp Quê (mẫu)", "12 Trần Phú, Huế", tax_code="0101243150", email="ketoan@bepque.vn"
        )
        ask_invoices(order=self.order("invoice-asked", "new"), wish=wish, actor=self.buyer)
        [issued] = ask_invoices(order=self.order("invoice-issued", "delivered"), wish=wish, actor=self.buyer)
        owner = issued.parcel.cooperative.memberships.get(role="owner").user
        actor = Actor.of(owner, issued.parcel.cooperative)
        mark_issued(request=issued, serial="1C26TAA", number="128", lookup_code="K3H7-22", actor=actor)


def change_accounts() -> dict[str, tuple[str, AccountChange]]:
    """Sellers whose account is asked for, checked, refused; by state: the owner's phone and the change."""
    staff = Actor.of(User.objects.get(email=STAFF_EMAIL))
    free = {"memberships__role": "owner", "memberships__user__locked_at": None}
    sellers = Cooperative.objects.filter(**free).order_by("pk")[2:5]
    found = {}
    for number, (state, seller) in enumerate(zip(("asked", "checked", "refused"), sellers, strict=True)):
        owner = seller.memberships.get(role="owner").user
        wish = AccountWish("970415", f"10987654{number:04d}", "HTX MAU")
        change = propose_account(cooperative=seller, wish=wish, actor=Actor.of(owner, seller))
        if state == "checked":
            approve_change(change=change, feed=FeedCode.SIMULATED, actor=staff)
        elif state == "refused":
            refuse_change(change=change, reason="Tên trên giấy của ngân hàng là tên khác.", actor=staff)
        found[state] = (owner.phone, change)
    return found


def upload_statements(memo: str, account: ReceivingAccount) -> dict[str, Statement]:
    """One whose columns are asked for, one with rows that cannot be read, one that is ready to be taken in."""
    staff = Actor.of(User.objects.get(email=STAFF_EMAIL))
    found = {}
    for number, state in enumerate(("columns", "troubles", "ready")):
        day = (clock.today() - timedelta(days=number + 1)).strftime("%d/%m/%Y")
        told = STATEMENT.format(day=day, memo=memo, broken="32/13/2026")
        body = told.rsplit("\n", 2)[0] if state == "ready" else told
        found[state] = upload_statement(account=account, name=f"sao-ke-{number}.csv", body=body.encode(), actor=staff)
        read_statement(statement=found[state])
        if state != "columns":
            choose_columns(statement=found[state], fields=found[state].columns["fields"], actor=staff)
            read_statement(statement=found[state])
    return found


def reconcile() -> Reconciliation | None:
    """What the banks say beside what we have; None where there is nobody to ask."""
    reconcile_all(since=timezone.now() - timedelta(days=3))
    return Reconciliation.objects.order_by("-pk").first()
