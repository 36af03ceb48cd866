"""Rates come from dated rows: the cooperative's own first, the newest that has begun; unconfirmed tax only warns."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from community.append_only import AppendOnlyError
from marketplace.rates.freezing import rates_for
from marketplace.rates.models import CommissionRule, TaxRule
from tests.marketplace.payments.stage import make_cooperative

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def rates(cooperative, day=DAY):
    return rates_for(cooperative=cooperative, goods_dong=100_000, shipping_dong=20_000, day=day)


@pytest.fixture
def household():
    cooperative = make_cooperative("Hộ bà Xinh")
    cooperative.legal_form = "household"
    cooperative.save()
    return cooperative


def test_without_rules_the_setting_holds_and_no_tax(settings):
    settings.COMMISSION_BPS = 250
    frozen = rates(make_cooperative())
    assert (frozen.commission_bps, frozen.commission_dong, frozen.tax_mode) == (250, 2_500, "off")


def test_the_newest_rule_that_has_begun_holds():
    for bps, day in [(300, date(2026, 1, 1)), (500, date(2026, 11, 22)), (900, date(2026, 11, 23))]:
        CommissionRule.objects.create(bps=bps, valid_from=day)
    assert rates(make_cooperative()).commission_bps == 500
    assert rates(make_cooperative("HTX B"), date(2026, 11, 21)).commission_bps == 300


def test_a_cooperatives_own_rule_outweighs_everybodys():
    mine, other = make_cooperative(), make_cooperative("HTX B")
    CommissionRule.objects.create(bps=500, valid_from=DAY)
    CommissionRule.objects.create(bps=100, valid_from=date(2026, 1, 1), cooperative=mine)
    assert (rates(mine).commission_bps, rates(other).commission_bps) == (100, 500)


def test_confirmed_tax_is_withheld_from_households_only(settings, household, django_user_model):
    settings.TAX_MODE = "withhold"
    hoa = django_user_model.objects.create_user(email="hoa@example.vn", name="Hoa")
    TaxRule.objects.create(
        legal_form="household", vat_bps=100, pit_bps=50, valid_from=DAY, legal_basis="NĐ 252/2026", confirmed_by=hoa
    )
    frozen = rates(household)
    assert (frozen.vat_dong, frozen.pit_dong, frozen.tax_mode) == (1_000, 500, "withhold")
    assert rates(make_cooperative()).tax_mode == "off"


@pytest.mark.parametrize(("mode", "expected"), [("off", "off"), ("warn", "warn"), ("withhold", "warn")])
def test_figures_nobody_confirmed_are_never_deducted(settings, household, mode, expected):
    settings.TAX_MODE = mode
    TaxRule.objects.create(legal_form="household", vat_bps=100, pit_bps=50, valid_from=DAY, legal_basis="NĐ 252/2026")
    frozen = rates(household)
    assert frozen.tax_mode == expected
    assert frozen.vat_dong == (0 if mode == "off" else 1_000)


def test_tax_may_include_the_delivery_fee(settings, household):
    TaxRule.objects.create(
        legal_form="household", vat_bps=100, pit_bps=50, on_shipping=True, valid_from=DAY, legal_basis="NĐ 252/2026"
    )
    assert (rates(household).vat_dong, rates(household).pit_dong) == (1_200, 600)


def test_a_rule_is_never_rewritten():
    rule = CommissionRule.objects.create(bps=500, valid_from=DAY)
    rule.bps = 900
    with pytest.raises(AppendOnlyError):
        rule.save()
    assert CommissionRule.objects.get().bps == 500


@pytest.mark.parametrize("whose", ["everybody", "mine"])
def test_a_day_has_one_rule_of_each_scope(whose):
    cooperative = make_cooperative() if whose == "mine" else None
    CommissionRule.objects.create(bps=500, valid_from=DAY, cooperative=cooperative)
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionRule.objects.create(bps=600, valid_from=DAY, cooperative=cooperative)
    assert CommissionRule.objects.get().bps == 500
