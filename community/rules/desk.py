"""The staff's desk for the market's rules in Wagtail's admin: versions, who accepted, writing the next one."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.rules.agreeing import By, current_rules, newest_rules
from community.rules.models import BINDING, RulesAcceptance, RulesVersion
from community.rules.publishing import LONGEST, RIGHT, publish_rules
from community.rules.words import pieces
from community.staff_rights import actor_with

SHOWN = 100

SENTENCES: dict[str, Any] = {
    "not_allowed": gettext_lazy("You may look, not decide."),
    "no_words": gettext_lazy("A language needs both a title and a text, or neither; Vietnamese needs both."),
    "too_long": gettext_lazy("The text is too long: at most %(most)s characters."),
    "same": gettext_lazy("Nothing differs from the newest version."),
    "past": gettext_lazy("Rules hold from today at the earliest, and not before the version that is there."),
    "moved": gettext_lazy("Somebody published version %(number)s meanwhile. Look at it, then write again."),
}


class RulesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))


class VersionForm(forms.Form):
    """One title and one text for each language of the site."""

    in_force_from = forms.DateField(
        label=gettext_lazy("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    changes = forms.CharField(
        label=gettext_lazy("What is new, in a sentence or two"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, newest: RulesVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = newest.texts if newest else {}
        self.initial.setdefault("in_force_from", clock.today())
        for code, name in settings.LANGUAGES:
            words, wanted = told.get(code, {}), code == BINDING
            self.fields[f"title_{code}"] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": name},
                max_length=160,
                required=wanted,
                initial=words.get("title", ""),
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name},
                max_length=LONGEST,
                required=wanted,
                strip=False,
                initial=words.get("text", ""),
                widget=forms.Textarea(attrs={"rows": 18, "cols": 90}),
            )

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        told = self.cleaned_data
        return {
            code: {"title": told[f"title_{code}"], "text": told[f"text_{code}"]} for code, _name in settings.LANGUAGES
        }


@require_safe
def rules_desk(request: HttpRequest) -> HttpResponse:
    actor_with(request.user, RIGHT)
    documents = [_document(kind) for kind in RulesVersion.Kind]
    return render(request, "community/rules_desk.html", {"documents": documents})


def _document(kind: RulesVersion.Kind) -> dict[str, Any]:
    held = current_rules(kind)
    versions = RulesVersion.objects.of(kind).select_related("published_by")
    return {"kind": kind, "held": held, "versions": [(one, one.acceptances.count()) for one in versions]}


@require_http_methods(["GET", "HEAD", "POST"])
def rules_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Looked at before it is published: what is published can never be changed."""
    actor = actor_with(request.user, RIGHT)
    if kind not in RulesVersion.Kind.values:
        raise Http404
    newest = newest_rules(kind)
    form = VersionForm(request.POST if request.method == "POST" else None, newest=newest)
    status, preview = HTTPStatus.OK, []
    if form.is_bound and form.is_valid():
        if request.POST.get("act") != "publish":
            preview = [(told["title"], pieces(told["text"])) for told in form.texts.values() if told["text"].strip()]
        elif _publish(request, kind, form, actor):
            return redirect("rules_desk")
    if form.errors:
        status = HTTPStatus.BAD_REQUEST
    facts = {"form": form, "kind": RulesVersion.Kind(kind), "newest": newest, "preview": preview}
    return render(request, "community/rules_new.html", facts, status=status)


def _publish(request: HttpRequest, kind: str, form: VersionForm, actor: Actor) -> bool:
    seen = request.POST.get("after", "")
    day: date = form.cleaned_data["in_force_from"]
    try:
        version = publish_rules(
            kind=kind,
            texts=form.texts,
            in_force_from=day,
            changes=form.cleaned_data["changes"],
            after=int(seen) if seen.isascii() and seen.isdigit() else 0,
            actor=actor,
        )
    except DomainError as fault:
        form.add_error(None, str(SENTENCES[fault.code]) % fault.facts)
        return False
    messages.success(request, _("Published: %(version)s") % {"version": version})
    return True


@require_safe
def rules_accepted(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Who accepted one version, the newest first; of the operating rules also which sellers have not yet."""
    actor_with(request.user, RIGHT)
    version = RulesVersion.objects.filter(kind=kind, number=number).first()
    if version is None:
        raise Http404
    rows = version.acceptances.select_related("accepted_by")
    told = RulesAcceptance.objects.filter(version=version, by=By.SELLER).values("reference")
    waiting = Cooperative.objects.active().exclude(code__in=told) if kind == RulesVersion.Kind.OPERATING else None
    facts = {
        "version": version,
        "count": rows.count(),
        "rows": rows[:SHOWN],
        "waiting": waiting[:SHOWN] if waiting is not None else [],
        "waiting_count": waiting.count() if waiting is not None else 0,
        "pieces": pieces(version.texts[BINDING]["text"]),
    }
    return render(request, "community/rules_accepted.html", facts)


urlpatterns: list[URLPattern] = [
    path("quy-che/", rules_desk, name="rules_desk"),
    path("quy-che/<slug:kind>/moi/", rules_new, name="rules_new"),
    path("quy-che/<slug:kind>/<int:number>/", rules_accepted, name="rules_accepted"),
]
