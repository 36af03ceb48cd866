"""Orders and parcels, to look at. Nothing here can be written."""

from __future__ import annotations

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.viewsets.model import ModelViewSet

from community.text.money import show_dong
from marketplace.moderation.rights import LookOnly
from marketplace.orders.models import Order, Parcel


class LookViewSet(ModelViewSet):
    """A table to look at: list, search, filter, inspect."""

    inspect_view_enabled = True
    copy_view_enabled = False
    exclude_form_fields: tuple[str, ...] = ()

    @cached_property
    def permission_policy(self) -> LookOnly:
        return LookOnly(self.model)


class OrderViewSet(LookViewSet):
    model = Order
    icon = "clipboard-list"
    menu_label = _("Orders")
    list_display = (
        "code",
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("total", label=_("Total"), accessor=lambda order: show_dong(order.total_dong)),
        Column("place_text", label=_("Goes to")),
        DateColumn("placed_at", label=_("Placed")),
    )
    list_filter = ("status", "is_demo")
    search_fields = ("code", "buyer_phone")
    ordering = ("-placed_at",)
    inspect_view_fields_exclude = ("token", "form_token")


class ParcelViewSet(LookViewSet):
    model = Parcel
    icon = "download"
    menu_label = _("Parcels")
    list_display = (
        "code",
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("cooperative", label=_("Cooperative")),
        Column("total", label=_("Total"), accessor=lambda parcel: show_dong(parcel.total_dong)),
        DateColumn("paid_at", label=_("Paid")),
        DateColumn("shipped_at", label=_("Sent")),
    )
    list_filter = ("status", "cooperative")
    list_select_related = ("cooperative",)
    search_fields = ("code", "courier_code", "cooperative__name")
    ordering = ("-pk",)
