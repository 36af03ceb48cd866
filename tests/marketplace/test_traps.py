"""Which test keeps which known trap of other shops shut; the R numbers are those of the list that issue 4 names.

A test that is renamed or thrown out is missed here.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MARKET, PAY, RACES = "marketplace", "marketplace/payments", "concurrency"

# R → what goes wrong elsewhere, and "file without test_ and .py: words of the test's name".
TRAPS: dict[str, tuple[str, list[str]]] = {
    "R1": ("the last unit is sold twice", [
        f"{RACES}/test_stock: without_the_guard_forty_buyers_oversell",
        f"{RACES}/test_stock: forty_buyers_of_ten_packs",
    ]),
    "R2": ("the same stock twice in one basket", [
        f"{MARKET}/basket/test_filling: adding_twice_adds_up_on_one_line",
        f"{MARKET}/basket/test_quoting: half_a_pack_in_each_of_two_batches",
    ]),
    "R3": ("the loser of a race was charged", [
        f"{PAY}/test_races: money_against_the_clock",
        f"{PAY}/test_capturing: late_money_for_goods_that_are_gone",
    ]),
    "R4": ("a double press makes two orders or two charges", [
        f"{RACES}/test_stock: the_same_press_forty_times_is_one_order",
        f"{RACES}/test_baskets: two_tabs_make_one_order",
        f"{PAY}/test_races: two_presses_at_once_start_one_payment",
        f"{PAY}/test_races_of_staff: two_tabs_with_two_ways_of_paying",
    ]),
    "R5": ("the return page and the webhook both confirm", [
        f"{PAY}/test_stripe: a_forged_return_address_proves_nothing",
        f"{PAY}/test_stripe: two_kinds_of_event_about_the_same_money",
        f"{PAY}/test_stripe_events: the_clock_learns_what_no_webhook_told",
    ]),
    "R6": ("finishing again does damage", [
        f"{MARKET}/orders/test_fulfilling: paying_twice_tells_the_cooperative_once",
        f"{PAY}/test_states: every_pair_is_allowed_or_refused",
        f"{PAY}/test_refunds: what_is_done_is_never_undone",
    ]),
    "R7": ("webhooks repeat, overtake, are forged, old, or of another amount or account", [
        f"{PAY}/test_any_order: repeated_and_shuffled_transfers",
        f"{PAY}/test_races: the_same_message_at_once",
        f"{PAY}/test_inbox: a_wrong_signature_is_refused",
        f"{PAY}/test_bad_amounts: what_is_no_sum_of_dong_moves_nothing",
        f"{PAY}/test_bad_amounts: money_on_another_account",
        f"{PAY}/test_bad_amounts: what_is_told_again_after_half_a_year",
    ]),
    "R8": ("something is told or done before the commit", [
        f"{PAY}/crashes/test_coming: a_transfer_arrives",
        f"{PAY}/test_disputes: a_dispute_told_before_its_money",
    ]),
    "R9": ("two orders wait for each other for ever", [
        f"{RACES}/test_stock: baskets_in_opposite_order",
        f"{RACES}/test_parcels: two_packers_who_change_batches_crosswise",
    ]),
    "R10": ("a limit is used up twice; there are no vouchers here, and what came is the limit of what goes back", [
        f"{PAY}/test_refunds: more_than_came_is_refused",
        f"{PAY}/test_refunds: two_people_approve_at_once",
    ]),
    "R11": ("đồng are multiplied by a hundred", [
        f"{PAY}/test_stripe: dong_go_out_as_they_are",
        f"{PAY}/test_stripe: another_amount_currency_or_session_is_parked",
    ]),
    "R12": ("parts do not sum to the whole", [
        f"{MARKET}/pricing/test_money: the_parts_of_any_split_sum_to_the_whole",
        f"{PAY}/test_rounding: in_any_sequence_what_is_kept_depends_only_on_what_stands",
    ]),
    "R13": ("refunded or restocked twice", [
        f"{PAY}/test_races_of_staff: a_refund_sent_by_two_people_at_once",
        f"{PAY}/test_races_of_staff: a_card_refund_sent_by_two_people_at_once",
        f"{MARKET}/orders/test_fulfilling: refusing_gives_the_goods_back_once",
        f"{PAY}/test_refunds: a_refused_parcel_is_refunded_for_what_is_still_owed",
    ]),
    "R14": ("bank transfers: short, over, late, for two orders, told twice", [
        f"{PAY}/test_capturing: a_short_transfer_waits_for_the_rest",
        f"{PAY}/test_capturing: too_much_pays_the_parcel",
        f"{PAY}/test_capturing: late_money_takes_the_goods_again",
        f"{PAY}/test_settling: two_orders_in_one_transfer",
        f"{PAY}/test_capturing: an_outgoing_transfer_with_the_code",
        f"{MARKET}/moderation/test_statements: the_same_rows_in_another_file",
    ]),
    "R21": ("a price that was never shown is charged", [
        f"{MARKET}/shopping/test_checkout: a_changed_price_stops_the_order",
        f"{MARKET}/shopping/test_checkout: a_sum_from_the_client_is_never_charged",
    ]),
    "R22": ("what was deleted is missing in old orders", [
        f"{MARKET}/orders/test_placing: later_changes_do_not_touch_an_order",
    ]),
    "R23": ("silly quantities", [f"{MARKET}/basket/test_filling: anything_else_is_no_number_of_packs"]),
    "R24": ("files: encodings, formulas", [
        f"{PAY}/test_bank_files: every_encoding_of_a_bank",
        f"{MARKET}/payouts/test_payouts: runs_no_formula",
    ]),
    "R25": ("money of several sellers", [
        f"{MARKET}/payouts/test_payouts: one_card_order_of_two_cooperatives",
        f"{MARKET}/payouts/test_payouts: money_that_came_back_is_the_cooperatives_again",
        f"{PAY}/test_collecting: one_parcel_is_given_back_alone",
        f"{PAY}/test_races_of_staff: two_drafts_of_a_period_at_once",
    ]),
    "R26": ("a new rate changes an old order", [
        f"{MARKET}/rates/test_freezing: a_rule_is_never_rewritten",
        f"{MARKET}/statements/test_taxes: what_goes_back_is_negative_in_the_month",
    ]),
    "R33": ("the buyer is stuck on the way to pay", [
        f"{MARKET}/shopping/test_order_money: by_card_instead_and_back_by_transfer",
        f"{PAY}/test_starting: starting_again_gives_the_payment_that_lives",
        f"{PAY}/test_races_of_staff: a_change_of_method_against_money_on_its_way",
    ]),
    "R34": ("two people decide at once", [
        f"{RACES}/test_parcels: accept_and_cancel_at_once",
        f"{PAY}/test_races_of_staff: two_people_decide_about_one_transfer",
        f"{PAY}/test_races_of_staff: approving_and_calling_off_a_change_of_account",
        f"{PAY}/test_races_of_staff: a_payout_is_approved_or_cancelled",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_is_kept_shut_by_tests_that_exist(trap: str) -> None:
    for place in TRAPS[trap][1]:
        path, _, words = place.partition(": ")
        names = re.findall(r"^ *def (test_\w+)", (TESTS / f"{path}.py").read_text(encoding="utf-8"), re.MULTILINE)
        assert any(words in name for name in names), place


def test_no_trap_that_the_issue_names_is_left_out() -> None:
    assert set(TRAPS) == {f"R{number}" for number in [*range(1, 15), *range(21, 27), 33, 34]}
