"""Looks the catalogue over: each minute what the floors below and the calendar change, each night everything.

A lot that is sold out, a certificate that ends at midnight, a seller who is suspended: none of them knows this floor.
So rows that disagree with the tables they follow from are found by one statement and written anew. A list can therefore
be wrong for a minute about which goods it shows first or counts; a card is read live and is never wrong.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.db.models import Case, Exists, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import BigIntegerField, BooleanField
from django.db.models.functions import Coalesce

from marketplace.catalogue import word_index
from marketplace.catalogue.cataloguing import new_catalogue, write_entries, write_figures
from marketplace.catalogue.entries import CatalogueEntry, SearchWord
from marketplace.catalogue.figures import SELLABLE
from marketplace.listings.models import Listing
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.products.models import Pack

AT_ONCE = 500


def stale_entries(*, today: date) -> QuerySet[CatalogueEntry]:
    """Rows that do not say what the tables say today. Words, season and group are for the night."""
    here = {"product": OuterRef("listing__product")}
    offered = Pack.objects.filter(status="active", offer__on_sale=True, **here).order_by()
    least = offered.values("product").annotate(least=Min("offer__price_dong")).values("least")
    papers = Certificate.objects.valid_on(today).filter(scheme="ocop", products=OuterRef("listing__product")).order_by()
    most = papers.values("scheme").annotate(most=Max("stars")).values("most")
    active = Q(listing__live=True, listing__product__status="active", listing__product__cooperative__status="active")
    may_show = Case(When(active, then=Value(True)), default=Value(False), output_field=BooleanField())
    return (
        CatalogueEntry.objects.annotate(
            now_price=Coalesce(Subquery(least), Value(0), output_field=BigIntegerField()),
            now_stars=Coalesce(Subquery(most), Value(0), output_field=IntegerField()),
            now_stock=Exists(Batch.objects.on_sale(today).filter(**here, **SELLABLE)),
            may_show=may_show,
        )
        .annotate(
            now_shown=Case(
                When(may_show=True, now_price__gt=0, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
        .exclude(
            price_dong=F("now_price"),
            stars=F("now_stars"),
            in_stock=F("now_stock"),
            shown=F("now_shown"),
            commune=F("listing__product__cooperative__commune__code"),
        )
    )


def sweep_catalogue(*, today: date) -> int:
    """Write the rows anew that are wrong, and those that were never written; how many there were."""
    mended = 0
    products = list(stale_entries(today=today).values_list("listing__product", flat=True))
    for start in range(0, len(products), AT_ONCE):
        mended += write_figures(products[start : start + AT_ONCE], today=today)
    return mended + _write_missing()


def rebuild_catalogue(*, anew: bool = False) -> int:
    """Everything, words too, compared with what stands there; how many rows were wrong. ``anew``: the index of words
    is thrown away first."""
    if anew:
        with transaction.atomic():
            word_index.remove(connection)
            word_index.install(connection)
            SearchWord.objects.all().delete()
            CatalogueEntry.objects.update(words="")
            new_catalogue()
    wrong = _mend_index()
    ids = list(CatalogueEntry.objects.order_by("listing").values_list("listing", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        wrong += write_entries(_ready(Listing.objects.filter(pk__in=ids[start : start + AT_ONCE])))
    return wrong + _write_missing()


def _write_missing() -> int:
    missing = list(Listing.objects.live().filter(entry__isnull=True).order_by("pk").values_list("pk", flat=True))
    rows = (
        Listing.objects.filter(pk__in=missing[start : start + AT_ONCE]) for start in range(0, len(missing), AT_ONCE)
    )
    return sum(write_entries(_ready(some)) for some in rows)


def _mend_index() -> int:
    """Rows of the index without an entry that is shown go; entries that are not in it are marked to be written."""
    indexed = word_index.indexed_ids()  # first: what is approved meanwhile is written twice, not erased
    shown = set(CatalogueEntry.objects.shown().values_list("pk", flat=True))
    with transaction.atomic():
        word_index.erase(sorted(indexed - shown))
        lost = sorted(shown - indexed)
        for start in range(0, len(lost), AT_ONCE):
            CatalogueEntry.objects.filter(pk__in=lost[start : start + AT_ONCE]).update(words="")
    return len(indexed - shown)


def _ready(listings: QuerySet[Listing]) -> list[Listing]:
    related = listings.select_related("product__cooperative__commune__parent").prefetch_related("photos")
    return list(related.order_by("pk"))
