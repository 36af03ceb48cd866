"""A week order by order is the statement told apart: to the đồng, whatever happened."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from community import clock
from community.text.dates import VIETNAM
from marketplace.payouts.drafting import make_payouts
from marketplace.payouts.dues import DuesSlip, record_dues
from marketplace.payouts.paying import approve_payout, send_payouts
from marketplace.statements.periods import month_of, week_of
from marketplace.statements.reading import statement_of
from marketplace.statements.weeks import next_payout_day, week_sums
from marketplace.statements.words import week_words
from tests.marketplace.payouts.stage import EARLY_NOVEMBER, IN_OCTOBER, OCTOBER, give_back, person, sell

LATER = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
MONDAYS = [date(2026, 9, 28), *(date(2026, 10, day) for day in (5, 12, 19, 26)), date(2026, 11, 2), date(2026, 11, 9)]


def read(coop, period):
    with clock.at(LATER):
        return statement_of(coop, period, livemode=True)


def test_the_orders_of_every_week_add_up_to_its_statement(coop):
    hoa, nam = person("hoa"), person("nam")
    collected = sell(coop)
    direct = sell(coop, by="transfer", tax_mode="withhold", vat_bps=100, vat_dong=1_600, pit_bps=50, pit_dong=800)
    sell(coop, by="transfer", at=EARLY_NOVEMBER)
    give_back(direct, 33_333, at=IN_OCTOBER, sent=True)
    with clock.at(EARLY_NOVEMBER):
        payout = make_payouts(period=OCTOBER, actor=hoa).payouts[0]
        approve_payout(payout=payout, actor=nam)
        send_payouts(payouts=[payout], actor=hoa)
        record_dues(slip=DuesSlip(coop, 5_000, "FT-DUES-1", date(2026, 11, 2)), actor=hoa)
    give_back(collected, 20_000, at=EARLY_NOVEMBER)
    periods = [week_of(day) for day in MONDAYS] + [month_of(date(2026, 10, 1)), month_of(date(2026, 11, 1))]
    for period in periods:
        statement = read(coop, period)
        sums = week_sums(statement)
        moved = statement.closing_dong - statement.opening_dong
        assert moved == sums.yours_dong - sums.direct_dong + sum(change.moves_dong for change in sums.others)
        assert sums.sold == len(statement.sales)
        for order in sums.orders:
            sale = order.sale
            parts = sale.goods_dong + sale.shipping_dong - sale.commission_dong - sale.tax_dong if sale else 0
            assert order.yours_dong == parts - order.refunded_dong + order.fees_back_dong
    november = week_sums(read(coop, week_of(EARLY_NOVEMBER.date())))
    (late,) = [order for order in november.orders if order.parcel == collected.code]
    assert late.sale is None and late.refunded_dong == 20_000 and late.yours_dong == -20_000 + late.fees_back_dong


def test_what_came_straight_and_what_the_market_collected_are_told_apart(coop):
    sell(coop)
    sell(coop, by="transfer")
    sums = week_sums(read(coop, week_of(IN_OCTOBER.date())))
    assert (sums.sold, sums.yours_dong) == (2, 354_000)
    assert (sums.direct_dong, sums.direct_fees_dong, sums.collected_dong) == (185_000, 8_000, 177_000)


@pytest.mark.parametrize(
    ("sold", "today", "words"),
    [
        (2, IN_OCTOBER.date(), "Tuần này: bán 2 đơn, phần mình 354.000\xa0₫"),
        (0, IN_OCTOBER.date(), "Tuần này: chưa có đơn nào được trả tiền"),
    ],
)
def test_the_week_in_one_sentence(coop, sold, today, words):
    for _number in range(sold):
        sell(coop)
    week = week_of(IN_OCTOBER.date())
    with translation.override("vi"):
        assert week_words(week, week_sums(read(coop, week)), today=today) == words


@pytest.mark.parametrize(
    ("every", "day"), [("week", date(2026, 11, 23)), ("month", date(2026, 12, 1)), ("never", None)]
)
def test_the_next_payout_has_a_day(every, day):
    assert next_payout_day(every, today=date(2026, 11, 22)) == day
