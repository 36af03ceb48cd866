"""Keeps drawn pages, so that a scan costs one SELECT. A stored page that is out of date is simply not found."""

from __future__ import annotations

import gzip
import logging
from dataclasses import dataclass
from datetime import date, timedelta

import brotli
from django.db import transaction
from django.db.models import F, Q, QuerySet

from community import clock
from community.photos.rendering import render_if_possible, unready_photos
from community.prepared_reads import fetch_one
from traceability.batches.models import Batch
from traceability.events.models import Evidence
from traceability.events.upstream import told_events, upstream_of
from traceability.passport.drawing import LANGUAGES, Drawn, draw_passport, revision
from traceability.passport.finding import public_batches
from traceability.passport.models import PassportPage

log = logging.getLogger(__name__)
BATCHES_AT_ONCE = 200
BROTLI_QUALITY = 6  # a tenth smaller than gzip's best in the time of gzip; 11 would take a hundred times as long
BROTLI, GZIP = "br", "gzip"

# By hand, because composing it anew from a queryset costs more than everything else in a scan.
_STORED = """
SELECT p.{column}, p.etag FROM traceability_passportpage p JOIN traceability_batch b ON b.id = p.batch_id {joined}
WHERE {found_by} AND p.language = %s AND p.version = b.page_version AND p.valid_until > %s AND b.status <> 'draft'
"""
_FOUND_BY = {
    "lot": ("JOIN traceability_pack k ON k.id = b.pack_id", "k.gtin = %s AND b.lot_code = %s"),
    "code": ("", "b.public_code = %s"),
}
_SQL = {
    (by, encoding): _STORED.format(column=column, joined=joined, found_by=found_by)
    for by, (joined, found_by) in _FOUND_BY.items()
    for encoding, column in ((BROTLI, "html_br"), (GZIP, "html_gz"))
}
_STILL = {by: _STORED.format(column="id", joined=joined, found_by=where) for by, (joined, where) in _FOUND_BY.items()}


@dataclass(frozen=True, slots=True)
class Stored:
    """A page as it leaves. ``etag`` as in Drawn, of the words whatever the encoding."""

    body: bytes
    encoding: str
    sent: Sent

    @property
    def etag(self) -> str:
        return self.sent.etag


@dataclass(frozen=True, slots=True)
class Sent:
    """Which stored page left, and how it was found: enough to ask whether it still counts."""

    by: str
    keys: tuple[str, ...]
    language: str
    etag: str


def stored_by_lot(*, gtin: str, lot: str, language: str, encoding: str) -> Stored | None:
    """The page that counts today of a public batch, in BROTLI or GZIP. One query."""
    return _stored("lot", (gtin, lot), language, encoding)


def stored_by_code(*, code: str, language: str, encoding: str) -> Stored | None:
    """``code``: the ten characters, tidied. One query."""
    return _stored("code", (code,), language, encoding)


def _stored(by: str, keys: tuple[str, ...], language: str, encoding: str) -> Stored | None:
    row = fetch_one(_SQL[by, encoding], (*keys, language, clock.today().isoformat()))
    if row is None or not row[1].startswith(revision()) or not row[0]:
        return None
    return Stored(bytes(row[0]), encoding, Sent(by, keys, language, row[1]))


def still_counts(sent: Sent) -> bool:
    """Is that page the one that would leave now? One query, which reads no body."""
    row = fetch_one(_STILL[sent.by], (*sent.keys, sent.language, clock.today().isoformat()))
    return row is not None and row[1] == sent.etag


def stored_page(*, where: Q, language: str) -> Drawn | None:
    """The stored page of a public batch, if it still says what is true today. One query."""
    row = (
        PassportPage.objects.filter(
            where,
            language=language,
            version=F("batch__page_version"),
            valid_until__gt=clock.today(),
            etag__startswith=revision(),
        )
        .exclude(batch__status=Batch.Status.DRAFT)
        .values_list("html_gz", "etag")
        .first()
    )
    return Drawn(html_gz=bytes(row[0]), etag=row[1]) if row else None


