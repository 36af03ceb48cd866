"""What buyers say is wrong with their parcels: a list with the clock, and one page each to answer on."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.door.current import IN_PERSON, MemberRequest, member_required
from community.photos.several import clean_pictures
from community.photos.taking_in import BadPhoto
from marketplace.claims.answering import Answer, CannotAnswer, answer_claim
from marketplace.claims.lots import lots_of
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.photographs import MOST_PHOTOS, shown_to_seller
from marketplace.claims.replacing import CannotResend, call_off_resending, send_again
from marketplace.claims.states import OF_SELLER, RUNNING, ClaimStatus, Outcome
from marketplace.claims.telling import offer_words, outcome_words
from marketplace.claims.views import Shown, claim_photo_answer, photos_by
from marketplace.claims.waiting import claims_of, hours_left
from marketplace.orders.fulfilling import WrongPick
from marketplace.orders.states import NEEDS_BUYER
from marketplace.selling.claim_forms import AnswerForm, SendAgainForm, trouble_of
from marketplace.selling.door import posted
from marketplace.selling.sentences import sentence_of

PER_PAGE = 20
MOST_RUNNING = 100
"""Claims that run, of each kind, shown at once; those next due come first, so none is overlooked."""


@require_safe
@member_required("pack", scopes=IN_PERSON)
def claims_page(request: MemberRequest) -> HttpResponse:
    own = claims_of(request.cooperative).select_related("parcel").prefetch_related("lines__line")
    waiting = own.filter(status__in=OF_SELLER).order_by("due_at", "pk")
    others = [status for status in RUNNING if status not in OF_SELLER]
    rest = own.exclude(status__in=[*OF_SELLER, *others]).order_by("-opened_at", "-pk")
    facts = {
        "waiting": [(claim, hours_left(claim)) for claim in waiting[:MOST_RUNNING]],
        "elsewhere": own.filter(status__in=others).order_by("due_at", "pk")[:MOST_RUNNING],
        "page": Paginator(rest, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "selling/claims.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack", scopes=IN_PERSON)
def claim_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """What is wrong, and the next thing to do about it: an answer, or goods to be sent once more."""
    claims = claims_of(request.cooperative).select_related("parcel__order", "parcel__cooperative", "replacement")
    claim = get_object_or_404(claims, code=code.upper()[:12])
    form = _form(request, claim)
    try:
        if request.method == "POST" and _do(request, claim, form):
            return redirect("selling:claim", code=claim.code)
    except ClaimMoved as moved:
        over = _("This parcel came back. There is nothing more to send for it; its claim will be closed.")
        now = _("This has moved on meanwhile. Here is how it stands now.")
        messages.info(request, over if moved.code == "parcel_over" else now)
        return redirect("selling:claim", code=claim.code)
    status = HTTPStatus.BAD_REQUEST if request.method == "POST" else HTTPStatus.OK
    return render(request, "selling/claim.html", _facts(claim, form), status=status)


@require_safe
@member_required("pack", scopes=IN_PERSON)
def claim_photo(request: MemberRequest, code: str, photo: int) -> FileResponse:
    claims = claims_of(request.cooperative).select_related("parcel")
    claim = get_object_or_404(claims, code=code.upper()[:12])
    if not shown_to_seller(claim):
        raise Http404
    return claim_photo_answer(claim, photo)


def _form(request: MemberRequest, claim: Claim) -> Any:
    if claim.status == ClaimStatus.OPEN:
        return AnswerForm(claim, posted(request), may_money=request.membership.may("money"))
    if claim.status == ClaimStatus.RESENDING:
        sent = request.POST.get("act") == "send"
        return SendAgainForm(posted(request) if sent else None)
    return None


def _photos(claim: Claim) -> tuple[Shown, Shown]:
    return photos_by(claim, lambda photo: reverse("selling:claim_photo", args=[claim.code, photo]))


def _facts(claim: Claim, form: forms.Form | None) -> dict[str, Any]:
    buyers, own = _photos(claim) if shown_to_seller(claim) else ([], [])
    return {
        "claim": claim,
        "parcel": claim.parcel,
        "shows_buyer": claim.parcel.status in NEEDS_BUYER,
        "lines": claim.lines.select_related("line"),
        "lots": lots_of(claim),
        "again": claim.replacement.allocations.select_related("batch", "line") if _sends(claim) else (),
        "their_photos": buyers,
        "own_photos": own,
        "hours_left": hours_left(claim),
        "offer": offer_words(claim),
        "outcome": outcome_words(claim),
        "form": form,
        "most_photos": MOST_PHOTOS,
    }


def _sends(claim: Claim) -> bool:
    return hasattr(claim, "replacement")


def _do(request: MemberRequest, claim: Claim, form: Any) -> bool:
    """True when it was done."""
    act = request.POST.get("act")
    if act == "answer" and isinstance(form, AnswerForm):
        return form.is_valid() and _answer(request, claim, form)
    if act == "send" and isinstance(form, SendAgainForm):
        return form.is_valid() and _send(request, claim, form)
    if act == "cannot":
        return _cannot(request, claim)
    raise ClaimMoved("claim_moved", claim=claim.code, status=claim.status, wanted=str(act))


def _answer(request: MemberRequest, claim: Claim, form: AnswerForm) -> bool:
    told = form.cleaned_data
    try:
        photos = clean_pictures(uploads=request.FILES.getlist("photos"), most=MOST_PHOTOS)
    except BadPhoto as fault:
        form.add_error(None, sentence_of(fault))
        return False
    answer = Answer(Outcome(told["outcome"]), told["words"], told.get("dong") or 0, photos)
    try:
        answer_claim(claim=claim, answer=answer, actor=request.actor)
    except CannotAnswer as fault:
        form.add_error("words" if fault.code == "no_words" else None, trouble_of(fault))
        return False
    messages.success(request, _("Answered. The buyer gets a message."))
    return True


def _send(request: MemberRequest, claim: Claim, form: SendAgainForm) -> bool:
    try:
        send_again(claim=claim, actor=request.actor, **form.cleaned_data)
    except (CannotResend, WrongPick) as fault:
        form.add_error(None, trouble_of(fault) or _("A lot in it may not leave now. Say that it cannot be sent."))
        return False
    messages.success(request, _("Sent. The buyer gets a message."))
    return True


def _cannot(request: MemberRequest, claim: Claim) -> bool:
    try:
        call_off_resending(claim=claim, words=request.POST.get("words", ""), actor=request.actor)
    except CannotResend as fault:
        messages.error(request, trouble_of(fault))
        return True
    messages.success(request, _("The market decides now. The buyer is told."))
    return True
