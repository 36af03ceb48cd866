"""The twin of table.py for helpers: which scopes of a mandate open each address of the desk.

Written out on purpose and read from nothing. What stands in no line follows its door: `list`, `record` and `pack` are
opened by the scope of that name, `view` by every mandate, `money` and `team` by none.
"""

from __future__ import annotations

from tests.permissions.table import MEMBER_DOORS, Address

ALL = ("list", "record", "orders", "pack", "import")
BY_DOOR = {"view": ALL, "list": ("list",), "record": ("record",), "pack": ("pack",), "money": (), "team": ()}

_OPENED_BY = """
orders pack | selling:orders selling:parcel
orders      | selling:accept selling:not_enough selling:not_enough_back
list import | selling:listings selling:listing
list        | selling:reviews selling:papers selling:paper_scan
import      | selling:sheets selling:sheet selling:sheet_row selling:sheet_template
            | selling:export selling:export_file selling:archive selling:draft_drop selling:shipping_zone_remove
            | selling:vouchers selling:voucher_new selling:voucher_stop selling:hand_sale_forget selling:kept_form
            | selling:claims selling:claim selling:claim_photo selling:reject fieldwork:forget_place
            | helping:done_for_us helping:visits_of_us helping:visit_photo_of_us
"""

DRAFTS = {"selling:new_listing", "selling:draft", "selling:draft_resume", "selling:sheets", "selling:sheet_row"}
"""Where a mandate on paper, not confirmed yet, may post."""


def _told() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _OPENED_BY.strip("\n").splitlines():
        scopes, names = line.split("|")
        for name in names.split():
            assert name not in found
            found[name] = tuple(scopes.split())
    return found


OPENED_BY = _told()


def scopes_of(address: Address) -> tuple[str, ...]:
    """Which scopes let a helper in; none: only the members themselves."""
    assert address.door in MEMBER_DOORS
    return OPENED_BY.get(address.name, BY_DOOR[address.door])
