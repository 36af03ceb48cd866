"""The staff's privacy desk in Wagtail's admin: what is due in one list, answers to people, the register of breaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem

from community import clock
from community.consents.agreeing import RIGHT as CONSENT_RIGHT
from community.errors import DomainError
from community.privacy.asking import RIGHT, answer_person, extend_person
from community.privacy.breaches import RIGHT as BREACH_RIGHT
from community.privacy.breaches import BreachFacts, add_note, affected_now, authority_due, register_breach
from community.privacy.models import Breach, BreachNote, PersonRequest, Risk
from community.staff_rights import actor_with

LOOK = "community.view_personrequest"
SHOWN = 200
MOST_PEOPLE = 1_000_000_000
TROUBLES: dict[str, Promise] = {
    "not_allowed": gettext_lazy("You may look, not decide."),
    "no_words": gettext_lazy("Write it down in words."),
    "moved": gettext_lazy("This request has ended meanwhile."),
    "future": gettext_lazy("It cannot have been found later than now."),
    "extended": gettext_lazy("More time is taken once only."),
    "closed": gettext_lazy("This case is closed. Register a new one."),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing with a clock. ``what`` in words, ``who`` without a name."""

    what: str
    who: str
    due_at: datetime
    url: str

    @property
    def is_late(self) -> bool:
        return self.due_at < clock.now()


SOURCES: list[Callable[[], Iterable[Due]]] = []
"""What rooms above have with a clock about data (``also_due``)."""


def also_due(source: Callable[[], Iterable[Due]]) -> None:
    if source not in SOURCES:
        SOURCES.append(source)


class PrivacyItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(LOOK))


class BreachForm(forms.Form):
    what = forms.CharField(label=gettext_lazy("What happened"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    found_at = forms.DateTimeField(
        label=gettext_lazy("Found on"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    who = forms.CharField(
        label=gettext_lazy("Whose data"), max_length=200, help_text=gettext_lazy("Groups and kinds of data, no names.")
    )
    affected = forms.IntegerField(label=gettext_lazy("How many people"), min_value=0, max_value=MOST_PEOPLE)
    risk = forms.ChoiceField(label=gettext_lazy("Risk for these people"), choices=Risk.choices)


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=BreachNote.Kind.choices)
    words = forms.CharField(label=gettext_lazy("What to note"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    affected = forms.IntegerField(
        label=gettext_lazy("How many people"), min_value=0, max_value=MOST_PEOPLE, required=False
    )


@require_safe
def privacy_desk(request: HttpRequest) -> HttpResponse:
    actor_with(request.user, LOOK)
    sources = [_of_people, _of_breaches, *SOURCES]
    due = sorted((one for source in sources for one in source()), key=lambda one: one.due_at)
    facts = {
        "due": due[:SHOWN],
        "late": sum(one.is_late for one in due),
        "breaches": Breach.objects.all()[:SHOWN],
        "ended": PersonRequest.objects.exclude(status=PersonRequest.Status.OPEN)[:20],
        "may_register": request.user.has_perm(BREACH_RIGHT),
        "may_consent": request.user.has_perm(CONSENT_RIGHT),
    }
    return render(request, "community/privacy_desk.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def person_request(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_with(request.user, LOOK if request.method != "POST" else RIGHT)
    asked = get_object_or_404(PersonRequest.objects.select_related("person", "ended_by"), code=code.upper())
    if request.method == "POST":
        act, words = request.POST.get("act"), request.POST.get("words", "")
        try:
            if act == "extend":
                extend_person(asked=asked, words=words, actor=actor)
                messages.success(request, _("Extended. The person is told why."))
            else:
                answer_person(asked=asked, words=words, actor=actor, refused=act == "refuse")
                messages.success(request, _("Answered. The person is told."))
        except DomainError as fault:
            messages.error(request, str(TROUBLES[fault.code]))
        return redirect("privacy_request", asked.code)
    facts = {"asked": asked, "may_act": request.user.has_perm(RIGHT) and asked.status == PersonRequest.Status.OPEN}
    return render(request, "community/privacy_request.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
def breach_new(request: HttpRequest) -> HttpResponse:
    actor = actor_with(request.user, BREACH_RIGHT)
    form = BreachForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = register_breach(facts=BreachFacts(**form.cleaned_data), actor=actor)
        except DomainError as fault:
            form.add_error(None, str(TROUBLES[fault.code]))
        else:
            messages.success(request, _("Written down. The clock runs."))
            return redirect("privacy_breach", made.code)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "community/breach_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def breach_page(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_with(request.user, LOOK if request.method != "POST" else BREACH_RIGHT)
    breach = get_object_or_404(Breach.objects.select_related("written_by"), code=code.upper())
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            add_note(breach=breach, actor=actor, **form.cleaned_data)
        except DomainError as fault:
            form.add_error(None, str(TROUBLES[fault.code]))
        else:
            return redirect("privacy_breach", breach.code)
    notes = list(breach.notes.select_related("written_by"))
    kinds = {note.kind for note in notes}
    facts: dict[str, Any] = {
        "breach": breach,
        "notes": notes,
        "form": form,
        "authority_by": authority_due(breach, kinds),
        "affected": affected_now(breach, notes),
        "may_act": request.user.has_perm(BREACH_RIGHT) and BreachNote.Kind.CLOSED not in kinds,
        "now": clock.now(),
    }
    return render(
        request, "community/breach.html", facts, status=HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    )


# --- inside -----------------------------------------------------------------------------------------------------------
def _of_people() -> Iterable[Due]:
    for one in PersonRequest.objects.running().order_by("finish_by")[:SHOWN]:
        yield Due(
            str(one.get_kind_display()), _("Member or helper"), one.due_at, reverse("privacy_request", args=[one.code])
        )


def _of_breaches() -> Iterable[Due]:
    for one in Breach.objects.prefetch_related("notes")[:SHOWN]:
        by = authority_due(one, {note.kind for note in one.notes.all()})
        if by is not None:
            yield Due(_("Tell the authority of a breach"), one.who, by, reverse("privacy_breach", args=[one.code]))


urlpatterns: list[URLPattern] = [
    path("rieng-tu/", privacy_desk, name="privacy_desk"),
    path("rieng-tu/yeu-cau/<str:code>/", person_request, name="privacy_request"),
    path("rieng-tu/vi-pham/moi/", breach_new, name="privacy_breach_new"),
    path("rieng-tu/vi-pham/<str:code>/", breach_page, name="privacy_breach"),
]
