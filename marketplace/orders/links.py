"""Absolute addresses that messages carry."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from marketplace.orders.models import Order, Parcel


def order_link(order: Order) -> str:
    """The buyer's secret link, in the order's language. It is the key to the order: never log it."""
    with override(order.language):
        return settings.SITE_URL.rstrip("/") + reverse("shopping:order", args=[order.token])


def parcel_link(parcel: Parcel) -> str:
    """The seller's page of a parcel; asks for sign-in."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("selling:parcel", args=[parcel.code])


def refunds_link() -> str:
    """The seller's page of money to send back; asks for sign-in."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("selling:refunds")
