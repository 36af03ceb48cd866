"""The staff's menu of the trade."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from marketplace.moderation.claims import ClaimViewSet
from marketplace.moderation.data_requests import DataRequestViewSet
from marketplace.moderation.disputes import DisputeViewSet
from marketplace.moderation.dues import DuesDesk
from marketplace.moderation.exceptions import ExceptionViewSet
from marketplace.moderation.looking import OrderViewSet, ParcelViewSet
from marketplace.moderation.messages import MessageViewSet
from marketplace.moderation.orders import OrderInspect
from marketplace.moderation.own_accounts import OwnAccounts
from marketplace.moderation.payouts import PayoutDesk
from marketplace.moderation.proposals import ProposalViewSet
from marketplace.moderation.rates import CommissionRuleViewSet, TaxRuleViewSet
from marketplace.moderation.receiving import AccountChangeViewSet
from marketplace.moderation.reconciliations import ReconciliationViewSet
from marketplace.moderation.refund_asking import ParcelInspect
from marketplace.moderation.refunds import RefundViewSet
from marketplace.moderation.reports import MarketReportViewSet
from marketplace.moderation.reviews import ReviewViewSet
from marketplace.moderation.statements import StatementViewSet
from marketplace.moderation.tax_sheets import TaxSheets
from marketplace.moderation.vouchers import VoucherViewSet


class TradeGroup(ViewSetGroup):
    menu_label = _("Trade")
    menu_icon = "clipboard-list"
    menu_order = 160
    items = (
        OrderViewSet("orders", url_prefix="don-hang", inspect_view_class=OrderInspect),
        ParcelViewSet("parcels", url_prefix="kien-hang", inspect_view_class=ParcelInspect),
        ClaimViewSet("claims", url_prefix="khieu-nai"),
        ReviewViewSet("reviews", url_prefix="danh-gia"),
        DataRequestViewSet("data_requests", url_prefix="yeu-cau-du-lieu"),
        MessageViewSet("messages", url_prefix="tin-nhan"),
        MarketReportViewSet("market_reports", url_prefix="bao-cao-hang"),
        VoucherViewSet("vouchers", url_prefix="ma-giam"),
        ExceptionViewSet("payment_exceptions", url_prefix="tien-can-xem"),
        ProposalViewSet("proposals", url_prefix="cho-nguoi-thu-hai"),
        RefundViewSet("refunds", url_prefix="hoan-tien"),
        StatementViewSet("statements", url_prefix="sao-ke"),
        ReconciliationViewSet("reconciliations", url_prefix="doi-soat"),
        OwnAccounts("own_accounts", url_prefix="tai-khoan-san"),
        DisputeViewSet("disputes", url_prefix="tranh-chap"),
        AccountChangeViewSet("account_changes", url_prefix="tai-khoan-nhan-tien"),
        PayoutDesk("payouts", url_prefix="chi-tien"),
        DuesDesk("dues", url_prefix="phi-san"),
        TaxSheets("tax_sheets", url_prefix="bang-thue"),
        CommissionRuleViewSet("commission_rules", url_prefix="muc-phi"),
        TaxRuleViewSet("tax_rules", url_prefix="muc-thue"),
    )
