"""Papers of the cooperative and of its goods: what each says, till when, who has looked; a new one with its scan."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import clock
from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.photos.views import paper_answer
from marketplace.listings.drafting import add_paper
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.papers import (
    may_send_better_scan,
    papers_of,
    papers_to_choose,
    send_better_scan,
    state_of,
)
from marketplace.selling.door import draft_or_404, listing_or_404
from marketplace.selling.goods_forms import CertificateForm, ScanForm
from marketplace.selling.sentences import sentence_of
from traceability.balance.submitting import ask_cover, submit_certificate, take_back_cover
from traceability.certificates.models import Certificate, CertificateScan

FIELD_OF = {
    "same_paper": "number", "expired": "expires_on", "ends_early": "expires_on", "stars": "stars",
    "bad_paper": "file", "too_large": "file", "not_a_photo": "file", "too_many_pixels": "file",
}  # fmt: skip


@require_safe
@member_required("view", scopes={"list"})
def papers_page(request: MemberRequest) -> HttpResponse:
    """All papers, those that count first, each with when it ends."""
    papers = Certificate.objects.of_cooperative(request.cooperative).prefetch_related(
        "products", "scans", "cover_requests"
    )
    today = clock.today()
    lines = [(paper, state_of(paper, today), may_send_better_scan(paper)) for paper in papers]
    lines.sort(key=lambda line: line[1] not in ("shown", "ends_soon"))
    facts = {"lines": lines, "may_list": request.membership.may("list")}
    return render(request, "selling/papers.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def paper_new(request: MemberRequest) -> HttpResponseBase:
    """A new paper with its scan; for goods (``hang``) or goods being described (``nhap``) it is named at once."""
    wanted = request.GET.get("hang", ""), request.GET.get("nhap", "")
    listing = listing_or_404(request.cooperative, wanted[0]) if wanted[0] else None
    draft = draft_or_404(request.cooperative, wanted[1]) if wanted[1] else None
    back = reverse("selling:papers")
    if listing is not None:
        back = reverse("selling:goods_papers", args=[listing.product.code])
    elif draft is not None:
        back = reverse("selling:draft", args=[draft.code, "giay"])
    is_post = request.method == "POST"
    form = CertificateForm(request.POST if is_post else None, request.FILES if is_post else None)
    if is_post and form.is_valid():
        try:
            paper = submit_certificate(
                cooperative=request.cooperative,
                facts=form.facts(),
                upload=form.cleaned_data["file"],
                actor=request.actor,
            )
        except DomainError as fault:
            form.add_error(FIELD_OF.get(fault.code), sentence_of(fault))
        else:
            messages.success(request, _("The paper is in. The market compares it first; buyers see it after that."))
            return redirect(back if _named(request, paper, listing, draft) else "selling:papers")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/paper_new.html", {"form": form, "back": back}, status=status)


def _named(request: MemberRequest, paper: Certificate, listing: Listing | None, draft: ListingDraft | None) -> bool:
    """For its goods too. The paper is in already: whoever sent the form again would only read that it is."""
    try:
        if listing is not None:
            ask_cover(certificate=paper, product=listing.product, actor=request.actor)
        if draft is not None:
            add_paper(draft=draft, certificate_id=paper.pk, actor=request.actor)
    except DomainError as fault:
        messages.warning(request, sentence_of(fault))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def paper_rescan(request: MemberRequest, number: int) -> HttpResponseBase:
    """A better picture of a paper that staff has not accepted; what was refused is asked once more."""
    papers = Certificate.objects.of_cooperative(request.cooperative).prefetch_related("cover_requests", "scans")
    paper = get_object_or_404(papers, pk=number)
    if not may_send_better_scan(paper):
        messages.info(request, _("The market has accepted this paper already. Nothing is to be sent."))
        return redirect("selling:papers")
    is_post = request.method == "POST"
    form = ScanForm(request.POST if is_post else None, request.FILES if is_post else None)
    if is_post and form.is_valid():
        try:
            send_better_scan(certificate=paper, upload=form.cleaned_data["file"], actor=request.actor)
        except DomainError as fault:
            form.add_error("file", sentence_of(fault))
        else:
            messages.success(request, _("The new picture is in. The market looks at it."))
            return redirect("selling:papers")
    refused = [one for one in paper.cover_requests.all() if one.status == "refused" and one.words]
    facts = {"form": form, "paper": paper, "refused": refused}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/paper_rescan.html", facts, status=status)


@require_safe
@member_required("view", scopes={"list"})
def paper_scan(request: MemberRequest, code: str) -> FileResponse:
    """The picture one has sent, to those who work for the cooperative."""
    scans = CertificateScan.objects.filter(certificate__cooperative=request.cooperative)
    scan = get_object_or_404(scans.select_related("certificate"), code=code.upper())
    return paper_answer(scan.file, content_type=scan.content_type, name=f"{scan.certificate.scheme}-{scan.code}")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def goods_papers(request: MemberRequest, code: str) -> HttpResponseBase:
    """What the goods have; POST names another paper (``paper``) or takes a word back (``back``)."""
    listing = listing_or_404(request.cooperative, code)
    product = listing.product
    if request.method == "POST":
        _change(request, product)
        return redirect("selling:goods_papers", code=product.code)
    own = papers_of(product)
    named = {one.paper.pk for one in own if one.state != "refused"}
    facts = {
        "listing": listing,
        "papers": own,
        "others": [paper for paper in papers_to_choose(request.cooperative) if paper.pk not in named],
    }
    return render(request, "selling/goods_papers.html", facts)


def _change(request: MemberRequest, product: Any) -> None:
    number = request.POST.get("paper") or request.POST.get("back") or ""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return
    if "paper" in request.POST:
        papers = papers_to_choose(request.cooperative)
        if paper := next((one for one in papers if one.pk == int(number)), None):
            ask_cover(certificate=paper, product=product, actor=request.actor)
            messages.success(request, _("Sent. The market compares the paper; buyers see it after that."))
    elif asked := product.cover_requests.filter(pk=int(number)).first():
        take_back_cover(request=asked, actor=request.actor)
        messages.success(request, _("Taken back."))
