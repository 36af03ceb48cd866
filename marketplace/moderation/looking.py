"""Orders and parcels, to look at. Nothing here can be written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from community import clock
from community.text.dates import show_datetime
from community.text.money import show_dong
from marketplace.moderation.rights import LookOnly
from marketplace.orders.models import Order, Parcel, ParcelQuerySet
from marketplace.orders.reminding import accept_until, late_to_accept
from marketplace.orders.states import ParcelStatus


class LookInspect(InspectView):
    """The facts that there are; times in Viet Nam's time, as everywhere else on the site."""

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return _shown(value) if isinstance(value, datetime) else value

    def get_fields_context(self) -> list[dict[str, Any]]:
        return [one for one in super().get_fields_context() if one["value"] not in (None, "")]


class MomentColumn(Column):
    """A time in full: wagtail's own column calls a deadline of next week "0 minutes ago"."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return _shown(value) if value else "—"


def _shown(at: datetime) -> str:
    return show_datetime(at, (get_language() or "vi")[:2])


def opens(index: str, name: str, **more: Any) -> TitleColumn:
    """The column that leads to a row's page."""
    return TitleColumn(name, get_url=lambda one: reverse(f"{index}:inspect", args=[one.pk]), **more)


class LookViewSet(ModelViewSet):
    """A table to look at: list, search, filter, inspect."""

    inspect_view_enabled = True
    inspect_view_class = LookInspect
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


class ParcelFilterSet(WagtailFilterSet):
    late = ChoiceFilter(label=_("Late"), method="only_late", choices=[("accept", _("Not accepted in time"))])

    class Meta:
        model = Parcel
        fields = ["status", "cooperative"]

    def only_late(self, parcels: ParcelQuerySet, _name: str, _value: str) -> ParcelQuerySet:
        return parcels.filter(pk__in=late_to_accept(now=clock.now()).values("pk"))


def late_words(parcel: Parcel) -> str:
    """A mark for staff: this cooperative lets a buyer wait."""
    until = accept_until(parcel) if parcel.status == ParcelStatus.NEW and parcel.asked_at is None else None
    late = until is not None and until <= clock.now()
    return gettext("Not accepted in time: call the cooperative") if late else ""


class ParcelViewSet(LookViewSet):
    model = Parcel
    icon = "download"
    menu_label = _("Parcels")
    list_display = (
        "code",
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("late", label=_("Late"), accessor=late_words),
        Column("cooperative", label=_("Cooperative")),
        Column("total", label=_("Total"), accessor=lambda parcel: show_dong(parcel.total_dong)),
        DateColumn("paid_at", label=_("Paid")),
        DateColumn("shipped_at", label=_("Sent")),
    )
    filterset_class = ParcelFilterSet
    list_select_related = ("cooperative", "order")
    search_fields = ("code", "courier_code", "cooperative__name")
    ordering = ("-pk",)
    inspect_view_fields = (
        "order",
        "cooperative",
        "status",
        "end_reason",
        "zone_name",
        "goods_dong",
        "shipping_dong",
        "total_dong",
        "commission_dong",
        "vat_dong",
        "pit_dong",
        "paid_at",
        "asked_at",
        "accepted_at",
        "accepted_by",
        "packed_at",
        "packed_by",
        "shipped_at",
        "shipped_by",
        "courier",
        "courier_code",
        "delivered_at",
        "ended_at",
    )
