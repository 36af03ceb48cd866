"""Whether a document and a leaf's payload say the same."""

from __future__ import annotations

import json

from traceability.epcis.canonical import NotCanonical, canonical_json


def says_the_same(body: str, payload: str) -> bool:
    """Is ``payload`` the RFC 8785 form of the JSON text ``body``? A cheap writing first: it differs in rare cases."""
    if body == payload:
        return True
    try:
        document = json.loads(body)
        cheap = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return cheap == payload or canonical_json(document).decode() == payload
    except (ValueError, RecursionError, NotCanonical):
        return False
