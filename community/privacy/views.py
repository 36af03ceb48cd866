"""A person's own page: what I agreed to, my data as a file, my requests. Nobody acts here for somebody else."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.consents.agreeing import (
    NAMES_WHICH,
    NOT_GIVEN_HOLDS,
    CannotConsent,
    give_consent,
    holds,
    last_word,
    withdraw_consent,
)
from community.consents.models import ConsentRecord, Purpose
from community.consents.texts import TEXTS
from community.errors import DomainError
from community.mandates.models import Mandate
from community.privacy.asking import ask_data, take_back
from community.privacy.models import PersonRequest
from community.privacy.own_data import data_of_person
from community.rules.models import RulesAcceptance

EXPORTS_A_DAY = 5
TROUBLES: dict[str, Promise] = {
    "not_allowed": gettext_lazy("Only you yourself can do this."),
    "not_given": gettext_lazy("There is nothing to take back."),
    "not_asked": gettext_lazy("About a story or a photo we ask you on paper first."),
    "no_photo": gettext_lazy("This photo is not there any more."),
    "no_words": gettext_lazy("Write what it is about."),
    "moved": gettext_lazy("This request has ended meanwhile."),
}


@require_safe
@never_cache
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    named = ConsentRecord.objects.filter(person=person, purpose__in=NAMES_WHICH).newest().order_by("-pk")
    facts = {
        "plain": [_said(person, purpose) for purpose in _asked_about(person)],
        "named": [(row, holds(row), TEXTS[row.purpose].words) for row in named],
        "rules": RulesAcceptance.objects.filter(accepted_by=person).select_related("version").order_by("-pk")[:20],
        "mandates": Mandate.objects.standing(clock.now()).filter(given_by=person).select_related("helper"),
        "requests": PersonRequest.objects.filter(person=person).order_by("-pk")[:20],
        "kinds": PersonRequest.Kind.choices,
    }
    return render(request, "community/my_data.html", facts)


@require_POST
@never_cache
@login_required
def my_consent(request: HttpRequest) -> HttpResponse:
    """``purpose``, ``about``, ``act``: "yes" | "no"."""
    person = _person(request)
    purpose, about = request.POST.get("purpose", ""), request.POST.get("about", "")[:255]
    if purpose not in Purpose.values:
        return redirect("privacy:mine")
    try:
        if request.POST.get("act") == "yes":
            give_consent(person=person, purpose=purpose, about=about, actor=Actor.of(person))
            messages.success(request, _("Written down. You can take it back at any time."))
        else:
            withdraw_consent(person=person, purpose=purpose, about=about, actor=Actor.of(person))
            messages.success(request, _("Taken back. It holds from now on."))
    except CannotConsent as refused:
        messages.error(request, str(TROUBLES.get(refused.code, TROUBLES["not_given"])))
    return redirect("privacy:mine")


@require_POST
@never_cache
@login_required
def my_copy(request: HttpRequest) -> HttpResponse:
    """At once, as JSON; a few times a day, since it is dear to make."""
    person = _person(request)
    since = clock.now() - timedelta(days=1)
    if person.audit_entries.filter(action="person.data_exported", at__gte=since).count() >= EXPORTS_A_DAY:
        messages.error(request, _("You took your data along several times today. Try again tomorrow."))
        return redirect("privacy:mine")
    told = json.dumps(data_of_person(person), ensure_ascii=False, indent=1)
    record(actor=Actor.of(person), action="person.data_exported", subject=person)
    headers = {"Content-Disposition": 'attachment; filename="du-lieu-cua-toi.json"', "Cache-Control": "no-store"}
    return HttpResponse(told, content_type="application/json; charset=utf-8", headers=headers)


@require_POST
@never_cache
@login_required
def my_request(request: HttpRequest) -> HttpResponse:
    person, kind = _person(request), request.POST.get("kind", "")
    if kind not in PersonRequest.Kind.values:
        return redirect("privacy:mine")
    try:
        ask_data(person=person, kind=kind, words=request.POST.get("words", ""), actor=Actor.of(person))
        messages.success(request, _("We have your request. You read here how it goes on."))
    except DomainError as refused:
        messages.error(request, str(TROUBLES.get(refused.code, TROUBLES["moved"])))
    return redirect("privacy:mine")


@require_POST
@never_cache
@login_required
def my_request_back(request: HttpRequest, code: str) -> HttpResponse:
    person = _person(request)
    asked = get_object_or_404(PersonRequest, person=person, code=code.upper())
    try:
        take_back(asked=asked, actor=Actor.of(person))
        messages.success(request, _("Taken back."))
    except DomainError as refused:
        messages.error(request, str(TROUBLES.get(refused.code, TROUBLES["moved"])))
    return redirect("privacy:mine")


def _asked_about(person: User) -> list[Purpose]:
    """Only what is really done with this person's data."""
    asked = [Purpose.ZALO]
    if person.phone and person.cooperatives.filter(memberships__ended_at=None, phone=person.phone).exists():
        asked.insert(0, Purpose.PHONE)
    return asked


def _said(person: User, purpose: Purpose) -> dict[str, Any]:
    word = last_word(person, purpose)
    held = holds(word) if word is not None else purpose in NOT_GIVEN_HOLDS
    return {"purpose": purpose, "word": word, "held": held, "text": TEXTS[purpose].words}


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


app_name = "privacy"
urlpatterns = [
    path("", my_data, name="mine"),
    path("dong-y/", my_consent, name="consent"),
    path("ban-sao/", my_copy, name="copy"),
    path("yeu-cau/", my_request, name="ask"),
    path("yeu-cau/<str:code>/rut/", my_request_back, name="take_back"),
]
