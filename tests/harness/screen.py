"""One screen to be photographed."""

from __future__ import annotations

from typing import NamedTuple


class Screen(NamedTuple):
    """``who``: guest, buyer (with a basket), lan, son, hoa, or an owner's phone. ``en`` is empty when English is the

    same address under /en.
    """

    name: str
    who: str
    path: str
    en: str = ""
