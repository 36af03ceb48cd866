"""What a live listing can be found by. Apart from ``models`` because a listing that goes live writes it."""

from __future__ import annotations

from django.db import models


class CatalogueEntry(models.Model):
    """Folded words of one listing, rebuilt by the acts that change them."""

    listing = models.OneToOneField("marketplace.Listing", on_delete=models.CASCADE, related_name="entry")
    words = models.TextField()
    ocop_group = models.CharField(max_length=2, blank=True, db_index=True)
    sort_key = models.CharField(max_length=800, blank=True)

    def __str__(self) -> str:
        return self.words[:40]
