"""One blended batch, told through the verbs of the site: tea of three gardens, dried, blended, packed and boxed.

60 and 40 kg of fresh leaf are put together and dried, a third garden's 40 kg by themselves; 12 and 8 kg of dry tea make
the blend, so 36, 24 and 40 % of it come from the three gardens. Ten kilos of dry tea were never used.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from cms.demo.pictures import Illustrator
from cms.demo.plan import DemoGood
from cms.demo.sellers import Seller
from community import clock
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.batches.publishing import publish_batch, readiness
from traceability.events.aggregating import put_in
from traceability.events.harvesting import record_harvest
from traceability.events.recording import StepReport, record_step
from traceability.events.transforming import merge_lots, pack_from, transform_lots
from traceability.events.working import Output, Taken, Work
from traceability.plots.models import Plot
from traceability.products.models import LineStep, Pack

BLEND_SKU = "HB-005"
GARDENS = (("Nương Bờ Suối", 60_000, 4200), ("Nương Đỉnh Mây", 40_000, 3100), ("Nương Cổ Thụ", 40_000, 5600))
FRESH, DRY, BLEND = ("Búp chè tươi", "Fresh tea buds"), ("Chè khô", "Dried tea"), ("Chè đã đấu trộn", "Blended tea")
DAYS_AGO = 26
BOX, PACKS_IN_BOX = "THUNG-01", 40


def tell_blend(good: DemoGood, pack: Pack, seller: Seller, *, illustrator: Illustrator) -> Batch | None:
    """The blend, published; None for other goods."""
    if good.sku != BLEND_SKU:
        return None
    told = _Teller(good, pack, seller, illustrator)
    fresh = [told.pick(*garden) for garden in GARDENS]
    mixed = told.merge(fresh[:2], hours=30)
    dry, _unsold = told.process([(mixed, 100_000)], (12_000, 10_000), DRY, step="roll", hours=34)
    third = told.process([(fresh[2], 40_000)], (8_000,), DRY, step="roll", hours=36)[0]
    blend = told.process([(dry, 12_000), (third, 8_000)], (20_000,), BLEND, step="", hours=80)[0]
    batch = told.pack_up(blend, hours=104)
    told.box(batch, hours=106)
    return batch


class _Teller:
    def __init__(self, good: DemoGood, pack: Pack, seller: Seller, illustrator: Illustrator) -> None:
        self.good, self.pack, self.seller, self.illustrator = good, pack, seller, illustrator
        self.start = timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=DAYS_AGO), time(6, 40)))
        self.steps = {step.code: step for step in LineStep.objects.filter(line=pack.product.line_id)}
        self.told = 0

    def pick(self, name: str, grams: int, area_m2: int) -> Batch:
        commune = self.seller.cooperative.commune
        plot = Plot.objects.create(cooperative=self.seller.cooperative, name=name, commune=commune, area_m2=area_m2)
        work = self.work(hours=self.told, step="pluck", photo=not self.told)
        output = Output(grams, plan=self.plan(FRESH, kind=Batch.Kind.RAW, plot=plot))
        with clock.at(work.recorded_at):
            return record_harvest(output=output, work=work, actor=self.seller.actor).batch

    def merge(self, lots: list[Batch], *, hours: float) -> Batch:
        work = self.work(hours)
        with clock.at(work.recorded_at):
            taken = [Taken(lot, lot.available_base) for lot in lots]
            return merge_lots(taken=taken, work=work, actor=self.seller.actor).batch

    def process(
        self,
        taken: list[tuple[Batch, int]],
        grams: tuple[int, ...],
        name: tuple[str, str],
        *,
        step: str,
        hours: float,
    ) -> tuple[Batch, ...]:
        work = self.work(hours, step=step, photo=step != "")
        with clock.at(work.recorded_at):
            return transform_lots(
                taken=[Taken(lot, amount) for lot, amount in taken],
                outputs=[Output(each, plan=self.plan(name)) for each in grams],
                work=work,
                actor=self.seller.actor,
                loss_base=sum(amount for _lot, amount in taken) - sum(grams),
            ).batches

    def pack_up(self, blend: Batch, *, hours: float) -> Batch:
        work = self.work(hours, step="pack", photo=True)
        packs = blend.available_base // self.pack.net_quantity_base
        taken = [Taken(blend, packs * self.pack.net_quantity_base)]
        with clock.at(work.recorded_at):
            batch = pack_from(taken=taken, packs=packs, pack=self.pack, work=work, actor=self.seller.actor).batch
            for step in readiness(batch).missing_steps:
                self.record(batch, step, work)
            return publish_batch(batch=batch, actor=self.seller.actor)

    def record(self, batch: Batch, step: LineStep, work: Work) -> None:
        report = StepReport(stage=step.code, event_time=work.event_time - timedelta(hours=2), parameters={})
        sent = uuid5(NAMESPACE_URL, f"demo:blend:{self.good.sku}:{step.code}")
        record_step(batch=batch, report=report, client_uuid=sent, recorded_at=work.recorded_at, actor=self.seller.actor)

    def box(self, batch: Batch, *, hours: float) -> None:
        work = self.work(hours)
        contents = [Taken(batch, PACKS_IN_BOX * self.pack.net_quantity_base)]
        with clock.at(work.recorded_at):
            put_in(container=BOX, contents=contents, work=work, actor=self.seller.actor)

    def plan(self, name: tuple[str, str], *, kind: str = Batch.Kind.INTERMEDIATE, plot: Plot | None = None) -> LotPlan:
        return LotPlan(self.pack.product, name[0], "g", material_en=name[1], kind=kind, plot=plot)

    def work(self, hours: float, *, step: str = "", photo: bool = False) -> Work:
        """Written down twenty minutes after it was done."""
        self.told += 1
        at = self.start + timedelta(hours=hours)
        line_step = self.steps.get(step)
        photos = ()
        if photo and line_step is not None:
            picture = self.illustrator.step(
                line=self.good.line, step=line_step.code, kind=line_step.kind, title=line_step.name
            )
            photos = (picture,)
        return Work(
            event_time=at,
            recorded_at=at + timedelta(minutes=20),
            client_uuid=uuid5(NAMESPACE_URL, f"demo:blend:{self.good.sku}:{self.told}"),
            step=line_step,
            photos=photos,
        )
