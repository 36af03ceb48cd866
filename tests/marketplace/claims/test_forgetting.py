"""A buyer who is forgotten leaves no words and no photos in claims."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.outbox.models import OutboxMessage
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.ending import accept_offer
from marketplace.claims.lots import held_parcels
from marketplace.claims.models import Claim, ClaimPhoto, Replacement
from marketplace.claims.opening import open_claim
from marketplace.claims.replacing import send_again
from marketplace.claims.states import Outcome, Problem
from marketplace.orders.completing import complete_delivered
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.forgetting import CannotErase, erase_buyer
from tests.marketplace.claims.stage import (
    BUYER,
    a_picture,
    answered,
    delivered,
    everything,
    in_hours,
    kept_files,
    open_booth,
    told,
)

pytestmark = pytest.mark.django_db


def test_words_and_photos_go_with_the_buyer_and_what_was_done_stays(cast, django_capture_on_commit_callbacks) -> None:
    goods, _batch = open_booth(cast)
    parcel, theirs, before = delivered(cast, goods), a_picture(60), kept_files()
    what = told(parcel, Problem.BROKEN, photos=[a_picture()])
    claim = open_claim(parcel=parcel, told=what, key=uuid4(), actor=BUYER)
    answer_claim(claim=claim, answer=Answer(Outcome.NONE, "Anh Minh ơi", photos=[theirs]), actor=cast.lan_acts)
    accept_offer(claim=claim, actor=BUYER)
    with pytest.raises(CannotErase):
        erase_buyer(order=parcel.order, reason="thư", actor=cast.hoa_acts)
    assert ClaimPhoto.objects.count() == 2, "refused: nothing is gone"
    complete_delivered(now=clock.now() + timedelta(days=8), held=held_parcels())
    assert len(kept_files() - before) == 2
    with django_capture_on_commit_callbacks(execute=True):
        erase_buyer(order=parcel.order, reason="thư", actor=cast.hoa_acts)
    claim = Claim.objects.get()
    assert not ClaimPhoto.objects.exists() and kept_files() == before
    assert (claim.words, claim.answer, claim.objection) == ("", "", "") and claim.erased_at is not None
    assert (claim.problem, claim.outcome, claim.lines.get().packs) == (Problem.BROKEN, Outcome.NONE, 1)
    about = OutboxMessage.objects.filter(kind__startswith="claim_")
    assert about.exists() and not about.exclude(text="").exists()


def test_a_buyer_whose_claim_runs_is_kept_until_it_is_over(cast) -> None:
    """The parcel alone would not hold the buyer; the number of the goods sent again goes with them."""
    goods, _batch = open_booth(cast)
    claim = accept_offer(claim=answered(cast, delivered(cast, goods), Outcome.RESEND), actor=BUYER)
    Parcel.objects.update(status=ParcelStatus.COMPLETED)
    order, before = claim.parcel.order, everything()
    with pytest.raises(CannotErase, match="still_running"):
        erase_buyer(order=order, reason="thư", actor=cast.hoa_acts)
    assert everything() == before
    Parcel.objects.update(status=ParcelStatus.DELIVERED)
    send_again(claim=claim, courier="VNPost", courier_code="EM2", actor=cast.lan_acts)
    with in_hours(24 * 20):
        complete_delivered(now=clock.now(), held=held_parcels())
        erase_buyer(order=order, reason="thư", actor=cast.hoa_acts)
    assert (Replacement.objects.get().courier, Replacement.objects.get().courier_code) == ("VNPost", "")
