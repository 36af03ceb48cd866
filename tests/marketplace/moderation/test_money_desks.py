"""Payouts, dues, tax sheets and rates in the staff's admin: buttons for the rules, and only for accountants."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from community.text.dates import VIETNAM
from marketplace.ledger.balances import balances
from marketplace.moderation.setting_up import ACCOUNTANTS, MODERATORS, set_up_review
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.facts import MoneyFact
from marketplace.payments.models import Capture, PaymentException
from marketplace.payments.states import SourceCode
from marketplace.payments.suspense.settling import CannotSettle
from marketplace.payouts.checking import check_all_money
from marketplace.payouts.dues import dues_memo, dues_of
from marketplace.payouts.models import DuesPayment, Payout
from marketplace.rates.models import CommissionRule, TaxRule
from marketplace.receiving.models import FeedCode, ReceivingAccount
from tests.marketplace.payments.stage import make_cooperative
from tests.marketplace.payouts.stage import sell

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
DESKS = ["payouts:index", "dues:index", "tax_sheets:index", "tax_sheets:csv", "commission_rules:add", "tax_rules:add"]


@pytest.fixture
def coop(settings, site_ready):
    """On a site with real money."""
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = False
    set_up_review()
    return make_cooperative(stock=50, feed=FeedCode.SEPAY)


@pytest.fixture
def enter(client, django_user_model, settings):
    settings.STAFF_MFA_REQUIRED = False

    def as_(name: str, group: str = ACCOUNTANTS):
        user, _new = django_user_model.objects.get_or_create(
            email=f"{name}@example.vn", defaults={"name": name, "is_staff": True}
        )
        user.groups.set([Group.objects.get(name=group)])
        client.force_login(user)
        return user

    return as_


@pytest.fixture(autouse=True)
def _in_november():
    with clock.at(NOW):
        yield


def post(client, name: str, *args: str, **told):
    return client.post(reverse(name, args=args), told, follow=True).content.decode()


def test_a_payout_goes_through_the_desk_by_two_people(client, coop, enter):
    sell(coop)
    mai = enter("mai")
    assert "Đã lập 1 đợt chi" in post(client, "payouts:draft")
    payout = Payout.objects.get()
    assert "người khác" in post(client, "payouts:act", payout.code, act="approve")
    nam = enter("nam")
    post(client, "payouts:act", payout.code, act="approve")
    enter("mai")
    assert "Đã lập tệp" in post(client, "payouts:hand_over", payout=[payout.code])
    payout.refresh_from_db()
    taken = client.post(reverse("payouts:take", args=[payout.file.code]))
    assert taken["Content-Disposition"].startswith("attachment") and payout.account_number in taken.content.decode()
    assert AuditEntry.objects.get(action="payout_file.taken").actor == mai
    assert "Ghi mã giao dịch" in post(client, "payouts:act", payout.code, act="paid", bank_ref=" ")
    page = post(client, "payouts:act", payout.code, act="paid", bank_ref="FT2632600001")
    assert "FT2632600001" in page and payout.account_number not in page
    assert "người khác" in post(client, "payouts:act", payout.code, act="failed", why="Sai tên")
    enter("binh")
    assert "ngân hàng nói" in post(client, "payouts:act", payout.code, act="failed", why="")
    assert "bị trả về" in post(client, "payouts:act", payout.code, act="failed", why="Sai tên")
    payout.refresh_from_db()
    assert (payout.status, payout.approved_by, payout.sent_by, payout.paid_by) == ("failed", nam, mai, mai)
    assert check_all_money() == []


@pytest.mark.parametrize("name", DESKS)
def test_a_moderator_is_kept_out_of_the_money_desks(client, coop, enter, name):
    enter("hoa", MODERATORS)
    assert client.get(reverse(name)).status_code in (302, 403)


@pytest.mark.parametrize(("name", "args"), [("draft", []), ("hand_over", []), ("take", ["X"]), ("act", ["X"])])
def test_a_moderator_moves_no_payout(client, coop, enter, name, args):
    enter("hoa", MODERATORS)
    sell(coop)
    assert client.post(reverse(f"payouts:{name}", args=args), {"act": "approve"}).status_code in (302, 403)
    assert not Payout.objects.exists()


def test_dues_are_written_down_once_and_can_be_undone(client, coop, enter):
    sell(coop, by="transfer")
    enter("mai")
    page = client.get(reverse("dues:index")).content.decode()
    assert "8.000" in page and coop.name in page
    told = {"cooperative": coop.pk, "amount": "8.000", "bank_ref": "FT999", "received_on": "2026-11-05"}
    assert "Đã ghi" in post(client, "dues:index", **told)
    assert dues_of(coop, livemode=True).owed_dong == 0
    assert "đã ghi rồi" in post(client, "dues:index", **told)
    assert DuesPayment.objects.count() == 1
    post(client, "dues:undo", str(DuesPayment.objects.get().pk), why="nhầm")
    assert dues_of(coop, livemode=True).owed_dong == 8_000
    assert "bỏ rồi" in post(client, "dues:undo", str(DuesPayment.objects.get().pk), why="nhầm")
    assert check_all_money() == []


@pytest.mark.parametrize(
    "wrong", [{"amount": "8,5"}, {"amount": "0"}, {"bank_ref": "x"}, {"received_on": "2026-12-01"}]
)
def test_a_slip_that_cannot_be_is_refused_and_nothing_is_booked(client, coop, enter, wrong):
    sell(coop, by="transfer")
    enter("mai")
    told = {"cooperative": coop.pk, "amount": "8.000", "bank_ref": "FT999", "received_on": "2026-11-05"} | wrong
    assert client.post(reverse("dues:index"), told).status_code == 400
    assert not DuesPayment.objects.exists()
    assert dues_of(coop, livemode=True).owed_dong == 8_000


@pytest.mark.parametrize("refused", [CannotSettle("decided", by="Lan", at=NOW, act="send_back"), CannotAgree("waits")])
def test_dues_of_money_decided_about_a_moment_ago_say_so(client, coop, enter, monkeypatch, refused):
    enter("thu")

    def raced(**told):
        raise refused

    monkeypatch.setattr("marketplace.moderation.dues.record_dues", raced)
    monkeypatch.setattr("marketplace.moderation.dues.undo_dues", raced)
    told = {"cooperative": coop.pk, "amount": "8.000", "bank_ref": "FT123456", "received_on": "2026-11-19"}
    assert client.post(reverse("dues:index"), told).status_code == 400 and not DuesPayment.objects.exists()
    kept = DuesPayment.objects.create(
        cooperative=coop, amount_dong=8_000, bank_ref="FT123456", received_on=NOW.date(), recorded_at=NOW
    )
    assert client.post(reverse("dues:undo", args=[kept.pk])).status_code == 302
    kept.refresh_from_db()
    assert kept.undone_at is None


def test_dues_that_a_feed_told_of_are_counted_with_one_press(client, coop, enter):
    sell(coop, by="transfer")
    own = ReceivingAccount.objects.create(
        bank_bin="970405", bank_name="Agribank", account_number="111122223333", holder="SAN", feed=FeedCode.SEPAY
    )
    came = MoneyFact(
        source=SourceCode.SEPAY, account_key=own.account_number, txn_id="7", amount_dong=8_000, currency="VND",
        booked_at=NOW, livemode=True, memo=f"MBVCB {dues_memo(coop)} thang 10", bank_reference="FT777777",
    )  # fmt: skip
    record_capture(fact=came)
    enter("mai")
    page = client.get(reverse("dues:index")).content.decode()
    assert dues_memo(coop) in page
    told = {"cooperative": coop.pk, "amount": 8_000, "bank_ref": "FT777777", "received_on": "2026-11-20"}
    capture = Capture.objects.get(bank_reference="FT777777")
    assert "Đã ghi" in post(client, "dues:index", **told, capture=capture.pk)
    assert dues_of(coop, livemode=True).owed_dong == 0
    assert balances("suspense") == {"suspense": 0}
    assert not PaymentException.objects.filter(status="open").exists()
    assert check_all_money() == []


def test_the_tax_sheet_shows_the_month_and_gives_it_as_a_file(client, coop, enter):
    coop.legal_form = "household"
    coop.save()
    sell(coop, tax_mode="warn", vat_bps=100, vat_dong=1_600, pit_bps=50, pit_dong=800)
    enter("mai")
    page = client.get(reverse("tax_sheets:index"), {"ky": "2026-10"}).content.decode()
    assert "1.600" in page and "chưa ai xác nhận" in page
    assert b"1600" in client.get(reverse("tax_sheets:csv"), {"ky": "2026"}).content
    assert client.get(reverse("tax_sheets:index"), {"ky": "2026-W43"}).status_code == 404


def test_rates_are_added_for_days_to_come_and_confirmed_by_name(client, coop, enter):
    mai = enter("mai")
    form = {"legal_form": "household", "vat_bps": 100, "pit_bps": 50, "valid_from": "2026-12-01", "legal_basis": "NĐ"}
    client.post(reverse("tax_rules:add"), form | {"valid_from": "2026-11-19"})
    client.post(reverse("tax_rules:add"), form | {"legal_form": "cooperative"})
    assert not TaxRule.objects.exists()
    client.post(reverse("tax_rules:add"), form | {"confirmed": "on"})
    assert TaxRule.objects.get().confirmed_by == mai
    client.post(reverse("commission_rules:add"), {"bps": 250, "valid_from": "2026-12-01", "note": "HĐ 12"})
    rule = CommissionRule.objects.get()
    assert (rule.bps, rule.cooperative, rule.created_by) == (250, None, mai)
    assert AuditEntry.objects.filter(action__in=["taxrule.added", "commissionrule.added"]).count() == 2
