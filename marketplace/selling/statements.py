"""Money on the desk: how the cooperative stands with the market, each month's statement, and how to pay what is due."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from marketplace.payments.books.places import operators_account
from marketplace.payments.providers.registry import simulated_is_on
from marketplace.payouts.dues import dues_memo, dues_of, dues_payload
from marketplace.payouts.models import Payout
from marketplace.payouts.states import PayoutStatus
from marketplace.selling.refunds import refunds_to_send
from marketplace.statements.overview import months_of, standing_of
from marketplace.statements.paper import statement_pdf
from marketplace.statements.periods import BadPeriod, Period, period_named, week_of
from marketplace.statements.reading import CooperativeStatement, due_of, statement_of
from marketplace.statements.sheets import statement_csv
from marketplace.statements.weeks import next_payout_day, week_sums
from marketplace.statements.words import (
    change_words,
    closing_words,
    line_words,
    opening_words,
    outside_words,
    percent,
    period_words,
    standing_words,
    week_words,
)
from traceability.labels.qr import qr_svg

SALES_PER_PAGE = 30
ON_THE_WAY = (PayoutStatus.DRAFT, PayoutStatus.APPROVED, PayoutStatus.SENT)


@require_safe
@member_required("money")
def money_page(request: MemberRequest) -> HttpResponse:
    """This week (or ``?tuan=2026-W47``) order by order, how it stands now, and the door to each month."""
    cooperative, livemode = request.cooperative, _shows_real_money()
    week = _week(request.GET.get("tuan", ""))
    statement = statement_of(cooperative, week, livemode=livemode)
    sums = week_sums(statement)
    standing = standing_of(cooperative, livemode=livemode)
    payouts = Payout.objects.filter(cooperative=cooperative, livemode=livemode)
    facts = {
        "simulated": not livemode,
        "standing": standing_words(standing),
        "standing_dong": standing,
        "dues": dues_of(cooperative, livemode=livemode),
        "refunds": refunds_to_send(cooperative),
        "on_the_way": payouts.filter(status__in=ON_THE_WAY),
        "months": [
            (month, period_words(month), standing_words(closing))
            for month, closing in months_of(cooperative, livemode=livemode)
        ],
        "week": week,
        "has_next": week.after <= clock.today(),
        "is_now": week.first <= clock.today() < week.after,
        "sums": sums,
        "sentence": week_words(week, sums, today=clock.today()),
        "orders": [(order, percent(order.sale.commission_bps) if order.sale else "") for order in sums.orders],
        "others": [(change, change_words(change)) for change in sums.others],
        "payout_day": next_payout_day(settings.PAYOUT_EVERY, today=clock.today()),
    }
    return render(request, "selling/money.html", facts)


def _week(name: str) -> Period:
    """The week of this name; this one for no name. Neither to come nor a month: 404."""
    if not name:
        return week_of(clock.today())
    week = _period(name)
    if not week.is_week:
        raise Http404
    return week


@require_safe
@member_required("money")
def statement_page(request: MemberRequest, name: str) -> HttpResponse:
    """One month or week, on the screen and for the printer."""
    statement = _statement(request, name)
    due = due_of(statement)
    page = Paginator(statement.sales, SALES_PER_PAGE).get_page(request.GET.get("page"))
    facts = {
        "statement": statement,
        "title": period_words(statement.period),
        "opening": opening_words(statement),
        "closing": closing_words(statement),
        "standing": standing_words(statement.closing_dong),
        "bridge": [(line_words(line), line.dong) for line in statement.bridge],
        "changes": [(change, change_words(change)) for change in statement.changes],
        "outside": outside_words(statement.outside) if statement.outside.count else "",
        "page": page,
        "sales": [(sale, percent(sale.commission_bps)) for sale in page.object_list],
        "has_next": statement.period.after <= clock.today(),
        "due": due,
        "pay": how_to_pay(request.cooperative, dong=due.dong, livemode=statement.livemode) if due else None,
    }
    return render(request, "selling/statement.html", facts)


@require_safe
@member_required("money")
def statement_paper(request: MemberRequest, name: str) -> HttpResponse:
    statement = _statement(request, name)
    paper = statement_pdf(statement, due_of(statement), operator=settings.WAGTAIL_SITE_NAME)
    return _file(paper, "application/pdf", statement, "pdf")


@require_safe
@member_required("money")
def statement_sheet(request: MemberRequest, name: str) -> HttpResponse:
    statement = _statement(request, name)
    return _file(statement_csv(statement), "text/csv; charset=utf-8", statement, "csv")


def how_to_pay(cooperative: Cooperative, *, dong: int, livemode: bool) -> dict[str, object] | None:
    """The market's account and its code; None where the market has not set one up."""
    account = operators_account(livemode=livemode)
    if account is None:
        return None
    return {
        "account": account,
        "memo": dues_memo(cooperative),
        "qr": qr_svg(dues_payload(cooperative, account, dong=dong), title=gettext("Code to pay with")),
    }


def _statement(request: MemberRequest, name: str) -> CooperativeStatement:
    period = _period(name)
    return statement_of(request.cooperative, period, livemode=_shows_real_money())


def _period(name: str) -> Period:
    """Neither before the market nor to come."""
    try:
        period = period_named(name)
    except BadPeriod:
        raise Http404 from None
    if period.first > clock.today():
        raise Http404
    return period


def _shows_real_money() -> bool:
    """A demo has simulated money only, and says so loudly; a real site never shows it."""
    return not simulated_is_on()


def _file(content: bytes, kind: str, statement: CooperativeStatement, ending: str) -> HttpResponse:
    mark = "" if statement.livemode else "-mo-phong"
    name = f"sao-ke-{statement.cooperative.code}-{statement.period.name}{mark}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
