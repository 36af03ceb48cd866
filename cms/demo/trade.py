"""The demo's orders, one or more in every state, placed and paid the way buyers do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from cms.demo.plan import SEED
from cms.demo.sellers import FAMILY, GIVEN
from community import clock
from community.audit.actors import Actor
from community.places.models import AdminUnit
from marketplace.basket.filling import add_to_basket, sellable_pack
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.orders.changes.asking import ask_buyer
from marketplace.orders.fulfilling import (
    accept_parcel,
    deliver_parcel,
    end_parcel,
    pack_parcel,
    reserved_picks,
    ship_parcel,
)
from marketplace.orders.models import Order, Parcel
from marketplace.orders.placing import BuyerDetails, place_order
from marketplace.orders.settling import expire_parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import pay_on_delivery
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.states import ProviderCode
from marketplace.receiving.on_delivery import set_terms
from marketplace.simulation.carding import play as play_card
from marketplace.simulation.transferring import Transfer, post_transfer
from traceability.products.models import Pack

LANDMARKS = (
    "Cạnh nhà văn hóa thôn",
    "Sau chợ, nhà cổng xanh",
    "Gần trường tiểu học",
    "Số 12, ngõ 4",
    "Đối diện trạm y tế",
)


@dataclass(frozen=True, slots=True)
class Plot:
    """How far an order goes: ``ends`` names its last act, ``days_ago`` when it was placed."""

    ends: str
    days_ago: float
    skus: tuple[str, ...]
    packs: int = 2
    by_card: bool = False
    on_delivery: bool = False


ORDERS = (
    Plot("waiting", 0.002, ("ST-001", "BG-010"), 1),
    Plot("waiting", 0.004, ("DT-005",), 3),
    Plot("part_paid", 0.005, ("QT-004",), 2),
    Plot("expired", 2, ("QT-007",), 2),
    Plot("new", 0.2, ("ST-001",), 2),
    Plot("new", 0.4, ("ST-001", "QT-003"), 1),
    Plot("new", 1.1, ("BG-010", "HB-008"), 1),
    Plot("new", 0.8, ("DT-009",), 4),
    Plot("accepted", 1, ("ST-001", "DT-008"), 1),
    Plot("accepted", 1.5, ("QT-001",), 2),
    Plot("packed", 1.6, ("ST-001",), 3),
    Plot("packed", 2, ("HB-006",), 1),
    Plot("shipped", 3, ("ST-001", "QT-001", "BG-003"), 1),
    Plot("shipped", 3, ("HB-003",), 1),
    Plot("shipped", 4, ("DT-002", "ST-009"), 2),
    Plot("delivered", 6, ("ST-001",), 1),
    Plot("delivered", 8, ("BG-010", "QT-005"), 1),
    Plot("delivered", 9, ("DT-005", "DT-007"), 2),
    Plot("delivered", 12, ("HB-005",), 2),
    Plot("rejected", 4, ("ST-006",), 2),
    Plot("cancelled", 3, ("QT-002",), 1),
    Plot("overpaid", 2, ("BG-002",), 2),
    Plot("on_delivery", 0.3, ("QT-003",), 1, on_delivery=True),
    Plot("packed", 0.9, ("ST-001",), 1, on_delivery=True),
    Plot("shipped", 2.5, ("QT-001",), 1, on_delivery=True),
    Plot("delivered", 3, ("QT-003",), 1, on_delivery=True),
    Plot("asked", 0.6, ("ST-001",), 3),
)
SEND_FIRST = ("ST-001", "QT-001", "QT-003")  # their sellers offer transfer on delivery
PAID = {"new", "asked", "accepted", "packed", "shipped", "delivered", "rejected", "cancelled", "overpaid"}
STEPS: tuple[tuple[str, Callable[[Parcel, Actor], object]], ...] = (
    ("accepted", lambda parcel, actor: accept_parcel(parcel=parcel, actor=actor)),
    ("packed", lambda parcel, actor: pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=actor)),
    (
        "shipped",
        lambda parcel, actor: ship_parcel(parcel=parcel, courier="VNPost", courier_code=_tracking(parcel), actor=actor),
    ),
    ("delivered", lambda parcel, actor: deliver_parcel(parcel=parcel, actor=actor)),
)


def trade(packs: dict[str, Pack]) -> list[Order]:
    """Play every plot whose goods are for sale; ``packs`` by sku."""
    for sku in SEND_FIRST:
        seller = packs[sku].product.cooperative
        set_terms(cooperative=seller, offered=True, most_dong=1_000_000, actor=Actor.system("demo"))
    return [order for number, plot in enumerate(ORDERS) if (order := play(plot, packs, number)) is not None]


def play(plot: Plot, packs: dict[str, Pack], number: int) -> Order | None:
    chance = Random(f"{SEED}:order:{number}")
    placed_at = timezone.now() - timedelta(days=plot.days_ago)
    order = _place(plot, packs, placed_at, chance, number)
    _pay(plot, order, placed_at + timedelta(minutes=6), chance)
    _end(plot, order, placed_at + timedelta(hours=3))
    return order


def _place(plot: Plot, packs: dict[str, Pack], placed_at: datetime, chance: Random, number: int) -> Order:
    basket = Basket.objects.create()
    for sku in plot.skus:
        add_to_basket(basket=basket, pack=sellable_pack(packs[sku].code), quantity=plot.packs)
    communes = AdminUnit.objects.filter(level="commune", is_current=True).select_related("parent").order_by("code")
    commune = communes[chance.randrange(communes.count())]
    quote = quote_basket(basket, province=commune.parent)
    if quote.total_dong is None:
        raise LookupError(f"nobody delivers {plot.skus} to {commune}")
    buyer = BuyerDetails(
        name=f"{chance.choice(FAMILY)} {chance.choice(GIVEN)} (mẫu)",
        phone=f"+84900001{number:03d}",
        commune=commune,
        landmark=chance.choice(LANDMARKS),
    )
    with clock.at(placed_at):
        order = place_order(
            basket=basket,
            form_token=f"demo-{SEED}-{number}",
            shown_total_dong=quote.total_dong,
            buyer=buyer,
            language="en" if number % 7 == 3 else "vi",
            actor=Actor.buyer(),
        )
        start_order_payments(order=order, actor=Actor.buyer())
        if plot.on_delivery:
            for parcel in order.parcels.all():
                pay_on_delivery(parcel=parcel, actor=Actor.buyer())
    return order


def _pay(plot: Plot, order: Order, paid_at: datetime, chance: Random) -> None:
    if plot.on_delivery:
        return
    share = {"part_paid": 0.6, "overpaid": 1.1}.get(plot.ends, 1.0 if plot.ends in PAID else 0.0)
    if not share:
        return
    if plot.by_card:
        with clock.at(paid_at):
            card = start_payment(order=order, parcel=None, provider=ProviderCode.SIMULATED, actor=Actor.buyer())
            play_card(action="pay", payment=card, number=chance.randrange(10**9))
        return
    with clock.at(min(paid_at, timezone.now())):
        for payment in order.payments.select_related("account"):
            if payment.account is None:
                continue
            post_transfer(
                transfer=Transfer(
                    number=chance.randrange(10**12),
                    bank_name="Ngân hàng mô phỏng",
                    account=payment.account.account_number,
                    amount_dong=round(payment.amount_dong * share),
                    memo=payment.memo_code or "",
                )
            )


def _end(plot: Plot, order: Order, starts_at: datetime) -> None:
    for parcel in order.parcels.select_related("cooperative"):
        owner = parcel.cooperative.memberships.get(role="owner").user
        actor = Actor.of(owner, parcel.cooperative)
        if plot.ends == "expired":
            with clock.at(starts_at):
                expire_parcel(parcel=parcel, actor=Actor.system("clock"))
        elif plot.ends in {"rejected", "cancelled"}:
            with clock.at(starts_at):
                end_parcel(
                    parcel=parcel, to=ParcelStatus(plot.ends), reason="Hết hàng đúng loại khách chọn", actor=actor
                )
        elif plot.ends == "asked":
            with clock.at(starts_at):
                ask_buyer(parcel=parcel, there={line.pk: plot.packs - 1 for line in parcel.lines.all()}, actor=actor)
        else:
            _walk(plot, parcel, starts_at, actor)


def _walk(plot: Plot, parcel: Parcel, starts_at: datetime, actor: Actor) -> None:
    """One act after the other, six hours apart, up to the plot's end."""
    names = [name for name, _act in STEPS]
    if plot.ends not in names:
        return
    for place, (_name, act) in enumerate(STEPS[: names.index(plot.ends) + 1]):
        with clock.at(min(starts_at + timedelta(hours=6 * place), timezone.now())):
            parcel.refresh_from_db()
            act(parcel, actor)


def _tracking(parcel: Parcel) -> str:
    return f"MAU{parcel.pk:09d}VN"
