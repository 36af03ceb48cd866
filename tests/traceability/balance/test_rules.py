"""Every rule of the mass balance at its limit and one beyond: what passes, what is asked about, what stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from tests.traceability.balance.makings import BORN, LEAF, OTHER_LEAF, PACKS, TEA, TEA_2, TEA_BAND, made_part
from traceability.balance.claims import Carried, Said, check_claims
from traceability.balance.closing import Month, check_month
from traceability.balance.conservation import check_making, is_impossible
from traceability.balance.facts import Band, Finding, Harvest, Making, tolerance
from traceability.balance.labels import Labelled, check_filling, check_labels, most_labels
from traceability.balance.plots import PlotLimit, check_plot
from traceability.balance.prefix import Step, check_prefix, lowest_dip
from traceability.balance.sales import Stock, check_sales
from traceability.balance.space import Fix, check_place, check_speed, metres_between, place_class
from traceability.balance.times import Spray, check_duration, check_season, check_spraying
from traceability.balance.uniqueness import Area, check_areas, check_certificate
from traceability.products.bands import season_of

DAY = date(2026, 4, 10)
NOON = timezone.make_aware(datetime(2026, 4, 10, 12))


def said(findings: list[Finding]) -> list[str]:
    return [f"{finding.rule} {finding.severity}" for finding in findings]


# MB-0 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "then", "expected"), [(10, -10, []), (10, -11, ["MB-0 block"]), (-1, 5, ["MB-0 block"])]
)
def test_mb0_every_prefix_is_at_least_nothing(first: int, then: int, expected: list[str]) -> None:
    dip = lowest_dip([Step(NOON, 1, first), Step(NOON + timedelta(hours=1), 2, then)])
    assert said(check_prefix(dip)) == expected


def test_mb0_is_about_when_things_happened_not_when_they_arrived() -> None:
    late = [Step(NOON, 2, -4), Step(NOON - timedelta(hours=1), 9, 4)]
    assert lowest_dip(late) is None


def test_mb0_at_the_same_moment_the_order_of_recording_counts() -> None:
    assert lowest_dip([Step(NOON, 1, 4), Step(NOON, 2, -4)]) is None
    assert lowest_dip([Step(NOON, 1, -4), Step(NOON, 2, 4)]) is not None


def test_mb0_a_movement_and_the_one_that_takes_it_back_count_as_one() -> None:
    assert lowest_dip([Step(NOON, 1, 5), Step(NOON, 2, -9), Step(NOON, 2, 9)]) is None


def test_mb0_names_the_first_dip_and_the_deepest() -> None:
    steps = [Step(NOON, 1, -1, 71), Step(NOON + timedelta(hours=1), 2, -4, 72), Step(NOON + timedelta(hours=2), 3, 9)]
    (finding,) = check_prefix(lowest_dip(steps))
    assert (finding.observed, finding.limit, finding.event_id) == (-5, 0, 71)


# MB-1 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1_399_999, ["MB-1 review"]),  # below 20 %
        (1_400_000, []),
        (1_680_000, []),  # 24 %
        (1_680_001, ["MB-1 review"]),
        (1_890_000, ["MB-1 review"]),  # 27 %, the most there can be
        (1_890_001, ["MB-1 block"]),
    ],
)
def test_mb1_a_yield_in_its_band_passes(drying: Making, given: int, expected: list[str]) -> None:
    assert said(check_making(replace(drying, outputs=(made_part(TEA, given),)), TEA_BAND)) == expected
    assert is_impossible(taken=7_000_000, given=given, most=TEA_BAND.most) == (expected == ["MB-1 block"])


@pytest.mark.parametrize(
    ("outs", "lost", "expected"),
    [
        ((600, 400), 0, []),
        ((600, 380), 20, []),  # 2 % lost
        ((600, 379), 21, ["MB-1 review"]),
        ((600, 399), 0, ["MB-1 review"]),  # a gram nobody speaks of
        ((600, 401), 0, ["MB-1 block"]),  # a gram from nowhere
    ],
)
def test_mb1_splitting_conserves_exactly(outs: tuple[int, int], lost: int, expected: list[str]) -> None:
    parts = (made_part(TEA, outs[0]), made_part(TEA_2, outs[1]))
    split = Making(1, "split", NOON, (made_part(replace(TEA, id=8), 1000),), parts, lost=lost)
    assert said(check_making(split, None)) == expected


@pytest.mark.parametrize(
    ("step", "given", "most", "expected"),
    [
        ("process", 7_000_000, 1000, []),
        ("process", 7_000_001, 1000, ["MB-1 block"]),  # a gram from nowhere
        ("", 10**12, 1000, ["MB-1 block"]),  # no step named, as over the interface for programs
        ("anything", 10**12, 1000, ["MB-1 block"]),
        ("pack", 7_000_001, 1000, ["MB-1 block"]),  # called packing, but nothing was packed
        ("process", 21_000_000, 3000, []),  # a line that adds water
        ("process", 21_000_001, 3000, ["MB-1 block"]),
    ],
)
def test_mb1_without_a_band_no_more_comes_out_than_went_in(
    drying: Making, step: str, given: int, most: int, expected: list[str]
) -> None:
    making = replace(drying, step=step, outputs=(made_part(TEA, given),))
    assert said(check_making(making, None, most)) == expected


def test_mb1_grams_and_pieces_are_not_compared(drying: Making) -> None:
    pieces = (made_part(replace(PACKS, unit="piece"), 10**9),)
    assert check_making(replace(drying, outputs=pieces), TEA_BAND) == []


# MB-2 -----------------------------------------------------------------------------------------------------------
LIMIT = PlotLimit("Đồi Chè", 8_000, 9_000, ("03-01", "07-01"))


def picked(*bases: int) -> list[Harvest]:
    return [Harvest(place, NOON + timedelta(days=place), place, DAY, base) for place, base in enumerate(bases, 1)]


def test_mb2_the_cap_of_the_worked_example_is_7_2_tonnes() -> None:
    assert LIMIT.cap_base == 7_200_000


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (5_759_999, []),
        (5_760_000, ["MB-2 info"]),  # 80 %
        (7_200_000, ["MB-2 info"]),
        (7_200_001, ["MB-2 review"]),
        (7_920_000, ["MB-2 review"]),  # 110 %
        (7_920_001, ["MB-2 block"]),
    ],
)
def test_mb2_a_plot_bears_so_much_and_no_more(base: int, expected: list[str]) -> None:
    assert said(check_plot(picked(base), LIMIT).get(1, [])) == expected


def test_mb2_only_the_harvests_beyond_the_cap_are_touched_and_seasons_are_apart() -> None:
    first, second, third = picked(5_000_000, 2_000_000, 1_000_000)
    found = check_plot([third, first, second], LIMIT)
    assert {pk: said(its) for pk, its in found.items()} == {2: ["MB-2 info"], 3: ["MB-2 block"]}
    other_season = replace(third, on=date(2026, 7, 1))
    assert 3 not in check_plot([first, second, other_season], LIMIT)


def test_mb2_a_perennial_bears_at_most_half_more_than_in_its_three_years_before() -> None:
    years = [Harvest(y, NOON.replace(year=y), y, DAY.replace(year=y), 1_000_000) for y in (2023, 2024, 2025)]
    limit = replace(LIMIT, is_perennial=True)
    this_year = Harvest(2026, NOON, 9, DAY, 1_500_000)
    assert 2026 not in check_plot([*years, this_year], limit)
    assert said(check_plot([*years, replace(this_year, base=1_500_001)], limit)[2026]) == ["MB-2 review"]
    assert 2026 not in check_plot([*years[1:], replace(this_year, base=1_500_001)], limit)


def test_a_season_begins_at_the_last_start_before_the_day() -> None:
    starts = ("11-15", "04-15", "08-15")
    assert season_of(date(2026, 2, 10), starts) == date(2025, 11, 15)
    assert season_of(date(2026, 4, 15), starts) == date(2026, 4, 15)
    assert season_of(date(2026, 4, 14), starts) == date(2025, 11, 15)


# MB-3 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("packs", "most"), [(20_000, 20_400), (10, 11), (1, 2), (50, 51), (0, 0)])
def test_mb3_two_per_cent_of_labels_are_spare(packs: int, most: int) -> None:
    assert most_labels(packs) == most


@pytest.mark.parametrize(
    ("issued", "void", "is_over", "on_packs", "expected"),
    [
        (20_400, 0, False, 20_000, []),
        (20_401, 0, False, 20_000, ["MB-3 review"]),
        (20_400, 399, True, 20_000, ["MB-3 review"]),
        (20_400, 400, True, 20_000, []),
        (15_000, 0, True, 15_000, []),
        (15_000, 15_000, True, 0, []),
    ],
)
def test_mb3_labels_follow_packs(issued: int, void: int, is_over: bool, on_packs: int, expected: list[str]) -> None:
    told = Labelled(20_000, issued, void, is_over)
    assert said(check_labels(told)) == expected
    assert told.on_packs == on_packs and told.issued == told.on_packs + told.void + told.left


@pytest.mark.parametrize(
    ("given", "most", "added", "expected"),
    [
        (1_256_250, 1000, 200, []),  # 1000 kg and a fifth of water make 1250 kg, and half a per cent
        (1_256_251, 1000, 200, ["MB-3 block"]),
        (1_507_500, 1500, 200, []),  # the step itself gives more than the recipe
        (1_507_501, 1500, 200, ["MB-3 block"]),
        (1_005_000, 240, 0, []),  # a drying step does not make packing stricter: its own band does
    ],
)
def test_mb3_packs_hold_what_a_recipe_adds_and_no_more(given: int, most: int, added: int, expected: list[str]) -> None:
    packing = Making(1, "mix", NOON, (made_part(TEA, 1_000_000),), (made_part(PACKS, given),), is_packing=True)
    assert said(check_filling(packing, Band(0, most, most), added)) == expected


@pytest.mark.parametrize(("given", "expected"), [(1_005_000, []), (1_005_001, ["MB-3 block"])])
def test_mb3_packs_hold_no_more_than_went_in_and_the_tolerance(given: int, expected: list[str]) -> None:
    packing = Making(1, "pack", NOON, (made_part(TEA, 1_000_000),), (made_part(PACKS, given),), is_packing=True)
    assert said(check_filling(packing)) == expected


def test_the_tolerance_is_half_a_per_cent_or_the_step_of_the_scale() -> None:
    assert (tolerance(1_000_000, "g"), tolerance(100, "g"), tolerance(199, "piece")) == (5_000, 10, 0)


# MB-4 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("gone", "came", "left", "ends", "expected"),
    [
        (20_000, 20_000, 0, DAY, []),
        (20_001, 20_000, 0, DAY, ["MB-4 block"]),
        (10, 20, 10, DAY + timedelta(days=1), []),
        (10, 20, 10, DAY, ["MB-4 review"]),
    ],
)
def test_mb4_never_more_gone_than_came(gone: int, came: int, left: int, ends: date, expected: list[str]) -> None:
    assert said(check_sales(Stock(gone, came, left, ends), today=DAY + timedelta(days=1))) == expected


# MB-5 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("scheme", "mass", "model", "carried", "expected"),
    [
        ("vietgap", 1000, "SG", 1000, []),
        ("vietgap", 1001, "SG", 1000, ["MB-5 block"]),
        ("vietgap", 500, "SG", 999, ["MB-5 review"]),  # not all of the lot
        ("vietgap", 500, "MB", 500, []),
        ("vietgap", 501, "MB", 500, ["MB-5 block"]),
        ("gi", 500, "MB", 500, ["MB-5 review"]),  # never by mass balance
        ("organic", 500, "MB", 500, ["MB-5 review"]),
    ],
)
def test_mb5_no_more_is_claimed_than_is_carried(
    scheme: str, mass: int, model: str, carried: int, expected: list[str]
) -> None:
    lot = Carried(total=1000, masses={scheme: carried}, plots={1})
    assert said(check_claims([Said(scheme, "A1", mass, model)], lot)) == expected


def test_mb5_identity_preserved_wants_one_set_of_plots() -> None:
    claim = Said("vietgap", "A1", 1000, "IP")
    assert check_claims([claim], Carried(1000, {"vietgap": 1000}, {1})) == []
    assert said(check_claims([claim], Carried(1000, {"vietgap": 1000}, {1, 2}))) == ["MB-5 review"]


# MB-6 -----------------------------------------------------------------------------------------------------------
def test_mb6_a_certificate_ends_at_its_maximum() -> None:
    assert check_certificate(picked(600, 400), number="A1", most=1000) == {}
    over = check_certificate(picked(600, 401), number="A1", most=1000)
    assert {pk: said(its) for pk, its in over.items()} == {2: ["MB-6 block"]}


def test_mb6_one_growing_area_of_two_cooperatives_is_asked_about_on_both_sides() -> None:
    areas = [Area(1, 10, "VN-CT-1"), Area(2, 20, "VN-CT-1"), Area(3, 10, "VN-CT-2"), Area(4, 10, "VN-CT-2")]
    assert {plot: said(its) for plot, its in check_areas(areas).items()} == {1: ["MB-6 review"], 2: ["MB-6 review"]}


# MB-7 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("counted", "up", "expected"),
    [
        (995_000, 0, []),
        (994_999, 0, ["MB-7 block"]),
        (1_030_000, 30_000, []),
        (1_030_001, 30_001, ["MB-7 review"]),
    ],
)
def test_mb7_the_books_and_the_scale_agree(counted: int, up: int, expected: list[str]) -> None:
    month = Month(opening=400_000, came=600_000, went=0, lost=0, unit="g", adjusted_up=up)
    assert said(check_month(month, counted=counted)) == expected


# MB-8 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-1, ["MB-8 block"]), (0, ["MB-8 review"]), (29, ["MB-8 review"]), (30, []), (2880, []), (2881, ["MB-8 review"])],
)
def test_mb8_a_step_takes_its_time(drying: Making, minutes: int, expected: list[str]) -> None:
    assert said(check_duration(replace(drying, at=BORN + timedelta(minutes=minutes)), TEA_BAND)) == expected


def test_mb8_counts_from_the_youngest_input(drying: Making) -> None:
    young = replace(OTHER_LEAF, born_at=BORN + timedelta(hours=9, minutes=45))
    both = replace(drying, inputs=(made_part(LEAF, 1), made_part(young, 1)))
    assert said(check_duration(both, TEA_BAND)) == ["MB-8 review"]


@pytest.mark.parametrize(
    ("waited", "back", "expected"),
    [
        (14, None, []),
        (13, None, ["MB-8 block"]),
        (13, DAY, ["MB-8 block"]),
        (13, DAY - timedelta(days=1), ["MB-8 review"]),
    ],
)
def test_mb8_nothing_is_harvested_too_soon_after_a_spray(waited: int, back: date | None, expected: list[str]) -> None:
    spray = Spray(DAY - timedelta(days=waited), 14, withdrawn_on=back)
    assert said(check_spraying(DAY, [spray])) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 15), []),
        (date(2026, 5, 16), ["MB-8 review"]),
        (date(2026, 2, 14), []),
        (date(2026, 2, 13), ["MB-8 review"]),
    ],
)
def test_mb8_a_harvest_is_in_season_give_or_take_15_days(day: date, expected: list[str]) -> None:
    assert said(check_season(day, {3, 4})) == expected


# MB-9 -----------------------------------------------------------------------------------------------------------
def fix(metres_north: int, accuracy: int = 5, at: datetime = NOON) -> Fix:
    return Fix(9.5 + metres_north / 111_195, 106.2, accuracy, at)


@pytest.mark.parametrize(
    ("away", "expected"), [(50, []), (51, ["MB-9 review"]), (1_000, ["MB-9 review"]), (1_001, ["MB-9 block"])]
)
def test_mb9_a_harvest_lies_on_its_plot(away: int, expected: list[str]) -> None:
    assert said(check_place(fix(0), away_m=away)) == expected


def test_mb9_a_poor_position_is_given_twice_its_accuracy() -> None:
    assert check_place(fix(0, accuracy=100), away_m=200) == []


def test_mb9_without_a_position_the_place_is_self_declared_and_nothing_is_accused() -> None:
    assert place_class(None) == "self_declared" and check_place(None, away_m=10_000) == []
    assert place_class(fix(0)) == "measured"


def test_mb9_a_device_does_not_fly() -> None:
    hour_later = NOON + timedelta(hours=1)
    assert check_speed(fix(0), fix(119_000, at=hour_later)) == []
    assert said(check_speed(fix(0), fix(121_000, at=hour_later))) == ["MB-9 review"]
    assert metres_between(fix(0), fix(0)) == 0
