"""A helper's own pages: whom to help, asking, acting, stopping; papers that wait for a second helper; the team."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.cooperatives.current import ACTING
from community.errors import DomainError
from community.mandates.asking import ask_mandate
from community.mandates.ending import end_sessions, give_back
from community.mandates.forms import AskForm
from community.mandates.models import Mandate, MandateQuerySet
from community.mandates.on_paper import confirm_paper, refuse_paper
from community.mandates.papers import papers_shown_to, waiting_papers
from community.mandates.sentences import sentence_of
from community.photos.views import paper_answer
from community.teams.door import TeamRequest, cooperative_or_404, cooperatives_of, place_required
from community.teams.models import TeamMember

PAST = 5


@require_safe
@place_required(looks=True)
def home(request: TeamRequest) -> HttpResponse:
    """Whom one may act for now, what waits, and the cooperatives of the commune."""
    now = clock.now()
    mine = Mandate.objects.filter(helper=request.user).select_related("cooperative__commune", "team")
    helps = any(one.helps for one in request.places)
    facts = {
        "places": request.places,
        "helps": helps,
        "leads": any(one.leads for one in request.places),
        "standing": mine.in_force(now).order_by("cooperative__name", "pk"),
        "waiting": mine.asked(now),
        "papers": _waiting(request).order_by("pk"),
        "cooperatives": cooperatives_of(request.places).select_related("commune").order_by("name"),
        "acting": request.session.get(ACTING, ""),
    }
    return render(request, "teams/home.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required(looks=True)
def cooperative_page(request: TeamRequest, code: str) -> HttpResponseBase:
    """ "Help": what, what for, how long; then the cooperative says yes. Partners and inspectors only read."""
    cooperative, place = cooperative_or_404(request, code)
    wanted = [request.GET.get("viec", "")]  # what the board says is missing
    form = AskForm(request.POST if request.method == "POST" else None, initial={"scopes": wanted})
    if form.is_bound and form.is_valid():
        try:
            mandate = ask_mandate(place=place, cooperative=cooperative, actor=request.actor, **form.cleaned_data)
        except DomainError as fault:
            form.add_error(None, sentence_of(fault))
        else:
            return redirect("teams:mandate", code=mandate.code)
    mine = Mandate.objects.filter(helper=request.user, cooperative=cooperative)
    facts = {
        "cooperative": cooperative,
        "place": place,
        "form": form,
        "standing": mine.in_force(clock.now()).first(),
        "past": mine.filter(status=Mandate.Status.ENDED)[:PAST],
    }
    return render(
        request, "teams/cooperative.html", facts, status=HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    )


@require_POST
@place_required()
def act(request: TeamRequest, code: str) -> HttpResponseBase:
    """Work for this cooperative from now on, until "Stop" or the end of the mandate."""
    mine = Mandate.objects.in_force(clock.now()).filter(helper=request.user)
    mandate = get_object_or_404(mine, code=code.upper())
    request.session[ACTING] = mandate.code
    return redirect(_own_path(request.POST.get("toi", "")) or "selling:home")


def _own_path(path: str) -> str:
    """A screen of this site, as the board names it; "" for anything else."""
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""


@require_POST
@login_required
def stop(request: HttpRequest) -> HttpResponseBase:
    """Be oneself again, also whose place in the team has ended. The mandate goes on."""
    if request.session.pop(ACTING, None):
        messages.success(request, _("You act for nobody now."))
    helps = TeamMember.objects.active().filter(user=request.user.pk).exists()
    return redirect("teams:home" if helps else "selling:home")


@require_POST
@place_required()
def hand_back(request: TeamRequest, code: str) -> HttpResponseBase:
    """The work is done: end one's own mandate before its time."""
    mandate = get_object_or_404(Mandate, helper=request.user, code=code.upper())
    try:
        give_back(mandate=mandate, actor=request.actor)
    except DomainError as fault:
        messages.error(request, sentence_of(fault))
    else:
        messages.success(request, _("Given back. You act for this cooperative no more."))
    if request.session.get(ACTING) == mandate.code:
        del request.session[ACTING]
    return redirect("teams:home")


def _waiting(request: TeamRequest) -> MandateQuerySet:
    waits = waiting_papers(user=request.user, places=request.places)
    return waits.select_related("helper", "team", "cooperative__commune")


@require_http_methods(["GET", "HEAD", "POST"])
@place_required()
def paper_page(request: TeamRequest, code: str) -> HttpResponseBase:
    """The second helper looks at the paper, asks the signer, and confirms or refuses."""
    mandate = get_object_or_404(_waiting(request), code=code.upper())
    if request.method != "POST":
        return render(request, "teams/paper.html", {"mandate": mandate})
    try:
        if "yes" in request.POST:
            confirm_paper(mandate=mandate, actor=request.actor)
            messages.success(request, _("Confirmed. The helper may begin."))
        else:
            refuse_paper(mandate=mandate, actor=request.actor)
            messages.success(request, _("Refused. Nothing was sent out."))
    except DomainError as fault:
        messages.error(request, sentence_of(fault))
    return redirect("teams:home")


@require_safe
@place_required()
def paper_file(request: TeamRequest, code: str) -> HttpResponseBase:
    """The photographed paper, to who needs it."""
    shown = papers_shown_to(user=request.user, places=request.places)
    mandate = get_object_or_404(shown, code=code.upper())
    return paper_answer(mandate.evidence, content_type=mandate.evidence_type, name=mandate.code)


@require_safe
@place_required()
def team_page(request: TeamRequest) -> HttpResponse:
    """The people of one's teams; who leads signs out a lost phone."""
    helping = [one for one in request.places if one.helps]
    leading = {one.team_id for one in helping if one.leads}
    people = TeamMember.objects.active().filter(team__in=[one.team_id for one in helping])
    facts = {
        "teams": [one.team for one in helping],
        "people": people.select_related("user", "team", "organisation").order_by("team", "started_at", "pk"),
        "leading": leading,
    }
    return render(request, "teams/team.html", facts)


@require_POST
@place_required()
def lost_phone(request: TeamRequest, code: str) -> HttpResponseBase:
    teams = [one.team_id for one in request.places if one.leads]
    place = get_object_or_404(TeamMember.objects.active().select_related("user", "team"), code=code, team__in=teams)
    try:
        end_sessions(place=place, actor=request.actor)
    except DomainError as fault:
        messages.error(request, sentence_of(fault))
    else:
        messages.success(request, _("%(name)s is signed out everywhere.") % {"name": place.user.name})
    return redirect("teams:team")
