"""Every table of this floor, for Django; rooms import from each other's ``models`` directly."""

from marketplace.basket.models import Basket, BasketLine
from marketplace.listings.models import CatalogueEntry, Listing, ListingDraft, ListingPhoto, Offer
from marketplace.listings.review import ListingReviewState, ListingReviewTask
from marketplace.orders.models import Allocation, Order, OrderLine, Parcel
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, ReceivingAccount, Refund
from marketplace.shipping.models import ShippingZone

__all__ = [
    "Allocation",
    "Basket",
    "BasketLine",
    "Capture",
    "CatalogueEntry",
    "InboxEvent",
    "Listing",
    "ListingDraft",
    "ListingPhoto",
    "ListingReviewState",
    "ListingReviewTask",
    "Offer",
    "Order",
    "OrderLine",
    "Parcel",
    "Payment",
    "PaymentException",
    "ReceivingAccount",
    "Refund",
    "ShippingZone",
]
