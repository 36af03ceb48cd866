"""The hook by which records of any room say that lots have moved. This floor's balance sits above its events, so it
is told instead of called.

Filled once by the balance in ``AppConfig.ready()``; without it nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Watcher = Callable[[Collection[int]], None]
_watchers: list[Watcher] = []


def register(watcher: Watcher) -> None:
    """Called at start with a function of batch ids."""
    _watchers[:] = [watcher]


def moved(batch_ids: Collection[int]) -> None:
    """Say, once at the end of a write and inside its transaction, which of our batches it moved, linked or gave a
    certificate: they and what was made of them are checked. Never refuses anything."""
    for watcher in _watchers if batch_ids else ():
        watcher(batch_ids)
