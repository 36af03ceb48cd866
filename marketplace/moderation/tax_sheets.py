"""The month's and the year's tax sheet in the staff's admin, on screen and as a file."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community import clock
from community.staff_rights import actor_with
from marketplace.moderation.desks import Desk
from marketplace.statements.periods import BadPeriod, Period, month_of, period_named
from marketplace.statements.taxes import tax_csv, tax_sheet, year_of

LOOK = "marketplace.view_taxrule"


class TaxSheets(Desk):
    icon = "table"
    menu_label = _("Tax sheets")
    right = LOOK

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", index, name="index"), path("csv/", as_file, name="csv")]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A month (``ky=2026-10``) or a year (``ky=2026``); the last whole month at first."""
    actor_with(request.user, LOOK)
    name, period = _asked(request)
    sheet = tax_sheet(period)
    facts = {"name": name, "period": period, "sheet": sheet, "mode": settings.TAX_MODE, "names": _names()}
    return render(request, "moderation/tax_sheet.html", facts)


@require_safe
def as_file(request: HttpRequest) -> HttpResponse:
    actor_with(request.user, LOOK)
    name, period = _asked(request)
    content = tax_csv(tax_sheet(period))
    told = {"Content-Disposition": f'attachment; filename="thue-{name}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=told)


def _asked(request: HttpRequest) -> tuple[str, Period]:
    name = request.GET.get("ky") or month_of(clock.today()).before.name
    if len(name) == 4 and name.isascii() and name.isdigit() and name > "2000":
        return name, year_of(int(name))
    try:
        period = period_named(name)
    except BadPeriod:
        raise Http404 from None
    if period.is_week:
        raise Http404
    return name, period


def _names() -> list[str]:
    """This month and the fourteen before it, and their years."""
    month = month_of(clock.today())
    names = []
    for _step in range(15):
        names.append(month.name)
        month = month.before
    return names + sorted({name[:4] for name in names}, reverse=True)
