"""The one door of a member's screens: who is asking, for which cooperative, and may they do this now?

Asked of the table on every request, so an ended membership or mandate, a closed account or a changed role counts at
once. Helpers come in under a mandate and only where its scopes open the screen (`community.mandates`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils.cache import add_never_cache_headers

from community.accounts.models import User
from community.accounts.sessions import touch
from community.audit.actors import Actor
from community.cooperatives.current import ACTING, FOR, SESSION_KEY
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Capability
from community.mandates.acting import Helping, MandateOver, actor_of, find_standing
from community.mandates.keeping import keep_form
from community.mandates.models import Mandate
from community.mandates.scopes import NONE, OPENS, Scope
from community.teams.models import TeamMember

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

IN_PERSON = NONE
"""For `scopes`: no mandate opens this screen, whatever its capability."""


class MemberRequest(HttpRequest):
    """What a view behind `member_required` gets: annotate `request: MemberRequest`. ``mandate``: None for members."""

    user: User
    membership: Membership | Helping
    cooperative: Cooperative
    actor: Actor
    mandate: Mandate | None


class StaffRequest(HttpRequest):
    """What a view behind `staff_required` gets."""

    user: User
    actor: Actor


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def member_required(
    capability: str, *, scopes: Collection[str] | None = None, drafts: bool = False
) -> Callable[[MemberView[P]], View[P]]:
    """Let a member with `capability` in, or a helper whose mandate has one of `scopes`.

    ``scopes``: by default those of the capability (`mandates.scopes.OPENS`). ``drafts``: what is posted here stays a
    draft, so that it is open to a mandate whose paper waits for its second helper; nothing else of the desk is.
    Sets `request.membership`, `.cooperative`, `.actor` and `.mandate`. Anonymous → sign-in, then back here. A helper
    without a mandate → the team's page. No membership, or a role or mandate that does not suffice → a 403 page in
    plain words. A form that was opened for somebody else → 409.
    """
    wanted = Capability(capability)  # a misspelt capability fails when the module is imported
    opened_by = OPENS[wanted] if scopes is None else frozenset(Scope(one) for one in scopes)

    def decorate(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            try:
                refusal = _let_in(request, request.user, wanted, opened_by, drafts)
                refusal = refusal or _opened_for_another(request, request.user)
                if refusal is not None:
                    return refusal
                touch(request.session)
                response = view(cast(MemberRequest, request), *args, **kwargs)
            except MandateOver as over:
                return _mandate_over(request, over)
            add_never_cache_headers(response)
            return response

        guarded.opened_by = opened_by  # type: ignore[attr-defined]
        return guarded

    return decorate


def is_open_to(request: MemberRequest, url: str) -> bool:
    """For pages that offer only what will be let in: whether this helper's mandate opens `url`. Members: True."""
    if request.mandate is None:
        return True
    opened_by: frozenset[str] | None = getattr(resolve(url).func, "opened_by", None)
    return opened_by is None or bool(opened_by & request.mandate.scopes)


def is_offered(request: MemberRequest, capability: str) -> bool:
    """Whether to look for links of this kind at all. Of those, a helper is shown what `is_open_to` lets in."""
    if request.mandate is None:
        return request.membership.may(capability)
    return bool(OPENS[Capability(capability)])


def _let_in(
    request: HttpRequest, user: User, wanted: Capability, opened_by: frozenset[str], drafts: bool
) -> HttpResponseBase | None:
    """None: come in. Raises MandateOver for a helper whose mandate holds no more."""
    if code := request.session.get(ACTING):
        mandate = find_standing(code=code, helper=user)
        _stand(request, Helping(mandate), actor_of(mandate), mandate)
        if not opened_by & mandate.scopes:
            return _refuse(request, "mandates/not_in_mandate.html", mandate=mandate, in_person=not opened_by)
        if mandate.is_draft_only and not drafts:
            raise MandateOver(mandate, "drafts_only")
        return None
    membership = _membership_of(request, user)
    if membership is None:
        if TeamMember.objects.active().filter(user=user).exists():
            return redirect("teams:home")
        return _refuse(request, "community/no_cooperative.html")
    _stand(request, membership, Actor.of(user, membership.cooperative), None)
    if not membership.may(wanted):
        return _refuse(request, "community/not_your_task.html", wanted=wanted, role=membership)
    return None


def _stand(request: HttpRequest, place: Membership | Helping, actor: Actor, mandate: Mandate | None) -> None:
    request.membership = place  # type: ignore[attr-defined]
    request.cooperative = place.cooperative  # type: ignore[attr-defined]
    request.actor = actor  # type: ignore[attr-defined]
    request.mandate = mandate  # type: ignore[attr-defined]


def _mandate_over(request: HttpRequest, over: MandateOver) -> HttpResponse:
    """Refused politely; what was typed is kept for the cooperative. The session goes on acting under it: what is sent
    again is refused again, never written for another cooperative of this person. Only a press changes for whom."""
    if over.why != "drafts_only":
        request.mandate = None  # type: ignore[attr-defined]
    return _refuse(request, "mandates/over.html", over=over, kept=_keep(request, over))


def _keep(request: HttpRequest, over: MandateOver) -> bool:
    told = [each for each in request.POST.lists() if each[0] != FOR] if request.method == "POST" else ()
    return keep_form(over=over, path=request.get_full_path(), posted=told) is not None


def _opened_for_another(request: HttpRequest, user: User) -> HttpResponse | None:
    """A second tab, "back" after "stop": a form says for whom it was opened, and is written for nobody else."""
    whom = request.POST.get(FOR, "") if request.method == "POST" else ""
    if not whom or whom == request.membership.code:  # type: ignore[attr-defined]
        return None
    mandate, kept = Mandate.objects.filter(code=whom, helper=user).select_related("cooperative").first(), False
    if mandate is not None:
        try:
            find_standing(code=whom, helper=user)
        except MandateOver as over:
            mandate, kept = None, _keep(request, over)
    facts = {"meant": mandate, "kept": kept}
    return _refuse(request, "mandates/other_desk.html", HTTPStatus.CONFLICT, **facts)


def staff_required(view: View[P]) -> View[P]:
    """Let staff in (their second factor is the middleware's work); sets `request.actor`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path(), reverse("account_login_staff"))
        if not request.user.is_staff:
            return _refuse(request, "community/staff_only.html")
        request.actor = Actor.of(request.user)  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def _membership_of(request: HttpRequest, user: User) -> Membership | None:
    """The membership chosen in this session, else the oldest that holds. One query."""
    held = list(
        user.memberships.active()
        .exclude(cooperative__status=Cooperative.Status.CEASED)
        .select_related("cooperative__commune__parent")
        .order_by("pk")
    )
    chosen = request.session.get(SESSION_KEY)
    return next((membership for membership in held if membership.cooperative.code == chosen), held[0] if held else None)


def _refuse(
    request: HttpRequest, template: str, status: HTTPStatus = HTTPStatus.FORBIDDEN, **facts: object
) -> HttpResponse:
    response = render(request, template, facts, status=status)
    add_never_cache_headers(response)
    return response
