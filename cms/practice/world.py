"""A cooperative of nobody, made by the verbs the site uses, inside a transaction that is always undone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.founding import create_cooperative
from community.cooperatives.joining import add_member
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.basket.filling import add_to_basket
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.listings.writing import Words, set_price, start_listing
from marketplace.orders.fulfilling import accept_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.placing import BuyerDetails, place_order
from marketplace.orders.settling import mark_parcel_paid
from marketplace.packing.scanning import scan_pack
from marketplace.shipping.zoning import FAR, save_zone
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.publishing import publish_batch
from traceability.events.recording import StepReport, record_step
from traceability.products.models import LineStep, Pack, Product, ProductLine

PRICE_DONG = 195_000
MACHINE = Actor.system("practice")


class Stage(IntEnum):
    """How far the story is told before the learner's turn."""

    GOODS = 1
    IN_THE_MAKING = 2
    NEW_ORDER = 3
    ACCEPTED_ORDER = 4


@dataclass(slots=True)
class Practice:
    """What the learner has before him; what the stage does not need is None."""

    cooperative: Cooperative
    learner: Actor
    pack: Pack
    batch: Batch | None = None
    step: LineStep | None = None
    parcel: Parcel | None = None

    @property
    def lot_code(self) -> str:
        return self.batch.lot_code if self.batch else ""

    def address(self, screen: str) -> dict[str, Any]:
        """The arguments of a screen's address in this world."""
        if screen.startswith("fieldwork:"):
            assert self.batch is not None
            code = {"public_code": self.batch.public_code}
            return code | {"stage": self.step.code} if screen == "fieldwork:step" and self.step else code
        if self.parcel is not None:
            return {"code": self.parcel.code}
        return {"code": self.pack.product.code if screen == "selling:listing" else self.pack.code}


def build(*, user: User, stage: Stage, scanned: bool = False) -> Practice:
    """Call inside a transaction that is undone. ``scanned``: the pack of the order was counted already."""
    practice = _goods(user)
    if stage == Stage.IN_THE_MAKING:
        practice.batch = open_batch(pack=practice.pack, day=clock.today(), actor=practice.learner)
        practice.step = _steps(practice).filter(kind="origin").first()
    if stage >= Stage.NEW_ORDER:
        practice.batch = _batch_on_sale(practice)
        practice.parcel = _order(practice)
    if stage >= Stage.ACCEPTED_ORDER and practice.parcel is not None:
        accept_parcel(parcel=practice.parcel, actor=practice.learner)
        practice.parcel.refresh_from_db()
    if scanned and practice.parcel is not None:
        scan_pack(parcel=practice.parcel, typed=practice.lot_code, key=uuid4(), actor=practice.learner)
    return practice


def _goods(user: User) -> Practice:
    commune = (
        AdminUnit.objects.filter(level="commune", is_current=True).select_related("parent").order_by("code").first()
    )
    if commune is None:
        raise LookupError("no places are loaded: run manage.py set_up")
    cooperative = create_cooperative(
        name=_("Practice cooperative"), commune=commune, actor=MACHINE, status="active", is_demo=True
    )
    add_member(cooperative=cooperative, user=user, role="owner", actor=MACHINE)
    learner = Actor.of(user, cooperative)
    product = Product.objects.create(
        cooperative=cooperative,
        line=_line(),
        name="Gạo thơm ST25 (bài tập)",
        name_en="ST25 fragrant rice (exercise)",
        ocop_subgroup="1.2.a",
        shelf_life_days=270,
    )
    pack = Pack.objects.create(
        product=product, name="túi 5 kg", name_en="5 kg bag", net_quantity_base=5000, base_unit="g", ship_weight_g=5000
    )
    set_price(pack=pack, price_dong=PRICE_DONG, actor=learner)
    words = Words(title=product.name, title_en=product.name_en, summary="Gạo ruộng lúa – tôm")
    listing = start_listing(product=product, words=words, photos=[], actor=learner)
    listing.get_latest_revision().publish()
    return Practice(cooperative=cooperative, learner=learner, pack=pack)


def _line() -> ProductLine:
    """Rice as it is made here; on a site without the list of ways a short one."""
    line = ProductLine.objects.filter(code="rice").first()
    if line is None:
        line = ProductLine.objects.create(code=f"practice-{secrets.token_hex(4)}", name="Gạo", lot_unit="kg")
        for place, (code, kind, name) in enumerate((("harvest", "origin", "Gặt lúa"), ("pack", "pack", "Đóng túi"))):
            LineStep.objects.create(line=line, position=place, code=code, kind=kind, name=name, mandatory=True)
    return line


def _steps(practice: Practice) -> QuerySet[LineStep]:
    return LineStep.objects.filter(line=practice.pack.product.line_id).order_by("position")


def _batch_on_sale(practice: Practice) -> Batch:
    """Told in the order of its steps, the last of them yesterday."""
    yesterday = clock.now() - timedelta(days=1)
    batch = open_batch(pack=practice.pack, day=clock.today() - timedelta(days=1), actor=practice.learner)
    for step in _steps(practice).filter(mandatory=True):
        packs = 10 if step.kind == "pack" else None
        report = StepReport(stage=step.code, event_time=yesterday, parameters={}, packs=packs)
        record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=yesterday, actor=practice.learner)
    batch.refresh_from_db()
    return publish_batch(batch=batch, actor=practice.learner)


def _order(practice: Practice) -> Parcel:
    save_zone(cooperative=practice.cooperative, figures=FAR, places=[], actor=practice.learner)
    basket = Basket.objects.create()
    add_to_basket(basket=basket, pack=practice.pack, quantity=1)
    commune = practice.cooperative.commune
    total = quote_basket(basket, province=commune.parent).total_dong
    assert total is not None
    buyer = BuyerDetails(
        name="Trần Thị Mẫu", phone="+84900000000", commune=commune, landmark=_("beside the house of culture")
    )
    order = place_order(
        basket=basket,
        form_token=secrets.token_urlsafe(24),
        shown_total_dong=total,
        buyer=buyer,
        language="vi",
        actor=Actor.buyer(),
    )
    return mark_parcel_paid(parcel=order.parcels.get(), actor=MACHINE)
