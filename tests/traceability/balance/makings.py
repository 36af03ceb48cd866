"""Lots and amounts for the pure rules."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from traceability.balance.facts import Band, Lot, Part

BORN = timezone.make_aware(datetime(2026, 4, 10, 6))
LEAF = Lot(1, "LEAF", (1, "lá"), "raw", "g", 1, 1, 1, BORN)
OTHER_LEAF = Lot(2, "LEAF-2", (1, "lá"), "raw", "g", 1, 1, 2, BORN)
TEA = Lot(3, "TEA", (1, "chè"), "intermediate", "g", 1, 1)
TEA_2 = Lot(4, "TEA-2", (1, "chè"), "intermediate", "g", 1, 1)
PACKS = Lot(5, "PACKS", (1, "", 9), "finished", "g", 1, 1)
TEA_BAND = Band(200, 240, 270, least_minutes=30, most_minutes=2880)


def made_part(lot: Lot, base: int) -> Part:
    return Part(lot, base)
