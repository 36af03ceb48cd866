"""The one door of a member's screens: who is asking, for which cooperative, and may they do this now?

Asked of the table on every request, so an ended membership, a closed account or a changed role counts at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from community.accounts.models import User
from community.accounts.sessions import touch
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Capability

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SESSION_KEY = "cooperative"


class MemberRequest(HttpRequest):
    """What a view behind `member_required` gets: annotate `request: MemberRequest`."""

    user: User
    membership: Membership
    cooperative: Cooperative
    actor: Actor


class StaffRequest(HttpRequest):
    """What a view behind `staff_required` gets."""

    user: User
    actor: Actor


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def member_required(capability: str) -> Callable[[MemberView[P]], View[P]]:
    """Let a member with `capability` in; sets `request.membership`, `.cooperative` and `.actor`.

    Anonymous → sign-in, then back here. No membership, or a role without the capability → a 403 page in plain words.
    """
    wanted = Capability(capability)  # a misspelt capability fails when the module is imported

    def decorate(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            membership = _membership_of(request, request.user)
            if membership is None:
                return _refuse(request, "community/no_cooperative.html")
            request.membership = membership  # type: ignore[attr-defined]
            request.cooperative = membership.cooperative  # type: ignore[attr-defined]
            request.actor = Actor.of(request.user, membership.cooperative)  # type: ignore[attr-defined]
            if not membership.may(wanted):
                return _refuse(request, "community/not_your_task.html", wanted=wanted, role=membership)
            touch(request.session)
            response = view(cast(MemberRequest, request), *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


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


def choose_cooperative(request: HttpRequest, cooperative: Cooperative) -> None:
    """Work for this one from now on (people in several). The caller has checked the membership."""
    request.session[SESSION_KEY] = cooperative.code


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


def _refuse(request: HttpRequest, template: str, **facts: object) -> HttpResponse:
    return render(request, template, facts, status=HTTPStatus.FORBIDDEN)
