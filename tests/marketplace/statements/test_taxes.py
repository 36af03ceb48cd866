"""The tax sheet: households only, sales and what went back, each in its own month, and the same as the books."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest

from community.accounts.models import User
from community.text.dates import VIETNAM
from marketplace.payments.refunds.refunding import call_off_refund
from marketplace.rates.freezing import rates_for
from marketplace.rates.models import TaxRule
from marketplace.statements.periods import month_of
from marketplace.statements.taxes import tax_csv, tax_sheet, year_of
from tests.marketplace.payouts.stage import EARLY_NOVEMBER, IN_OCTOBER, give_back, person, sell

OCT, NOV = month_of(date(2026, 10, 1)), month_of(date(2026, 11, 1))
RATES = {"vat_bps": 100, "vat_dong": 1_600, "pit_bps": 50, "pit_dong": 800}
WITHHELD, RECKONED = {"tax_mode": "withhold", **RATES}, {"tax_mode": "warn", **RATES}


@pytest.fixture
def household(coop):
    coop.legal_form = "household"
    coop.tax_code = "8001234567"
    coop.save()
    return coop


def sums(sheet):
    total = sheet.total
    return (total.revenue_dong, total.vat_dong, total.pit_dong, total.withheld_vat_dong, total.withheld_pit_dong)


@pytest.mark.parametrize(("rates", "withheld"), [(WITHHELD, (1_600, 800)), (RECKONED, (0, 0))])
def test_a_sale_is_taxed_in_its_month(household, rates, withheld):
    sell(household, **rates)
    sheet = tax_sheet(OCT)
    assert sums(sheet) == (160_000, 1_600, 800, *withheld)
    assert sheet.fits_the_books
    assert tax_sheet(NOV).lines == []


@pytest.mark.parametrize("rates", [WITHHELD, RECKONED])
def test_what_goes_back_is_negative_in_the_month_it_goes_back(household, rates):
    parcel = sell(household, **rates)
    give_back(parcel, 92_500, at=EARLY_NOVEMBER, reason="half")
    give_back(parcel, 92_500, at=EARLY_NOVEMBER, reason="rest")
    sheet = tax_sheet(NOV)
    assert [line.kind for line in sheet.lines] == ["refund", "refund"]
    assert sums(sheet)[:3] == (-160_000, -1_600, -800)
    assert sums(tax_sheet(OCT))[:3] == (160_000, 1_600, 800)
    assert sums(tax_sheet(year_of(2026))) == (0, 0, 0, 0, 0)
    assert sheet.fits_the_books


@pytest.mark.parametrize("rates", [WITHHELD, RECKONED])
def test_a_refund_that_was_called_off_is_taxed_again(household, rates):
    parcel = sell(household, **rates)
    refund = give_back(parcel, 33_333, at=EARLY_NOVEMBER, sent=False)
    call_off_refund(refund=refund, actor=person("hoa"), note="kept")
    assert sums(tax_sheet(year_of(2026)))[:3] == (160_000, 1_600, 800)
    assert tax_sheet(year_of(2026)).fits_the_books


def test_simulated_money_is_not_taxed(household):
    sell(household, by="play", **WITHHELD)
    assert tax_sheet(OCT).lines == []
    assert tax_sheet(OCT).fits_the_books


def test_who_declares_their_own_tax_is_on_no_sheet(coop):
    sell(coop)
    assert tax_sheet(OCT).lines == []


@pytest.mark.parametrize("form", ["cooperative", "group", "enterprise", "club"])
def test_a_rule_of_another_legal_form_takes_nothing(coop, settings, form):
    settings.TAX_MODE = "withhold"
    coop.legal_form = form
    admin = User.objects.create_user(email="a@example.vn", name="a")
    TaxRule.objects.create(
        legal_form=form, vat_bps=100, pit_bps=50, valid_from="2026-01-01", legal_basis="x", confirmed_by=admin
    )
    frozen = rates_for(cooperative=coop, goods_dong=100_000, shipping_dong=0, day=date(2026, 10, 1))
    assert (frozen.tax_mode, frozen.vat_dong) == ("off", 0)


@pytest.mark.parametrize("confirmed", [True, False])
def test_figures_nobody_confirmed_say_so(household, confirmed):
    admin = User.objects.create_user(email="a@example.vn", name="a") if confirmed else None
    TaxRule.objects.create(
        legal_form="household", vat_bps=100, pit_bps=50, valid_from="2026-01-01", legal_basis="x", confirmed_by=admin
    )
    sell(household, **RECKONED)
    (line,) = tax_sheet(OCT).lines
    assert (line.withheld, line.confirmed) == (False, confirmed)
    assert tax_sheet(OCT).sellers[0].confirmed is confirmed


def test_the_sheet_as_a_file_sums_to_the_page(household, neighbour):
    household.name = "=HYPERLINK(1)"
    household.save()
    sell(household, **WITHHELD)
    sell(household, at=datetime(2026, 10, 31, 23, 59, tzinfo=VIETNAM), **WITHHELD)
    sell(neighbour, at=IN_OCTOBER)
    sheet = tax_sheet(OCT)
    rows = list(csv.DictReader(io.StringIO(tax_csv(sheet).decode("utf-8-sig"))))
    assert {row["seller"] for row in rows} == {"'=HYPERLINK(1)"}
    assert sum(int(row["vat_vnd"]) for row in rows) == sheet.total.vat_dong == 3_200
    assert rows[0]["tax_code"] == "8001234567"
