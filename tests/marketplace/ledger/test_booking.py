"""The books take balanced facts, once, and forget nothing."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from community.append_only import AppendOnlyError
from marketplace.ledger.accounts import COMMISSION, clearing, escrow
from marketplace.ledger.balances import balance, balances, unbalanced_transactions
from marketplace.ledger.booking import BookedOtherwise, Fact, Unbalanced, book
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from tests.harness import guards

BANK = clearing("bank")


def fact(key: str = "capture:1", **more) -> Fact:
    return Fact(key=key, kind="capture", at=timezone.now(), **more)


@pytest.mark.django_db
def test_balances_are_sums_of_what_was_booked():
    book(fact=fact("capture:1"), lines=[(BANK, 100), (escrow(1), -100)])
    book(fact=fact("capture:2"), lines=[(BANK, 50), (escrow(1), -30), (COMMISSION, -20)])
    assert balance(BANK) == 150
    assert balances("escrow:") == {"escrow:1": -130}
    assert sum(balances().values()) == 0


@pytest.mark.django_db
def test_the_same_fact_is_booked_once():
    first = book(fact=fact(), lines=[(BANK, 100), (escrow(1), -100)])
    again = book(fact=fact(), lines=[(BANK, 100), (escrow(1), -100)])
    assert again == first
    assert LedgerEntry.objects.count() == 2


@pytest.mark.django_db
def test_the_same_fact_with_other_amounts_is_refused_and_the_first_stands():
    book(fact=fact(), lines=[(BANK, 100), (escrow(1), -100)])
    with pytest.raises(BookedOtherwise):
        book(fact=fact(), lines=[(BANK, 101), (escrow(1), -101)])
    assert balance(BANK) == 100


@pytest.mark.django_db
@pytest.mark.parametrize(
    "lines",
    [
        [(BANK, 100), (escrow(1), -99)],
        [(BANK, 100.0), (escrow(1), -100.0)],
        [(BANK, True), (escrow(1), -1)],
        [(BANK, 10**15 + 1), (escrow(1), -(10**15) - 1)],
        [(BANK, 5), (BANK, -5)],
        [],
    ],
)
def test_what_does_not_balance_or_is_no_whole_sum_of_dong_is_refused(lines):
    with pytest.raises(Unbalanced):
        book(fact=fact(), lines=lines)
    assert not LedgerTransaction.objects.exists()
    assert not LedgerAccount.objects.exists()


@pytest.mark.django_db
def test_lines_of_one_account_are_added_up():
    booked = book(fact=fact(), lines=[(BANK, 70), (BANK, 30), (escrow(1), -100), (COMMISSION, 0)])
    assert {entry.account.code: entry.amount_dong for entry in booked.entries.all()} == {
        "clearing:bank": 100,
        "escrow:1": -100,
    }


@pytest.mark.django_db
def test_play_money_is_counted_apart():
    book(fact=fact("capture:1"), lines=[(BANK, 100), (escrow(1), -100)])
    book(fact=fact("capture:2", livemode=False), lines=[(BANK, 7), (escrow(1), -7)])
    assert (balance(BANK, livemode=True), balance(BANK, livemode=False)) == (100, 7)


@pytest.mark.django_db
def test_the_books_are_never_changed():
    booked = book(fact=fact(), lines=[(BANK, 100), (escrow(1), -100)])
    with pytest.raises(AppendOnlyError):
        booked.delete()
    with pytest.raises(AppendOnlyError):
        LedgerEntry.objects.update(amount_dong=1)
    assert balance(BANK) == 100


@pytest.mark.django_db
def test_a_tampered_transaction_is_named():
    book(fact=fact("capture:1"), lines=[(BANK, 100), (escrow(1), -100)])
    booked = book(fact=fact("capture:2"), lines=[(BANK, 100), (escrow(1), -100)])
    assert list(unbalanced_transactions()) == []
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE marketplace_ledgerentry SET amount_dong = 90 WHERE transaction_id = %s AND amount_dong > 0",
            [booked.pk],
        )
    assert list(unbalanced_transactions()) == ["capture:2"]


@pytest.mark.django_db(transaction=True)
def test_two_threads_book_the_same_fact_once_and_open_its_accounts_once():
    start = threading.Barrier(4)
    answers: list[int] = []

    def press() -> None:
        try:
            start.wait()
            answers.append(book(fact=fact("paid:1"), lines=[(BANK, 9), (escrow(3), -9)]).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert balances() == {"clearing:bank": 9, "escrow:3": -9}
