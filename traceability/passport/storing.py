"""Keeps drawn pages, so that a scan costs one SELECT. A stored page that is out of date is simply not found."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from community import clock
from community.photos.models import Photo
from community.photos.rendering import render_photo
from traceability.batches.models import Batch
from traceability.passport.drawing import LANGUAGES, Drawn, draw_passport, revision
from traceability.passport.finding import public_batches
from traceability.passport.models import PassportPage

BATCHES_AT_ONCE = 200


def stored_page(*, where: Q, language: str) -> Drawn | None:
    """The stored page of a public batch, if it still says what is true today. One query."""
    row = (
        PassportPage.objects.filter(
            where,
            language=language,
            version=F("batch__page_version"),
            built_on=clock.today(),
            etag__startswith=revision(),
        )
        .exclude(batch__status=Batch.Status.DRAFT)
        .values_list("html_gz", "etag")
        .first()
    )
    return Drawn(html_gz=bytes(row[0]), etag=row[1]) if row else None


def stale_batches() -> QuerySet[Batch]:
    """Public batches without an up-to-date page in some language, most recently changed first."""
    missing = Q()
    for language in LANGUAGES:
        fresh = PassportPage.objects.filter(
            batch=OuterRef("pk"),
            language=language,
            version=OuterRef("page_version"),
            built_on=clock.today(),
            etag__startswith=revision(),
        )
        missing |= ~Exists(fresh)
    return public_batches().filter(missing).order_by("-published_at", "-pk")


def store_stale_pages(*, limit: int = BATCHES_AT_ONCE) -> int:
    """Draw and keep what is out of date; how many batches were done. Run by the worker's clock."""
    batches = list(stale_batches()[:limit])
    for batch in batches:
        prepare_pictures(batch)
        store_pages(batch)
    return len(batches)


def prepare_pictures(batch: Batch) -> None:
    """Make the small sizes that were lost or not made yet: a page shows only pictures that are ready."""
    of_steps = Photo.objects.filter(evidence_of__event__batch=batch)
    of_product = Photo.objects.filter(pk=batch.product.photo_id)
    for photo in (of_steps | of_product).filter(renditions__isnull=True).distinct():
        render_photo(photo.pk)


def store_pages(batch: Batch) -> None:
    """Both languages of one batch. The version is the one the page was drawn from: a change meanwhile outdates it."""
    for language in LANGUAGES:
        drawn = draw_passport(batch, language=language)
        with transaction.atomic():
            PassportPage.objects.update_or_create(
                batch=batch,
                language=language,
                defaults={
                    "version": batch.page_version,
                    "built_on": clock.today(),
                    "etag": drawn.etag,
                    "html_gz": drawn.html_gz,
                },
            )
