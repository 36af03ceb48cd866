"""The staff's desk for sellers in Wagtail's admin: who waits, what they show, one answer; standing later."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, IntegerField, Value, When
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.onboarding.applying import application_of
from community.onboarding.deciding import RIGHT, admit, ask_for_more, refuse
from community.onboarding.models import SellerApplication, SellerPaper
from community.onboarding.requirements import missing_facts, missing_papers
from community.onboarding.standing import cease, lift, suspend
from community.photos.views import paper_answer
from community.staff_rights import actor_with

SHOWN = 200
HISTORY = 20

SENTENCES = {
    "not_allowed": gettext_lazy("You may look, not decide."),
    "own": gettext_lazy("You belong to this seller: somebody else decides."),
    "moved": gettext_lazy("This was answered or sent again meanwhile. Look at it once more."),
    "no_words": gettext_lazy("Write what the seller shall read."),
    "no_identity": gettext_lazy("Choose how the identity was seen."),
    "incomplete": gettext_lazy("Facts or papers that this legal form needs are missing."),
    "club": gettext_lazy("A club cannot sell in its own name."),
}


class SellersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))


@require_safe
def sellers_page(request: HttpRequest) -> HttpResponse:
    """Applications that wait come first, then all others by name."""
    actor_with(request.user, RIGHT)
    waits = Case(When(application__status="sent", then=Value(0)), default=Value(1), output_field=IntegerField())
    sellers = Cooperative.objects.select_related("application", "commune__parent").annotate(waits=waits)
    if wanted := request.GET.get("q", "").strip():
        sellers = sellers.filter(name__icontains=wanted)
    rows = sellers.order_by("waits", "application__sent_at", "name", "pk")[:SHOWN]
    return render(request, "community/sellers.html", {"rows": rows, "wanted": wanted})


@require_http_methods(["GET", "HEAD", "POST"])
def seller_page(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_with(request.user, RIGHT)
    seller = get_object_or_404(Cooperative.objects.select_related("commune__parent"), code=code.upper())
    application = application_of(seller)
    status = HTTPStatus.OK
    if request.method == "POST":
        if (act := _act(request, seller, application, actor)) is None:
            raise PermissionDenied
        try:
            act()
        except DomainError as fault:
            messages.error(request, SENTENCES[fault.code])
            status = HTTPStatus.CONFLICT
            application = application_of(seller)
        else:
            messages.success(request, _("Done. The seller gets a text message."))
            return redirect("sellers_one", code=seller.code)
    facts = {
        "seller": seller,
        "application": application,
        "waits": application.status == SellerApplication.Status.SENT,
        "missing": [*missing_facts(application), *(missing_papers(application) if application.pk else [])],
        "papers": application.papers.filter(removed_at=None) if application.pk else [],
        "identities": SellerApplication.Identity.choices,
        "typed": request.POST.get("message", ""),
        "history": AuditEntry.objects.filter(cooperative=seller).select_related("actor").order_by("-pk")[:HISTORY],
    }
    return render(request, "community/seller.html", facts, status=status)


def _act(
    request: HttpRequest, seller: Cooperative, application: SellerApplication, actor: Actor
) -> Callable[[], object] | None:
    """What the pressed button does. The round on the page is that of the application the staff looked at."""
    words, told = request.POST.get("message", ""), request.POST.get("round", "")
    if told.isascii() and told.isdigit():
        application.round = int(told[:4])
    seen = request.POST.get("identity_seen", "")
    acts: dict[str, Callable[[], object]] = {
        "admit": lambda: admit(application=application, identity_seen=seen, actor=actor),
        "more": lambda: ask_for_more(application=application, message=words, actor=actor),
        "refuse": lambda: refuse(application=application, message=words, actor=actor),
        "suspend": lambda: suspend(cooperative=seller, reason=words, actor=actor),
        "lift": lambda: lift(cooperative=seller, reason=words, actor=actor),
        "cease": lambda: cease(cooperative=seller, reason=words, actor=actor),
    }
    return acts.get(request.POST.get("act", ""))


def as_answer(paper: SellerPaper) -> FileResponse:
    """Who may see it, whoever calls has checked."""
    return paper_answer(paper.file, content_type=paper.content_type, name=f"{paper.kind}-{paper.code}")


@require_safe
def seller_paper(request: HttpRequest, code: str, paper: str) -> FileResponse:
    """Also one that was taken back: staff may have decided by it. Who looked is written down."""
    actor = actor_with(request.user, RIGHT)
    papers = SellerPaper.objects.select_related("application__cooperative")
    found = get_object_or_404(papers, code=paper.upper(), application__cooperative__code=code.upper())
    record(actor=actor, action="application.paper_looked_at", subject=found, cooperative=found.application.cooperative)
    return as_answer(found)


urlpatterns: list[URLPattern] = [
    path("nguoi-ban/", sellers_page, name="sellers"),
    path("nguoi-ban/<str:code>/", seller_page, name="sellers_one"),
    path("nguoi-ban/<str:code>/giay/<str:paper>/", seller_paper, name="sellers_paper"),
]
