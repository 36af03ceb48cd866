"""How much is measured: quick for every day, full by hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int
    seconds: float
    clients: tuple[int, ...]
    lots: int
    edges: int
    entries: tuple[int, ...]
    events: int
    orders: int


QUICK = Plan(
    rounds=3, seconds=2, clients=(8,), lots=20_000, edges=20_000, entries=(1_000, 20_000), events=1_000, orders=100
)
FULL = Plan(
    rounds=3,
    seconds=4,
    clients=(1, 8, 32),
    lots=1_000_000,
    edges=1_000_000,
    entries=(1_000, 100_000, 1_000_000),
    events=5_000,
    orders=1_000,
)
