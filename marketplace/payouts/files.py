"""The file that tells the bank what to transfer; who took it and when is written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from community.audit.actors import Actor
from community.audit.recording import record
from community.sheets.writing import csv_bytes
from marketplace.payouts.models import PayoutFile
from marketplace.payouts.words import bank_name_words, transfer_words

COLUMNS = ("no", "bank_bin", "bank", "account", "holder", "amount_vnd", "memo", "payout")


def take_payout_file(*, file: PayoutFile, actor: Actor) -> bytes:
    """The same bytes at every taking: accounts are those that were approved."""
    content = csv_bytes(COLUMNS, _rows(file))
    record(actor=actor, action="payout_file.taken", subject=file, payouts=file.payouts.count())
    return content


def _rows(file: PayoutFile) -> Iterable[Sequence[str | int]]:
    for number, payout in enumerate(file.payouts.order_by("pk"), 1):
        yield (
            number,
            payout.bank_bin,
            payout.bank_name,
            payout.account_number,
            bank_name_words(payout.holder),
            payout.amount_dong,
            transfer_words(payout),
            payout.code,
        )
