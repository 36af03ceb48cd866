"""Two people change one price at once: each saw what the other did not, so one of them is asked again."""

from __future__ import annotations

import threading

import pytest

from community.audit.models import AuditEntry
from marketplace.listings.models import Offer
from marketplace.listings.writing import BadListing, set_price
from tests.concurrency.at_once import at_once
from tests.making import make_product

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_prices_at_once_one_holds_and_the_other_is_asked_again(cast, site_ready) -> None:
    pack = make_product(cast.huong_que).pack
    prices = {90_000: cast.lan_acts, 95_000: cast.son_acts}
    results = at_once(
        [
            lambda dong=dong, actor=actor: set_price(pack=pack, price_dong=dong, actor=actor, seen_dong=80_000)
            for dong, actor in prices.items()
        ]
    )
    refused = [each for each in results if isinstance(each, BadListing)]
    held = Offer.objects.get().price_dong
    assert [(each.code, each.facts["now_dong"]) for each in refused] == [("price_moved", held)]
    entry = AuditEntry.objects.get(action="offer.price_changed")
    assert (entry.facts["old_dong"], entry.facts["new_dong"]) == (80_000, held)


def test_without_the_lock_both_would_write_over_what_they_had_seen(cast, site_ready) -> None:
    pack = make_product(cast.huong_que).pack
    looked = threading.Barrier(2)

    def unguarded(dong: int) -> bool:
        same = Offer.objects.get(pack=pack).price_dong == 80_000
        looked.wait(timeout=60)
        return same and bool(Offer.objects.filter(pack=pack).update(price_dong=dong))

    assert at_once([lambda: unguarded(90_000), lambda: unguarded(95_000)]) == [True, True]
