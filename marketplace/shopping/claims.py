"""Something is wrong with a parcel: told, followed and answered on pages under the order's secret link."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.audit.actors import Actor
from community.errors import DomainError
from community.limiting import is_within
from community.photos.forms import SENTENCES as PHOTO_SENTENCES
from community.photos.several import clean_pictures
from community.photos.taking_in import BadPhoto
from marketplace.claims.ending import accept_offer, pass_on
from marketplace.claims.lots import lots_of
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.opening import CannotClaim, Told, check_claimable, open_claim, withdraw_claim
from marketplace.claims.photographs import MOST_PHOTOS
from marketplace.claims.states import NEXT_CLAIM, ClaimStatus, Problem
from marketplace.claims.telling import offer_words, outcome_words
from marketplace.claims.views import claim_photo_answer, photos_by
from marketplace.orders.models import Order, Parcel
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.claim_forms import ClaimForm, refusal_of
from marketplace.shopping.claim_steps import claim_steps
from marketplace.shopping.secret_link import back_to_order, find_order, secret
from traceability.batches.addresses import batch_path

CLAIMS_PER_HOUR = 10


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@secret
def claim_new(request: HttpRequest, token: str, code: str) -> HttpResponse:
    """One page: what, how many, a photo, words. Sent twice it is one claim; what runs already is shown instead."""
    order = find_order(token)
    parcel = get_object_or_404(order.parcels.select_related("order", "cooperative"), code=code[:12])
    try:
        check_claimable(parcel)
    except CannotClaim as refused:
        if refused.code == "runs":
            return _to_claim(order, refused.facts["claim"])
        messages.warning(request, refusal_of(refused))
        return back_to_order(token)
    form = ClaimForm(parcel, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if not is_within(request, action="claim", most=CLAIMS_PER_HOUR):
            form.add_error(None, gettext("That was often. Please wait a while, or call the cooperative."))
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif form.is_valid() and (claim := _open(request, parcel, form)) is not None:
            messages.success(request, gettext("The cooperative has been told."))
            return _to_claim(order, claim.code)
    facts = {"order": order, "parcel": parcel, "form": form, "most_photos": MOST_PHOTOS}
    return render(request, "shopping/claim_new.html", facts, status=status)


def _open(request: HttpRequest, parcel: Parcel, form: ClaimForm) -> Claim | None:
    told = form.cleaned_data
    try:
        photos = clean_pictures(uploads=request.FILES.getlist("photos"), most=MOST_PHOTOS)
    except BadPhoto as fault:
        form.add_error(None, photo_fault(fault))
        return None
    wish = Told(Problem(told["problem"]), form.packs(), told["words"], photos)
    try:
        return open_claim(parcel=parcel, told=wish, key=told["key"], actor=Actor.buyer())
    except CannotClaim as fault:
        if fault.code == "runs":  # told in another tab a moment ago
            return Claim.objects.get(code=fault.facts["claim"])
        form.add_refusal(fault)
        return None


def photo_fault(fault: BadPhoto) -> str:
    if fault.code == "too_many":
        return gettext("At most %(most)s photos. Choose fewer.") % fault.facts
    return str(PHOTO_SENTENCES[fault.code])


@require_safe
@secret
def claim_page(request: HttpRequest, token: str, code: str) -> HttpResponse:
    """How far it is, what the cooperative answered, and the buyer's yes or no."""
    order = find_order(token)
    claim = _claim(order, code)
    address = partial(_photo_address, order, claim)
    own_photos, their_photos = photos_by(claim, address)
    facts = {
        "order": order,
        "claim": claim,
        "parcel": claim.parcel,
        "lines": claim.lines.select_related("line"),
        "own_photos": own_photos,
        "their_photos": their_photos,
        "lots": [(lot.lot_code, batch_path(lot)) for lot in lots_of(claim).select_related("pack")],
        "steps": claim_steps(claim),
        "offer": offer_words(claim),
        "outcome": outcome_words(claim),
        "may_answer": claim.status == ClaimStatus.ANSWERED,
        "may_withdraw": ClaimStatus.WITHDRAWN in NEXT_CLAIM[claim.status],
    }
    return render(request, "shopping/claim.html", facts)


@require_safe
@secret
def claim_photo(request: HttpRequest, token: str, code: str, photo: int) -> FileResponse:
    return claim_photo_answer(_claim(find_order(token), code), photo)


@require_POST
@sensitive_post_parameters()
@secret
def claim_act(request: HttpRequest, token: str, code: str) -> HttpResponse:
    """Yes, no, or "it is settled"."""
    order = find_order(token)
    claim = _claim(order, code)
    try:
        messages.success(request, _act(claim, request))
    except ClaimMoved:
        messages.info(request, gettext("This has moved on meanwhile. Here is how it stands now."))
    except DomainError:  # the money or the goods are gone meanwhile
        messages.warning(request, gettext("The offer cannot be carried out any more. Say no, and the market decides."))
    return _to_claim(order, claim.code)


def _act(claim: Claim, request: HttpRequest) -> str:
    actor = Actor.buyer()
    match request.POST.get("act"):
        case "accept":
            accept_offer(claim=claim, actor=actor)
            return gettext("Agreed. Thank you.")
        case "pass_on":
            pass_on(claim=claim, words=request.POST.get("words", ""), actor=actor)
            return gettext("The market looks at it now and decides.")
        case "withdraw":
            withdraw_claim(claim=claim, actor=actor)
            return gettext("Taken back. Thank you for telling us.")
        case _:
            raise Http404


def _claim(order: Order, code: str) -> Claim:
    claims = Claim.objects.select_related("parcel__order", "parcel__cooperative", "refund", "replacement")
    return get_object_or_404(claims, parcel__order=order, code=code[:12])


def _photo_address(order: Order, claim: Claim, photo: int) -> str:
    return reverse("shopping:claim_photo", args=[order.token, claim.code, photo])


def _to_claim(order: Order, code: str) -> SeeOther:
    return SeeOther(reverse("shopping:claim", args=[order.token, code]))
