"""Six questions by number, told upward only where nobody could be known by them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from community.visits.models import Needs
from community.visits.needs import (
    CannotAsk,
    Signals,
    change_needs,
    drop_needs,
    households_of,
    missing_of,
    told_upward,
    write_needs,
)
from tests.harness.team import acts

SOME = Signals(has_phone=True, takes_photos=True)


def write(cast, place, signals=SOME) -> Needs:
    return write_needs(cooperative=cast.huong_que, place=place, signals=signals, actor=acts(place))


def test_households_are_numbered_and_scored_by_what_is_missing(cast, helpers) -> None:
    first, second = write(cast, helpers.tuan), write(cast, helpers.hanh, Signals())
    assert (first.number, first.missing, second.number, second.missing) == (1, 4, 2, 6)
    drop_needs(needs=first, place=helpers.tuan, actor=acts(helpers.tuan))
    assert write(cast, helpers.tuan).number == 3  # a number is not given again
    assert [one.number for one in households_of([cast.huong_que.pk])] == [2, 3]


def test_no_field_of_a_household_could_hold_a_name_or_a_telephone() -> None:
    kinds = {field.get_internal_type() for field in Needs._meta.concrete_fields}
    assert not kinds & {"CharField", "TextField", "JSONField", "FileField"}


@pytest.mark.parametrize(("by", "code"), [("elsewhere", "not_here"), ("nga", "only_looks")])
def test_only_who_helps_here_asks(cast, helpers, by, code) -> None:
    with pytest.raises(CannotAsk, match=code):
        write(cast, getattr(helpers, by))
    assert not Needs.objects.exists()


def test_asked_again_it_is_changed_until_the_household_is_gone(cast, helpers) -> None:
    needs = write(cast, helpers.tuan)
    told = {"needs": needs, "place": helpers.hanh, "actor": acts(helpers.hanh)}
    assert change_needs(signals=replace(SOME, has_account=True), **told).missing == 3
    drop_needs(**told)
    with pytest.raises(CannotAsk, match="gone"):
        change_needs(signals=Signals(), **told)
    with pytest.raises(CannotAsk, match="gone"):
        drop_needs(**told)


@pytest.mark.parametrize(
    ("missing", "households", "total", "cell"),
    [
        (0, 12, 12, 0),
        (5, 12, 12, 5),
        (7, 12, 12, 7),
        (4, 12, 12, None),  # four households
        (8, 12, 12, None),  # the four that have it
        (12, 12, 12, 12),
        (3, 4, None, None),
        (0, 4, None, None),
        (0, 0, 0, 0),
    ],
)
def test_fewer_than_five_households_are_never_told(missing, households, total, cell) -> None:
    told = told_upward({"has_phone": missing}, households=households)
    assert (told.households, told.missing["has_phone"]) == (total, cell)


def test_counts_are_of_what_is_missing() -> None:
    assert missing_of([Needs(has_phone=True), Needs()])["has_phone"] == 1
