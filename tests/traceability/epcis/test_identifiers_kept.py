"""What strangers send is not kept in memory beyond a bound."""

from __future__ import annotations

from traceability.epcis import identifiers
from traceability.epcis.identifiers import LONGEST_KEPT, constrained
from traceability.resolver.targets import is_served


def test_long_identifiers_are_read_but_not_kept() -> None:
    identifiers._kept.cache_clear()
    long = "https://example.org/" + "x/" * LONGEST_KEPT + "01/09521234001560/10/A"
    assert constrained(long) == "https://id.gs1.org/01/09521234001560/10/A"
    assert identifiers._kept.cache_info().currsize == 0
    constrained("https://example.org/01/09521234001560/10/A")
    assert identifiers._kept.cache_info().currsize == 1


def test_the_links_that_are_kept_are_bounded() -> None:
    assert is_served.cache_info().maxsize is not None
