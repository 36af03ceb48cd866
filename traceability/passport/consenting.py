"""A person's yes or no changes what is shown of her: the kept pages of the batches that show it stop counting."""

from __future__ import annotations

from django.db.models import Q

from community.consents.models import ConsentRecord
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.genealogy.tracing import Direction, trace

MOST = 5_000


def redraw_for_photo(word: ConsentRecord) -> None:
    """Of batches that were made of others, too: their steps are told there."""
    bound = Batch.objects.filter(Q(events__evidence__photo=word.about))
    found = trace(list(bound.values_list("pk", flat=True)), Direction.FORWARD, limit=MOST)
    touch_pages(Batch.objects.filter(Q(pk__in=found.ids) | Q(product__photo=word.about)))


def redraw_for_phone(word: ConsentRecord) -> None:
    if word.person.phone:
        touch_pages(Batch.objects.filter(cooperative__phone=word.person.phone))
