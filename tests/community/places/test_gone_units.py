from __future__ import annotations

from community.places.finding import communes_of, find_units
from community.places.models import AdminUnit


def test_gone_units_are_not_offered(places: dict[str, AdminUnit]) -> None:
    gone = places["31673"]
    AdminUnit.objects.filter(pk=gone.pk).update(is_current=False, gone_at="2026-10-01T00:00Z")
    assert "31673" not in [hit.unit.code for hit in find_units("Trần Đề")]
    assert gone not in communes_of(places["92"])
