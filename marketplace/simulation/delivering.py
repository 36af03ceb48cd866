"""How the simulated bank and card reach the shop: signed bytes through the inbox, as over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.payments.hearing.inbox import receive
from marketplace.payments.interface import BadSignature
from marketplace.payments.models import InboxEvent
from marketplace.payments.states import SourceCode

NUMBERS = 10**15
WRONG_SECRET = "this is not the secret of the bank"


@dataclass(frozen=True)
class Delivery:
    """How one post was answered: the HTTP status, is it a repetition, and what the shop made of it."""

    status: int
    repeated: bool = False
    outcome: str = ""


def new_number() -> int:
    """Random: chosen when the page is shown, so that a reload of the answer sends the same thing again."""
    return secrets.randbelow(NUMBERS - 1) + 1


def deliver(*, headers: Mapping[str, str], body: bytes) -> Delivery:
    """One post and the shop's answer to it."""
    try:
        receipt = receive(provider=SourceCode.SIMULATED, headers=headers, body=body)
    except BadSignature:
        return Delivery(status=401)
    row = InboxEvent.objects.get(pk=(receipt.accepted + receipt.duplicates)[0].pk)
    return Delivery(status=200, repeated=bool(receipt.duplicates), outcome=row.outcome or row.status)
