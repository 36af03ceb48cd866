"""Plots on the member's phone: a list, one plot with its outline and what was sprayed, and the forms for them."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.door.current import MemberRequest, member_required
from community.places.models import AdminUnit
from traceability.balance.ground import shared_with_neighbours
from traceability.balance.plot_changes import (
    BadPlot,
    PlotFacts,
    close_plot,
    reopen_plot,
    save_plot,
    set_outline,
)
from traceability.balance.treating import Sprayed, note_treatment, withdraw_treatment
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.plot_drawing import drawing_of
from traceability.fieldwork.plot_forms import OutlineForm, PlotForm, TreatmentForm
from traceability.fieldwork.sentences import sentence_of
from traceability.plots.models import Plot, Treatment

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
TREATMENTS_SHOWN = 30
LISTED_SIDE = 64  # of a plot's outline in the list
FIELD_OF = {
    "plot_name_needed": "name",
    "plot_name_taken": "name",
    "area_too_large": "area",
    "substance_needed": "substance",
    "wait_needed": "wait_days",
    "wait_too_long": "wait_days",
    "treated_in_future": "treated_on",
}


@require_safe
@member_required("record")
def plots_page(request: MemberRequest) -> HttpResponse:
    plots = list(request.cooperative.plots.select_related("commune"))
    facts = {
        "plots": [(plot, _drawn(plot)) for plot in plots if plot.closed_at is None],
        "closed": [(plot, _drawn(plot)) for plot in plots if plot.closed_at is not None],
    }
    return render(request, "fieldwork/plots.html", facts)


def _drawn(plot: Plot) -> str:
    return drawing_of(plot.outline, side=LISTED_SIDE) if plot.outline else ""


def _plot_or_404(request: MemberRequest, code: str) -> Plot:
    return get_object_or_404(
        Plot.objects.select_related("commune", "cooperative"), cooperative=request.cooperative, code=code
    )


@require_safe
@member_required("record")
def plot_page(request: MemberRequest, code: str) -> HttpResponse:
    plot = _plot_or_404(request, code)
    facts = {
        "plot": plot,
        "drawing": drawing_of(plot.outline) if plot.outline else "",
        "treatments": plot.treatments.all()[:TREATMENTS_SHOWN],
        "shared": shared_with_neighbours(plot),
    }
    return render(request, "fieldwork/plot.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def new_plot(request: MemberRequest) -> HttpResponseBase:
    return _plot_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def change_plot(request: MemberRequest, code: str) -> HttpResponseBase:
    return _plot_form(request, _plot_or_404(request, code))


def _plot_form(request: MemberRequest, plot: Plot | None) -> HttpResponseBase:
    communes = _communes(plot.commune if plot else request.cooperative.commune)
    if request.method != "POST":
        first: dict[str, object] = {"commune": request.cooperative.commune}
        if plot:
            first = {"name": plot.name, "commune": plot.commune, "area": plot.area_m2 or ""}
            first["growing_area_code"] = plot.growing_area_code
        return render(
            request, "fieldwork/plot_form.html", {"plot": plot, "form": PlotForm(initial=first, communes=communes)}
        )
    form = PlotForm(request.POST, communes=communes)
    if form.is_valid():
        said = form.cleaned_data
        plot_facts = PlotFacts(said["name"], said["commune"], said["area"], said["growing_area_code"])
        try:
            saved = save_plot(cooperative=request.cooperative, facts=plot_facts, actor=request.actor, plot=plot)
        except BadPlot as fault:
            form.add_error(FIELD_OF.get(fault.code), sentence_of(fault))
        else:
            messages.success(request, _("Saved: plot %(name)s.") % {"name": saved.name})
            return SeeOther(reverse("fieldwork:plot", args=[saved.code]))
    return render(request, "fieldwork/plot_form.html", {"plot": plot, "form": form}, status=UNPROCESSABLE)


def _communes(commune: AdminUnit) -> QuerySet[AdminUnit]:
    """Of the same province, in the order people look them up."""
    return AdminUnit.objects.filter(parent=commune.parent_id).order_by("sort_key")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def outline_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """By file, by typing, or by walking round the plot with the phone (a script adds corners to the text)."""
    plot = _plot_or_404(request, code)
    if request.method != "POST":
        corners = "\n".join(f"{lat}, {lon}" for lon, lat in (plot.outline or [])[:-1])
        return _outline(request, plot, OutlineForm(initial={"corners": corners}))
    if "remove" in request.POST:
        set_outline(plot=plot, outline=None, actor=request.actor)
        messages.success(request, _("The outline is taken away."))
        return SeeOther(reverse("fieldwork:plot", args=[plot.code]))
    form = OutlineForm(request.POST, request.FILES)
    if not form.is_valid():
        return _outline(request, plot, form, status=UNPROCESSABLE)
    set_outline(plot=plot, outline=form.outline, actor=request.actor)
    messages.success(request, _("The outline is kept."))
    return SeeOther(reverse("fieldwork:plot", args=[plot.code]))


def _outline(request: MemberRequest, plot: Plot, form: OutlineForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "fieldwork/outline.html", {"plot": plot, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def treatment_page(request: MemberRequest, code: str) -> HttpResponseBase:
    plot = _plot_or_404(request, code)
    if request.method != "POST":
        return _treatment(request, plot, TreatmentForm(initial=TreatmentForm.fresh()))
    form = TreatmentForm(request.POST)
    if form.is_valid():
        try:
            said = dict(form.cleaned_data)
            row = note_treatment(plot=plot, key=said.pop("key"), said=Sprayed(**said), actor=request.actor)
        except BadPlot as fault:
            form.add_error(FIELD_OF.get(fault.code), sentence_of(fault))
        else:
            messages.success(request, _("Written down: %(what)s.") % {"what": row.substance})
            return SeeOther(reverse("fieldwork:plot", args=[plot.code]))
    return _treatment(request, plot, form, status=UNPROCESSABLE)


def _treatment(request: MemberRequest, plot: Plot, form: TreatmentForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    known = Treatment.objects.filter(plot__cooperative=plot.cooperative_id).values_list("substance", flat=True)
    facts = {"plot": plot, "form": form, "known": sorted(set(known[:200]))}
    return render(request, "fieldwork/treatment.html", facts, status=status)


@require_POST
@member_required("record")
def close_or_reopen(request: MemberRequest, code: str) -> HttpResponseBase:
    """``close`` or ``reopen`` is the button's name."""
    plot = _plot_or_404(request, code)
    if "reopen" in request.POST:
        reopen_plot(plot=plot, actor=request.actor)
        messages.success(request, _("The plot is in use again."))
    else:
        close_plot(plot=plot, actor=request.actor)
        messages.success(request, _("The plot is closed. What it gave stays."))
    return SeeOther(reverse("fieldwork:plot", args=[plot.code]))


@require_POST
@member_required("record")
def drop_treatment(request: MemberRequest, code: str, number: int) -> HttpResponseBase:
    plot = _plot_or_404(request, code)
    treatment = get_object_or_404(Treatment.objects.select_related("plot__cooperative"), plot=plot, pk=number)
    withdraw_treatment(treatment=treatment, actor=request.actor)
    messages.success(request, _("Taken back: %(what)s.") % {"what": treatment.substance})
    return SeeOther(reverse("fieldwork:plot", args=[plot.code]))
