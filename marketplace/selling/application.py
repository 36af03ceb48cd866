"""Becoming a seller: asking without an account, then the papers, with one next step in plain words."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.limiting import is_within
from community.onboarding.applying import (
    OPEN,
    add_paper,
    application_of,
    ask_to_sell,
    send_application,
    take_back_paper,
    write_facts,
)
from community.onboarding.models import SellerPaper
from community.onboarding.views import as_answer
from marketplace.selling.application_forms import ApplyForm, FactsForm, PaperForm
from marketplace.selling.application_sentences import application_sentence
from marketplace.selling.checklist import checklist
from marketplace.selling.door import posted

ASKS_PER_HOUR = 5


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply_page(request: HttpRequest) -> HttpResponse:
    """For anybody. What follows is confirmed by a link sent to the telephone."""
    form = ApplyForm(posted(request))
    if form.is_bound and form.is_valid():
        if not is_within(request, action="ask-to-sell", most=ASKS_PER_HOUR):
            form.add_error(None, _("Too many requests. Wait an hour, or call us."))
            return render(request, "selling/apply.html", {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
        try:
            ask_to_sell(**form.cleaned_data)
        except DomainError as fault:
            form.add_error(None, application_sentence(fault))
        else:
            return redirect("selling:applied")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/apply.html", {"form": form}, status=status)


@require_safe
def applied_page(request: HttpRequest) -> HttpResponse:
    return render(request, "selling/applied.html")


@require_safe
@member_required("team")
def application_page(request: MemberRequest) -> HttpResponse:
    application = application_of(request.cooperative)
    steps = checklist(request.cooperative, application)
    facts = {
        "application": application,
        "steps": steps,
        "next": next((step for step in steps if not step.done), None),
        "may_change": application.status in OPEN and request.cooperative.status == Cooperative.Status.APPLIED,
        "may_take_back": application.status in OPEN,
        "papers": application.papers.filter(removed_at=None) if application.pk else [],
    }
    return render(request, "selling/application.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("team")
def facts_page(request: MemberRequest) -> HttpResponseBase:
    application = application_of(request.cooperative)
    form = FactsForm(posted(request), instance=application, seller=request.cooperative)
    if form.is_bound and form.is_valid():
        try:
            write_facts(cooperative=request.cooperative, actor=request.actor, **form.cleaned_data)
        except DomainError as fault:
            messages.error(request, application_sentence(fault))
        else:
            messages.success(request, _("Saved."))
        return redirect("selling:application")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/application_facts.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("team")
def paper_new(request: MemberRequest) -> HttpResponseBase:
    form = PaperForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            add_paper(cooperative=request.cooperative, kind=told["kind"], upload=told["file"], actor=request.actor)
        except DomainError as fault:
            form.add_error("file", application_sentence(fault))
        else:
            messages.success(request, _("The paper is added. Only you and the market's staff can see it."))
            return redirect("selling:application")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/application_paper.html", {"form": form}, status=status)


@require_safe
@member_required("team")
def paper_file(request: MemberRequest, code: str) -> FileResponse:
    response = as_answer(paper_or_404(request, code))
    add_never_cache_headers(response)
    return response


@require_POST
@member_required("team")
def paper_take_back(request: MemberRequest, code: str) -> HttpResponseBase:
    try:
        take_back_paper(paper=paper_or_404(request, code), actor=request.actor)
    except DomainError as fault:
        messages.error(request, application_sentence(fault))
    else:
        messages.success(request, _("The paper is taken back."))
    return redirect("selling:application")


@require_POST
@member_required("team")
def send(request: MemberRequest) -> HttpResponseBase:
    try:
        send_application(cooperative=request.cooperative, actor=request.actor)
    except DomainError as fault:
        messages.error(request, application_sentence(fault))
    else:
        messages.success(request, _("Sent. Somebody of the market looks at it; the answer comes as a text message."))
    return redirect("selling:application")


def paper_or_404(request: MemberRequest, code: str) -> SellerPaper:
    own = SellerPaper.objects.filter(application__cooperative=request.cooperative, removed_at=None)
    return get_object_or_404(own.select_related("application__cooperative"), code=code.upper())
