"""Wishing to hear when a pack is there again, taking that back, and the one message about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.forgetting import empty_messages
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.money import show_dong
from marketplace.basket.filling import NotForSale, packs_for_sale, sellable_pack
from marketplace.listings.finding import stock_left
from marketplace.wishes.models import StockWish
from traceability.products.models import Pack

KIND = "goods_back"
MOST_PER_CONTACT = 10
KEPT = timedelta(days=180)
KEPT_AFTER_TELLING = timedelta(days=7)
"""So that who reads the message late can still ask us to forget the address at once."""
AT_ONCE = 500


class CannotWish(DomainError):
    """Nothing was changed. Codes: ``there_now`` (it can be bought), ``not_sold`` (it never comes back here),

    ``too_many`` (this address waits for many things already).
    """


def can_be_wished(pack: Pack) -> bool:
    """Sold online as such, and not to be had just now."""
    return _is_ever_sold(pack) and not _there(pack)


@transaction.atomic
def wish_for(*, pack: Pack, contact: str, language: str, actor: Actor) -> StockWish:
    """``contact``: a phone as E.164 or an e-mail. The same wish again is the first one."""
    if _there(pack):
        raise CannotWish("there_now")
    if not _is_ever_sold(pack):
        raise CannotWish("not_sold")
    waiting = StockWish.objects.waiting().filter(contact=contact)
    if waiting.exclude(pack=pack).count() >= MOST_PER_CONTACT:
        raise CannotWish("too_many", most=MOST_PER_CONTACT)
    wish, fresh = waiting.get_or_create(pack=pack, defaults={"contact": contact, "language": language})
    if fresh:
        record(actor=actor, action="stock_wish.made", subject=wish, cooperative=pack.product.cooperative)
    return wish


@transaction.atomic
def take_back(*, token: str, actor: Actor) -> bool:
    """The address is forgotten at once, also in the message about it; False when nothing was there any more."""
    wish = StockWish.objects.filter(token=token).first()
    if wish is None:
        return False
    record(actor=actor, action="stock_wish.taken_back", subject=wish)
    _forget([wish])
    return True


def tell_of_returned(*, now: datetime) -> int:
    """The worker's sweep: everybody whose pack can be bought again is told, once; how many, ``AT_ONCE`` at most.

    It goes by packs, so that wishes which never come true keep no others from their turn.
    """
    waiting = StockWish.objects.waiting()
    packs = packs_for_sale().filter(pk__in=waiting.order_by().values("pack_id")).order_by("pk").iterator(AT_ONCE)
    told = 0
    while told < AT_ONCE and (some := list(islice(packs, AT_ONCE))):
        wishes = waiting.filter(pack__in=_back(some)).select_related("pack__product__listing", "pack__offer")
        for wish in wishes.order_by("pk")[: AT_ONCE - told]:
            told += _tell(wish, now=now)
    return told


def _back(packs: Sequence[Pack]) -> list[int]:
    """Ids of those that can be bought now."""
    awake = [pack for pack in packs if not pack.product.cooperative.resting_until]
    left = stock_left(awake, today=timezone.localdate(clock.now()))
    return [pack.pk for pack in awake if pack.product_id in left and left[pack.product_id].packs_by_id.get(pack.pk)]


def purge_wishes(*, now: datetime) -> int:
    """What was told, or waited for longer than anybody remembers, goes; how many."""
    old = StockWish.objects.filter(told_at__lt=now - KEPT_AFTER_TELLING) | StockWish.objects.filter(
        told_at=None, wished_at__lt=now - KEPT
    )
    wishes = list(old[:AT_ONCE])
    _forget(wishes)
    return len(wishes)


def message_key(wish: StockWish) -> str:
    """Staff see it: not the token, which ends the wish."""
    return f"wish-{wish.pk}"


def wish_link(wish: StockWish) -> str:
    with override(wish.language):
        return settings.SITE_URL.rstrip("/") + reverse("shopping:wish_end", args=[wish.token])


def _is_ever_sold(pack: Pack) -> bool:
    is_online = pack.product.sale_mode != "showcase_only" and pack.status == Pack.Status.ACTIVE
    return is_online and pack.product.status == "active"


def _there(pack: Pack) -> bool:
    try:
        sellable = sellable_pack(pack.code)
    except NotForSale:
        return False
    left = stock_left([sellable], today=timezone.localdate(clock.now())).get(sellable.product_id)
    return left is not None and left.packs > 0


@transaction.atomic
def _tell(wish: StockWish, *, now: datetime) -> int:
    if not StockWish.objects.filter(pk=wish.pk, told_at=None).update(told_at=now):
        return 0
    pack, listing = wish.pack, wish.pack.product.listing
    with override(wish.language):
        path = reverse("shopping:product", args=[listing.slug])
        text = gettext(
            "%(name)s (%(pack)s) is there again, %(price)s: %(link)s Nothing more is sent. Forget me: %(end)s"
        ) % {
            "name": listing.shown_title,
            "pack": pack.shown_name,
            "price": show_dong(pack.offer.price_dong),
            "link": f"{settings.SITE_URL.rstrip('/')}{path}?pack={pack.code}",
            "end": wish_link(wish),
        }
        subject = gettext("%(name)s is there again") % {"name": listing.shown_title}
    queue_message(
        kind=KIND,
        key=message_key(wish),
        to=wish.contact,
        channel="email" if "@" in wish.contact else "sms",
        subject=subject,
        language=wish.language,
        text=text,
        about=wish,
    )
    return 1


def _forget(wishes: Collection[StockWish]) -> None:
    """What has left is emptied; what still waits to leave, or a worker holds just now, is not sent any more."""
    messages = OutboxMessage.objects.filter(kind=KIND, key__in=[message_key(wish) for wish in wishes])
    messages.filter(status=OutboxMessage.Status.WAITING).delete()
    empty_messages(messages)
    StockWish.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()
