from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PageWords(models.Model):
    """What one live page says, folded, so that "quet ma" finds "Quét mã"; each word stands after a blank.

    A copy that may be thrown away: ``searching.indexing`` makes it from the pages.
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="+", primary_key=True)
    title = models.TextField(_("title"))
    words = models.TextField(_("words"))
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    read_at = models.DateTimeField(_("read at"), db_index=True)

    class Meta:
        verbose_name = _("words of a page")
        verbose_name_plural = _("words of pages")

    def __str__(self) -> str:
        return self.title.strip()
