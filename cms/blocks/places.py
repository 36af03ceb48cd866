"""The map of provinces on the home page: where the goods come from, as a drawing and as the same links in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from community import clock
from community.places.finding import province_names
from community.places.mapping import map_of
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.catalogue.counting import Chosen, count_catalogue

_MOST_LINKS = 8


class ProvinceMapBlock(blocks.StructBlock):
    """Every province that sells something leads to its goods. Says nothing while nobody sells."""

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    text = blocks.TextBlock(required=False, label=_("Text"))

    class Meta:
        icon = "site"
        label = _("Map of provinces")
        template = "cms/blocks/province_map.html"
        preview_value = {"title": "Hàng đến từ đâu?", "text": "Chọn một tỉnh để xem hàng của bà con ở đó."}
        description = _("A map whose provinces lead to their goods")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        stamp = catalogue_stamp()
        told = count_catalogue(Chosen(), stamp=stamp, month=clock.today().month).provinces
        counts, names = {code: count for code, count in told.items() if code}, province_names()
        address = reverse("shopping:list")
        context["map"] = map_of(names, counts, lambda code: f"{address}?province={code}") if counts else None
        rows = sorted(((count, code) for code, count in counts.items()), reverse=True)
        links = [(names.get(code, code), f"{address}?province={code}", count) for count, code in rows]
        context["links"], context["more"] = links[:_MOST_LINKS], links[_MOST_LINKS:]
        return context
