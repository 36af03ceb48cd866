"""A cooperative's own journal on the desk: who did what, and what was done for it by helpers."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.audit.models import AuditEntry
from community.cooperatives.roles import Capability
from community.door.current import MemberRequest, member_required
from community.journal.searching import before_of, leaf, of_cooperative

PAGE = 20


@require_safe
@member_required("view")
def journal_page(request: MemberRequest) -> HttpResponseBase:
    """Who runs the team reads everything; others their own acts and those of helpers. Staff are not named."""
    by_helpers = request.GET.get("xem") == "lam-thay"
    rows = of_cooperative(request.cooperative, by_helpers=by_helpers)
    reads_all = request.membership.may(Capability.TEAM)
    if not reads_all and not by_helpers:
        rows = rows.filter(actor=request.user)
    own = set(request.cooperative.memberships.values_list("user_id", flat=True))

    def who(entry: AuditEntry) -> str:
        stranger = entry.actor is not None and entry.actor.is_staff and entry.actor_id not in own
        return _("The market's staff") if stranger and not entry.mandate_code else ""

    shown = leaf(rows, before=before_of(request.GET.get("truoc", "")), size=PAGE, who=who)
    facts = {"leaf": shown, "by_helpers": by_helpers, "reads_all": reads_all}
    return render(request, "selling/journal.html", facts)
