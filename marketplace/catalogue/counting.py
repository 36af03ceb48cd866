"""How many goods there are of each kind, beside whatever else was chosen: all counts of a page from one question.

The catalogue is read once as cells: so many goods of this group, province, stars, band of prices, in stock or not, in
season or not. A hundred thousand goods are some thousand cells; every count of every combination of filters is a sum
over them. They are kept under the catalogue's stamp, which changes in the transaction of every change: what is shown is
never of before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count

from marketplace.catalogue.entries import CatalogueEntry, EntryQuerySet
from marketplace.catalogue.keeping import kept_in, pages

KEPT_SECONDS = 3_600


class Kind(NamedTuple):
    """What goods are counted by. ``season``: in season in the month that was asked for."""

    group: str
    province: str
    stars: int
    band: int
    in_stock: bool
    season: bool


Cells = tuple[tuple[Kind, int], ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of it; None, "" and False choose nothing. ``stars``: at least so many."""

    group: str = ""
    province: str = ""
    stars: int = 0
    band: int | None = None
    in_stock: bool = False
    season: bool = False

    def misses(self, kind: Kind) -> tuple[bool, ...]:
        """In the order of ``Kind``: which choices it does not fit."""
        return (
            bool(self.group) and kind.group != self.group,
            bool(self.province) and kind.province != self.province,
            kind.stars < self.stars,
            self.band is not None and kind.band != self.band,
            self.in_stock and not kind.in_stock,
            self.season and not kind.season,
        )

    def fits(self, kind: Kind) -> bool:
        return True not in self.misses(kind)


@dataclass(slots=True)
class Counts:
    """``total``: what fits everything. Each other count fits everything but the choice of its own kind, so that it says
    what another choice would show. ``stars``: at least so many."""

    total: int = 0
    groups: dict[str, int] = field(default_factory=dict)
    provinces: dict[str, int] = field(default_factory=dict)
    stars: dict[int, int] = field(default_factory=dict)
    bands: dict[int, int] = field(default_factory=dict)
    in_stock: int = 0
    season: int = 0


def count(cells: Iterable[tuple[Kind, int]], chosen: Chosen) -> Counts:
    """One walk: what misses nothing counts everywhere, what misses one choice only there. Pure."""
    sums: tuple[Counter[object], ...] = tuple(Counter() for _ in Kind._fields)
    total = 0
    for kind, many in cells:
        misses = chosen.misses(kind)
        wrong = misses.count(True)
        if wrong == 0:
            total += many
            for at, value in enumerate(kind):
                sums[at][value] += many
        elif wrong == 1:
            at = misses.index(True)
            sums[at][kind[at]] += many
    groups, provinces, stars, bands, in_stock, season = sums
    return Counts(
        total=total,
        groups={str(key): many for key, many in groups.items()},
        provinces={str(key): many for key, many in provinces.items()},
        stars={least: sum(many for key, many in stars.items() if _int(key) >= least) for least in (5, 4, 3)},
        bands={_int(key): many for key, many in bands.items()},
        in_stock=in_stock[True],
        season=season[True],
    )


def _int(key: object) -> int:
    return int(key) if isinstance(key, int) else 0


def count_catalogue(
    chosen: Chosen, *, stamp: str, month: int, least: int | None = None, most: int | None = None
) -> Counts:
    """Of all that is shown, between two prices where such were typed. No question when the answer is kept."""
    key = f"catalogue.counts.{stamp}.{month}.{least}.{most}.{chosen.group}.{chosen.province}." + (
        f"{chosen.stars}.{chosen.band}.{chosen.in_stock:d}.{chosen.season:d}"
    )
    everything = CatalogueEntry.objects.shown()
    if least is not None or most is not None:
        # Prices are typed, as many as one likes: the counts are kept, a few hundred bytes, and not the cells.
        return kept_in(pages, key, KEPT_SECONDS, lambda: count(read_cells(everything, month, least, most), chosen))

    def cells() -> Cells:
        return kept_in(
            cache, f"catalogue.cells.{stamp}.{month}", KEPT_SECONDS, lambda: read_cells(everything, month, None, None)
        )

    return kept_in(pages, key, KEPT_SECONDS, lambda: count(cells(), chosen))


def read_cells(entries: EntryQuerySet, month: int, least: int | None, most: int | None) -> Cells:
    entries = entries.with_season(month)
    if least is not None:
        entries = entries.filter(price_dong__gte=least)
    if most is not None:
        entries = entries.filter(price_dong__lte=most)
    names = ("ocop_group", "province", "stars", "price_band", "in_stock", "now")
    rows = entries.order_by().values_list(*names).annotate(many=Count("*"))
    return tuple(
        (Kind(group, province, stars, band, in_stock, bool(now)), many)
        for group, province, stars, band, in_stock, now, many in rows
    )
