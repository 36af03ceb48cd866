"""Every table of this floor, for Django; rooms import from each other's ``models`` directly."""

from marketplace.basket.models import Basket, BasketLine
from marketplace.catalogue.entries import CatalogueEntry, CatalogueStamp, SearchWord
from marketplace.claims.models import Claim, ClaimLine, ClaimPhoto, Replacement
from marketplace.exporting.models import SheetExport
from marketplace.hand_sales.models import HandSale, HandSaleLine
from marketplace.importing.models import ImportRow, SheetImport
from marketplace.invoices.models import InvoiceRequest
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from marketplace.listings.models import Listing, ListingDraft, ListingPhoto, Offer
from marketplace.listings.ratings import Rating
from marketplace.listings.review import ListingReviewState, ListingReviewTask
from marketplace.orders.changes.models import LineChange, ParcelChange, Shortage, ShortageLine, Weighing
from marketplace.orders.models import Allocation, Order, OrderLine, Parcel
from marketplace.packing.models import ParcelPhoto, ScannedPack
from marketplace.payments.models import (
    BalanceLine,
    Capture,
    Dispute,
    InboxEvent,
    OwnMove,
    Payment,
    PaymentException,
    Proposal,
    ProviderPayout,
    Reconciliation,
    Refund,
    Statement,
    StatementFormat,
    SuspenseDecision,
    ToldBalance,
)
from marketplace.payouts.models import DuesPayment, Payout, PayoutFile, PayoutItem
from marketplace.privacy.models import DataRequest
from marketplace.rates.models import CommissionRule, TaxRule
from marketplace.receiving.models import AccountChange, OnDeliveryTerms, ReceivingAccount
from marketplace.reports.models import MarketReport
from marketplace.reviews.models import Review, ReviewReport
from marketplace.shipping.models import DispatchDays, PickUpPoint, ShippingZone, ZonePlace
from marketplace.slips.models import SlipRun
from marketplace.vouchers.models import Voucher, VoucherUse
from marketplace.wishes.models import StockWish

__all__ = [
    "AccountChange",
    "Allocation",
    "BalanceLine",
    "Basket",
    "BasketLine",
    "Capture",
    "CatalogueEntry",
    "CatalogueStamp",
    "Claim",
    "ClaimLine",
    "ClaimPhoto",
    "CommissionRule",
    "DataRequest",
    "DispatchDays",
    "Dispute",
    "DuesPayment",
    "HandSale",
    "HandSaleLine",
    "ImportRow",
    "InboxEvent",
    "InvoiceRequest",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "LineChange",
    "Listing",
    "ListingDraft",
    "ListingPhoto",
    "ListingReviewState",
    "ListingReviewTask",
    "MarketReport",
    "Offer",
    "OnDeliveryTerms",
    "Order",
    "OrderLine",
    "OwnMove",
    "Parcel",
    "ParcelChange",
    "ParcelPhoto",
    "Payment",
    "PaymentException",
    "Payout",
    "PayoutFile",
    "PayoutItem",
    "PickUpPoint",
    "Proposal",
    "ProviderPayout",
    "Rating",
    "ReceivingAccount",
    "Reconciliation",
    "Refund",
    "Replacement",
    "Review",
    "ReviewReport",
    "ScannedPack",
    "SearchWord",
    "SheetExport",
    "SheetImport",
    "ShippingZone",
    "Shortage",
    "ShortageLine",
    "SlipRun",
    "Statement",
    "StatementFormat",
    "StockWish",
    "SuspenseDecision",
    "TaxRule",
    "ToldBalance",
    "Voucher",
    "VoucherUse",
    "Weighing",
    "ZonePlace",
]
