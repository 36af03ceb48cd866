"""Everything that is stored about who bought an order, as the page shows it and as a file a program reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from community import clock
from community.outbox.models import OutboxMessage
from community.outbox.refusing import LINK
from community.rules.agreeing import accepted_by_order
from community.text.dates import show_datetime
from community.text.languages import language_name
from marketplace.claims.models import Claim
from marketplace.invoices.models import InvoiceRequest
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.payments.models import Payment, Refund
from marketplace.privacy.models import DataRequest
from marketplace.reviews.models import Review
from marketplace.vouchers.models import VoucherUse

FORMAT = "cho-nguon/buyer-data/1"


@dataclass(frozen=True, slots=True)
class Fact:
    """``value``: text, whole number (đồng, packs), or a moment."""

    name: str
    label: str
    value: str | int | datetime


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title: str
    facts: tuple[Fact, ...]


def data_of(order: Order) -> list[Group]:
    """In the active language; nothing that is empty. Asked of the order's own rows, so nobody else's is in it."""
    groups = [
        _group("buyer", gettext("About you"), _of_buyer(order)),
        *(_group(f"parcel {one.code}", _title(one), _of_parcel(one)) for one in _parcels(order)),
        *(_group(f"payment {n}", gettext("Payment"), _of_payment(one)) for n, one in enumerate(_payments(order), 1)),
        *(_group(f"refund {n}", gettext("Money back"), _of_refund(one)) for n, one in enumerate(_refunds(order), 1)),
        *(_group(f"invoice {one.parcel.code}", gettext("Invoice"), _of_invoice(one)) for one in _invoices(order)),
        *(_group(f"claim {one.code}", gettext("Claim"), _of_claim(one)) for one in _claims(order)),
        *(_group(f"review {one.code}", gettext("Your review"), _of_review(one)) for one in _reviews(order)),
        *(_group(f"request {one.code}", gettext("Request about your data"), _of_request(one)) for one in _asked(order)),
        _group("messages", gettext("Messages we sent you"), _of_messages(order)),
    ]
    return [group for group in groups if group.facts]


def file_of(order: Order) -> dict[str, Any]:
    """For JSON: moments in ISO 8601 with their zone, sums in whole đồng."""
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "site": settings.SITE_URL,
        "order": order.code,
        "kept_years": settings.ORDERS_KEPT_YEARS,
        "groups": [
            {**asdict(group), "facts": [asdict(fact) | {"value": _plain(fact.value)} for fact in group.facts]}
            for group in data_of(order)
        ],
    }


# --- inside -----------------------------------------------------------------------------------------------------------
Told = tuple[str, str, str | int | datetime | None]


def _group(name: str, title: str, told: Iterable[Told]) -> Group:
    return Group(name, title, tuple(Fact(*one) for one in told if one[2] not in (None, "")))  # type: ignore[arg-type]


def _of_buyer(order: Order) -> list[Told]:
    return [
        ("name", gettext("Name"), order.buyer_name),
        ("phone", gettext("Telephone"), order.buyer_phone),
        ("email", gettext("E-mail"), order.buyer_email),
        ("place", gettext("Place"), order.place_text),
        ("landmark", gettext("House or landmark"), order.landmark),
        ("other_receiver", gettext("Other receiver"), order.alt_name),
        ("other_phone", gettext("Other receiver's phone"), order.alt_phone),
        ("note", gettext("Note"), order.note),
        ("is_gift", gettext("It is a gift"), gettext("yes") if order.is_gift else ""),
        ("gift_words", gettext("A few words for the gift"), order.gift_words),
        ("accepted_terms", gettext("Accepted terms"), _terms_of(order)),
        ("language", gettext("Language"), language_name(order.language)),
        ("placed_at", gettext("Ordered"), order.placed_at),
        ("adult_confirmed_at", gettext("You said that you are 18 or older"), order.adult_confirmed_at),
        ("total_dong", gettext("Total (đồng)"), order.total_dong),
    ]


def _terms_of(order: Order) -> str:
    accepted = accepted_by_order(order.code)
    return f"{accepted.version.title}, {accepted.version.number}" if accepted else ""


def _parcels(order: Order) -> Iterable[Parcel]:
    return order.parcels.prefetch_related("lines").order_by("pk")


def _title(parcel: Parcel) -> str:
    return gettext("Parcel %(code)s of %(seller)s") % {"code": parcel.code, "seller": parcel.seller_name}


def _of_parcel(parcel: Parcel) -> list[Told]:
    used: VoucherUse | None = getattr(parcel, "voucher_use", None)
    goods = ", ".join(f"{line.quantity} × {line.shown_title}" for line in parcel.lines.all())
    return [
        ("goods", gettext("Goods"), goods),
        ("total_dong", gettext("Total (đồng)"), parcel.total_dong),
        ("status", gettext("Status"), str(parcel.get_status_display())),
        ("end_reason", gettext("Reason"), parcel.end_reason),
        ("collected_at", gettext("Collected by you"), parcel.pick_up_at),
        ("discount_code", gettext("Discount code"), used.voucher.code if used else ""),
        ("courier", gettext("Carrier"), f"{parcel.courier} {parcel.courier_code}".strip()),
        ("shipped_at", gettext("Sent"), parcel.shipped_at),
        ("delivered_at", gettext("Delivered"), parcel.delivered_at),
        ("photo", gettext("Photo of the parcel"), gettext("yes") if hasattr(parcel, "photo") else ""),
    ]


def _payments(order: Order) -> Iterable[Payment]:
    return Payment.objects.filter(order=order).order_by("pk")


def _of_payment(payment: Payment) -> list[Told]:
    return [
        ("way", gettext("Way of paying"), str(payment.get_provider_display())),
        ("transfer_code", gettext("Transfer code"), payment.memo_code),
        ("asked_dong", gettext("Asked (đồng)"), payment.amount_dong),
        ("received_dong", gettext("Received (đồng)"), payment.received_dong),
        ("confirmed_at", gettext("Confirmed"), payment.confirmed_at),
        *(("memo", gettext("Memo"), capture.memo) for capture in payment.captures.order_by("pk")),
    ]


def _refunds(order: Order) -> Iterable[Refund]:
    return Refund.objects.filter(payment__order=order).order_by("pk")


def _of_refund(refund: Refund) -> list[Told]:
    return [
        ("amount_dong", gettext("Amount (đồng)"), refund.amount_dong),
        ("to_bank", gettext("Bank"), refund.to_bank_bin),
        ("to_account", gettext("Account"), refund.to_account),
        ("to_holder", gettext("Account holder"), refund.to_holder),
        ("status", gettext("Status"), str(refund.get_status_display())),
        ("requested_at", gettext("Since"), refund.requested_at),
    ]


def _invoices(order: Order) -> Iterable[InvoiceRequest]:
    return InvoiceRequest.objects.filter(parcel__order=order).select_related("parcel").order_by("pk")


def _of_invoice(wish: InvoiceRequest) -> list[Told]:
    return [
        ("name", gettext("Name on the invoice"), wish.name),
        ("address", gettext("Address on the invoice"), wish.address),
        ("tax_code", gettext("Tax code"), wish.tax_code),
        ("personal_id", gettext("Personal number"), wish.personal_id),
        ("email", gettext("E-mail"), wish.email),
        ("number", gettext("Number of the invoice"), f"{wish.serial} {wish.number}".strip()),
    ]


def _claims(order: Order) -> Iterable[Claim]:
    return Claim.objects.filter(parcel__order=order).prefetch_related("photos").order_by("pk")


def _of_claim(claim: Claim) -> list[Told]:
    return [
        ("problem", gettext("What was wrong"), str(claim.get_problem_display())),
        ("words", gettext("Your words"), claim.words),
        ("objection", gettext("Your reply"), claim.objection),
        ("answer", gettext("Words of the seller"), claim.answer),
        ("photos", gettext("Photos"), len(claim.photos.all()) or None),
        ("opened_at", gettext("Since"), claim.opened_at),
        ("status", gettext("Status"), str(claim.get_status_display())),
    ]


def _reviews(order: Order) -> Iterable[Review]:
    return Review.objects.filter(line__in=OrderLine.objects.filter(parcel__order=order)).order_by("pk")


def _of_review(review: Review) -> list[Told]:
    return [
        ("stars", gettext("Stars"), review.stars),
        ("words", gettext("Your words"), review.words),
        ("shown_name", gettext("Name shown"), review.shown_name),
        ("photo", gettext("Photo"), gettext("yes") if review.photo_id else ""),
        ("written_at", gettext("Written"), review.written_at),
    ]


def _asked(order: Order) -> Iterable[DataRequest]:
    return order.data_requests.order_by("pk")


def _of_request(request: DataRequest) -> list[Told]:
    return [
        ("kind", gettext("Kind of request"), str(request.get_kind_display())),
        ("words", gettext("Your words"), request.words),
        ("answer", gettext("Our answer"), request.answer),
        ("asked_at", gettext("Since"), request.asked_at),
        ("status", gettext("Status"), str(request.get_status_display())),
    ]


def _of_messages(order: Order) -> list[Told]:
    """When and what, without the link: it is the key to this page."""
    told = OutboxMessage.objects.filter(key__startswith=order.code, to__in=_addresses(order)).order_by("pk")
    language = (get_language() or "vi")[:2]
    return [
        (message.kind, show_datetime(message.created_at, language), LINK.sub("…", message.text)) for message in told
    ]


def _addresses(order: Order) -> list[str]:
    return [each for each in (order.buyer_phone, order.buyer_email) if each]


def _plain(value: str | int | datetime) -> str | int:
    return value.isoformat() if isinstance(value, datetime) else value
