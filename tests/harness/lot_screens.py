"""Screens of the store of raw lots, and of parcels' papers, in the demo. Import after `django.setup()`."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.shipping.models import PickUpPoint
from tests.harness.screen import Screen
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.events.harvesting import record_harvest
from traceability.events.working import Output, Work
from traceability.fieldwork.lots import lots_with_goods
from traceability.labels.models import LabelRun
from traceability.products.models import LineStep, Product, StepKind


def lot_screens(own: Cooperative) -> list[Screen]:
    """One lot and what is done with it; then two at once."""
    _harvest(own, "lúa tươi", 1_200_000)
    _harvest(own, "lúa tươi, ruộng dưới", 800_000)
    lots = list(lots_with_goods(own).filter(available_base__gt=0).exclude(kind=Batch.Kind.FINISHED)[:2])
    work = reverse("fieldwork:lot_work")
    both = "&".join(f"lo={lot.public_code}" for lot in lots)
    found = [
        Screen("lot", "lan", reverse("fieldwork:lot", args=[lots[0].public_code])),
        Screen("lot-split", "lan", reverse("fieldwork:lot_split", args=[lots[0].public_code])),
        Screen("lot-box", "lan", reverse("fieldwork:box", args=[lots[0].public_code])),
        Screen("lot-process", "lan", f"{work}?viec=che-bien&lo={lots[0].public_code}"),
        Screen("lot-merge-choose", "lan", f"{work}?viec=gop&chon"),
        Screen("lot-merge-too-few", "lan", f"{work}?viec=gop&lo={lots[0].public_code}"),
        Screen("lot-count", "lan", reverse("fieldwork:count", args=[lots[0].public_code])),
    ]
    found.append(Screen("lot-merge", "lan", f"{work}?viec=gop&{both}"))
    run = LabelRun.objects.filter(batch__cooperative=own).first()
    if run is not None:
        found.append(
            Screen("diary-label-run", "lan", reverse("fieldwork:label_run", args=[run.batch.public_code, run.code]))
        )
    return found


def _harvest(own: Cooperative, material: str, base: int) -> None:
    """The demo keeps no raw goods."""
    product = Product.objects.of_cooperative(own).active().filter(line__isnull=False)[0]
    step = LineStep.objects.filter(line=product.line_id, kind=StepKind.ORIGIN).order_by("position").last()
    plan = LotPlan(product=product, material=material, base_unit="g")
    now, actor = clock.now(), Actor.of(own.memberships.get(role="owner").user, own)
    work = Work(event_time=now, recorded_at=now, client_uuid=uuid4(), step=step)
    record_harvest(output=Output(base, plan=plan), work=work, actor=actor)


def parcel_paper_screens(own: Cooperative) -> list[Screen]:
    """Slips, transfer on delivery, a parcel that comes back, a place to collect at."""
    found = [
        Screen("slips", "lan", reverse("selling:slips")),
        Screen("on-delivery", "lan", reverse("selling:on_delivery")),
    ]
    shipped = Parcel.objects.filter(cooperative=own, status=ParcelStatus.SHIPPED)
    sent = next((one for one in shipped if one.owes_on_delivery), None)
    if sent is not None:
        found.append(Screen("came-back", "lan", reverse("selling:came_back", args=[sent.code])))
    point = PickUpPoint.objects.filter(cooperative=own).first()
    if point is not None:
        found.append(Screen("delivery-place-one", "lan", reverse("selling:pick_up", args=[point.code])))
    return found
