"""To where the goods would go: as the address of a page says, or as a visitor has asked us to remember.

A page opened without either is the same for everybody; nothing is kept until somebody presses a button for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from community.places.finding import Found, find_units
from community.places.models import AdminUnit
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.near import named_whole
from marketplace.shopping.same_site import from_this_site

COOKIE = "place"
KEPT_SECONDS = 60 * 60 * 24 * 180
LONGEST = 80
MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """``place`` is a commune (or province) of today, or None; ``found`` are those to choose from when the words may
    mean several. ``is_kept``: the visitor has asked us to remember it."""

    typed: str = ""
    place: AdminUnit | None = None
    found: tuple[Found, ...] = ()
    is_kept: bool = False

    @property
    def is_unknown(self) -> bool:
        return bool(self.typed) and self.place is None and not self.found


def asked_place(request: HttpRequest) -> AskedPlace:
    """``?to=`` holds a code or words ("huong hoa"), ``?province=`` a code; without them what is remembered."""
    typed = " ".join(request.GET.get("to", request.GET.get("province", "")).split())[:LONGEST]
    if not typed:
        kept = kept_place(request)
        return AskedPlace(kept.full_name if kept else "", kept, is_kept=kept is not None)
    if typed.isascii() and typed.isdecimal():
        unit = unit_by_code(typed)
        return AskedPlace(unit.full_name if unit else typed, unit)
    found = find_units(typed, limit=MOST_SHOWN)
    if unit := found[0].unit if len(found) == 1 else named_whole(typed, found):
        return AskedPlace(unit.full_name, unit)
    return AskedPlace(typed, found=tuple(found))


def kept_place(request: HttpRequest) -> AdminUnit | None:
    """What the visitor has asked us to remember, while it is a place of today."""
    code = request.COOKIES.get(COOKIE, "")
    return unit_by_code(code) if code else None


def unit_by_code(code: str) -> AdminUnit | None:
    if not (code.isascii() and code.isdecimal() and len(code) in (2, 5)):
        return None
    return AdminUnit.objects.current().select_related("parent").filter(code=code).first()


def where_to(request: HttpRequest, province_code: str) -> tuple[AdminUnit | None, AdminUnit | None]:
    """Province and commune for basket and checkout: the province that was chosen there, else what is remembered."""
    kept = kept_place(request)
    chosen = unit_by_code(province_code)
    province = chosen if chosen is not None and chosen.parent is None else None
    if kept is None or (province is not None and province.pk not in (kept.pk, kept.parent_id)):
        return province, None
    return kept.parent or kept, kept if kept.parent else None


def varies(response: HttpResponse) -> HttpResponse:
    """A page that shows what one visitor asked to remember is not for the next one."""
    patch_vary_headers(response, ["Cookie"])
    return response


@require_POST
@from_this_site
def keep_place(request: HttpRequest) -> HttpResponse:
    """Remember the commune of the form, or forget it when there is none; then back to the page it came from."""
    unit = unit_by_code(request.POST.get("to", ""))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("shopping:list")
    response = SeeOther(back)
    if unit is None:
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
    how: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    response.set_cookie(COOKIE, unit.code, max_age=KEPT_SECONDS, **how)
    return response
