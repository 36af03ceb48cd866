"""The operator's own accounts in the books, and how people call them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.ledger.accounts import CLEARING, IN_TRANSIT, OPERATORS_BANK, clearing
from marketplace.ledger.models import LedgerAccount
from marketplace.payments.providers.registry import stripe_is_on
from marketplace.payments.states import SourceCode
from marketplace.receiving.models import FeedCode, ReceivingAccount


def own_places() -> dict[str, str]:
    """Code → name of every account of the operator that has been used or can be; money on its way comes last."""
    codes = {OPERATORS_BANK.code}
    codes.update(LedgerAccount.objects.filter(code__startswith=CLEARING).values_list("code", flat=True))
    market = ReceivingAccount.objects.filter(cooperative=None)
    codes.update(clearing(feed).code for feed in market.values_list("feed", flat=True))
    if stripe_is_on():
        codes.add(clearing(SourceCode.STRIPE).code)
    codes.discard(IN_TRANSIT.code)
    names = {code: place_name(code) for code in sorted(codes)}
    return names | {IN_TRANSIT.code: place_name(IN_TRANSIT.code)}


def place_name(code: str) -> str:
    """The bank and the last digits where the market has such an account, else who tells of it."""
    if code == IN_TRANSIT.code:
        return _("On the way from a card provider to the bank")
    if code == OPERATORS_BANK.code:
        return _("Bank account that no feed watches")
    feed = code.removeprefix(CLEARING)
    account = ReceivingAccount.objects.filter(cooperative=None, feed=feed).order_by("-active", "-pk").first()
    if account is not None and feed in FeedCode.values:
        return str(account)
    return str(SourceCode(feed).label) if feed in SourceCode.values else feed
