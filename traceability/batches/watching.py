"""The hook by which records of any room say that lots have moved. This floor's balance sits above its events, so it
is told instead of called.

Filled once by the balance in ``AppConfig.ready()``; without it nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Watcher = Callable[[Collection[int]], None]
Neighbours = Callable[[Collection[int], Collection[int]], Collection[int]]
_watchers: list[Watcher] = []
_neighbours: list[Neighbours] = []


def register(watcher: Watcher, neighbours: Neighbours) -> None:
    """Called at start with a function of batch ids, and one of batch ids and plot ids."""
    _watchers[:] = [watcher]
    _neighbours[:] = [neighbours]


def beside(batch_ids: Collection[int], plots: Collection[int] = ()) -> frozenset[int]:
    """Lots of the same ground as these, or as these plots: what is written of one is checked with the others, so they
    are locked together, before the log."""
    return frozenset(lot for neighbours in _neighbours for lot in neighbours(batch_ids, plots))


def moved(batch_ids: Collection[int]) -> None:
    """Say, once at the end of a write and inside its transaction, which of our batches it moved, linked or gave a
    certificate: they and what was made of them are checked. Never refuses anything."""
    for watcher in _watchers if batch_ids else ():
        watcher(batch_ids)
