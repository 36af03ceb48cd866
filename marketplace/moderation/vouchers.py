"""Discount codes of sellers in the staff's admin, to look at: what they give, how often they were used."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn

from community.text.money import show_dong
from marketplace.moderation.looking import LookViewSet, opens
from marketplace.vouchers.models import Voucher


def gives(voucher: Voucher) -> str:
    """ "10 %", "20.000 ₫"."""
    return f"{voucher.percent} %" if voucher.percent else show_dong(voucher.dong or 0)


class VoucherViewSet(LookViewSet):
    model = Voucher
    icon = "tag"
    menu_label = _("Discount codes")
    list_display = (
        opens("vouchers", "code", label=_("Discount code")),
        Column("cooperative", label=_("Cooperative")),
        Column("gives", label=_("Takes off"), accessor=gives),
        Column("uses", label=_("Used"), accessor=lambda voucher: f"{voucher.uses} / {voucher.most_uses}"),
        DateColumn("starts_on", label=_("First day")),
        DateColumn("ends_on", label=_("Last day")),
        DateColumn("stopped_at", label=_("Stopped")),
    )
    list_select_related = ("cooperative",)
    search_fields = ("code", "cooperative__name")
    ordering = ("-pk",)
