"""Lots become other lots, on the phone: choose what goes in, then say what came out. Two screens, no script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Min
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from traceability.balance.gathering import added_to
from traceability.batches.models import Batch, Posting
from traceability.batches.opening import LotPlan
from traceability.events.dating import HARVEST_CODES
from traceability.events.transforming import merge_lots, pack_from, split_lot, transform_lots
from traceability.events.working import ARRIVALS, Done, Output, Taken, Work
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.lot_forms import AMOUNT, LARGEST_OF, SplitForm, TakenForm, WorkForm
from traceability.fieldwork.lot_sense import makes_sense
from traceability.fieldwork.lot_words import amount_words, refusal
from traceability.fieldwork.lots import lot_line, lot_name, usable_lots
from traceability.products.models import LineStep, Pack, StepKind

MOST_CHOSEN = 12
DEEDS = ("che-bien", "gop")
MOST_LOTS = 60


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def work_page(request: MemberRequest) -> HttpResponseBase:
    """``?lo=CODE&lo=CODE&viec=che-bien|gop``; without lots it asks for them first."""
    chosen = request.GET.getlist("lo")[:MOST_CHOSEN]
    usable = usable_lots(request.cooperative)
    lots = list(usable.filter(public_code__in=chosen).order_by("pk"))
    deed = request.GET.get("viec", "che-bien")
    if deed not in DEEDS:
        raise Http404
    fewest = 2 if deed == "gop" else 1
    is_asking = "chon" in request.GET
    if is_asking or len(lots) < fewest:
        lines = [(lot_line(lot), lot.public_code in chosen) for lot in usable[:MOST_LOTS]]
        too_few = not is_asking and "viec" in request.GET
        facts = {"lines": lines, "deed": deed, "fewest": fewest, "too_few": too_few}
        return render(request, "fieldwork/lot_choose.html", facts)
    return _merge(request, lots) if deed == "gop" else _process(request, lots)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def split_page(request: MemberRequest, public_code: str) -> HttpResponseBase:
    lot = batch_or_404(request.cooperative, public_code)
    if request.method != "POST":
        return _page(request, "fieldwork/lot_split.html", SplitForm(initial=SplitForm.fresh(), lot=lot), [lot])
    form = SplitForm(request.POST, lot=lot)
    if form.is_valid():
        facts = {"parts": form.parts, "loss_base": form.cleaned_data["loss"]}
        done = _done(request, form, [lot], lambda work: split_lot(lot=lot, work=work, actor=request.actor, **facts))
        if done is not None:
            made = ", ".join(batch.lot_code for batch in done.batches)
            messages.success(request, _("Lot %(lot)s is split: %(made)s.") % {"lot": lot.lot_code, "made": made})
            return SeeOther(reverse("fieldwork:lots"))
    return _page(request, "fieldwork/lot_split.html", form, [lot], status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _merge(request: MemberRequest, lots: list[Batch]) -> HttpResponseBase:
    if request.method != "POST":
        form = TakenForm(initial=TakenForm.fresh() | _all_of(lots), lots=lots)
        return _page(request, "fieldwork/lot_merge.html", form, lots)
    form = TakenForm(request.POST, lots=lots)
    if form.is_valid():
        taken, loss = _taken(form, lots), form.cleaned_data["loss"]
        done = _done(
            request, form, lots, lambda work: merge_lots(taken=taken, loss_base=loss, work=work, actor=request.actor)
        )
        if done is not None:
            return _to_lot(request, done)
    return _page(request, "fieldwork/lot_merge.html", form, lots, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _process(request: MemberRequest, lots: list[Batch]) -> HttpResponseBase:
    choices: dict[str, Any] = {
        "lots": lots,
        "drafts": sorted(_drafts(request, lots), key=lambda batch: batch.product_id != lots[0].product_id),
        "packs": sorted(_packs(request), key=lambda pack: pack.product_id != lots[0].product_id),
        "steps": [(step.code, step.shown_name) for step in _steps(lots)],
    }
    if request.method != "POST":
        initial = WorkForm.fresh() | _all_of(lots) | {"unit": LARGEST_OF[lots[0].base_unit], "into": "lot"}
        return _page(request, "fieldwork/lot_work.html", WorkForm(initial=initial, **choices), lots)
    form = WorkForm(request.POST, **choices)
    if form.is_valid() and (_adds_up_by_itself(form) or makes_sense(form, _taken(form, lots))):
        done = _done(request, form, lots, lambda work: _transformed(request, form, lots, work))
        if done is not None:
            return _to_lot(request, done)
    return _page(request, "fieldwork/lot_work.html", form, lots, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _adds_up_by_itself(form: WorkForm) -> bool:
    """Packing and nothing else is weighed gram by gram when it is saved."""
    return form.is_packing and not form.cleaned_data["step"] and not _adds_something(form.lots)


def _adds_something(lots: Sequence[Batch]) -> bool:
    """A recipe adds water, salt or sugar: then what is packed is not what went in, gram by gram."""
    return bool(added_to([lots[0].product_id]))


def _transformed(request: MemberRequest, form: WorkForm, lots: Sequence[Batch], work: Work) -> Done:
    facts = form.cleaned_data
    taken, loss = _taken(form, lots), facts["loss"]
    if not form.is_packing:
        plan = LotPlan(
            product=lots[0].product,
            material=facts["material"],
            material_en=facts["material_en"],
            base_unit=facts["spoken"].base_unit,
            kind=Batch.Kind.INTERMEDIATE,
        )
        facts["spoken"].remember(lots[0].product, request.actor)
        outputs = [Output(facts["spoken"].base, plan=plan)]
        return transform_lots(taken=taken, outputs=outputs, work=work, loss_base=loss, actor=request.actor)
    batch, pack = form.chosen()
    held = batch.pack if batch else pack
    by_weight = held is not None and all(lot.base_unit == held.base_unit for lot in lots) and not facts["step"]
    if by_weight and not _adds_something(lots):
        return pack_from(
            taken=taken, packs=facts["packs"], batch=batch, pack=pack, loss_base=loss, work=work, actor=request.actor
        )
    outputs = [Output(facts["packs"] * (held.net_quantity_base if held else 1), batch=batch, pack=pack)]
    return transform_lots(taken=taken, outputs=outputs, work=work, loss_base=loss, actor=request.actor)


def _done(request: MemberRequest, form: TakenForm, lots: Sequence[Batch], deed: Any) -> Done | None:
    """None when a rule said no; the sentence then stands at the top and everything typed is kept."""
    facts = form.cleaned_data
    step = next((step for step in _steps(lots) if step.code == facts.get("step")), None)
    if step is None and isinstance(form, WorkForm) and form.is_packing:
        step = next(iter(_steps(lots, StepKind.PACK)), None)
    spoken = facts.get("spoken")
    work = Work(
        form.event_time(_born(lots)),
        form.recorded,
        facts["client_uuid"],
        step=step,
        note=facts["note"],
        said_as=spoken.said if spoken else None,
    )
    try:
        with transaction.atomic():
            done: Done = deed(work)
    except DomainError as fault:
        form.add_error(None, refusal(fault, unit=lots[0].base_unit))
        return None
    return done


def _born(lots: Sequence[Batch]) -> datetime | None:
    """When the youngest of the lots came into being."""
    arrivals = Posting.objects.filter(batch__in=lots, kind__in=ARRIVALS, cancelled_by__isnull=True)
    births = arrivals.values("batch").annotate(since=Min("at")).order_by().values_list("since", flat=True)
    return max(births, default=None)


def _taken(form: TakenForm, lots: Sequence[Batch]) -> list[Taken]:
    return [Taken(lot, amount) for lot in lots if (amount := form.cleaned_data[AMOUNT + lot.public_code])]


def _all_of(lots: Sequence[Batch]) -> dict[str, str]:
    """Usually all that is left goes in."""
    sizes = {"g": 1000, "ml": 1000, "piece": 1}
    return {
        AMOUNT + lot.public_code: f"{Decimal(lot.available_base) / sizes[lot.base_unit]:f}".replace(".", ",")
        for lot in lots
    }


def _steps(lots: Sequence[Batch], *kinds: str) -> list[LineStep]:
    """Steps of the line by which goods change; drying and sorting often count as checks there."""
    wanted = kinds or (StepKind.TRANSFORM, StepKind.CHECK)
    steps = LineStep.objects.filter(line=lots[0].product.line_id, kind__in=wanted).order_by("position")
    return list(steps.exclude(code__in=HARVEST_CODES))


def _drafts(request: MemberRequest, lots: Sequence[Batch]) -> list[Batch]:
    drafts = Batch.objects.of_cooperative(request.cooperative).filter(
        kind=Batch.Kind.FINISHED, status=Batch.Status.DRAFT, pack__isnull=False
    )
    return list(drafts.exclude(pk__in=[lot.pk for lot in lots]).select_related("pack", "product")[:20])


def _packs(request: MemberRequest) -> list[Pack]:
    packs = Pack.objects.filter(product__cooperative=request.cooperative, status="active", product__status="active")
    return list(packs.select_related("product")[:40])


def _to_lot(request: MemberRequest, done: Done) -> SeeOther:
    batch = done.batch
    amount = amount_words(batch.on_hand_base, batch.base_unit)
    facts = {"lot": batch.lot_code, "name": lot_name(batch), "amount": amount}
    messages.success(request, _("Saved. Lot %(lot)s, %(name)s: %(amount)s.") % facts)
    where = "batch" if batch.kind == Batch.Kind.FINISHED else "lot"
    return SeeOther(reverse(f"fieldwork:{where}", args=[batch.public_code]))


def _page(
    request: MemberRequest, template: str, form: TakenForm, lots: Sequence[Batch], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    facts = {"form": form, "lines": [lot_line(lot) for lot in lots], "back": _back(lots, request.GET.get("viec", ""))}
    return render(request, template, facts, status=status)


def _back(lots: Sequence[Batch], deed: str) -> str:
    """To the lot; of several to the screen where they were ticked, as they are."""
    if len(lots) == 1:
        return reverse("fieldwork:lot", args=[lots[0].public_code])
    asked = urlencode([("viec", deed or DEEDS[0]), ("chon", ""), *(("lo", lot.public_code) for lot in lots)])
    return f"{reverse('fieldwork:lot_work')}?{asked}"
