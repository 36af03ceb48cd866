"""A parcel that was bought, paid to the cooperative's own account, sent and delivered; and claims about it."""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from PIL import Image

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from community.photos.taking_in import CleanPicture, clean_picture
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.ending import pass_on
from marketplace.claims.models import Claim, ClaimLine, ClaimPhoto, Replacement
from marketplace.claims.opening import Told, open_claim
from marketplace.claims.states import Outcome, Problem
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Allocation, Order, Parcel
from marketplace.orders.moving import move_parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Refund
from tests.cast import Cast
from tests.making import Goods, PackPlan, fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.payments.stage import transfer
from traceability.batches.models import Batch, Posting

BUYER = Actor.buyer()
GOODS, SHIPPING = 160_000, 25_000


def open_booth(cast: Cast, *, packs: int = 10) -> tuple[Goods, Batch]:
    """Packs of 80.000 ₫, delivery 25.000 ₫."""
    goods = make_product(open_shop(cast.huong_que), packs=(PackPlan(weight_g=500),))
    return goods, make_published_batch(goods.pack, packs=packs)


def a_picture(shade: int = 90) -> CleanPicture:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 120, 90)).save(out, "JPEG")
    return clean_picture(ContentFile(out.getvalue()))


def kept_files() -> set[str]:
    """What lies in the private folder of claims."""
    folder = storages["private"]
    return set(folder.listdir("claims")[1]) if folder.exists("claims") else set()


def a_phone() -> str:
    return f"+8490{secrets.randbelow(10**7):07}"


def bought(cast: Cast, goods: Goods, *, packs: int = 2) -> Order:
    """Ordered and paid by transfer to the cooperative's own account."""
    order = make_order(fill_basket((goods.pack, packs)), commune=cast.tran_de, phone=a_phone())
    for payment in start_order_payments(order=order, actor=BUYER):
        transfer(payment)
    return order


def sent(cast: Cast, goods: Goods, *, packs: int = 2) -> Parcel:
    parcel = accept_parcel(parcel=bought(cast, goods, packs=packs).parcels.get(), actor=cast.lan_acts)
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    return ship_parcel(parcel=parcel, courier="VNPost", courier_code="EM1", actor=cast.lan_acts)


def delivered(cast: Cast, goods: Goods, *, packs: int = 2) -> Parcel:
    return arrive(sent(cast, goods, packs=packs), cast)


def arrive(parcel: Parcel, cast: Cast) -> Parcel:
    with transaction.atomic():
        return move_parcel(parcel=parcel, to=ParcelStatus.DELIVERED, actor=cast.lan_acts, delivered_at=clock.now())


def told(
    parcel: Parcel, problem: Problem = Problem.BAD, *, packs: int = 1, photos: Sequence[CleanPicture] = ()
) -> Told:
    line = parcel.lines.get()
    return Told(problem, {line.pk: packs}, "Nắp hở, mật chảy ra", photos)


def claim_of(parcel: Parcel, problem: Problem = Problem.BAD, *, packs: int = 1, key: UUID | None = None) -> Claim:
    return open_claim(parcel=parcel, told=told(parcel, problem, packs=packs), key=key or uuid4(), actor=BUYER)


def answered(cast: Cast, parcel: Parcel, outcome: Outcome = Outcome.PART, *, dong: int = 60_000) -> Claim:
    answer = Answer(outcome, "Mong chị thông cảm", dong)
    return answer_claim(claim=claim_of(parcel), answer=answer, actor=cast.lan_acts)


def passed_on(cast: Cast, parcel: Parcel) -> Claim:
    return pass_on(claim=answered(cast, parcel, Outcome.NONE), words="Không chịu", actor=BUYER)


def clerk() -> Actor:
    """Another of the staff."""
    name = secrets.token_hex(4)
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def in_hours(hours: float) -> Any:
    return clock.at(clock.now() + timedelta(hours=hours))


def everything() -> dict[str, Any]:
    """What a refusal leaves alone."""
    return {
        "claims": list(Claim.objects.order_by("pk").values()),
        "lines": ClaimLine.objects.count(),
        "photos": ClaimPhoto.objects.count(),
        "files": kept_files(),
        "again": list(Replacement.objects.order_by("pk").values()),
        "refunds": list(Refund.objects.order_by("pk").values()),
        "parcels": list(Parcel.objects.order_by("pk").values_list("pk", "status")),
        "bound": sorted(Allocation.objects.values_list("pk", "status")),
        "batches": sorted(Batch.objects.values_list("pk", "on_hand_base", "available_base")),
        "postings": Posting.objects.count(),
        "messages": OutboxMessage.objects.count(),
        "audit": AuditEntry.objects.count(),
    }
