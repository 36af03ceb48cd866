"""A record on the member's phone: what it says, whether its photos still fit it, and how to put it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import clock
from community.door.current import MemberRequest, member_required
from community.photos.art import step_art
from community.photos.models import Photo
from traceability.batches.models import Batch
from traceability.events.correcting import (
    AlreadyDeclared,
    ArrivalReport,
    BadCorrection,
    arrival_of,
    can_say_again,
    declare_error,
)
from traceability.events.evidence import Fit, fit_of
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.reading import StepStory, names, recorded_events, tell
from traceability.events.recording import BadStep, StepReport, read_parameters
from traceability.events.withdrawing import lots_of
from traceability.events.working import BadMovement
from traceability.events.writing import ReplayMismatch
from traceability.fieldwork.correction_forms import CorrectionForm, WithdrawForm, changes, said_before, step_of
from traceability.fieldwork.door import batch_or_404, to_batch
from traceability.fieldwork.photos import Gathered, gather_photos, token_of
from traceability.fieldwork.place_here import kept_place
from traceability.fieldwork.sentences import sentence_of
from traceability.fieldwork.spoken import amount_told, said_as
from traceability.fieldwork.step_form import PREFIX
from traceability.products.models import LineStep

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, slots=True)
class Record:
    """One record with what the screens ask of it. ``can_correct``: our step form can say it again."""

    batch: Batch
    event: Event
    story: StepStory
    step: LineStep | None
    can_correct: bool
    can_withdraw: bool
    amount_unit: str = ""  # of what came into a raw lot; empty for any other step
    beside: tuple[Batch, ...] = ()  # other lots it tells of: what is taken back is taken back for them too

    @property
    def amount(self) -> str:
        """ "3 bao (150 kg)" """
        return amount_told(self.event, self.story.quantity_base, self.batch.base_unit)

    @property
    def drawing(self) -> str:
        line = self.batch.product.line
        return step_art(line.code if line else "", self.event.stage, self.story.kind).names[0]


def record_or_404(request: MemberRequest, public_code: str, record: UUID) -> Record:
    """A sale is no record of a member: it does not exist here, like another cooperative's."""
    batch = batch_or_404(request.cooperative, public_code)
    event = recorded_events(names(batch) & Q(client_uuid=record, cooperative=request.cooperative), of=batch).first()
    if event is None:
        raise Http404
    step = step_of(event, batch)
    story = next(one for one in tell([event], [step] if step else []) if one.event)
    in_force = not story.is_withdrawn
    can_correct = in_force and step is not None and can_say_again(event)
    unit = batch.base_unit if arrival_of(event) else ""
    beside = tuple(Batch.objects.filter(pk__in=lots_of(event) - {batch.pk}).order_by("pk"))
    return Record(batch, event, story, step, can_correct, can_withdraw=in_force, amount_unit=unit, beside=beside)


