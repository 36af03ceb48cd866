"""Every table of this floor, for Django; rooms import from each other's ``models`` directly."""

from marketplace.basket.models import Basket, BasketLine
from marketplace.exporting.models import SheetExport
from marketplace.importing.models import ImportRow, SheetImport
from marketplace.invoices.models import InvoiceRequest
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from marketplace.listings.models import CatalogueEntry, Listing, ListingDraft, ListingPhoto, Offer
from marketplace.listings.review import ListingReviewState, ListingReviewTask
from marketplace.orders.models import Allocation, Order, OrderLine, Parcel
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
from marketplace.rates.models import CommissionRule, TaxRule
from marketplace.receiving.models import AccountChange, ReceivingAccount
from marketplace.shipping.models import ShippingZone

__all__ = [
    "AccountChange",
    "Allocation",
    "BalanceLine",
    "Basket",
    "BasketLine",
    "Capture",
    "CatalogueEntry",
    "CommissionRule",
    "Dispute",
    "DuesPayment",
    "ImportRow",
    "InboxEvent",
    "InvoiceRequest",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Listing",
    "ListingDraft",
    "ListingPhoto",
    "ListingReviewState",
    "ListingReviewTask",
    "Offer",
    "Order",
    "OrderLine",
    "OwnMove",
    "Parcel",
    "Payment",
    "PaymentException",
    "Payout",
    "PayoutFile",
    "PayoutItem",
    "Proposal",
    "ProviderPayout",
    "ReceivingAccount",
    "Reconciliation",
    "Refund",
    "SheetExport",
    "SheetImport",
    "ShippingZone",
    "Statement",
    "StatementFormat",
    "SuspenseDecision",
    "TaxRule",
    "ToldBalance",
]
