"""Recording one step from a phone: photo first, the moment, what was measured, how many packs; once, even if the form
is sent twice."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import clock
from community.door.current import MemberRequest, member_required
from community.photos.art import step_art
from community.photos.forms import SENTENCES
from community.photos.taking_in import BadPhoto
from community.text.quantities import show_number, show_quantity
from traceability.balance.space import Fix
from traceability.batches.models import Batch
from traceability.events.dating import HARVEST_CODES
from traceability.events.models import Event
from traceability.events.recording import BadStep, StepReport, record_step
from traceability.events.writing import ReplayMismatch
from traceability.fieldwork.door import batch_or_404, to_batch
from traceability.fieldwork.drafts import StepDraft, find_draft, forget_draft, keep_draft
from traceability.fieldwork.last_time import LastTime, last_time
from traceability.fieldwork.photos import Gathered, gather_photos, kept_photos, photos_sent_again, token_of
from traceability.fieldwork.place_here import PlaceMixin, keep_place
from traceability.fieldwork.sentences import reader_language, sentence_of
from traceability.fieldwork.step_form import PREFIX, StepForm, opening_values
from traceability.products.models import LineStep

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


class HarvestStepForm(PlaceMixin, StepForm):
    """A harvest written down at the batch itself: the place may be told with it, as with a raw lot."""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def record_page(request: MemberRequest, public_code: str, stage: str) -> HttpResponseBase:
    batch = batch_or_404(request.cooperative, public_code)
    step = _step_or_404(batch, stage)
    if request.method == "POST":
        return _keep(request, batch, step) if "keep" in request.POST else _save(request, batch, step)
    draft = None if request.GET else find_draft(request, batch=batch, stage=step.code)
    if draft is not None:
        form = _form_for(step)(initial=draft.values, step=step, pack=batch.pack)
        kept = Gathered(photos=kept_photos(draft.kept, batch=batch))
        return _form_page(request, batch, form, gathered=kept, draft=draft)
    last = last_time(batch=batch, step=step)
    values = opening_values(now=clock.now()) | {"client_uuid": uuid4()} | _usual_values(batch, step)
    suggested = {PREFIX + key: value for key, value in last.values.items()} if last else {}
    if suggested.items() <= values.items():
        last = None  # nothing that does not stand there already
    elif "nhu-lan-truoc" in request.GET:
        values, last = values | suggested, None
    form = _form_for(step)(initial=values, step=step, pack=batch.pack)
    return _form_page(request, batch, form, last=last)


def _form_for(step: LineStep) -> type[StepForm]:
    return HarvestStepForm if step.code in HARVEST_CODES else StepForm


def _step_or_404(batch: Batch, stage: str) -> LineStep:
    step = LineStep.objects.filter(line=batch.product.line_id, code=stage).select_related("line").first()
    if step is None:
        raise Http404
    return step


def _usual_values(batch: Batch, step: LineStep) -> dict[str, str]:
    """The net content of a pack is known: nobody needs to type it."""
    asked = next((each for each in step.parameters if each["key"] == "net"), None)
    factor = (
        {("kg", "g"): 1000, ("g", "g"): 1, ("ml", "ml"): 1}.get((asked["unit"], batch.base_unit)) if asked else None
    )
    if factor is None or batch.pack is None:
        return {}
    return {PREFIX + "net": f"{batch.pack.net_quantity_base / factor:g}".replace(".", ",")}


def _keep(request: MemberRequest, batch: Batch, step: LineStep) -> HttpResponseBase:
    """Nothing is recorded: what was typed waits in the session, photos that came are taken in. A script asks for the
    photos' names; people come back to the batch."""
    gathered = _gathered(request, batch, step)
    tokens = [token_of(photo, batch=batch) for photo in gathered.photos]
    keep_draft(request, batch=batch, stage=step.code, tokens=tokens)
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"kept": tokens, "faults": gathered.faults})
    messages.success(request, _("Kept, not saved yet: “%(step)s”. Open it again to go on.") % {"step": step.shown_name})
    return to_batch(batch)


def _gathered(request: MemberRequest, batch: Batch, step: LineStep) -> Gathered:
    return gather_photos(
        uploads=_uploads(request),
        kept=request.POST.getlist("kept"),
        batch=batch,
        title=f"{step.name} · {batch.lot_code}",
        actor=request.actor,
    )


def _save(request: MemberRequest, batch: Batch, step: LineStep) -> HttpResponseBase:
    form = _form_for(step)(request.POST, step=step, pack=batch.pack)
    form_is_sound = form.is_valid()
    form.renew_hidden()
    if form_is_sound and (earlier := _earlier(form)):
        return _saved_before(request, batch, form, earlier)
    gathered = _gathered(request, batch, step)
    if not form_is_sound or gathered.faults:
        tokens = [token_of(photo, batch=batch) for photo in gathered.photos]
        keep_draft(request, batch=batch, stage=step.code, tokens=tokens)
        return _form_page(request, batch, form, gathered=gathered, status=UNPROCESSABLE)
    try:
        event = _record(request, batch, form, tuple(gathered.photos))
    except ReplayMismatch as fault:
        return _mismatch(request, batch, fault)
    except BadStep as fault:
        _put_at_field(form, fault)
        return _form_page(request, batch, form, gathered=gathered, status=UNPROCESSABLE)
    return _done(request, batch, form, event)


