"""Cards of members: made, made anew, printed one by one or ten on a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.cooperatives.models import Membership
from community.door.current import MemberRequest, member_required
from community.members.cards import NoCard, issue_card, revoke_card
from community.members.models import MemberCard
from marketplace.selling.card_paper import cards_pdf
from marketplace.selling.members import member_or_404, tried

MOST_ON_PAPER = 100  # drawn while somebody waits


@require_POST
@member_required("team")
def card_new(request: MemberRequest, code: str) -> HttpResponseBase:
    member = member_or_404(request, code)
    said = _("The new card is ready to print. An older card of %(name)s opens nothing any more.")
    tried(
        request,
        lambda: issue_card(membership=member, actor=request.actor),
        said % {"name": member.user.name},
    )
    return redirect("selling:member", code=member.code)


@require_POST
@member_required("team")
def card_revoke(request: MemberRequest, code: str) -> HttpResponseBase:
    member = member_or_404(request, code)
    said = _("The card of %(name)s opens nothing any more.") % {"name": member.user.name}
    tried(request, lambda: revoke_card(membership=member, actor=request.actor), said)
    return redirect("selling:member", code=member.code)


@require_POST
@member_required("team")
def cards_for_all(request: MemberRequest) -> HttpResponseBase:
    """A first card for everybody who has none; cards that hold stay as they are."""
    members = Membership.objects.active().filter(cooperative=request.cooperative).select_related("cooperative")
    without = members.exclude(cards__in=MemberCard.objects.filter(revoked_at=None)).order_by("pk")
    missed = 0
    for member in without[:MOST_ON_PAPER]:
        try:
            issue_card(membership=member, actor=request.actor)
        except NoCard:  # a manager makes no card of an owner
            missed += 1
    if missed:
        messages.warning(request, _("Cards of owners are made by an owner. All others are ready to print."))
    else:
        messages.success(request, _("Every member has a card now. Print the sheet."))
    return redirect("selling:members")


@require_safe
@member_required("team")
def card_paper(request: MemberRequest, code: str) -> HttpResponse:
    member = member_or_404(request, code)
    return _paper(list(_valid_cards(request).filter(membership=member)), f"the-{member.code}")


@require_safe
@member_required("team")
def cards_paper(request: MemberRequest) -> HttpResponse:
    return _paper(list(_valid_cards(request)[:MOST_ON_PAPER]), "the-thanh-vien")


def _valid_cards(request: MemberRequest) -> QuerySet[MemberCard]:
    cards = MemberCard.objects.filter(revoked_at=None, membership__in=Membership.objects.active())
    own = cards.filter(membership__cooperative=request.cooperative)
    return own.select_related("membership__user", "membership__cooperative").order_by("membership_id")


def _paper(cards: Sequence[MemberCard], name: str) -> HttpResponse:
    if not cards:
        raise Http404("no card")
    response = HttpResponse(cards_pdf(cards), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response
