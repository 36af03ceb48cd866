"""A statement says in plain sums what the books say: opening + everything that happened = closing, to the đồng."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import pypdfium2
import pytest
from django.utils import translation

from community import clock
from community.text.dates import VIETNAM
from marketplace.hand_sales.telling import Outside
from marketplace.ledger.accounts import payable
from marketplace.ledger.balances import balance
from marketplace.payouts.checking import check_all_money
from marketplace.payouts.drafting import make_payouts
from marketplace.payouts.dues import DuesSlip, record_dues, undo_dues
from marketplace.payouts.models import DuesPayment
from marketplace.payouts.paying import approve_payout, payout_failed, send_payouts
from marketplace.statements.overview import months_of, standing_of
from marketplace.statements.paper import statement_pdf
from marketplace.statements.periods import BadPeriod, month_of, period_named, week_of
from marketplace.statements.reading import due_of, statement_of
from marketplace.statements.sheets import statement_csv
from marketplace.statements.words import change_words, line_words
from tests.marketplace.payouts.stage import EARLY_NOVEMBER, IN_OCTOBER, OCTOBER, give_back, person, sell

OCT, NOV = month_of(date(2026, 10, 1)), month_of(date(2026, 11, 1))
LATER = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)


def read(cooperative, period=OCT, *, livemode: bool = True):
    with clock.at(LATER):
        return statement_of(cooperative, period, livemode=livemode)


def bridge(statement) -> dict[str, int]:
    return {line.kind: line.dong for line in statement.bridge}


def test_direct_sales_leave_the_commission_owed_to_the_market(coop):
    sell(coop, by="transfer")
    told = read(coop)
    assert bridge(told) == {"sold": 185_000, "commission": -8_000, "direct": -185_000}
    assert (told.opening_dong, told.closing_dong) == (0, -8_000)
    assert [(sale.direct, sale.share_dong) for sale in told.sales] == [(True, 177_000)]
    (account, orders, dong) = told.arrivals[0]
    assert account.startswith("Agribank •") and (orders, dong) == (1, 185_000)


def test_collected_sales_are_owed_to_the_cooperative_until_paid_out(coop):
    sell(coop)
    told = read(coop)
    assert bridge(told) == {"sold": 185_000, "commission": -8_000}
    assert told.closing_dong == 177_000
    assert told.arrivals == [("", 1, 185_000)]


def test_a_free_market_leaves_nothing_owed_and_still_shows_the_sale(coop):
    sell(coop, by="transfer", commission_bps=0)
    told = read(coop)
    assert (len(told.sales), told.closing_dong, told.is_empty) == (1, 0, False)


def test_everything_that_can_happen_adds_up_to_the_books_month_by_month(coop):
    hoa, nam = person("hoa"), person("nam")
    parcel = sell(coop)
    direct = sell(coop, by="transfer", tax_mode="withhold", vat_bps=100, vat_dong=1_600, pit_bps=50, pit_dong=800)
    give_back(direct, 33_333, at=IN_OCTOBER, sent=True)
    with clock.at(EARLY_NOVEMBER):
        payout = make_payouts(period=OCTOBER, actor=hoa).payouts[0]
        approve_payout(payout=payout, actor=nam)
        send_payouts(payouts=[payout], actor=hoa)
        payout_failed(payout=payout, actor=nam, why="closed")
        dues = record_dues(slip=DuesSlip(coop, 5_000, "FT-DUES-1", date(2026, 11, 2)), actor=hoa)
        undo_dues(dues=dues, actor=hoa, why="twice")
        record_dues(slip=DuesSlip(coop, 5_000, "FT-DUES-1", date(2026, 11, 2)), actor=hoa)
    give_back(parcel, 20_000, at=EARLY_NOVEMBER)
    october, november = read(coop), read(coop, NOV)
    assert october.opening_dong + sum(bridge(october).values()) == october.closing_dong == november.opening_dong
    assert november.opening_dong + sum(bridge(november).values()) == november.closing_dong
    assert november.closing_dong == -balance(payable(coop.pk)) == standing_of(coop, livemode=True)
    weeks = [read(coop, week_of(date(2026, 9, 28))), *(read(coop, week_of(day.date())) for day in _mondays())]
    assert sum(line.dong for week in weeks for line in week.bridge) == november.closing_dong
    with clock.at(LATER):
        assert dict(months_of(coop, livemode=True)) == {OCT: october.closing_dong, NOV: november.closing_dong}
    assert check_all_money() == []
    with translation.override("en"):
        assert all("%" not in line_words(line) for line in november.bridge)
        assert all("%(" not in change_words(change) for change in november.changes)


def _mondays():
    return [datetime(2026, month, day, tzinfo=VIETNAM) for month, day in
            [(10, 5), (10, 12), (10, 19), (10, 26), (11, 2), (11, 9), (11, 16)]]  # fmt: skip


def test_simulated_money_is_in_no_real_statement_and_the_reverse(coop):
    sell(coop, by="play")
    assert read(coop).is_empty
    assert read(coop).closing_dong == 0
    played = read(coop, livemode=False)
    assert (played.closing_dong, len(played.sales)) == (177_000, 1)


def test_anothers_money_is_in_no_statement_of_mine(coop, neighbour):
    sell(coop, neighbour)
    assert [sale.parcel for sale in read(coop).sales] != [sale.parcel for sale in read(neighbour).sales]
    assert read(coop).closing_dong == read(neighbour).closing_dong == 177_000


def test_a_month_ends_at_midnight_in_viet_nam(coop):
    sell(coop, at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=VIETNAM))
    sell(coop, at=datetime(2026, 11, 1, tzinfo=VIETNAM))
    assert (len(read(coop).sales), len(read(coop, NOV).sales)) == (1, 1)


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "2026-W54", "2026-W00", "١٢٣٤-10", "2026-10-01", "x", "1999-10"])
def test_what_is_no_period_is_refused(name):
    with pytest.raises(BadPeriod):
        period_named(name)


@pytest.mark.parametrize("name", ["2026-10", "2026-W01", "2026-W53", "2024-02", "2025-12"])
def test_a_period_is_found_by_its_name_and_its_neighbours_touch(name):
    period = period_named(name)
    assert period.name == name
    assert (period.before.after, period.next.first) == (period.first, period.after)


# --- what is due ------------------------------------------------------------------------------------------------------
def test_what_is_owed_at_the_months_end_is_due_and_paying_it_clears_it(coop):
    sell(coop, by="transfer")
    with clock.at(LATER):
        due = due_of(read(coop))
        assert due is not None
        assert (due.dong, due.on) == (8_000, date(2026, 11, 15))
        record_dues(slip=DuesSlip(coop, 3_000, "FT26001", date(2026, 11, 5)), actor=person("hoa"))
        assert due_of(read(coop)).dong == 5_000
        sell(coop, by="transfer", at=EARLY_NOVEMBER)  # newer debts do not make the old one grow
        assert due_of(read(coop)).dong == 5_000
        record_dues(slip=DuesSlip(coop, 5_000, "FT26002", date(2026, 11, 6)), actor=person("nam"))
        assert due_of(read(coop)) is None
    assert check_all_money() == []


def test_a_month_that_runs_has_nothing_due_yet(coop):
    sell(coop, by="transfer", at=EARLY_NOVEMBER)
    with clock.at(LATER):
        assert due_of(read(coop, NOV)) is None


def test_what_goes_back_to_buyers_is_not_asked_for_by_the_market(coop):
    parcel = sell(coop, by="transfer")
    give_back(parcel, 37_000, at=IN_OCTOBER, sent=False)
    told = read(coop)
    assert told.closing_dong == -(8_000 - 1_600) - 37_000
    with clock.at(LATER):
        assert due_of(told).dong == 6_400


# --- on paper ---------------------------------------------------------------------------------------------------------
def test_the_sheet_runs_its_balance_to_the_closing_and_no_formula(coop):
    parcel = sell(coop, by="transfer")
    give_back(parcel, 10_000, at=IN_OCTOBER)
    with clock.at(LATER):
        record_dues(slip=DuesSlip(coop, 1_000, "=HYPERLINK(1)", date(2026, 11, 2)), actor=person("hoa"))
    rows = list(csv.DictReader(io.StringIO(statement_csv(read(coop, NOV)).decode("utf-8-sig"))))
    assert [row["what"] for row in rows] == ["opening", "dues_paid", "closing"]
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    assert int(rows[0]["balance_vnd"]) + 1_000 == int(rows[-1]["balance_vnd"]) == read(coop, NOV).closing_dong
    assert DuesPayment.objects.get().bank_ref == "=HYPERLINK(1)"


def test_the_sheet_tells_sales_outside_the_shop_apart_and_they_move_nothing(coop):
    sell(coop, by="transfer")
    told = replace(read(coop), outside=Outside(3, 450_000, (("cash", 300_000), ("transfer", 150_000))))
    plain, rows = (
        list(csv.DictReader(io.StringIO(statement_csv(one).decode("utf-8-sig")))) for one in (read(coop), told)
    )
    apart = [row for row in rows if row["what"] == "sold_outside"]
    assert [(row["name"], row["total_vnd"], row["moved_vnd"]) for row in apart] == [
        ("cash", "300000", "0"), ("transfer", "150000", "0"),
    ]  # fmt: skip
    assert {row["balance_vnd"] for row in apart} == {rows[-1]["balance_vnd"]}
    assert [row for row in rows if row not in apart] == plain and plain[-1]["what"] == "closing"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("livemode", [True, False])
def test_the_paper_is_a_pdf_and_play_money_says_so(coop, livemode, language):
    sell(coop, by="card" if livemode else "play")
    with translation.override(language):
        paper = statement_pdf(read(coop, livemode=livemode), None, operator="Chợ Nguồn")
    with pypdfium2.PdfDocument(io.BytesIO(paper)) as document:
        assert len(document) == 1
        words = document[0].get_textpage().get_text_range()
    assert coop.name in words
    assert "177.000" in words
    assert (translation_of("SIMULATION – NOT REAL MONEY", language) in words) is not livemode


def translation_of(text: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(text)


def test_a_statement_asks_the_same_number_of_questions_however_much_was_sold(coop, django_assert_max_num_queries):
    for _number in range(3):
        sell(coop, by="transfer")
    with django_assert_max_num_queries(7):
        read(coop)
