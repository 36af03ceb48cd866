"""Goods, batches, baskets and orders for tests, made by the verbs the site itself uses."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.photos.taking_in import take_in_photo
from community.places.models import AdminUnit
from marketplace.basket.filling import add_to_basket
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.catalogue.cataloguing import recatalogue
from marketplace.listings.models import Listing
from marketplace.listings.writing import Words, set_price, start_listing
from marketplace.orders.models import Order
from marketplace.orders.placing import BuyerDetails, place_order
from marketplace.receiving.models import ReceivingAccount
from marketplace.shipping.models import ShippingZone, ZonePlace
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.publishing import publish_batch
from traceability.certificates.logged import Act, log_certificate, payload_of
from traceability.certificates.models import Certificate
from traceability.events.recording import StepReport, record_step
from traceability.products.importing import import_product_lines
from traceability.products.models import LineStep, Pack, Product, ProductLine

ST25_GTIN = "09521000000018"
MAKER = Actor.system("test")


@dataclass(frozen=True, slots=True)
class PackPlan:
    """A pack to make: "túi 5 kg" of 5000 g at 195.000 ₫."""

    name: str = "túi 1 kg"
    net_base: int = 1000
    unit: str = "g"
    price_dong: int = 80_000
    weight_g: int = 1000
    name_en: str = ""
    gtin: str | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """A product on sale. ``pack`` is its first pack."""

    product: Product
    packs: tuple[Pack, ...]
    listing: Listing

    @property
    def pack(self) -> Pack:
        return self.packs[0]


def make_line() -> ProductLine:
    """A short way of making things: harvest, dry (optional), pack."""
    line, fresh = ProductLine.objects.get_or_create(code="short", defaults={"name": "Ngắn", "lot_unit": "kg"})
    if fresh:
        steps = (
            ("harvest", "origin", "Thu hoạch", "Harvest", True),
            ("dry", "transform", "Sấy", "Drying", False),
            ("pack", "pack", "Đóng gói", "Packing", True),
        )
        for position, (code, kind, name, name_en, mandatory) in enumerate(steps):
            LineStep.objects.create(
                line=line, position=position, code=code, kind=kind, name=name, name_en=name_en, mandatory=mandatory
            )
    return line


def make_product(
    cooperative: Cooperative,
    *,
    name: str = "Gạo thơm ST25",
    name_en: str = "",
    packs: Sequence[PackPlan] = (PackPlan(),),
    photos: Sequence[Photo] = (),
    live: bool = True,
    subgroup: str = "1.2.a",
    summary: str = "Gạo ruộng lúa – tôm",
    story: str = "",
    **facts: Any,
) -> Goods:
    """Product, packs with prices and a listing with approved words (a draft when not ``live``)."""
    actor = Actor.of(_somebody(), cooperative)
    facts = {"line": make_line(), "shelf_life_days": 270} | facts
    product = Product.objects.create(
        cooperative=cooperative, name=name, name_en=name_en, ocop_subgroup=subgroup, **facts
    )
    made = tuple(make_pack(product, plan, actor=actor) for plan in packs)
    words = Words(title=name, summary=summary, story=story, title_en=name_en, title_km=facts.get("name_km", ""))
    listing = start_listing(product=product, words=words, photos=photos, actor=actor)
    if live:
        approve(listing)
    return Goods(product=product, packs=made, listing=listing)


def make_st25_pack(cooperative: Cooperative, **facts: Any) -> Pack:
    """Bags of 5 kg of fragrant rice, made the way rice is (all lines are imported); ``facts`` are of the product."""
    import_product_lines()
    told = {"name": "Gạo thơm ST25", "name_en": "ST25 fragrant rice", "shelf_life_days": 270} | facts
    rice = Product.objects.create(cooperative=cooperative, line=ProductLine.objects.get(code="rice"), **told)
    return Pack.objects.create(
        product=rice,
        name="túi 5 kg",
        name_en="5 kg bag",
        net_quantity_base=5000,
        base_unit="g",
        ship_weight_g=5000,
        gtin=ST25_GTIN,
    )


def make_pack(product: Product, plan: PackPlan, *, actor: Actor = MAKER) -> Pack:
    pack = Pack.objects.create(
        product=product,
        name=plan.name,
        name_en=plan.name_en,
        net_quantity_base=plan.net_base,
        base_unit=plan.unit,
        ship_weight_g=plan.weight_g,
        gtin=plan.gtin,
    )
    set_price(pack=pack, price_dong=plan.price_dong, actor=actor)
    return pack


def approve(listing: Listing) -> None:
    """What the moderator's approval does, without playing the admin (which has its own tests)."""
    listing.get_latest_revision().publish()
    listing.refresh_from_db()


