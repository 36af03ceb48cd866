"""Whether a request that comes twice says what is stored. Numbers may have changed between: a GTIN was given to the
pack, a growing-area code to the plot. The deed is the same, so a lot is compared by its code, which never changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from traceability.epcis.hashing import event_id
from traceability.epcis.identifiers import constrained
from traceability.epcis.incoming import Item
from traceability.events.lots import Lots, find_lots

LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
LEARNED_LATER = "ocop:growingAreaCode"


def is_same_deed(stored: str, document: Mapping[str, Any]) -> bool:
    """``stored`` is the text of an event, ``document`` what is asked now. Two queries at most."""
    earlier = json.loads(stored)
    lots = find_lots([*_items(earlier), *_items(document)])
    return _fingerprint(earlier, lots) == _fingerprint(document, lots)


def _items(document: Mapping[str, Any]) -> Iterator[Item]:
    for name in LISTS:
        for amount in document.get(name, ()):
            yield _item(amount["epcClass"])


def _item(uri: str) -> Item:
    return Item("object", constrained(uri), uri, True, "")


def _fingerprint(document: Mapping[str, Any], lots: Lots) -> str:
    """The event's hash with every lot of ours under its public code."""
    said = dict(document)
    for name in LISTS:
        if name in said:
            said[name] = [amount | {"epcClass": _stable(amount["epcClass"], lots)} for amount in said[name]]
    if "ilmd" in said:
        said["ilmd"] = {name: value for name, value in said["ilmd"].items() if name != LEARNED_LATER}
    return event_id(said)


def _stable(uri: str, lots: Lots) -> str:
    batch = lots.batch_of(_item(uri))
    return f"{settings.ID_BASE_URL.rstrip('/')}/t/{batch.public_code}" if batch else uri
