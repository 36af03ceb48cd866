"""A statement as a sheet: one row per fact, with the running balance."""

from __future__ import annotations

from collections.abc import Iterator

from community.sheets.writing import csv_bytes
from community.text.dates import VIETNAM
from marketplace.statements.reading import Change, CooperativeStatement, Sale

COLUMNS = (
    "day", "what", "name", "goods_vnd", "shipping_vnd", "total_vnd", "commission_vnd", "tax_withheld_vnd",
    "paid_into_own_account", "moved_vnd", "balance_vnd", "money",
)  # fmt: skip


def statement_csv(statement: CooperativeStatement) -> bytes:
    """Opening row, facts in the order of time, closing row; ``balance_vnd`` > 0: the operator owes the cooperative.

    Before the closing row, one for each way in which sales outside the shop were paid: they move nothing here.
    """
    return csv_bytes(COLUMNS, _rows(statement))


def _rows(statement: CooperativeStatement) -> Iterator[list[str | int]]:
    money = "real" if statement.livemode else "SIMULATED"
    balance = statement.opening_dong
    period = statement.period
    yield [period.first.isoformat(), "opening", "", "", "", "", "", "", "", 0, balance, money]
    facts: list[Sale | Change] = [*statement.sales, *statement.changes]
    for fact in sorted(facts, key=lambda fact: fact.at):
        balance += fact.moves_dong
        yield [*(_sale(fact) if isinstance(fact, Sale) else _change(fact)), fact.moves_dong, balance, money]
    for paid, dong in statement.outside.by_paid:
        yield [period.last.isoformat(), "sold_outside", paid, "", "", dong, "", "", "", 0, balance, money]
    yield [period.last.isoformat(), "closing", "", "", "", "", "", "", "", 0, statement.closing_dong, money]


def _day(fact: Sale | Change) -> str:
    return fact.at.astimezone(VIETNAM).date().isoformat()


def _sale(sale: Sale) -> list[str | int]:
    own = "yes" if sale.direct else "no"
    sums = (sale.goods_dong, sale.shipping_dong, sale.total_dong, sale.commission_dong, sale.tax_dong)
    return [_day(sale), "sale", sale.parcel, *sums, own]


def _change(change: Change) -> list[str | int]:
    return [_day(change), change.kind, change.name, "", "", change.dong, -change.fees_dong, "", ""]
