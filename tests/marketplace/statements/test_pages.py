"""What a seller reads about her money on her own pages."""

from __future__ import annotations

from django.urls import reverse

from community import clock
from marketplace.receiving.models import ReceivingAccount
from tests.cast import LAN_PIN, make_member, sign_in
from tests.marketplace.payouts.stage import EARLY_NOVEMBER, sell


def test_what_is_due_can_be_paid_from_the_statement(coop, client, settings):
    settings.DEMO = False
    settings.PAYMENTS_ALLOW_SIMULATED = False
    ReceivingAccount.objects.create(
        cooperative=None, bank_bin="970436", bank_name="Vietcombank", account_number="0071000777", holder="CHO NGUON"
    )
    owner = make_member(coop, "owner", "Hồ Thị Sen", "+84905556677", LAN_PIN)
    sell(coop, by="transfer")
    with clock.at(EARLY_NOVEMBER):
        page = sign_in(client, owner).get(reverse("selling:statement", args=["2026-10"])).content.decode()
    assert "8.000" in page and "0071000777" in page
    assert "<svg xmlns" in page and "&lt;svg" not in page
