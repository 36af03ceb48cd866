"""Certificates of the cooperative: what each covers and how much is used; and what is claimed of a lot under one."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.text.quantities import show_quantity
from traceability.balance.certifying import set_scope
from traceability.balance.claiming import carried_by, claim, used_under, withdraw_claim
from traceability.balance.claims import MASS_SCHEMES
from traceability.balance.models import Check, ClaimMass, ClaimModel, Severity
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.fieldwork.balance import withheld_papers
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.paper_forms import ClaimForm, ScopeForm
from traceability.fieldwork.progress import product_drawing
from traceability.fieldwork.sentences import reader_language, sentence_of

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
SIZES = {"g": 1000, "ml": 1000, "piece": 1}
LOTS_SHOWN = 50


@require_safe
@member_required("list")
def papers_page(request: MemberRequest) -> HttpResponse:
    """All papers, those that count first."""
    papers = Certificate.objects.of_cooperative(request.cooperative).prefetch_related("products")
    today = clock.today()
    lines = [(paper, paper.valid_on(today)) for paper in papers]
    lines.sort(key=lambda line: not line[1])
    return render(request, "fieldwork/papers.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def paper_page(request: MemberRequest, number: int) -> HttpResponseBase:
    """What the paper covers. Saying more than before needs the staff's look again: the page says so beforehand."""
    paper = get_object_or_404(Certificate.objects.of_cooperative(request.cooperative), pk=number)
    unit = _unit_of(paper)
    plots = request.cooperative.plots.all()
    if request.method != "POST":
        first = {"plots": list(paper.plots.all()), "most": _typed(paper.max_quantity_base, unit)}
        return _paper(request, paper, ScopeForm(initial=first, plots=plots, unit=unit))
    form = ScopeForm(request.POST, plots=plots, unit=unit)
    if not form.is_valid():
        return _paper(request, paper, form, status=UNPROCESSABLE)
    was_checked = paper.checked_at is not None
    try:
        said = form.cleaned_data
        now = set_scope(
            certificate=paper,
            plots=list(said.get("plots") or ()),
            max_quantity_base=said["most"],
            actor=request.actor,
        )
    except DomainError as fault:
        form.add_error("most" if fault.code == "amount_needed" else None, sentence_of(fault))
        return _paper(request, paper, form, status=UNPROCESSABLE)
    if was_checked and now.checked_at is None:
        messages.warning(request, _("Saved. It covers more than before, so staff looks at the paper again first."))
    else:
        messages.success(request, _("Saved: what the paper covers."))
    return SeeOther(reverse("fieldwork:paper", args=[paper.pk]))


def _paper(request: MemberRequest, paper: Certificate, form: ScopeForm, *, status: int = 200) -> HttpResponse:
    unit = _unit_of(paper)
    used = used_under(paper) if paper.scheme in MASS_SCHEMES else 0
    claimed = paper.claim_masses.select_related("batch__product", "batch__pack").order_by("-claimed_at")
    facts = {
        "paper": paper,
        "is_valid": paper.valid_on(clock.today()),
        "form": form,
        "unit": unit,
        "used": used,
        "left": max(0, (paper.max_quantity_base or 0) - used),
        "bears_mass": paper.scheme in MASS_SCHEMES,
        "claimed": claimed[:LOTS_SHOWN],
    }
    return render(request, "fieldwork/paper.html", facts, status=status)


def _unit_of(paper: Certificate) -> str:
    """Of what is grown under it: of the newest raw lot of its products, else of a pack, else mass."""
    raw = Batch.objects.filter(product__certificates=paper, kind=Batch.Kind.RAW).order_by("-pk")
    pack = paper.products.values_list("packs__base_unit", flat=True)
    return raw.values_list("base_unit", flat=True).first() or pack.first() or "g"


def _typed(base: int | None, unit: str) -> str:
    return f"{(Decimal(base) / SIZES[unit]).normalize():f}".replace(".", ",") if base else ""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def claim_page(request: MemberRequest, public_code: str) -> HttpResponseBase:
    """How much of the lot is claimed, under which paper. Too much is kept and stops the sale, as any record does."""
    batch = batch_or_404(request.cooperative, public_code)
    papers = _papers_for(batch)
    if request.method != "POST":
        return _claim(request, batch, papers, _fresh(batch, papers))
    form = ClaimForm(request.POST, papers=papers, unit=batch.base_unit)
    if not form.is_valid():
        return _claim(request, batch, papers, form, status=UNPROCESSABLE)
    said = form.cleaned_data
    try:
        claim(
            batch=batch,
            certificate=said["certificate"],
            mass_base=said["amount"],
            model=said["model"],
            actor=request.actor,
        )
    except DomainError as fault:
        form.add_error(None, sentence_of(fault))
        return _claim(request, batch, papers, form, status=UNPROCESSABLE)
    if Check.objects.open().filter(batch=batch, rule="MB-5", severity=Severity.BLOCK).exists():
        messages.warning(request, _("Saved, but it is more than the goods carry: see below."))
    else:
        messages.success(request, _("Saved: what is claimed of lot %(lot)s.") % {"lot": batch.lot_code})
    return SeeOther(reverse("fieldwork:balance", args=[batch.public_code]))


@require_POST
@member_required("list")
def drop_claim(request: MemberRequest, public_code: str, number: int) -> HttpResponseBase:
    batch = batch_or_404(request.cooperative, public_code)
    claimed = get_object_or_404(
        ClaimMass.objects.select_related("certificate", "batch__cooperative"), pk=number, batch=batch
    )
    withdraw_claim(claimed=claimed, actor=request.actor)
    messages.success(request, _("Taken back: nothing is claimed of lot %(lot)s there.") % {"lot": batch.lot_code})
    return SeeOther(reverse("fieldwork:claim", args=[batch.public_code]))


def _papers_for(batch: Batch) -> list[Certificate]:
    """Papers on mass that name the product and that somebody has checked; newest first."""
    papers = Certificate.objects.of_cooperative(batch.cooperative).filter(
        scheme__in=MASS_SCHEMES, products=batch.product_id, checked_at__isnull=False
    )
    return list(papers)


def _fresh(batch: Batch, papers: list[Certificate]) -> ClaimForm:
    carried = carried_by(batch) if papers else {}
    first = max(papers, key=lambda paper: carried.get(paper.scheme, 0), default=None)
    said = {
        "certificate": first,
        "amount": _typed(carried.get(first.scheme) if first else None, batch.base_unit),
        "model": ClaimModel.SG,
    }
    return ClaimForm(initial=said, papers=papers, unit=batch.base_unit)


def _claim(
    request: MemberRequest, batch: Batch, papers: list[Certificate], form: ClaimForm, *, status: int = 200
) -> HttpResponse:
    carried = carried_by(batch) if papers else {}
    language = reader_language()
    facts = {
        "batch": batch,
        "drawing": product_drawing(batch.product),
        "papers": papers,
        "form": form,
        "carried": [
            (str(Certificate.Scheme(scheme).label), show_quantity(carried.get(scheme, 0), batch.base_unit, language))
            for scheme in dict.fromkeys(paper.scheme for paper in papers)
        ],
        "withheld": withheld_papers(batch, besides=[scheme for scheme, mass in carried.items() if mass]),
        "said": batch.claim_masses.select_related("certificate").order_by("pk"),
    }
    return render(request, "fieldwork/claim.html", facts, status=status)
