"""What a live listing can be found, narrowed and counted by. Apart from ``models`` because going live writes it.

Which rows a list shows and how many there are is answered by these rows alone; what a card then says is read live.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from community.text.codes import new_code

PRICE_BANDS = (50_000, 100_000, 200_000, 500_000)
"""Upper ends, in đồng and included; what costs more is in the last band, number ``len(PRICE_BANDS)``."""

NEWEST = ("-in_stock", "-listed_at", "-listing")
COUNTED = ("ocop_group", "province", "stars", "price_band", "in_stock", "season", "price_dong")


def band_of(price_dong: int) -> int:
    return sum(price_dong > end for end in PRICE_BANDS)


def _bit(month: int) -> CombinedExpression:
    return F("season").bitand(1 << (month - 1))


class EntryQuerySet(models.QuerySet["CatalogueEntry"]):
    def shown(self) -> EntryQuerySet:
        """Those that buyers may see: approved words, active product and seller, a pack on offer."""
        return self.filter(shown=True)

    def with_season(self, month: int) -> EntryQuerySet:
        """Annotated with ``now``: more than 0 where goods come in that month, 1 to 12."""
        return self.annotate(now=_bit(month))

    def in_season(self, month: int) -> EntryQuerySet:
        return self.annotate(now=_bit(month)).filter(now__gt=0)


def _index(name: str, *fields: str) -> models.Index:
    """Of the rows a list may show, in one order of it."""
    return models.Index(fields=list(fields), condition=Q(shown=True), name=name)


class CatalogueEntry(models.Model):
    """Folded words and figures of one listing, rebuilt by the acts that change them and looked over each minute
    (``figures``). Figures are of the day they were written."""

    listing = models.OneToOneField("marketplace.Listing", on_delete=models.CASCADE, related_name="entry")
    words = models.TextField()
    title_words = models.TextField(blank=True)  # " gao thom st25 fragrant rice "
    sort_key = models.CharField(max_length=800, blank=True)
    photo = models.ForeignKey("community.Photo", null=True, on_delete=models.SET_NULL, related_name="+")
    shown = models.BooleanField(default=False)
    ocop_group = models.CharField(max_length=2, blank=True)
    province = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=5, blank=True)
    stars = models.PositiveSmallIntegerField(default=0)  # 0: no certificate valid on the day
    price_dong = models.BigIntegerField(default=0)  # of the cheapest pack on offer
    price_band = models.PositiveSmallIntegerField(default=0)
    in_stock = models.BooleanField(default=False)
    season = models.PositiveSmallIntegerField(default=0)  # bit 0: January
    listed_at = models.DateTimeField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        indexes = [
            _index("entry_newest", *NEWEST),
            _index("entry_province", "province", *NEWEST),
            _index("entry_commune", "commune", *NEWEST),
            _index("entry_group", "ocop_group", *NEWEST),
            _index("entry_price", "-in_stock", "price_dong", "listing"),
            _index("entry_stars", "-stars", *NEWEST),
            _index("entry_name", "sort_key", "listing"),
            _index("entry_counts", *COUNTED),
        ]

    def __str__(self) -> str:
        return self.words[:40]


def new_stamp() -> str:
    return new_code(12)


class CatalogueStamp(models.Model):
    """One row: a new stamp in the transaction of every change of an entry. What is counted is kept under it."""

    stamp = models.CharField(max_length=12, default=new_stamp)

    def __str__(self) -> str:
        return self.stamp


class SearchWord(models.Model):
    """The words that are in the index, folded: what a word with a wrong letter could have been. A word that is not used
    any more does no harm: every suggestion is searched for before it is made."""

    word = models.CharField(max_length=40, unique=True)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

    def __str__(self) -> str:
        return self.word
