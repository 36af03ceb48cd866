"""What people do on the third floor, in words, and how the things are called. Handed over when the app is ready."""

from __future__ import annotations

from django.db.models import Model

from community.audit.sentences import name_by
from community.journal.searching import look_under
from marketplace import goods_acts, money_acts, trade_acts
from marketplace.orders.models import Parcel
from marketplace.payments.models import Payment


def parts_of_order(order: Model) -> list[Model]:
    """What is done with its parcels and payments is done with the order."""
    parcels, payments = Parcel.objects.filter(order=order.pk), Payment.objects.filter(order=order.pk)
    return [*parcels.only("pk"), *payments.only("pk")]


TOLD = goods_acts.TOLD | trade_acts.TOLD | money_acts.TOLD

name_by("marketplace.offer", "pack__product__name", "pack__name")
name_by("marketplace.listing", "title")
name_by("marketplace.review", "product__name")
name_by("marketplace.shippingzone", "name")
name_by("marketplace.payment", "parcel__code")
name_by("marketplace.refund", "parcel__code")
name_by("marketplace.claim", "parcel__code")

look_under("marketplace.order", parts_of_order)
