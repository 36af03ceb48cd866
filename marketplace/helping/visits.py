"""Visits for the team: written down on the road, put right for two days, looked up by seller; open steps."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.cooperatives.models import Cooperative
from community.photos.forms import SENTENCES as PHOTO_SENTENCES
from community.photos.paper_files import PICTURE
from community.photos.several import clean_pictures
from community.photos.taking_in import BadPhoto, CleanPicture
from community.photos.views import paper_answer
from community.teams.door import TeamRequest, cooperative_or_404, cooperatives_of, place_required
from community.teams.models import TeamMember
from community.visits.models import Visit, VisitPhoto, VisitQuerySet
from community.visits.writing_down import (
    MOST_PHOTOS,
    CannotVisit,
    change_visit,
    drop_photo,
    finish_step,
    write_down_visit,
)
from marketplace.helping.visit_forms import VisitForm, first_facts, trouble_of
from traceability.batches.models import Batch

PER_PAGE = 20


@require_safe
@place_required(looks=True)
def visits_page(request: TeamRequest) -> HttpResponse:
    """One's own open steps, then the visits of one's teams; ``?htx=`` of one seller."""
    visits = _of_teams(request).select_related("cooperative", "visitor")
    chosen = Cooperative.objects.filter(code=request.GET.get("htx", "")).first()
    if chosen is not None:
        visits = visits.filter(cooperative=chosen)
    steps = _of_teams(request).open_steps().filter(carrier=request.user).select_related("cooperative")
    facts = {
        "page": Paginator(visits.order_by("-held_on", "-pk"), PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "steps": steps.order_by("next_on", "pk") if chosen is None else [],
    }
    return render(request, "helping/visits.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required(looks=True)
def visit_new(request: TeamRequest, code: str) -> HttpResponseBase:
    """Helpers, partners and inspectors: each under the own name. Kept on the phone while there is no signal."""
    cooperative, place = cooperative_or_404(request, code)
    return _write(request, cooperative, place, None)


@require_safe
@place_required(looks=True)
def visit_page(request: TeamRequest, code: str) -> HttpResponse:
    visit = _visit_or_404(request, code)
    facts = {
        "visit": visit,
        "photos": visit.photos.all(),
        "batch": batch_of(visit),
        "is_mine": visit.visitor_id == request.user.pk,
        "may_read_notes": _helps_with(request, visit),
        "may_see_photos": _helps_with(request, visit) or visit.visitor_id == request.user.pk,
        "may_finish": request.user.pk in (visit.carrier_id, visit.visitor_id),
    }
    return render(request, "helping/visit.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required(looks=True)
def visit_edit(request: TeamRequest, code: str) -> HttpResponseBase:
    visit = _visit_or_404(request, code)
    if not visit.is_editable or visit.visitor_id != request.user.pk:
        messages.error(request, trouble_of(CannotVisit("fixed" if not visit.is_editable else "not_yours")))
        return redirect("helping:visit", code=visit.code)
    cooperative, place = cooperative_or_404(request, visit.cooperative.code)
    return _write(request, cooperative, place, visit)


@require_POST
@place_required(looks=True)
def step_done(request: TeamRequest, code: str) -> HttpResponseBase:
    try:
        finish_step(visit=_visit_or_404(request, code), actor=request.actor)
    except CannotVisit as fault:
        messages.error(request, trouble_of(fault))
    else:
        messages.success(request, _("Done. It is off your list."))
    return redirect("helping:visits")


@require_safe
@place_required(looks=True)
def visit_photo(request: TeamRequest, number: int) -> HttpResponseBase:
    """For who helps there and who took it: the form promises no more to those in the picture."""
    photos = VisitPhoto.objects.filter(visit__in=_of_teams(request)).select_related("visit__cooperative")
    photo = get_object_or_404(photos, pk=number)
    if not (_helps_with(request, photo.visit) or photo.visit.visitor_id == request.user.pk):
        raise Http404
    return send_photo(photo)


@require_POST
@place_required(looks=True)
def visit_photo_drop(request: TeamRequest, number: int) -> HttpResponseBase:
    photo = get_object_or_404(
        VisitPhoto.objects.filter(visit__in=_of_teams(request)).select_related("visit"), pk=number
    )
    try:
        drop_photo(photo=photo, actor=request.actor)
    except CannotVisit as fault:
        messages.error(request, trouble_of(fault))
    return redirect("helping:visit", code=photo.visit.code)


def send_photo(photo: VisitPhoto) -> FileResponse:
    return paper_answer(photo.file, content_type=PICTURE, name=f"{photo.visit_id}-{photo.pk}")


def batch_of(visit: Visit) -> Batch | None:
    if not visit.batch_code:
        return None
    own = Batch.objects.of_cooperative(visit.cooperative_id).select_related("product")
    return own.filter(public_code=visit.batch_code).first()


def _of_teams(request: TeamRequest) -> VisitQuerySet:
    """Of sellers in the teams' communes: a seller that moved away takes its visits along."""
    return Visit.objects.filter(cooperative__in=cooperatives_of(request.places).values("pk"))


def _helps_with(request: TeamRequest, visit: Visit) -> bool:
    """A place that helps in the seller's own commune; one that only looks there reads neither notes nor pictures."""
    return any(place.helps and place.team.commune_id == visit.cooperative.commune_id for place in request.places)


def _visit_or_404(request: TeamRequest, code: str) -> Visit:
    visits = _of_teams(request).select_related("cooperative__commune", "team", "visitor", "carrier", "commune__parent")
    return get_object_or_404(visits, code=code.upper())


def _write(request: TeamRequest, cooperative: Cooperative, place: TeamMember, visit: Visit | None) -> HttpResponseBase:
    uploads = [upload for upload in request.FILES.getlist("photos") if upload]
    posted = request.POST if request.method == "POST" else None
    form = VisitForm(posted, cooperative=cooperative, has_photos=bool(uploads), initial=first_facts(visit, uuid4()))
    if form.is_bound and form.is_valid():
        saved = _save(request, cooperative, place, visit, form, _pictures(uploads, form))
        if saved is not None:
            messages.success(request, _("Written down. The cooperative can read it."))
            return redirect("helping:visit", code=saved.code)
    facts = {"form": form, "cooperative": cooperative, "visit": visit, "place": place, "most_photos": MOST_PHOTOS}
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "helping/visit_form.html", facts, status=status)


def _pictures(uploads: Sequence[object], form: VisitForm) -> list[CleanPicture] | None:
    try:
        return clean_pictures(uploads=uploads, most=MOST_PHOTOS)  # type: ignore[arg-type]  # of the request
    except BadPhoto as fault:
        sentence = PHOTO_SENTENCES.get(fault.code)
        form.add_error(
            None, str(sentence) if sentence else trouble_of(CannotVisit("too_many_photos", most=MOST_PHOTOS))
        )
        return None


def _save(
    request: TeamRequest,
    cooperative: Cooperative,
    place: TeamMember,
    visit: Visit | None,
    form: VisitForm,
    photos: list[CleanPicture] | None,
) -> Visit | None:
    """None: refused, and the form says why."""
    if photos is None:
        return None
    try:
        if visit is not None:
            return change_visit(visit=visit, facts=form.facts(), photos=photos, actor=request.actor)
        return write_down_visit(
            cooperative=cooperative,
            place=place,
            facts=form.facts(),
            key=form.cleaned_data["key"],
            photos=photos,
            actor=request.actor,
        )
    except CannotVisit as fault:
        form.add_error(None, trouble_of(fault))
        return None
