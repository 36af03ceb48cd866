"""Codes by which a seller makes its own goods cheaper: written, looked at, stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, Sum
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.door.current import IN_PERSON, MemberRequest, member_required
from community.errors import DomainError
from community.text.money import parse_dong, show_dong
from marketplace.orders.models import OrderLine
from marketplace.selling.door import posted
from marketplace.selling.shipping_fields import DongField
from marketplace.vouchers.models import MOST_PERCENT, Voucher, VoucherUse
from marketplace.vouchers.writing import MOST_USES, BadVoucher, VoucherTerms, stop_voucher, write_voucher

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SHOWN = 100
PERCENT, SUM = "percent", "sum"
FIELDS = {
    "code": "code",
    "taken": "code",
    "amount": "kind",
    "half": "min_goods",
    "days": "ends_on",
    "uses": "most_uses",
}
SENTENCES = {
    "code": gettext_lazy("Use 3 to 20 letters and digits, like TET27."),
    "taken": gettext_lazy("You have a code %(word)s already. Choose another word."),
    "amount": gettext_lazy("Type a whole percentage from 1 to 50, or a sum like 20.000."),
    "half": gettext_lazy("At most half of the goods: it needs goods for at least %(least)s."),
    "days": gettext_lazy("It ends on a day to come, at most a year after it begins."),
    "uses": gettext_lazy("Type how often it may be used, from 1 on."),
}


class VoucherForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("The code that buyers type"),
        help_text=gettext_lazy("Short, letters and digits: TET27."),
        max_length=30,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What does it take off?"),
        choices=((PERCENT, gettext_lazy("A part of the price (%)")), (SUM, gettext_lazy("A sum (đồng)"))),
        initial=PERCENT,
        widget=forms.RadioSelect,
    )
    amount = forms.CharField(
        label=gettext_lazy("How much?"),
        help_text=gettext_lazy("10 for ten percent, or 20.000 for a sum."),
        max_length=15,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    most = DongField(
        label=gettext_lazy("Of a percentage: never more than"), required=False, help_text=gettext_lazy("In đồng.")
    )
    min_goods = DongField(
        label=gettext_lazy("From goods for"),
        required=False,
        help_text=gettext_lazy("In đồng, without delivery. Drinks with alcohol never count."),
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DAY)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DAY)
    most_uses = forms.IntegerField(
        label=gettext_lazy("How often in all?"), min_value=1, max_value=MOST_USES, initial=50
    )
    per_phone = forms.IntegerField(
        label=gettext_lazy("How often with one phone number?"), min_value=1, max_value=100, initial=1
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "amount" in self.errors or "kind" in self.errors:
            return told
        amount = _whole_percent(told["amount"]) if told["kind"] == PERCENT else _sum(told["amount"])
        if not 1 <= amount <= (MOST_PERCENT if told["kind"] == PERCENT else amount):
            self.add_error("amount", SENTENCES["amount"])
        if told.get("most") == 0:
            self.add_error("most", gettext_lazy("Type the sum with digits only, like 25.000."))
        told["amount"] = amount
        return told

    def terms(self) -> VoucherTerms:
        told = self.cleaned_data
        is_percent = told["kind"] == PERCENT
        return VoucherTerms(
            starts_on=told["starts_on"],
            ends_on=told["ends_on"],
            most_uses=told["most_uses"],
            per_phone=told["per_phone"],
            percent=told["amount"] if is_percent else None,
            dong=None if is_percent else told["amount"],
            most_dong=told["most"] if is_percent else None,
            min_goods_dong=told["min_goods"] or 0,
        )


@require_safe
@member_required("list", scopes=IN_PERSON)
def vouchers_page(request: MemberRequest) -> HttpResponseBase:
    given = Sum("used_by__dong", filter=Q(used_by__given_back_at=None))
    rows = list(Voucher.objects.filter(cooperative=request.cooperative).annotate(given_dong=given)[:SHOWN])
    left_out = _of_packs_left_out(rows)
    today = clock.today()
    shown = [
        (each, each.is_open(today) and each.uses < each.most_uses, (each.given_dong or 0) - left_out[each.pk])
        for each in rows
    ]
    return render(request, "selling/vouchers.html", {"vouchers": shown, "today": today})


def _of_packs_left_out(vouchers: Sequence[Voucher]) -> Counter[int]:
    """By id of the code: what it would have taken off packs that were ordered and did not go, in đồng."""
    used = VoucherUse.objects.filter(voucher__in=vouchers, given_back_at=None)
    lines = OrderLine.objects.filter(parcel__voucher_use__in=used, discount_dong__gt=0, changes__isnull=False)
    left_out: Counter[int] = Counter()
    for line in lines.distinct().select_related("parcel__voucher_use").prefetch_related("changes"):
        left_out[line.parcel.voucher_use.voucher_id] += line.discount_dong - line.discount_of(line.packs_to_send)
    return left_out


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", scopes=IN_PERSON)
def voucher_new(request: MemberRequest) -> HttpResponseBase:
    today = clock.today()
    form = VoucherForm(posted(request), initial={"starts_on": today, "ends_on": today + timedelta(days=30)})
    if form.is_bound and form.is_valid() and _write(request, form):
        return redirect("selling:vouchers")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/voucher_new.html", {"form": form}, status=status)


@require_POST
@member_required("list", scopes=IN_PERSON)
def voucher_stop(request: MemberRequest, code: str) -> HttpResponseBase:
    voucher = get_object_or_404(Voucher, cooperative=request.cooperative, code=code[:20])
    if stop_voucher(voucher=voucher, actor=request.actor):
        messages.success(request, _("%(code)s is stopped. Orders that used it keep their price.") % {"code": voucher})
    else:
        messages.info(request, _("%(code)s was stopped already.") % {"code": voucher})
    return redirect("selling:vouchers")


def _whole_percent(typed: str) -> int:
    """ "10", "10 %" → 10; 0 for anything else: "2.5" is not 25."""
    digits = typed.strip(" %")
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _sum(typed: str) -> int:
    try:
        return parse_dong(typed)
    except DomainError:
        return 0


def _write(request: MemberRequest, form: VoucherForm) -> bool:
    code = form.cleaned_data["code"]
    try:
        voucher = write_voucher(cooperative=request.cooperative, code=code, terms=form.terms(), actor=request.actor)
    except BadVoucher as fault:
        facts = dict(fault.facts)
        if "least" in facts:
            facts["least"] = show_dong(facts["least"])
        form.add_error(FIELDS[fault.code], str(SENTENCES[fault.code]) % facts)
        return False
    messages.success(request, _("%(code)s can be used by buyers.") % {"code": voucher})
    return True