def stale_batches(*, limit: int = BATCHES_AT_ONCE) -> QuerySet[Batch]:
    """Public batches without an up-to-date page in some language, most recently changed first; about ``limit`` of them.

    Each of the ways in which a page goes out of date is one range of an index, empty most of the time: a million
    batches cost no more to look through than ten.
    """
    public = Batch.objects.filter(status__in=[one for one in Batch.Status.values if one != Batch.Status.DRAFT])
    changed = public.annotate(behind=F("page_version") - F("drawn_version")).filter(behind__gt=0)
    pages = PassportPage.objects.filter(language__in=LANGUAGES).exclude(batch__status=Batch.Status.DRAFT)
    mine = revision()
    above = f"{int(mine, 16) + 1:0{len(mine)}x}"[-len(mine) :]  # hex alone: it sorts alike under every collation
    ids = [
        *changed.order_by("-published_at", "-pk").values_list("pk", flat=True)[:limit],
        *pages.filter(valid_until__lte=clock.today()).values_list("batch", flat=True)[:limit],
        *pages.filter(etag__lt=mine).values_list("batch", flat=True)[:limit],
        *(pages.filter(etag__gte=above).values_list("batch", flat=True)[:limit] if above > mine else ()),
    ]
    return public_batches().filter(pk__in=ids).order_by("-published_at", "-pk")


def store_stale_pages(*, limit: int = BATCHES_AT_ONCE) -> int:
    """Draw and keep what is out of date; how many batches were done. Run by the worker's clock.

    A batch that cannot be drawn is noted and left for the next time: it must not keep the others waiting.
    """
    return sum(_stored_one(batch) for batch in stale_batches(limit=limit)[:limit])


def _stored_one(batch: Batch) -> bool:
    try:
        prepare_pictures(batch)
        store_pages(batch)
    except Exception:
        log.exception("the pages of batch %s could not be stored", batch.public_code)
        return False
    return True


def prepare_pictures(batch: Batch) -> None:
    """Make the small sizes that were lost or not made yet: a page shows only pictures that are ready.

    Of the product, of the batch's own steps and of those of the lots it was made of. A picture that is broken is not
    shown; the page and the other pictures do not wait for it.
    """
    told = [event.pk for event in told_events(upstream_of(batch))]
    shown = Q(pk__in=Evidence.objects.filter(event__in=told).values("photo")) | Q(pk=batch.product.photo_id)
    for photo_id in unready_photos().filter(shown).values_list("pk", flat=True):
        render_if_possible(photo_id)


def valid_until(batch: Batch) -> date:
    """The first day after today on which the page says something else though nobody touches it.

    A batch passes its best-before date; a certificate begins, ends or is withdrawn. The far end of the calendar when
    nothing is due, so that midnight outdates only the few pages it changes.
    """
    today = clock.today()
    days = [batch.best_before_on + timedelta(days=1)] if batch.best_before_on else []
    papers = batch.product.certificates.filter(checked_at__isnull=False)
    for begins, ends, revoked in papers.values_list("issued_on", "expires_on", "revoked_on"):
        days += [day for day in (begins, ends and ends + timedelta(days=1), revoked) if day]
    return min((day for day in days if day > today), default=date.max)


def store_pages(batch: Batch) -> None:
    """Every language of one batch. The version is the one the page was drawn from: a change meanwhile outdates it."""
    until = valid_until(batch)
    for language in LANGUAGES:
        drawn = draw_passport(batch, language=language)
        with transaction.atomic():
            PassportPage.objects.update_or_create(
                batch=batch,
                language=language,
                defaults={
                    "version": batch.page_version,
                    "valid_until": until,
                    "etag": drawn.etag,
                    "html_gz": drawn.html_gz,
                    "html_br": brotli.compress(gzip.decompress(drawn.html_gz), quality=BROTLI_QUALITY),
                },
            )
    Batch.objects.filter(pk=batch.pk).update(drawn_version=batch.page_version)
