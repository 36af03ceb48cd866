from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.http import urlencode

from community.accounts.models import User

_ALLOWED = ("account_", "mfa_")
_ALLOWED_EXACTLY = {
    "set_language",
    "media",
    "healthz",
    "readyz",
    "javascript_catalog",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_logout",
    "wagtailadmin_sprite",
}


class StaffSecondFactor:
    """Staff work only with a second factor, given in this session.

    Without one set up they are sent to set it up (when STAFF_MFA_REQUIRED); with one that this session has not shown
    they are asked for it. Wagtail's own sign-in page, which knows no second factor, leads to ours.
    Looks at `request.user` only when a session cookie came: anonymous pages stay cacheable.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._detour(request) or self.get_response(request)

    def _detour(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.path_info in _wagtail_sign_ins():
            return _to_sign_in(request.GET.get("next", ""))
        if _in_admin(request.path_info) and (refusal := self._refuse(request)) is not None:
            return refusal
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or _is_allowed(request.path_info):
            return None
        user = request.user
        if not isinstance(user, User) or not (user.is_staff or user.is_superuser or _in_admin(request.path_info)):
            return None
        return self._ask(request, user)

    def _refuse(self, request: HttpRequest) -> HttpResponseBase | None:
        """At the admin's door: guests to the staff's sign-in and back, members a plain word instead of a circle."""
        if _is_allowed(request.path_info):
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request.get_full_path())
        if request.user.has_perm("wagtailadmin.access_admin"):
            return None
        return render(request, "community/staff_only.html", status=HTTPStatus.FORBIDDEN)

    def _ask(self, request: HttpRequest, user: User) -> HttpResponseBase | None:
        if not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
            return HttpResponseRedirect(reverse("mfa_index")) if settings.STAFF_MFA_REQUIRED else None
        if any(step["method"] == "mfa" for step in get_authentication_records(request, user)):
            return None
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")


def _to_sign_in(back_to: str) -> HttpResponseRedirect:
    query = f"?{urlencode({'next': back_to})}" if back_to else ""
    return HttpResponseRedirect(reverse("account_login_staff") + query)


def _wagtail_sign_ins() -> set[str]:
    """Wagtail has two: of its admin, and of pages for readers. Neither counts wrong passwords as ours does."""
    try:
        return {_wagtail_sign_in(), reverse("wagtailcore_login")} - {""}
    except NoReverseMatch:
        return {_wagtail_sign_in()} - {""}


def _wagtail_sign_in() -> str:
    try:
        return reverse("wagtailadmin_login")
    except NoReverseMatch:  # a site (or test) without the admin
        return ""


def _in_admin(path: str) -> bool:
    """Groups open the admin too, to people nobody marked as staff."""
    admin = _wagtail_sign_in().removesuffix("login/")
    return bool(admin) and path.startswith(admin)


def _is_allowed(path: str) -> bool:
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return True
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return False
    return name.startswith(_ALLOWED) or name in _ALLOWED_EXACTLY
