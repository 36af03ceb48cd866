"""Who carries parcels here, as sellers name them, and where a buyer follows one. Pure.

Only addresses that several independent shops use in the same form are linked (GHN, GHTK); of the others everybody links
another page, so name and number are shown and the buyer looks where the carrier says.
"""

from __future__ import annotations

import re

KNOWN = ("Viettel Post", "VNPost", "GHN", "GHTK", "J&T Express")
COACH, OWN, UNKNOWN = "Nhà xe", "Người bán tự giao", "Khác"
FULL_NAMES = {"GHN": "Giao Hàng Nhanh (GHN)", "GHTK": "Giao Hàng Tiết Kiệm (GHTK)"}
_PAGES = {"GHN": "https://donhang.ghn.vn/?order_code={}", "GHTK": "https://i.ghtk.vn/{}"}
_PLAIN = re.compile(r"[A-Za-z0-9.-]{4,60}")


def tracking_link(courier: str, number: str) -> str:
    """The carrier's public page of this parcel; "" when there is none that we know."""
    page = _PAGES.get(courier, "")
    return page.format(number) if page and _PLAIN.fullmatch(number) else ""


def coach_words(name: str, phone: str) -> str:
    """ "Nhà xe Hoàng Long · 0912 345 678": there is no number to follow, so one calls."""
    return " · ".join(part for part in (f"{COACH} {name}".strip(), phone) if part)
