"""A statement is uploaded, looked at and taken in: nothing counts before, all or nothing counts then, and only once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from community import clock
from marketplace.moderation import statements as face
from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.bank_files import keeping
from marketplace.payments.bank_files.later import read_waiting
from marketplace.payments.bank_files.taking_in import preview_key
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.models import (
    Capture,
    InboxEvent,
    Payment,
    PaymentException,
    Reconciliation,
    Statement,
    StatementFormat,
    ToldBalance,
)
from marketplace.payments.proving.checking import check_money
from marketplace.payments.states import PaymentStatus, StatementStatus
from marketplace.receiving.models import ReceivingAccount
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables, transfer

pytestmark = pytest.mark.django_db
COLUMNS = {"day": "0", "reference": "1", "debit": "2", "amount": "3", "memo": "4"}


@pytest.fixture(autouse=True)
def _demo(settings, site_ready, tmp_path) -> None:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    settings.DATA_DIR = tmp_path
    set_up_review()


@pytest.fixture
def payment() -> Payment:
    return start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]


@pytest.fixture
def thu(django_user_model, client):
    user = django_user_model.objects.create_user(email="thu@example.vn", password="x", name="Thu", is_staff=True)
    user.groups.add(Group.objects.get(name=ACCOUNTANTS))
    client.force_login(user)
    return user


def row(payment: Payment, memo: str, *, reference: str = "FT1", amount: str = "") -> str:
    return f"{clock.today():%d/%m/%Y};{reference};;{amount or payment.amount_dong};{memo}"


def upload(client, payment: Payment, *rows: str, name: str = "sao-ke.csv"):
    body = "\n".join(("Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung", *rows)).encode("utf-8-sig")
    told = {"account": payment.account_id, "file": SimpleUploadedFile(name, body)}
    return client.post(reverse("statement_upload"), told, follow=True)


def press(client, act: str, **told: str) -> str:
    statement = Statement.objects.latest("pk")
    told = {"looked_at": preview_key(statement)} | told
    answer = client.post(reverse("statement_page", args=[statement.pk]), {"act": act, **told}, follow=True)
    return answer.content.decode()


def test_from_the_file_to_the_paid_order(client, payment, thu):
    page = upload(client, payment, row(payment, f"CT {payment.memo_code}"), row(payment, "tiền khác", reference="FT2"))
    assert "Ngày giao dịch" in page.content.decode() and not InboxEvent.objects.exists()
    page = press(client, "columns", **COLUMNS)
    assert payment.memo_code in page and not InboxEvent.objects.exists(), "looking counts nothing"
    assert StatementFormat.objects.get().columns["amount"] == "Ghi có"
    press(client, "confirm")
    payment.refresh_from_db()
    statement = Statement.objects.get()
    assert payment.status == PaymentStatus.CONFIRMED and PaymentException.objects.get().kind == "unmatched"
    assert (statement.status, statement.confirmed_by) == (StatementStatus.CONFIRMED, thu) and check_money() == []
    before = tables()
    assert "Thu" in press(client, "confirm") and tables() == before, "who presses again reads who was faster"


def test_what_a_feed_told_before_is_known_by_its_reference_or_by_its_code(client, payment, thu):
    transfer(payment, referenceCode="FT.1")
    other = start_order_payments(order=make_order(payment.parcel.cooperative, packs=1), actor=SYSTEM)[0]
    transfer(other, referenceCode="only the feed calls it so")
    before = tables()
    upload(client, payment, row(payment, "ngân hàng đổi lời"), row(other, other.memo_code, reference="VCB-77"))
    page = press(client, "columns", **COLUMNS)
    assert Statement.objects.get().seen["known"] == 2 and "Đã biết" in page
    press(client, "confirm")
    assert tables() == before and Statement.objects.get().status == StatementStatus.READ


def test_the_feed_telling_later_counts_nothing_twice(client, payment, thu):
    upload(client, payment, row(payment, payment.memo_code))
    press(client, "columns", **COLUMNS)
    press(client, "confirm")
    transfer(payment, referenceCode="ft-1")
    assert Capture.objects.count() == 1 and not PaymentException.objects.exists() and check_money() == []


def test_the_same_rows_in_another_file_are_known(client, payment, thu):
    upload(client, payment, row(payment, "không mã", reference=""))
    press(client, "columns", **COLUMNS)
    press(client, "confirm")
    upload(
        client, payment, row(payment, "không mã", reference=""), row(payment, "không mã", reference=""), name="2.csv"
    )
    press(client, "columns", **COLUMNS)
    assert (Statement.objects.latest("pk").seen["known"], Statement.objects.latest("pk").seen["new"]) == (1, 1)


@pytest.mark.parametrize("amount", ["-185000", "1,5", "abc", "1000000000000000", "USD 5"])
def test_one_bad_row_stops_the_whole_file_and_is_named(client, payment, thu, amount):
    upload(client, payment, row(payment, payment.memo_code), row(payment, "x", reference="FT2", amount=amount))
    page = press(client, "columns", **COLUMNS)
    before = tables()
    if amount.startswith("-"):
        assert Statement.objects.get().seen["out"] == 1
        return
    assert "Dòng 3" in page and 'value="confirm"' not in page
    assert "1" in press(client, "confirm") and tables() == before and not InboxEvent.objects.exists()


def test_an_old_page_confirms_nothing_that_it_did_not_show(client, payment, thu):
    upload(client, payment, row(payment, "x"))
    press(client, "columns", **COLUMNS)
    old = preview_key(Statement.objects.get())
    press(client, "columns", **COLUMNS | {"memo": "1", "reference": ""})
    before = tables()
    assert "đọc lại" in press(client, "confirm", looked_at=old) and tables() == before
    assert Statement.objects.get().status == StatementStatus.READ


def test_a_slower_reader_does_not_write_the_preview_of_columns_that_were_changed(client, payment, thu, monkeypatch):
    """The task and the sweep both read; meanwhile other columns were chosen and wait to be read."""
    upload(client, payment, row(payment, "x"))
    monkeypatch.setattr(face, "read_statement_later", lambda number: None)
    press(client, "columns", **COLUMNS)
    others = {"fields": {"day": 0, "amount": 3, "memo": 1}}
    real = keeping.read_sheet

    def overtaken(body):
        Statement.objects.update(columns=Statement.objects.get().columns | others)
        return real(body)

    monkeypatch.setattr(keeping, "read_sheet", overtaken)
    read_waiting()
    assert Statement.objects.get().status == StatementStatus.READING, "the new columns are still to be looked at"
    monkeypatch.setattr(keeping, "read_sheet", real)
    read_waiting()
    statement = Statement.objects.get()
    assert (statement.status, statement.columns["fields"]) == (StatementStatus.READ, others["fields"])
    assert statement.seen["lines"][0][2] == "FT1"


def test_one_file_that_breaks_the_reader_does_not_stop_the_others(client, payment, thu, monkeypatch, caplog):
    monkeypatch.setattr(face, "read_statement_later", lambda number: None)
    upload(client, payment, row(payment, "x"))
    upload(client, payment, row(payment, "y"), name="2.csv")
    real = keeping.read_sheet
    bodies = []

    def broken(body):
        bodies.append(body)
        return real(body) if len(bodies) > 1 else 1 // 0

    monkeypatch.setattr(keeping, "read_sheet", broken)
    assert read_waiting() == 1 and "ZeroDivisionError" in caplog.text
    assert list(Statement.objects.order_by("pk").values_list("status", flat=True)) == ["reading", "uploaded"]


def test_the_same_file_again_says_who_uploaded_it(client, payment, thu):
    upload(client, payment, row(payment, "x"))
    assert "Thu" in upload(client, payment, row(payment, "x")).content.decode() and Statement.objects.count() == 1
    press(client, "drop")
    upload(client, payment, row(payment, "x"))
    assert list(Statement.objects.order_by("pk").values_list("status", flat=True)) == ["dropped", "uploaded"]


def test_columns_that_make_no_sense_are_refused(client, payment, thu):
    upload(client, payment, row(payment, "x"))
    for told in ({}, {**COLUMNS, "memo": "3"}, {**COLUMNS, "memo": "99"}, {**COLUMNS, "day": "²"}):
        press(client, "columns", **told)
        assert Statement.objects.get().status == StatementStatus.UPLOADED


def test_a_file_changed_on_the_disk_is_not_believed(client, payment, thu, tmp_path):
    upload(client, payment, row(payment, payment.memo_code))
    press(client, "columns", **COLUMNS)
    kept = tmp_path / "statements" / Statement.objects.get().sha256
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(kept.read_bytes().replace(b";FT1;", b";FT9;"))
    client.raise_request_exception = False
    press(client, "confirm")
    assert not InboxEvent.objects.exists()


def test_the_report_is_read_and_downloaded_without_a_formula(client, payment, thu):
    line = {"what": "not_told", "account": "••••1234", "txn": "=1+1", "reference": "@SUM(A1)", "ours_dong": 5_000}
    run = Reconciliation.objects.create(source="sepay", since=clock.now(), told=3, differences=[line])
    page = client.get(reverse("reconciliations:inspect", args=[run.pk])).content.decode()
    assert "Chợ có, ngân hàng không báo" in page and "••••1234" in page
    sheet = client.get(reverse("reconciliation_csv", args=[run.pk])).content.decode("utf-8-sig")
    assert "'=1+1" in sheet and "'@SUM(A1)" in sheet and ",=" not in sheet
    assert client.get(reverse("reconciliations:index")).status_code == 200


@pytest.mark.parametrize("who", ["guest", "moderator"])
def test_others_upload_nothing(client, payment, django_user_model, who):
    if who == "moderator":
        user = django_user_model.objects.create_user(email="m@example.vn", password="x", name="M", is_staff=True)
        user.groups.add(Group.objects.get(name="Moderators"))
        client.force_login(user)
    upload(client, payment, row(payment, "x"))
    run = Reconciliation.objects.create(source="sepay", since=clock.now())
    assert client.get(reverse("reconciliation_csv", args=[run.pk])).status_code in (302, 403)
    assert not Statement.objects.exists()


def test_looking_at_a_statement_reads_no_file_and_a_lost_one_is_said(client, payment, thu, settings):
    upload(client, payment, row(payment, payment.memo_code))
    [kept] = (settings.DATA_DIR / "statements").iterdir()
    kept.unlink()
    page = client.get(reverse("statement_page", args=[Statement.objects.get().pk]))
    assert page.status_code == 200 and "Ngày giao dịch" in page.content.decode()
    before = tables()
    assert "không còn" in press(client, "columns", **COLUMNS) and tables() == before


def test_a_statement_is_read_before_its_transaction_begins(client, payment, thu, monkeypatch):
    depths = []
    real = keeping.read_sheet

    def watched(body):
        depths.append(len(connection.savepoint_ids))
        return real(body)

    depth = len(connection.savepoint_ids)
    monkeypatch.setattr(keeping, "read_sheet", watched)
    upload(client, payment, row(payment, payment.memo_code))
    press(client, "columns", **COLUMNS)
    press(client, "confirm")
    assert Statement.objects.get().status == StatementStatus.CONFIRMED and depths == [depth] * 3


def test_no_request_reads_a_file_and_the_page_looks_again_until_the_worker_has(client, payment, thu, monkeypatch):
    queued: list[int] = []
    monkeypatch.setattr(face, "read_statement_later", queued.append)

    def answered(page: str, status: StatementStatus) -> None:
        assert 'http-equiv="refresh"' in page and Statement.objects.get().status == StatementStatus.READING
        assert read_waiting() == 1 and Statement.objects.get().status == status

    monkeypatch.setattr(keeping, "read_sheet", lambda body: pytest.fail("read in the request"))
    page = upload(client, payment, row(payment, payment.memo_code)).content.decode()
    monkeypatch.undo()
    monkeypatch.setattr(face, "read_statement_later", queued.append)
    answered(page, StatementStatus.UPLOADED)
    answered(press(client, "columns", **COLUMNS), StatementStatus.READ)
    page = press(client, "confirm")
    assert Capture.objects.count() == 0 and "Thu" in press(client, "confirm")
    answered(page, StatementStatus.CONFIRMED)
    assert Capture.objects.count() == 1 and len(queued) == 3 and read_waiting() == 0 and check_money() == []


def test_what_is_no_table_is_dropped_with_its_reason_and_may_come_again(client, payment, thu):
    told = {"account": payment.account_id, "file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no workbook")}
    page = client.post(reverse("statement_upload"), told, follow=True).content.decode()
    assert "Hãy tải lại từ ngân hàng" in page and Statement.objects.get().status == StatementStatus.DROPPED


@pytest.mark.parametrize("newest_first", [True, False])
def test_the_balance_in_the_file_of_the_markets_account_is_what_the_bank_says(client, thu, newest_first):
    market = ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0071000123456", holder="CHO NGUON", feed="simulated"
    )
    days = [clock.today() - timedelta(days=back) for back in (9, 8)]
    rows = [f"{day:%d/%m/%Y};FT{number};;{50 + number}.000;tien;1.00{number}.000" for number, day in enumerate(days)]
    body = "\n".join(["Ngày;Số tham chiếu;Ghi nợ;Ghi có;Nội dung;Số dư", *(rows[::-1] if newest_first else rows)])
    told = {"account": market.pk, "file": SimpleUploadedFile("s.csv", body.encode())}
    client.post(reverse("statement_upload"), told)
    page = press(client, "columns", **COLUMNS, balance="5")
    assert "1.001.000" in page and not ToldBalance.objects.exists()
    press(client, "confirm")
    said = ToldBalance.objects.get()
    assert (said.place, said.amount_dong, said.told_by) == ("clearing:simulated", 1_001_000, "statement")
    assert said.at.astimezone(BANK_ZONE).date() == days[1]
