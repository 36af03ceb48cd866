"""A lot as one EPCISDocument: its records, those of the lots it was made of, and what was declared wrong since."""

from __future__ import annotations

from traceability.epcis.documents import build_document, render_json
from traceability.exchange.lot_story import LotStory


class EpcisExport:
    """Valid against GS1's EPCIS 2.0 JSON schema. Sales are left out: they name orders."""

    media_type = "application/ld+json"
    ending = "jsonld"

    def render(self, story: LotStory) -> bytes:
        document = build_document((story.documents[event.pk] for event in story.events), created_at=story.changed_at)
        return render_json(document).encode()
