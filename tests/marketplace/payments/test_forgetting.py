"""Who bought is forgotten when asked for and when the time is over; sums, goods and codes stay, and the books fit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from marketplace.invoices.asking import InvoiceWish, ask_invoices
from marketplace.invoices.models import InvoiceRequest
from marketplace.ledger.balances import balances
from marketplace.orders.models import Order, Parcel
from marketplace.payments import forgetting
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.bank_files.keeping import folder
from marketplace.payments.bank_files.sorting import sort_out
from marketplace.payments.bank_files.taking_in import (
    choose_columns,
    confirm_statement,
    drop_statement,
    preview_key,
    read_statement,
    upload_statement,
)
from marketplace.payments.feeds.uploaded import Movement
from marketplace.payments.forgetting import CannotErase, erase_buyer, erase_old_buyers
from marketplace.payments.models import Capture, PaymentException, Proposal, Refund, Statement, SuspenseDecision
from marketplace.payments.proving.checking import check_money
from marketplace.payments.purging import purge_old_memos, purge_old_statements
from marketplace.payments.refunds.naming import name_refund_account
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.suspense.settling import attach, mark_not_ours, undo
from marketplace.receiving.changing import AccountWish
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer
from tests.marketplace.payouts.stage import person

pytestmark = pytest.mark.django_db
WORDS = (
    "Nguyễn Thị Bưởi", "NGUYEN THI BUOI", "905777888", "buoi@example", "hẻm 7", "chú Tư", "905111999", "0123456777",
)  # fmt: skip
STAFF = Actor.system("letter")


@pytest.fixture
def order() -> Order:
    """A whole life: paid by two transfers (one without a code), too much, the rest sent back, an invoice asked for."""
    order = make_order(make_cooperative(), buyer_email="buoi@example.vn")
    Order.objects.update(
        buyer_name=WORDS[0], buyer_phone="+84905777888", landmark="hẻm 7", alt_name="chú Tư", alt_phone="+84905111999",
        note="gọi chú Tư",
    )  # fmt: skip
    order.refresh_from_db()
    payment = start_order_payments(order=order, actor=SYSTEM)[0]
    transfer(payment, transferAmount=100_000, content=f"{payment.memo_code} {WORDS[1]}")
    transfer(payment, transferAmount=100_000, content=f"{WORDS[1]} tra tien")
    lost = Capture.objects.get(payment=None)
    attach(capture=lost, payment=payment, amount_dong=100_000, actor=SYSTEM, note=f"của {WORDS[0]}")
    wish = InvoiceWish("person", WORDS[0], "hẻm 7", email="buoi@example.vn")
    ask_invoices(order=order, wish=wish, actor=Actor.buyer())
    request_due_refunds()
    refund = Refund.objects.get()
    name_refund_account(refund=refund, wish=AccountWish("970405", "0123456777", WORDS[1]), actor=Actor.buyer())
    approve_refund(refund=refund, actor=SYSTEM)
    return order


def ended(order: Order) -> Order:
    send_by_bank(refund=Refund.objects.get(), actor=SYSTEM, bank_ref="FT77777", to_account="0123456777")
    Parcel.objects.filter(order=order).update(status="completed")
    return order


def found() -> set[str]:
    """Every text column of every table that still holds a word about the buyer."""
    places = set()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                if field.get_internal_type() not in ("CharField", "TextField", "EmailField", "JSONField", "SlugField"):
                    continue
                table, column = model._meta.db_table, field.column
                for word in WORDS:
                    cursor.execute(
                        f'SELECT count(*) FROM "{table}" WHERE CAST("{column}" AS text) LIKE %s', [f"%{word}%"]
                    )
                    if cursor.fetchone()[0]:
                        places.add(f"{table}.{column}")
    return places


def test_afterwards_no_table_holds_a_word_about_the_buyer_and_the_books_fit(order):
    ended(order)
    books, link = balances(), order.token
    assert len(found()) >= 12
    erase_buyer(order=order, reason="thư ngày 3/5", actor=STAFF)
    assert found() == set()
    order.refresh_from_db()
    assert order.erased_at is not None and order.token != link and order.total_dong == 185_000
    assert balances() == books and check_money() == []
    assert AuditEntry.objects.get(action="order.buyer_erased").facts["why"] == "thư ngày 3/5"
    with pytest.raises(CannotErase, match="erased"):
        erase_buyer(order=order, reason="lại", actor=STAFF)


def test_what_is_still_to_be_done_needs_its_buyer(order):
    before = found()
    with pytest.raises(CannotErase, match="still_running"):
        erase_buyer(order=order, reason="thư", actor=STAFF)
    with pytest.raises(CannotErase, match="no_reason"):
        erase_buyer(order=ended(order), reason=" ", actor=STAFF)
    assert found() >= before and Order.objects.get().erased_at is None


def test_an_issued_invoice_stays_until_its_time_is_over(order, settings):
    ended(order)
    InvoiceRequest.objects.update(status="issued", serial="1C26TAA", number="7")
    call_command("erase_buyer", order.code, reason="thư ngày 3/5")
    assert {place.split(".")[0] for place in found()} == {InvoiceRequest._meta.db_table}
    assert erase_old_buyers(now=clock.now() + timedelta(days=365 * 9)) == 0
    assert erase_old_buyers(now=clock.now() + timedelta(days=365 * 10 + 5)) == 1
    assert found() == set() and InvoiceRequest.objects.get().number == "7"


def test_files_previews_and_words_of_transfers_go_after_half_a_year_and_not_before(order, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    body = f"Ngày;Nội dung\n;{WORDS[1]}".encode()
    account = order.payments.get().account
    staff = Actor.of(User.objects.create_user(email="thu@example.vn", name="Thu", is_staff=True))
    statement = upload_statement(account=account, name=f"{WORDS[1]}.csv", body=body, actor=staff)
    Statement.objects.update(status="confirmed", seen={"lines": [WORDS[1]]})
    soon, later = clock.now() + timedelta(days=179), clock.now() + timedelta(days=181)
    assert (purge_old_statements(now=soon), purge_old_memos(now=soon)) == (0, 0)
    assert (folder() / statement.sha256).exists()
    assert purge_old_statements(now=later) == 1 and list(folder().iterdir()) == []
    Capture.objects.get(payment=None).exceptions.update(status="open")
    assert purge_old_memos(now=later) == 1  # the other one still waits for a person, who needs its words
    assert Statement.objects.get().seen == {} and Capture.objects.exclude(memo="").count() == 1


def test_words_of_a_transfer_can_be_emptied_and_not_rewritten(order):
    assert Capture.objects.exclude(memo="").update(memo="") == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Capture.objects.filter(pk=Capture.objects.first().pk).update(memo="khác")
    assert set(Capture.objects.values_list("memo", flat=True)) == {""}


# --- words that another's money still needs ---------------------------------------------------------------------------
@pytest.fixture
def paid() -> Order:
    """Over: paid by its code, and once more without it: that transfer lies in suspense."""
    order = make_order(make_cooperative())
    payment = start_order_payments(order=order, actor=SYSTEM)[0]
    transfer(payment)
    transfer(payment, content=f"{WORDS[1]} tra tien")
    Parcel.objects.filter(order=order).update(status="completed")
    return order


def lost() -> Capture:
    return Capture.objects.get(payment=None)


@pytest.mark.parametrize("left_dong", [60_000, 185_000], ids=["a part counts", "undone"])
def test_words_of_money_that_lies_in_suspense_are_not_forgotten_with_an_order(paid, settings, left_dong):
    payment, capture = paid.payments.get(), lost()
    settings.REFUND_TWO_PEOPLE_OVER = 1_000_000
    if left_dong < capture.amount_dong:
        attach(capture=capture, payment=payment, amount_dong=capture.amount_dong - left_dong, actor=SYSTEM)
        PaymentException.objects.filter(payment=payment).update(status="resolved")
    else:
        decision = attach(capture=capture, payment=payment, amount_dong=left_dong, actor=SYSTEM).decision
        undo(decision=decision, note="another's", actor=SYSTEM)
        settings.REFUND_TWO_PEOPLE_OVER = 0
        mark_not_ours(capture=capture, note="tiền thuê máy", actor=person("hoa"))
    erase_buyer(order=paid, reason="letter", actor=STAFF)
    assert lost().memo == f"{WORDS[1]} tra tien"
    assert set(Proposal.objects.values_list("note", flat=True)) <= {"tiền thuê máy"}


def test_words_of_money_that_counts_for_another_by_now_stay_with_it(paid):
    capture = lost()
    wrong = attach(capture=capture, payment=paid.payments.get(), amount_dong=185_000, actor=SYSTEM).decision
    undo(decision=wrong, note="another's", actor=SYSTEM)
    seller = paid.parcels.get().cooperative
    other = start_order_payments(order=make_order(seller), actor=SYSTEM)[0]
    attach(capture=capture, payment=other, amount_dong=185_000, actor=SYSTEM, note="gọi điện")
    erase_buyer(order=paid, reason="letter", actor=STAFF)
    assert lost().memo and SuspenseDecision.objects.get(payment=other).note == "gọi điện"


def test_an_order_for_which_a_proposal_waits_keeps_its_buyer(paid, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 0
    attach(capture=lost(), payment=paid.payments.get(), amount_dong=185_000, actor=person("hoa"), note="gọi điện")
    with pytest.raises(CannotErase, match="still_running"):
        erase_buyer(order=paid, reason="letter", actor=STAFF)
    assert Proposal.objects.get().note == "gọi điện" and Order.objects.get().erased_at is None


def test_old_orders_that_must_keep_their_buyer_do_not_starve_the_rest(paid, monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 1)
    stuck = [make_order(make_cooperative()) for _ in range(2)]
    later = make_order(make_cooperative())
    Parcel.objects.filter(order=later).update(status="completed")
    now = clock.now() + timedelta(days=365 * 10 + 5)
    assert [erase_old_buyers(now=now) for _ in range(3)] == [1, 1, 0]
    assert set(Order.objects.filter(erased_at=None)) == set(stuck)


@pytest.mark.parametrize("state", ["uploaded", "read", "confirmed", "dropped"])
def test_a_banks_file_leaves_no_payers_words_behind_whatever_became_of_it(paid, settings, tmp_path, state):
    settings.DATA_DIR = tmp_path
    day = clock.now().strftime("%d/%m/%Y")
    body = f"Ngày;Ghi có;Nội dung\n{day};5000;{WORDS[1]} mua mat ong\n".encode()
    staff = person("thu")
    statement = upload_statement(account=paid.payments.get().account, name=f"{WORDS[1]}.csv", body=body, actor=staff)
    read_statement(statement=statement)
    if state != "uploaded":
        choose_columns(statement=statement, fields={"day": 0, "amount": 1, "memo": 2}, actor=staff)
        read_statement(statement=statement)
    if state == "confirmed":
        confirm_statement(statement=statement, looked_at=preview_key(statement), actor=staff)
        read_statement(statement=statement)
    if state == "dropped":
        drop_statement(statement=statement, actor=staff)
    table = Statement._meta.db_table
    assert Statement.objects.get().status == state and f"{table}.columns" in found()
    assert purge_old_statements(now=clock.now() + timedelta(days=181)) == 1
    assert not [place for place in found() if place.startswith(table)] and list(folder().iterdir()) == []
    assert Statement.objects.get().status == ("confirmed" if state == "confirmed" else "dropped")
    assert purge_old_statements(now=clock.now() + timedelta(days=181)) == 0


def test_a_row_is_known_by_its_code_after_the_words_of_the_first_teller_were_emptied(paid):
    payment = paid.payments.get()
    told = Movement("20261122:x", payment.amount_dong, clock.now(), payment.memo_code, "")
    assert sort_out(payment.account, [told]) == ([], [told])
    Capture.objects.filter(payment=payment).update(memo="")
    assert sort_out(payment.account, [told]) == ([], [told])


def named(order: Order) -> None:
    who = {"buyer_name": WORDS[0], "buyer_phone": "+84905777888", "buyer_email": "buoi@example.vn"}
    Order.objects.filter(pk=order.pk).update(**who)


@pytest.mark.parametrize(
    "reason", ["thư của Nguyễn Thị Bưởi", "chi NGUYEN THI BUOI xin", "gọi từ 0905 777 888", "buoi@example.vn"]
)
def test_a_reason_that_names_the_buyer_is_refused_because_it_would_stay_for_ever(paid, reason):
    named(paid)
    before = Order.objects.values().get()
    with pytest.raises(CannotErase, match="names_buyer"):
        erase_buyer(order=paid, reason=reason, actor=STAFF)
    assert (
        Order.objects.values().get() == before and not AuditEntry.objects.filter(action="order.buyer_erased").exists()
    )


def test_entries_of_the_audit_that_name_the_buyer_are_found_and_told(paid):
    """They cannot be changed; none is written by us (every other test here looks for the words in every table)."""
    named(paid)
    names = record(actor=STAFF, action="parcel.noted", subject=paid.parcels.get(), words="gửi chị Nguyễn Thị Bưởi")
    record(actor=STAFF, action="parcel.noted", subject=paid.parcels.get(), words="gửi chị Bưởi Nguyễn")
    erase_buyer(order=paid, reason="thư ngày 20/11", actor=STAFF)
    assert AuditEntry.objects.get(action="order.buyer_erased").facts == {
        "why": "thư ngày 20/11",
        "named_in": [names.pk],
    }