def _uploads(request: MemberRequest) -> list:  # type: ignore[type-arg]
    """Both inputs, camera and gallery, send ``photos``; an untouched one sends nothing."""
    return [upload for upload in request.FILES.getlist("photos") if upload.name]


def _earlier(form: StepForm) -> Event | None:
    return Event.objects.filter(client_uuid=form.cleaned_data["client_uuid"]).first()


def _saved_before(request: MemberRequest, batch: Batch, form: StepForm, earlier: Event) -> HttpResponseBase:
    """The same form once more (double tap, Back and send): the stored answer when it says the same."""
    try:
        photos = photos_sent_again(
            event=earlier, uploads=_uploads(request), kept=request.POST.getlist("kept"), batch=batch
        )
        event = _record(request, batch, form, photos)
    except BadPhoto as fault:
        gathered = Gathered(faults=[str(SENTENCES[fault.code])])
        return _form_page(request, batch, form, gathered=gathered, status=UNPROCESSABLE)
    except ReplayMismatch as fault:
        return _mismatch(request, batch, fault)
    except BadStep as fault:
        _put_at_field(form, fault)
        return _form_page(request, batch, form, status=UNPROCESSABLE)
    return _done(request, batch, form, event)


def _record(request: MemberRequest, batch: Batch, form: StepForm, photos: tuple) -> Event:  # type: ignore[type-arg]
    facts = form.cleaned_data
    report = StepReport(
        stage=form.step.code,
        event_time=facts["event_time"],
        parameters=form.typed_parameters(),
        photos=photos,
        packs=facts.get("packs"),
        note=facts["note"],
        late_reason=facts["late_reason"],
    )
    sent: dict[str, Any] = {
        "batch": batch,
        "report": report,
        "client_uuid": facts["client_uuid"],
        # What is told of the minutes after the form was opened was written down when it happened, at the earliest.
        "recorded_at": max(facts["recorded_at"], facts["event_time"]),
        "actor": request.actor,
    }
    fix = form.fix if isinstance(form, HarvestStepForm) else None
    try:
        return _record_there(request, sent, fix)
    except IntegrityError:  # the same form, sent twice at once: the other one has stored it by now
        return _record_there(request, sent, fix)


@transaction.atomic
def _record_there(request: MemberRequest, sent: dict[str, Any], fix: Fix | None) -> Event:
    event = record_step(**sent)
    keep_place(request, event, fix)
    return event


def _put_at_field(form: StepForm, fault: BadStep) -> None:
    by_code = {"in_future": "hour", "packs_needed": "packs", "too_many_packs": "packs"}
    key = str(fault.facts.get("key", ""))
    place = by_code.get(fault.code) or ("note" if key == "note" else PREFIX + key)
    form.add_error(place if place in form.fields else None, sentence_of(fault))


def _mismatch(request: MemberRequest, batch: Batch, fault: ReplayMismatch) -> HttpResponse:
    facts = {"batch": batch, "text": sentence_of(fault)}
    return render(request, "fieldwork/not_now.html", facts, status=HTTPStatus.CONFLICT)


def _done(request: MemberRequest, batch: Batch, form: StepForm, event: Event) -> HttpResponseBase:
    forget_draft(request, batch=batch, stage=form.step.code)
    said = _("Saved: %(step)s.") % {"step": form.step.shown_name}
    if (packs := form.cleaned_data.get("packs")) and batch.pack:
        said = f"{said} {read_back(batch, packs)}"
    messages.success(request, said)
    return to_batch(batch)


def read_back(batch: Batch, packs: int) -> str:
    """ "640 × túi 5 kg = 3.200 kg": what was typed, in the words of the pack."""
    if batch.pack is None:
        return ""
    language = reader_language()
    total = show_quantity(packs * batch.pack.net_quantity_base, batch.base_unit, language)
    return f"{show_number(packs, language)} × {batch.pack.shown_name} = {total}."


def _form_page(
    request: MemberRequest,
    batch: Batch,
    form: StepForm,
    *,
    last: LastTime | None = None,
    gathered: Gathered | None = None,
    draft: StepDraft | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    facts = {
        "batch": batch,
        "step": form.step,
        "form": form,
        "last": last,
        "draft": draft,
        "drawing": step_art(
            batch.product.line.code if batch.product.line else "", form.step.code, form.step.kind
        ).names[0],
        "photo_faults": gathered.faults if gathered else [],
        "kept": [(photo, token_of(photo, batch=batch)) for photo in gathered.photos] if gathered else [],
    }
    return render(request, "fieldwork/step.html", facts, status=status)
