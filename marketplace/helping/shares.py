"""For who leads a team and for staff: how much sellers do alone, by month, and what households lack. Counts only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import clock
from community.accounts.models import User
from community.cooperatives.models import Cooperative
from community.sheets.writing import csv_bytes
from community.teams.door import places_of
from community.teams.models import Team
from community.visits.models import Needs
from community.visits.needs import ToldUpward, households_of, missing_of, told_upward
from community.visits.shares import Counts, Share, shares_of, total_of
from marketplace.helping.needs import named

MONTHS = 12
SHOWN_MONTHS = 6


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """One team: its sellers with their shares, all together, and what households lack as it may be told."""

    team: Team
    rows: list[tuple[Cooperative, Share]]
    total: Share
    needs: ToldUpward

    @property
    def months(self) -> list[tuple[date, Counts]]:
        """The latest first."""
        return sorted(self.total.months.items(), reverse=True)[:SHOWN_MONTHS]

    @property
    def missing(self) -> list[tuple[str, str]]:
        """Beside a total: a hidden cell says nothing, not even how small it is."""
        return [(words, "–" if count is None else str(count)) for words, count in named(dict(self.needs.missing))]


@require_safe
def shares_page(request: HttpRequest) -> HttpResponseBase:
    """``?tep=csv``: a row for each seller and month."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    teams = _teams_of(request.user)
    if not (teams or request.user.is_staff):
        response = render(request, "helping/leaders_only.html", status=HTTPStatus.FORBIDDEN)
    elif request.GET.get("tep") == "csv":
        response = _file(counted(teams))
    else:
        response = render(request, "helping/shares.html", {"teams": counted(teams), "is_staff": request.user.is_staff})
    add_never_cache_headers(response)
    return response


def counted(teams: Sequence[Team]) -> list[TeamCounts]:
    """So many queries, however many teams there are."""
    communes = {team.commune_id for team in teams}
    sellers = Cooperative.objects.filter(commune__in=communes).exclude(status=Cooperative.Status.CEASED)
    by_commune: dict[int, list[Cooperative]] = {}
    for seller in sellers.order_by("name", "pk"):
        by_commune.setdefault(seller.commune_id, []).append(seller)
    keys = [one.pk for group in by_commune.values() for one in group]
    shares = shares_of(keys, since=clock.today() - timedelta(days=30 * (MONTHS - 1)))
    households: dict[int, list[Needs]] = {}
    for one in households_of(keys):
        households.setdefault(one.cooperative_id, []).append(one)
    found = []
    for team in teams:
        rows = [(seller, shares[seller.pk]) for seller in by_commune.get(team.commune_id, [])]
        asked = [each for seller, _share in rows for each in households.get(seller.pk, [])]
        needs = told_upward(missing_of(asked), households=len(asked))
        found.append(TeamCounts(team, rows, total_of(share for _seller, share in rows), needs))
    return found


def _teams_of(user: User) -> list[Team]:
    """All for staff, else those one leads."""
    if user.is_staff:
        return list(Team.objects.filter(ended_on=None).select_related("commune__parent"))
    return [place.team for place in places_of(user) if place.leads]


def _file(teams: Sequence[TeamCounts]) -> HttpResponse:
    heads = (_("Team"), _("Cooperative"), _("Month"), _("Alone"), _("With help"), _("Share alone (%)"))
    rows = [
        (team.team.name, seller.name, f"{month:%Y-%m}", counts.alone, counts.helped, counts.percent)
        for team in teams
        for seller, share in team.rows
        for month, counts in sorted(share.months.items())
    ]
    response = HttpResponse(csv_bytes(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tu-lam-{clock.today():%Y-%m-%d}.csv"'
    return response
