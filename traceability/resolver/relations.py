"""Link types: what a link is about, in the words of GS1's Web Vocabulary (version 1.16)."""

from __future__ import annotations

import re
from enum import StrEnum

NAMESPACE = "https://ref.gs1.org/voc/"
PREFIX = "gs1"


class Relation(StrEnum):
    """The link types this house can really serve."""

    DEFAULT = "defaultLink"
    DEFAULT_MULTI = "defaultLinkMulti"
    PRODUCT_PAGE = "pip"
    MASTER_DATA = "masterData"
    TRACEABILITY = "traceability"
    EVENTS = "epcis"
    CERTIFICATION = "certificationInfo"
    RECALL = "recallStatus"
    PASSPORT = "dpp"
    RETAILERS = "hasRetailers"
    SAFETY = "safetyInfo"
    STORAGE = "consumerHandlingStorageInfo"
    LOCATION = "locationInfo"

    @property
    def uri(self) -> str:
        """The key in a linkset: EPCIS documents expand ``gs1:`` to another namespace, linksets must use this one."""
        return NAMESPACE + self.value


WHOLE_SET = frozenset({"linkset", "all"})
"""Words that ask for the linkset itself; ``all`` is the name of it up to version 1.0 of the resolver standard."""

_BY_NAME = {relation.value: relation for relation in Relation}
_SPELLING = re.compile(r"(?:gs1:|https?://(?:ref\.|www\.)?gs1\.org/voc/)([A-Za-z]+)")


def read_relation(asked: str) -> Relation | None:
    """The link type meant by ``gs1:pip`` or by its address under ref.gs1.org, gs1.org or www.gs1.org; else None."""
    match = _SPELLING.fullmatch(asked.strip())
    return _BY_NAME.get(match[1]) if match else None
