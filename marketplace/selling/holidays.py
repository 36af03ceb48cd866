"""The booth's holiday: from one day to another. It ends by itself."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from community import clock
from community.cooperatives.resting import CannotRest, end_holiday, set_holiday
from community.door.current import MemberRequest, member_required
from marketplace.selling.application_sentences import application_sentence
from marketplace.selling.door import posted


class HolidayForm(forms.Form):
    first = forms.DateField(
        label=gettext_lazy("First day off"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Last day off"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def holiday_page(request: MemberRequest) -> HttpResponseBase:
    seller = request.cooperative
    form = HolidayForm(posted(request), initial={"first": clock.today()})
    if form.is_bound and form.is_valid():
        try:
            set_holiday(cooperative=seller, actor=request.actor, **form.cleaned_data)
        except CannotRest as fault:
            form.add_error("last", application_sentence(fault))
        else:
            messages.success(request, _("The holiday is set. Orders that are here already stay: please send them."))
            return redirect("selling:holiday")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/holiday.html", {"form": form, "seller": seller}, status=status)


@require_POST
@member_required("list")
def holiday_end(request: MemberRequest) -> HttpResponseBase:
    try:
        end_holiday(cooperative=request.cooperative, actor=request.actor)
    except CannotRest as fault:
        messages.error(request, application_sentence(fault))
    else:
        messages.success(request, _("Open again: buyers can order now."))
    return redirect("selling:holiday")
