"""What a dispute does to the sellers' money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.ledger.balances import balances
from marketplace.orders.models import Parcel
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.models import Dispute
from marketplace.payments.states import LossBearer
from marketplace.payouts.choosing import frozen
from tests.marketplace.payments.scenarios.world import UnknownWords, World


def prove_payout(world: World, expected: Any) -> None:
    """``held then reversed``: while it was contested nothing was paid out; what was lost is taken off the seller."""
    if expected != "held then reversed":
        raise UnknownWords(f"payout: {expected}")
    dispute = Dispute.objects.get()
    parcels = set(Parcel.objects.values_list("pk", flat=True))
    assert frozen(parcels) == parcels, "a lost dispute that nobody settled holds the money still"
    settle_loss(dispute=dispute, borne_by=LossBearer.SELLERS, actor=world.person("hoa"))
    world.later(seconds=timedelta(days=40).total_seconds())
    owed = {code: dong for code, dong in balances("payable:").items() if dong}
    assert owed == {}, "nothing is left for the seller"
    assert balances()["dispute"] == 0