def make_published_batch(
    pack: Pack, *, packs: int = 10, packed_on: date | None = None, lot_code: str = "", actor: Actor = MAKER
) -> Batch:
    """A batch with its mandatory steps recorded, ``packs`` packed, and published: these can be bought."""
    day = packed_on or timezone.localdate() - timedelta(days=1)
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    batch = open_batch(pack=pack, day=day, actor=actor, lot_code=lot_code)
    for step in pack.product.line.steps.filter(mandatory=True):
        report = StepReport(
            stage=step.code, event_time=noon, parameters={}, packs=packs if step.kind == "pack" else None
        )
        record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=noon, actor=actor)
    batch.refresh_from_db()
    published = publish_batch(batch=batch, actor=actor)
    recatalogue([batch.product_id])  # what the worker does within the minute
    return published


def make_photo(
    title: str = "Ảnh", *, size: tuple[int, int] = (320, 240), cooperative: Cooperative | None = None
) -> Photo:
    out = io.BytesIO()
    Image.new("RGB", size, (30, 107, 69)).save(out, "JPEG", quality=60)
    upload = SimpleUploadedFile("anh.jpg", out.getvalue(), content_type="image/jpeg")
    return take_in_photo(upload=upload, title=title, actor=MAKER, cooperative=cooperative)


def make_certificate(product: Product, *, scheme: str = "ocop", stars: int | None = 4, **facts: Any) -> Certificate:
    """Valid today and checked by the operator, unless ``facts`` say otherwise."""
    today = timezone.localdate()
    paper = Certificate.objects.create(
        **{
            "cooperative": product.cooperative,
            "scheme": scheme,
            "stars": stars if scheme == "ocop" else None,
            "number": secrets.token_hex(4),
            "issuer": "UBND tỉnh",
            "issued_on": today - timedelta(days=100),
            "expires_on": today + timedelta(days=265),
            "checked_at": clock.now(),
        }
        | facts
    )
    paper.products.add(product)
    act = Act.ACCEPTED if paper.checked_at else Act.RECORDED
    log_certificate(paper=paper, said=[(act, payload_of(paper))], actor=MAKER)
    recatalogue([product.pk])
    return paper


def make_zone(cooperative: Cooperative, *provinces: AdminUnit, **figures: Any) -> ShippingZone:
    """Delivery to these places, or everywhere else when none is named: 25.000 ₫ for 2 kg, then 5.000 ₫ a kg."""
    zone = ShippingZone.objects.create(
        **{
            "cooperative": cooperative,
            "name": "Cả nước",
            "first_grams": 2000,
            "first_dong": 25_000,
            "step_grams": 1000,
            "step_dong": 5_000,
            "days_min": 2,
            "days_max": 4,
        }
        | {"is_everywhere": not provinces}
        | figures
    )
    ZonePlace.objects.bulk_create(ZonePlace(zone=zone, cooperative=cooperative, unit=unit) for unit in provinces)
    return zone


def make_account(cooperative: Cooperative) -> ReceivingAccount:
    """A bank account of the simulated bank."""
    return ReceivingAccount.objects.create(
        cooperative=cooperative,
        bank_bin="970405",
        bank_name="Agribank",
        account_number=str(secrets.randbelow(10**12)).zfill(12),
        holder="HTX THU NGHIEM",
        feed="simulated",
    )


def open_shop(cooperative: Cooperative) -> Cooperative:
    """Delivers everywhere and can be paid."""
    make_zone(cooperative)
    make_account(cooperative)
    return cooperative


def fill_basket(*wanted: tuple[Pack, int]) -> Basket:
    basket = Basket.objects.create()
    for pack, quantity in wanted:
        add_to_basket(basket=basket, pack=pack, quantity=quantity)
    return basket


def make_order(basket: Basket, *, commune: AdminUnit, **details: Any) -> Order:
    """Placed at today's prices; delivery must be known for every cooperative (``open_shop``)."""
    total = quote_basket(basket, province=commune.parent).total_dong
    assert total is not None, "no delivery to this province"
    buyer = BuyerDetails(
        **{"name": "Minh", "phone": "+84905111222", "commune": commune, "landmark": "gần chợ"} | details
    )
    return place_order(
        basket=basket,
        form_token=secrets.token_urlsafe(24),
        shown_total_dong=total,
        buyer=buyer,
        language="vi",
        actor=Actor.buyer(),
    )


def _somebody() -> User | None:
    return User.objects.order_by("pk").first()
