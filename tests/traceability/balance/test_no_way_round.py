"""Mass balance has no side door: not the step nobody set a band for, not many small steps, not a count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from tests.traceability.balance.test_checking import locked, open_checks
from traceability.balance.models import Check
from traceability.batches.models import PostingKind
from traceability.products.bands import AddedIngredient

pytestmark = pytest.mark.django_db


def test_the_form_s_usual_step_is_no_way_round_the_balance(garden: Garden) -> None:
    """10 kg of leaf, "processed" into 10 t: once neither that nor the packs of it were asked about."""
    leaf = garden.harvest(10_000)
    (tea,) = garden.make([(leaf, 10_000)], [10_000_000], step=None)
    packs = garden.packs_of(tea, 10_000_000, 100_000)
    (stopped,) = Check.objects.open().filter(batch=tea)
    assert (stopped.rule, stopped.severity, stopped.observed, stopped.limit) == ("MB-1", "block", 10_000_000, 10_000)
    assert locked(leaf, tea, packs) == [False, True, True]


def test_packs_are_held_against_the_harvest_over_every_step_between(garden: Garden) -> None:
    """No step of it is beyond its own most, but leaf of 1000 kg is at most 270 kg of tea, not 900."""
    leaf = garden.harvest(1_000_000)
    (tea,) = garden.make([(leaf, 1_000_000)], [900_000], step=None)
    assert locked(tea) == [False]
    packs = garden.packs_of(tea, 900_000, 9_000)
    (stopped,) = Check.objects.open().filter(batch=packs)
    assert (stopped.rule, stopped.severity, stopped.observed, stopped.limit) == ("MB-1", "block", 900_000, 270_000)


def test_half_of_a_lot_carries_half_of_its_harvest_and_no_count_adds_to_it(garden: Garden) -> None:
    leaf = garden.harvest(1_000_000)
    (tea,) = garden.make([(leaf, 1_000_000)], [250_000], step=None)
    first = garden.packs_of(tea, 125_000, 1_250)
    assert open_checks(first) == []
    garden.record(tea, PostingKind.ADJUST, 625_000, at=HARVEST_DAY + timedelta(hours=12), direction=1)
    garden.packs_of(tea, 750_000, 7_500, hours=21)
    assert [one for one in open_checks(first) if one.startswith("MB-1")] == ["MB-1 block origin"]


def test_bought_goods_may_be_half_made_already(garden: Garden) -> None:
    dried = garden.bought(100_000, material="chè khô")
    (tea,) = garden.make([(dried, 100_000)], [100_000], step=None)
    assert open_checks(garden.packs_of(tea, 100_000, 1_000)) == []


def test_a_recipe_adds_its_share_of_water_to_packs_and_nothing_beyond(garden: Garden) -> None:
    """The province says what a recipe adds; without it 100 kg never fill 125 kg of packs."""

    def pack_up(given: int) -> list[str]:
        extract = garden.bought(100_000, material="cốt chè")
        return open_checks(garden.packs_of(extract, 100_000, given // 100))

    assert "MB-3 block event" in [one.partition(":")[0] for one in pack_up(125_000)]
    AddedIngredient.objects.create(product=garden.product, name="nước", most_per_mille=150)
    AddedIngredient.objects.create(product=garden.product, name="đường", most_per_mille=50)
    assert pack_up(125_000) == []
    assert "MB-3 block event" in [one.partition(":")[0] for one in pack_up(126_000)]
