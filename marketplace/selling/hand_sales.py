"""Sales that began elsewhere: a market day or an order by phone typed in, looked up by day, taken back for a day."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.door.current import IN_PERSON, MemberRequest, member_required
from community.errors import DomainError
from community.text.dates import InvalidDate, parse_date
from marketplace.hand_sales.forgetting import forget_buyer
from marketplace.hand_sales.models import HandSale, PaidHow
from marketplace.hand_sales.telling import outside_of
from marketplace.hand_sales.writing_down import LATEST_DAYS, BadSale, undo_sale, write_down_sale
from marketplace.selling.door import posted
from marketplace.selling.hand_sale_forms import HandSaleForm, Row, lines_of, rows_of
from marketplace.selling.sentences import sentence_of
from traceability.batches.posting import OutOfStock

PER_PAGE = 20
DAYS = timedelta(days=LATEST_DAYS)

SENTENCES: dict[str, Any] = {
    "nothing_sold": gettext_lazy("Type at least one number: how many packs were sold."),
    "day_ahead": gettext_lazy("This day has not come yet."),
    "day_long_ago": gettext_lazy("At most %(most)s days ago. For older sales count the batch in the diary."),
    "bad_count": gettext_lazy("This number is too large. Check it."),
    "bad_price": gettext_lazy("This price is too large. Check it."),
    "not_yours": gettext_lazy("This batch is not yours. Choose again."),
    "before_packing": gettext_lazy("Batch %(batch)s was packed later than this day. Check the day."),
    "undone": gettext_lazy("This was taken back already."),
    "sent_before": gettext_lazy(
        "This form was sent before. Look at your sales: if this one is missing there, press again."
    ),
}


@require_safe
@member_required("pack")
def hand_sales_page(request: MemberRequest) -> HttpResponse:
    """Of one day (``?ngay=``), or of the last month."""
    today = clock.today()
    day = _day(request)
    first, after = (day, day + timedelta(days=1)) if day else (today - DAYS, today + timedelta(days=1))
    sales = HandSale.objects.of_cooperative(request.cooperative).prefetch_related("lines")
    shown = sales.filter(day=day) if day else sales
    sums = outside_of(request.cooperative, first=first, after=after)
    facts = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "day": day,
        "today": today,
        "sums": sums,
        "by_paid": paid_words(sums.by_paid),
        "days": LATEST_DAYS,
    }
    return render(request, "selling/hand_sales.html", facts)


def paid_words(by_paid: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    return [(str(PaidHow(paid).label), dong) for paid, dong in by_paid]


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack")
def hand_sale_new(request: MemberRequest) -> HttpResponseBase:
    """All that was sold on one day at one place. ``?nhu=``: filled in like one that was taken back."""
    if request.method == "POST":
        return _write_down(request)
    like = HandSale.objects.of_cooperative(request.cooperative).filter(code=request.GET.get("nhu", "").upper()).first()
    initial: dict[str, object] = {"day": clock.today()}
    if like:
        names = ("where", "place", "day", "paid", "buyer_name", "buyer_phone")
        initial = {name: getattr(like, name) for name in names}
    return _form_page(request, HandSaleForm(initial=initial), rows_of(request.cooperative, None, like))


def _write_down(request: MemberRequest) -> HttpResponseBase:
    form, key = HandSaleForm(posted(request)), _key(request)
    sent = HandSale.objects.of_cooperative(request.cooperative).standing().filter(key=key).first()
    rows = rows_of(request.cooperative, request.POST, sent=sent)
    lines = lines_of(rows)
    if not form.is_valid() or any(row.fault for row in rows):
        return _form_page(request, form, rows)
    try:
        sale = write_down_sale(
            cooperative=request.cooperative, lines=lines, told=form.told(), key=key, actor=request.actor
        )
    except (BadSale, OutOfStock) as fault:
        if fault.code == "sent_before":
            rows, key = rows_of(request.cooperative, request.POST), uuid4()
        return _form_page(request, form, rows, fault=_sentence(fault), key=key)
    messages.success(request, _("Written down. The packs have left their batches."))
    return redirect("selling:hand_sale", code=sale.code)


def _form_page(
    request: MemberRequest, form: HandSaleForm, rows: list[Row], *, fault: str = "", key: UUID | None = None
) -> HttpResponse:
    wrong = form.is_bound
    facts = {
        "form": form,
        "rows": rows,
        "fault": fault,
        "faulty": [row for row in rows if row.fault],
        "key": key or _key(request),
    }
    return render(
        request, "selling/hand_sale_new.html", facts, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    )


@require_safe
@member_required("pack")
def hand_sale_page(request: MemberRequest, code: str) -> HttpResponse:
    sale = _sale_or_404(request, code)
    lines = sale.lines.select_related("batch").order_by("pk")
    return render(request, "selling/hand_sale.html", {"sale": sale, "lines": lines})


@require_POST
@member_required("pack")
def hand_sale_undo(request: MemberRequest, code: str) -> HttpResponseBase:
    """Take it back; ``again``: and open the form filled in the same, to put it right."""
    sale = _sale_or_404(request, code)
    try:
        undo_sale(sale=sale, actor=request.actor)
    except DomainError as fault:  # also one of the log: the record is declared wrong already
        messages.warning(request, _sentence(fault))
        return redirect("selling:hand_sale", code=sale.code)
    messages.success(request, _("Taken back. The packs are in their batches again."))
    if request.POST.get("again") == "1":
        return redirect(f"{reverse('selling:hand_sale_new')}?nhu={sale.code}")
    return redirect("selling:hand_sale", code=sale.code)


@require_POST
@member_required("pack", scopes=IN_PERSON)
def hand_sale_forget(request: MemberRequest, code: str) -> HttpResponseBase:
    sale = forget_buyer(sale=_sale_or_404(request, code), actor=request.actor)
    messages.success(request, _("Forgotten. The goods and the sum stay."))
    return redirect("selling:hand_sale", code=sale.code)


def _sale_or_404(request: MemberRequest, code: str) -> HandSale:
    own = HandSale.objects.of_cooperative(request.cooperative).select_related("written_by", "undone_by", "cooperative")
    return get_object_or_404(own, code=code.upper())


def _day(request: MemberRequest) -> date | None:
    try:
        return parse_date(request.GET.get("ngay", ""))
    except InvalidDate:
        return None


def _key(request: MemberRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _sentence(fault: DomainError) -> str:
    pattern = SENTENCES.get(fault.code)
    return str(pattern) % fault.facts if pattern else sentence_of(fault)
