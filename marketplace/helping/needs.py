"""What the households of one seller lack: asked in six taps each, kept by number."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from community.cooperatives.models import Cooperative
from community.teams.door import TeamRequest, cooperative_or_404, place_required
from community.visits.models import Needs
from community.visits.needs import CannotAsk, Signals, change_needs, drop_needs, households_of, missing_of, write_needs

SENTENCES: dict[str, Any] = {
    "not_here": gettext_lazy("This seller is not in your team's commune."),
    "only_looks": gettext_lazy("Partners and inspectors look only."),
    "ended": gettext_lazy("Your place in the team has ended."),
    "too_many": gettext_lazy("At most %(most)s households of one seller."),
    "gone": gettext_lazy("This household was taken off the list meanwhile."),
}


class NeedsForm(forms.ModelForm[Needs]):
    """Ticked: there is. Nothing ticked is an answer too."""

    class Meta:
        model = Needs
        fields = Needs.SIGNALS

    def signals(self) -> Signals:
        return Signals(**{name: bool(self.cleaned_data[name]) for name in Needs.SIGNALS})


@require_http_methods(["GET", "HEAD", "POST"])
@place_required()
def needs_page(request: TeamRequest, code: str) -> HttpResponseBase:
    """The neediest first; below, the next household."""
    cooperative, place = cooperative_or_404(request, code)
    form = NeedsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            needs = write_needs(cooperative=cooperative, place=place, signals=form.signals(), actor=request.actor)
        except CannotAsk as fault:
            form.add_error(None, _trouble(fault))
        else:
            messages.success(request, _("Written down as household %(number)s.") % {"number": needs.number})
            return redirect("helping:needs", code=cooperative.code)
    households = sorted(households_of([cooperative.pk]), key=lambda one: (-one.missing, one.number))
    facts = {
        "cooperative": cooperative,
        "form": form,
        "rows": [(one, lacking(one)) for one in households],
        "missing": named(missing_of(households)),
    }
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "helping/needs.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required()
def needs_edit(request: TeamRequest, code: str, number: int) -> HttpResponseBase:
    cooperative, place = cooperative_or_404(request, code)
    needs = _needs_or_404(cooperative, number)
    form = NeedsForm(request.POST if request.method == "POST" else None, instance=needs)
    if form.is_bound and form.is_valid():
        try:
            change_needs(needs=needs, place=place, signals=form.signals(), actor=request.actor)
        except CannotAsk as fault:
            form.add_error(None, _trouble(fault))
        else:
            messages.success(request, _("Saved."))
            return redirect("helping:needs", code=cooperative.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    facts = {"cooperative": cooperative, "needs": needs, "form": form}
    return render(request, "helping/needs_edit.html", facts, status=status)


@require_POST
@place_required()
def needs_drop(request: TeamRequest, code: str, number: int) -> HttpResponseBase:
    cooperative, place = cooperative_or_404(request, code)
    try:
        drop_needs(needs=_needs_or_404(cooperative, number), place=place, actor=request.actor)
    except CannotAsk as fault:
        messages.error(request, _trouble(fault))
    else:
        messages.success(request, _("Taken off the list."))
    return redirect("helping:needs", code=cooperative.code)


def named(counts: dict[str, Any]) -> list[tuple[str, Any]]:
    """By the question's words."""
    return [(str(Needs._meta.get_field(name).verbose_name), count) for name, count in counts.items()]  # type: ignore[union-attr]


def lacking(needs: Needs) -> list[str]:
    return [words for words, there in named({name: getattr(needs, name) for name in Needs.SIGNALS}) if not there]


def _needs_or_404(cooperative: Cooperative, number: int) -> Needs:
    return get_object_or_404(households_of([cooperative.pk]).select_related("cooperative"), number=number)


def _trouble(fault: CannotAsk) -> str:
    return str(SENTENCES[fault.code]) % fault.facts
