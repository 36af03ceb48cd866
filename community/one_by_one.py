"""The worker's sweeps do many rows, each by itself: one that is broken does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial


def safely(step: Callable[..., bool | object], *given: object, of: int, log: logging.Logger, **facts: object) -> bool:
    """``step`` with what is given. False when it says False, or failed: then ``log`` has its trace. ``of``: the key of
    the row, for the log."""
    try:
        return partial(step, *given, **facts)() is not False
    except Exception:
        log.exception("%s of %s did not go", getattr(step, "__name__", "a step"), of)
        return False
