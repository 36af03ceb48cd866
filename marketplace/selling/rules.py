"""The market's operating rules on a seller's desk: read, accept, and again when there is a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.rules.agreeing import By, Kind, accept_as_seller, newest_rules, rules_to_accept
from community.rules.models import RulesAcceptance, RulesVersion
from community.rules.words import pieces

SENTENCES: dict[str, Any] = {
    "superseded": gettext_lazy("There is a newer version. Please read it once more."),
    "not_yet": gettext_lazy("There is a newer version. Please read it once more."),
    "not_allowed": gettext_lazy("Only the owner or a manager can do this."),
}


@require_safe
@member_required("view")
def rules_page(request: MemberRequest) -> HttpResponse:
    version = rules_to_accept(request.cooperative) or newest_rules(Kind.OPERATING)
    told = RulesAcceptance.objects.filter(version=version, by=By.SELLER, reference=request.cooperative.code)
    facts = {
        "version": version,
        "pieces": pieces(version.shown["text"]) if version else [],
        "accepted": told.first() if version else None,
        "may_accept": request.membership.may("team"),
    }
    return render(request, "selling/rules.html", facts)


@require_POST
@member_required("team")
def accept_rules(request: MemberRequest, number: int) -> HttpResponseBase:
    version = RulesVersion.objects.filter(kind=Kind.OPERATING, number=number).first()
    if version is None:
        messages.error(request, SENTENCES["superseded"])
        return redirect("selling:rules")
    try:
        accept_as_seller(cooperative=request.cooperative, version=version, actor=request.actor)
    except DomainError as fault:
        messages.error(request, SENTENCES[fault.code])
    else:
        messages.success(request, _("Thank you. It is written down that you accepted the rules."))
    return redirect("selling:rules")
