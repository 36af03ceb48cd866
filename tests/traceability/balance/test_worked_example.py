"""The worked example the rules were written with, figure by figure: 0.8 ha of tea, dried, blended, packed, sold."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.traceability.balance.conftest import HARVEST_DAY, NOW, Garden
from traceability.balance.checking import check_batch
from traceability.balance.claiming import claims_of
from traceability.balance.labels import most_labels
from traceability.balance.models import Check
from traceability.batches.models import Batch, PostingKind
from traceability.batches.posting import Movement, OutOfStock, post
from traceability.labels.models import LabelRun

pytestmark = pytest.mark.django_db


def test_the_worked_example(garden: Garden) -> None:
    garden.certificate("vietgap")

    # 0.8 ha, at most 9 t a hectare and season: cap 7.2 t (7.92 t hard). 7.0 t harvested is 97 %: a notice.
    leaf = garden.harvest(7_000_000)
    (notice,) = check_batch(leaf.pk)
    assert (notice.rule, notice.severity, notice.observed, notice.limit) == ("MB-2", "info", 7_000_000, 7_200_000)
    assert notice.observed * 100 // notice.limit == 97
    assert notice.limit * 110 // 100 == 7_920_000

    # Dried: 20–24 %, at most 27 % (1.89 t). 1.75 t is 25 %: to be explained, not refused.
    tea = garden.dry(leaf, 7_000_000, 1_750_000)
    (asked,) = check_batch(tea.pk)
    assert (asked.rule, asked.severity, asked.observed, asked.limit) == ("MB-1", "review", 1_750_000, 1_680_000)
    assert 7_000_000 * 270 // 1000 == 1_890_000
    assert [(one.scheme, one.eligible, one.mass_base) for one in claims_of(tea)] == [("vietgap", True, 1_750_000)]

    # 1.75 t VietGAP and 0.25 t without: the 2.0 t carry no claim that may be shown.
    poor = garden.bought(250_000, material="chè khô")
    (blend,) = garden.make([(tea, 1_750_000), (poor, 250_000)], [2_000_000], step=None, hours=15)
    (claim,) = claims_of(blend)
    assert (claim.eligible, claim.why, claim.mass_base, claim.total_base) == (False, "blended", 1_750_000, 2_000_000)

    # Packs of 100 g: at most 20,000, at most 20,400 labels.
    packs = garden.packs_of(blend, 2_000_000, 20_000)
    assert packs.on_hand_base // packs.pack.net_quantity_base == 20_000
    assert most_labels(20_000) == 20_400
    LabelRun.objects.create(batch=packs, sheet="a4-65", first_number=1, count=20_400, key=uuid4(), at=NOW)
    assert [one.rule for one in check_batch(packs.pk)] == []

    # The shop sold 18,900, by hand 900, 40 wasted: 160 are free, the 161st is refused.
    Batch.objects.filter(pk=packs.pk).update(status="published")
    post(batch_id=packs.pk, movement=Movement(PostingKind.RESERVE, 18_900 * 100))
    post(batch_id=packs.pk, movement=Movement(PostingKind.SELL, 18_900 * 100))
    garden.record(packs, PostingKind.SELL, 900 * 100, at=NOW, from_reserve=False)
    garden.record(packs, PostingKind.WASTE, 40 * 100, at=NOW)
    packs.refresh_from_db()
    assert packs.packs_available == 160
    with pytest.raises(OutOfStock):
        post(batch_id=packs.pk, movement=Movement(PostingKind.RESERVE, 161 * 100))
    post(batch_id=packs.pk, movement=Movement(PostingKind.RESERVE, 160 * 100))
    packs.refresh_from_db()
    assert (packs.packs_available, packs.shortfall_base, packs.locked_at) == (0, 0, None)
    assert not Check.objects.open().filter(severity="block").exists()


def test_one_gram_beyond_the_hard_yield_and_the_hard_cap_is_stopped(garden: Garden) -> None:
    leaf = garden.harvest(7_000_000)
    tea = garden.dry(leaf, 7_000_000, 1_890_001)
    assert Batch.objects.get(pk=tea.pk).locked_at is not None
    more = garden.harvest(920_001, at=HARVEST_DAY + timedelta(days=2))
    assert Batch.objects.get(pk=more.pk).locked_at is not None
    assert Batch.objects.get(pk=leaf.pk).locked_at is None


def test_a_claim_waits_while_its_plot_is_beyond_the_cap(garden: Garden) -> None:
    garden.certificate("vietgap")
    leaf = garden.harvest(7_200_000)
    assert claims_of(leaf)[0].eligible
    more = garden.harvest(1, at=HARVEST_DAY + timedelta(days=2))
    assert (claims_of(more)[0].eligible, claims_of(more)[0].why) == (False, "frozen")
    assert claims_of(leaf)[0].eligible


@pytest.mark.parametrize(
    ("facts", "eligible"),
    [
        ({}, True),
        ({"expires_on": HARVEST_DAY.date()}, True),
        ({"expires_on": HARVEST_DAY.date() - timedelta(days=1)}, False),
        ({"revoked_on": HARVEST_DAY.date()}, False),
        ({"checked_at": None}, False),
    ],
)
def test_a_claim_needs_a_certificate_valid_on_the_day_of_harvest(
    garden: Garden, facts: dict[str, object], eligible: bool
) -> None:
    garden.certificate("vietgap", **facts)
    leaf = garden.harvest(1_000_000)
    assert [one.eligible for one in claims_of(leaf)] == ([True] if eligible else [])


def test_a_certificate_of_other_plots_covers_nothing(garden: Garden) -> None:
    paper = garden.certificate("gi")
    paper.plots.clear()
    assert claims_of(garden.harvest(1_000))[0].eligible  # no plot named: all of them
    other = type(garden.plot).objects.create(
        cooperative=garden.cast.huong_que, name="Đồi khác", commune=garden.cast.tran_de
    )
    paper.plots.set([other])
    assert claims_of(garden.harvest(2_000)) == ()


def test_a_certificate_with_a_maximum_is_used_up(garden: Garden) -> None:
    garden.certificate("vietgap", max_quantity_base=1_000_000)
    first = garden.harvest(1_000_000)
    second = garden.harvest(1, at=HARVEST_DAY + timedelta(days=1))
    assert check_batch(first.pk) == []
    (check,) = check_batch(second.pk)
    assert (check.rule, check.severity, check.observed, check.limit) == ("MB-6", "block", 1_000_001, 1_000_000)


def test_claiming_more_than_is_carried_is_stored_and_locks(garden: Garden) -> None:
    from traceability.balance.claiming import BadClaim, claim

    paper = garden.certificate("vietgap")
    leaf = garden.harvest(1_000)
    claim(batch=leaf, certificate=paper, mass_base=1_000, model="SG", actor=garden.cast.lan_acts)
    assert check_batch(leaf.pk) == []
    claim(batch=leaf, certificate=paper, mass_base=1_001, model="SG", actor=garden.cast.lan_acts)
    (check,) = check_batch(leaf.pk)
    assert (check.rule, check.severity, check.observed, check.limit) == ("MB-5", "block", 1_001, 1_000)
    assert claims_of(Batch.objects.get(pk=leaf.pk))[0].why == "locked"
    lab = garden.certificate("lab_test", number="LAB-1")
    with pytest.raises(BadClaim):
        claim(batch=leaf, certificate=lab, mass_base=1, model="SG", actor=garden.cast.lan_acts)
