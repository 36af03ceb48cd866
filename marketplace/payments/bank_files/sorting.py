"""Which rows of a statement are new, and which were told before by a feed, a person or another statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from marketplace.payments.arriving.matching import find_memo_codes
from marketplace.payments.facts import fold_reference
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.uploaded import Movement
from marketplace.payments.models import Capture, InboxEvent
from marketplace.payments.states import SourceCode
from marketplace.receiving.models import ReceivingAccount


def sort_out(account: ReceivingAccount, told: Sequence[Movement]) -> tuple[list[Movement], list[Movement]]:
    """New and known. Known: uploaded before, the same bank reference, or the same code, sum and day told as often."""
    if not told:
        return [], []
    days = [_day(each) for each in told]
    ours = Capture.objects.filter(account_key=account.account_number, booked_on__range=(min(days), max(days)))
    ours = ours.select_related("payment")
    references = {(one.bank_reference, one.amount_dong, one.booked_on) for one in ours if one.bank_reference}
    codes = Counter(
        (tuple(find_memo_codes(_words(one))), one.amount_dong, one.booked_on)
        for one in ours
        if one.provider != SourceCode.STATEMENT
    )
    before = InboxEvent.objects.filter(provider=SourceCode.STATEMENT, account_key=account.account_number)
    uploaded = set(before.values_list("event_id", flat=True))
    new: list[Movement] = []
    known: list[Movement] = []
    for each in told:
        code = (tuple(find_memo_codes(each.memo)), each.amount_dong, _day(each))
        same = bool(code[0]) and codes[code] > 0
        if same:
            codes[code] -= 1
        reference = (fold_reference(each.bank_reference), each.amount_dong, _day(each))
        (known if same or each.txn_id in uploaded or reference in references else new).append(each)
    return new, known


def _words(capture: Capture) -> str:
    """Its memo; when that was emptied (purging.py, forgetting.py) the code its payment was asked under."""
    return capture.memo or (capture.payment.memo_code or "" if capture.payment is not None else "")


def _day(movement: Movement) -> date:
    return movement.booked_at.astimezone(BANK_ZONE).date()
