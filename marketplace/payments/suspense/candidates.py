"""Which payments money in suspense may be meant for: suggestions for a person, never applied by themselves."""

from __future__ import annotations

import re

from django.db.models import Case, F, Q, QuerySet, When

from marketplace.payments.arriving.matching import find_memo_codes, normalise_memo
from marketplace.payments.books.places import owner_of
from marketplace.payments.models import Capture, Payment
from marketplace.payments.states import ProviderCode

MOST = 12


def candidates(capture: Capture, *, words: str = "") -> list[Payment]:
    """Payments on the account where the money lies: found by ``words`` (transfer code, order or parcel number, amount),

    or, without words, by the codes in the transfer's memo and then by the same amount: what still waits for it first,
    then the newest; at most 12.
    """
    possible = _same_place(capture)
    if words.strip():
        return list(possible.filter(_by_words(words))[:MOST])
    codes = find_memo_codes(capture.memo)
    named = list(possible.filter(memo_code__in=codes)) if codes else []
    same = possible.annotate(wants=F("amount_dong") - F("received_dong")).filter(
        Q(wants=capture.amount_dong) | Q(amount_dong=capture.amount_dong)
    )
    same = same.order_by(Case(When(wants=capture.amount_dong, then=0), default=1), "-pk")
    return (named + [each for each in same[:MOST] if each not in named])[:MOST]


def _same_place(capture: Capture) -> QuerySet[Payment]:
    payments = Payment.objects.filter(livemode=capture.livemode).select_related("order", "parcel", "account")
    payments = payments.order_by("-pk")
    account = owner_of(capture.account_key)
    if account is None:
        return payments.filter(account=None, provider=capture.provider)
    transfers = payments.filter(provider=ProviderCode.VIETQR, account__cooperative=account.cooperative_id)
    same_place = Q(account__feed=account.feed) | Q(account__account_number=account.account_number)
    return transfers if account.cooperative_id else transfers.filter(same_place)


def _by_words(words: str) -> Q:
    told = normalise_memo(words)
    found = Q(memo_code=told) | Q(order__code=words.strip().upper()) | Q(parcel__code=words.strip().upper())
    for code in find_memo_codes(words):
        found |= Q(memo_code=code)
    number = re.sub(r"[.,\s₫đ]", "", words.strip().lower())
    if number.isascii() and number.isdigit() and len(number) <= 12:
        found |= Q(amount_dong=int(number))
    return found
