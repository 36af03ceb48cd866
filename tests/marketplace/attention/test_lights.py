"""From facts to a light and one next thing: a table, no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from marketplace.attention.lights import Facts, Kind, Light, light_of, troubles_of

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # ten in the morning in Viet Nam
TODAY = date(2026, 11, 20)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def seen(**facts: Any) -> list[tuple[str, str]]:
    return [(one.kind.value, one.light.value) for one in troubles_of(Facts(**facts), now=NOW)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"unanswered": (NOW - 5 * HOUR,)}, []),
        ({"unanswered": (NOW - 6 * HOUR,)}, [("orders", "amber")]),
        ({"unanswered": (NOW - 20 * HOUR, NOW - HOUR)}, [("orders", "amber")]),
        ({"unanswered": (NOW - 24 * HOUR,)}, [("orders", "red")]),
        ({"late_to_send": 1}, [("sending", "red")]),
        ({"claims": (NOW + 13 * HOUR,)}, [("claims", "amber")]),
        ({"claims": (NOW + 12 * HOUR, NOW + 40 * HOUR)}, [("claims", "red")]),
        ({"claims": (None,)}, [("claims", "amber")]),
        ({"questions": (TODAY,)}, [("questions", "amber")]),
        ({"questions": (TODAY - DAY,)}, [("questions", "red")]),
        ({"papers": (("VietGAP", TODAY + 31 * DAY),)}, []),
        ({"papers": (("VietGAP", TODAY + 30 * DAY),)}, [("paper", "amber")]),
        ({"papers": (("VietGAP", TODAY),)}, [("paper", "amber")]),
        ({"papers": (("VietGAP", TODAY - DAY),)}, [("paper", "red")]),
        ({"papers": (("VietGAP", TODAY - 181 * DAY),)}, []),
        ({"drafts": (("photo", NOW - 47 * HOUR),)}, []),
        ({"drafts": (("photo", NOW - 48 * HOUR),)}, [("draft", "amber")]),
        ({"status": "applied", "application": "draft"}, [("application", "amber")]),
        ({"status": "applied", "application": "sent"}, []),
        ({"status": "applied", "missing_start": "account"}, []),
        ({"missing_start": "account"}, [("start", "amber")]),
        ({"status": "suspended"}, [("suspended", "red")]),
        ({"sells": True, "last_batch_on": TODAY - 29 * DAY}, []),
        ({"sells": True, "last_batch_on": TODAY - 30 * DAY}, [("batch", "amber")]),
        ({"sells": True}, [("batch", "amber")]),
        ({"sells": False, "last_batch_on": TODAY - 90 * DAY}, []),
        ({"stopped": 1, "unexplained": 2}, [("balance", "red")]),
        ({"unexplained": 2}, [("balance", "amber")]),
        ({"locked": 1}, [("locked", "red")]),
        ({"wrong_pins": 1}, [("pins", "amber")]),
        ({"scarce": (("Mật ong", 5),)}, []),
        ({"scarce": (("Mật ong", 4),)}, [("stock", "amber")]),
        ({"scarce": (("Mật ong", 0),), "status": "suspended"}, [("suspended", "red")]),
    ],
)
def test_each_fact_has_its_light(facts: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert seen(**facts) == expected


def test_red_comes_before_amber_and_clocks_before_the_rest() -> None:
    everything = seen(
        wrong_pins=1,
        scarce=(("Mật ong", 0),),
        papers=(("VietGAP", TODAY - DAY),),
        unanswered=(NOW - 30 * HOUR,),
        claims=(NOW + 40 * HOUR,),
        locked=1,
    )
    assert everything == [
        ("orders", "red"),
        ("locked", "red"),
        ("paper", "red"),
        ("claims", "amber"),
        ("stock", "amber"),
        ("pins", "amber"),
    ]


def test_the_one_next_thing_tells_how_much_and_until_when() -> None:
    orders = troubles_of(Facts(unanswered=(NOW - 20 * HOUR, NOW - 2 * HOUR)), now=NOW)[0]
    assert (orders.count, orders.hours) == (2, 20)
    paper = troubles_of(Facts(papers=(("OCOP", TODAY + 20 * DAY), ("VietGAP", TODAY + 3 * DAY))), now=NOW)[0]
    assert (paper.word, paper.day) == ("VietGAP", TODAY + 3 * DAY)
    stuck = troubles_of(Facts(drafts=(("price", NOW - 3 * DAY), ("photo", NOW - 9 * DAY))), now=NOW)[0]
    assert (stuck.word, stuck.count) == ("photo", 2)


def test_days_are_those_of_viet_nam() -> None:
    """At 17:30 UTC it is tomorrow there: a paper that was valid until today has ended."""
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    paper = Facts(papers=(("VietGAP", TODAY),))
    assert light_of(troubles_of(paper, now=late)) == Light.RED
    assert light_of(troubles_of(paper, now=late - HOUR)) == Light.AMBER


def test_without_troubles_the_light_is_green() -> None:
    assert light_of([]) == Light.GREEN


def test_every_kind_can_be_found() -> None:
    """No kind is dead: each is brought about by some facts of the table above."""
    table = test_each_fact_has_its_light.pytestmark[0].args[1]
    assert {kind for _facts, expected in table for kind, _light in expected} == set(Kind)
