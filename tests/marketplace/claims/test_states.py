"""The life of a claim: each pair of states is allowed by the table or refused and unchanged."""

from __future__ import annotations

import itertools

import pytest
from django.db import IntegrityError, transaction

from community import clock
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved, move_claim
from marketplace.claims.states import NEXT_CLAIM, OF_SELLER, RUNNING, WITH_CLOCK, ClaimStatus
from tests.marketplace.claims.stage import BUYER, claim_of, delivered, everything, open_booth

pytestmark = pytest.mark.django_db
PAIRS = list(itertools.product(ClaimStatus.values, repeat=2))


def test_the_table_knows_every_state_and_none_besides() -> None:
    assert set(NEXT_CLAIM) == set(ClaimStatus.values)
    assert set(RUNNING) == {old for old, after in NEXT_CLAIM.items() if after}
    assert set(OF_SELLER) <= set(WITH_CLOCK) <= set(RUNNING)


def test_each_pair_is_allowed_by_the_table_or_refused_and_unchanged(cast) -> None:
    goods, _batch = open_booth(cast)
    claim = claim_of(delivered(cast, goods))
    for old, new in PAIRS:
        Claim.objects.filter(pk=claim.pk).update(status=old)
        claim.refresh_from_db()
        before = everything()
        if new in NEXT_CLAIM[old]:
            assert move_claim(claim=claim, to=ClaimStatus(new), actor=BUYER).status == new
            continue
        with pytest.raises(ClaimMoved) as refused:
            move_claim(claim=claim, to=ClaimStatus(new), actor=BUYER)
        assert refused.value.facts["status"] == old and everything() == before


def test_the_database_lets_one_claim_run_per_parcel(cast) -> None:
    goods, _batch = open_booth(cast)
    claim = claim_of(delivered(cast, goods))
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(parcel=claim.parcel, problem="bad", opened_at=clock.now())
    Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.SETTLED)
    Claim.objects.create(parcel=claim.parcel, problem="bad", opened_at=clock.now())