@require_safe
@member_required("record")
def record_page(request: MemberRequest, public_code: str, record: UUID) -> HttpResponse:
    found = record_or_404(request, public_code, record)
    photos = [
        (evidence.photo, fit_of(evidence, in_record=found.story.evidence))
        for evidence in found.event.evidence.select_related("photo")
    ]
    facts = {
        "record": found,
        "photos": photos,
        "all_fit": all(fit is Fit.MATCHES for _photo, fit in photos),
        "corrective": found.event.declarations.first() if found.story.is_withdrawn else None,
        "corrected": found.event.corrects,
        "place": kept_place(found.event, request.user),
        "place_days": settings.POSITION_DAYS,
    }
    return render(request, "fieldwork/record.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def withdraw_page(request: MemberRequest, public_code: str, record: UUID) -> HttpResponseBase:
    found = record_or_404(request, public_code, record)
    if request.method == "POST":
        form = WithdrawForm(request.POST)
        if form.is_valid():
            return _declare(request, found, form.cleaned_data["client_uuid"], form.reason, None)
        return _withdraw_form(request, found, form, status=UNPROCESSABLE)
    if not found.can_withdraw:
        return _not_now(request, found, _("This record was already declared wrong."))
    return _withdraw_form(request, found, WithdrawForm(initial={"client_uuid": uuid4()}))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def correct_page(request: MemberRequest, public_code: str, record: UUID) -> HttpResponseBase:
    """Three looks: the form as it was said, before and after side by side, and the batch with the result."""
    found = record_or_404(request, public_code, record)
    if found.step is None:
        raise Http404
    if request.method == "POST":
        return _check(request, found, found.step)
    if not found.can_correct:
        return _not_now(request, found, _("This record cannot be corrected here."))
    before = said_before(found.event, batch=found.batch, quantity_base=found.story.quantity_base)
    form = CorrectionForm(initial=before, step=found.step, pack=found.batch.pack, amount_unit=found.amount_unit)
    photos = [evidence.photo for evidence in found.event.evidence.select_related("photo")]
    return _correct_form(request, found, form, Gathered(photos=photos))


def _check(request: MemberRequest, found: Record, step: LineStep) -> HttpResponseBase:
    form = CorrectionForm(request.POST, step=step, pack=found.batch.pack, amount_unit=found.amount_unit)
    form_is_sound = form.is_valid()
    form.renew_hidden()
    gathered = gather_photos(
        uploads=[upload for upload in request.FILES.getlist("photos") if upload.name],
        kept=request.POST.getlist("kept"),
        batch=found.batch,
        title=f"{step.name} · {found.batch.lot_code}",
        actor=request.actor,
    )
    if not form_is_sound or gathered.faults:
        return _correct_form(request, found, form, gathered, status=UNPROCESSABLE)
    if "again" in request.POST:
        return _correct_form(request, found, form, gathered)
    before = said_before(found.event, batch=found.batch, quantity_base=found.story.quantity_base)
    had = set(found.event.evidence.values_list("photo_id", flat=True))
    listed = changes(form, before, photos=(len(had), len(gathered.photos)))
    if not any(change.differs for change in listed) and had == {photo.pk for photo in gathered.photos}:
        form.add_error(None, _("Nothing is different from what stands there. Change what was wrong."))
        return _correct_form(request, found, form, gathered, status=UNPROCESSABLE)
    if "confirmed" not in request.POST:
        facts = {"record": found, "form": form, "changes": listed, "kept": _tokens(found, gathered.photos)}
        return render(request, "fieldwork/correct_confirm.html", facts)
    try:
        return _declare(
            request, found, form.cleaned_data["client_uuid"], form.reason, _report(form, found, gathered.photos)
        )
    except (BadStep, BadMovement) as fault:
        key = PREFIX + str(fault.facts.get("key", ""))
        form.add_error(key if key in form.fields else None, sentence_of(fault))
        return _correct_form(request, found, form, gathered, status=UNPROCESSABLE)


def _report(form: CorrectionForm, found: Record, photos: list[Photo]) -> StepReport | ArrivalReport:
    facts = form.cleaned_data
    if form.amount_unit:
        return ArrivalReport(
            quantity_base=form.amount_base,
            event_time=facts["event_time"],
            parameters=tuple(read_parameters(form.step, form.typed_parameters())),
            photos=tuple(photos),
            note=facts["note"],
            late_reason=facts["late_reason"],
            said_as=said_as(found.event) if form.amount_base == found.story.quantity_base else None,
        )
    return StepReport(
        stage=form.step.code,
        event_time=facts["event_time"],
        parameters=form.typed_parameters(),
        photos=tuple(photos),
        packs=facts.get("packs"),
        note=facts["note"],
        late_reason=facts["late_reason"],
    )


def _declare(
    request: MemberRequest, found: Record, client_uuid: UUID, note: str, corrective: StepReport | ArrivalReport | None
) -> HttpResponseBase:
    Reason = ErrorDeclaration.Reason
    try:
        declare_error(
            event=found.event,
            reason=Reason.INCORRECT_DATA if corrective else Reason.DID_NOT_OCCUR,
            note=note,
            client_uuid=client_uuid,
            declared_at=_first_said(client_uuid),
            actor=request.actor,
            corrective=corrective,
        )
    except (AlreadyDeclared, BadCorrection, ReplayMismatch) as fault:
        return _not_now(request, found, sentence_of(fault))
    said = _("Corrected: %(step)s. Both records stay visible.") if corrective else _("Taken back: %(step)s.")
    messages.success(request, said % {"step": found.story.name})
    return to_batch(found.batch)


def _first_said(client_uuid: UUID) -> datetime:
    """The moment of the first try: the same form sent twice says the same."""
    earlier = ErrorDeclaration.objects.filter(client_uuid=client_uuid).values_list("declared_at", flat=True).first()
    return earlier or clock.now()


def _tokens(found: Record, photos: list[Photo]) -> list[tuple[Photo, str]]:
    return [(photo, token_of(photo, batch=found.batch)) for photo in photos]


def _correct_form(
    request: MemberRequest, found: Record, form: CorrectionForm, gathered: Gathered, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    facts = {
        "record": found,
        "batch": found.batch,
        "step": form.step,
        "form": form,
        "drawing": found.drawing,
        "photo_faults": gathered.faults,
        "kept": _tokens(found, gathered.photos),
    }
    return render(request, "fieldwork/correct.html", facts, status=status)


def _withdraw_form(
    request: MemberRequest, found: Record, form: WithdrawForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "fieldwork/withdraw.html", {"record": found, "form": form}, status=status)


def _not_now(request: MemberRequest, found: Record, text: str) -> HttpResponse:
    return render(request, "fieldwork/not_now.html", {"batch": found.batch, "text": text}, status=HTTPStatus.CONFLICT)
