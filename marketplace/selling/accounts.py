"""Where the cooperative's money goes: what is in use, what was asked for, and asking for another account."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from community.accounts.proving import proves_pin
from community.cooperatives.roles import Role
from community.door.current import MemberRequest, member_required
from marketplace.receiving.banks import find_bank
from marketplace.receiving.changing import CannotChange, active_account, call_off_change, propose_account
from marketplace.receiving.models import AccountChange, OnDeliveryTerms, in_groups
from marketplace.receiving.states import OPEN_CHANGE
from marketplace.selling.account_forms import AccountForm, SurePinForm
from marketplace.selling.door import posted
from marketplace.selling.forms import error_of
from marketplace.selling.sentences import sentence_of

HISTORY = 10


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin", "number")
@member_required("money")
def account_page(request: MemberRequest) -> HttpResponseBase:
    """Typed, read back with the PIN, then proposed. Managers look; only an owner may ask."""
    form = AccountForm(posted(request))
    if request.method == "POST":
        if not form.is_valid():
            return _page(request, form, HTTPStatus.BAD_REQUEST)
        return _read_back(request, form)
    return _page(request, form)


def _page(request: MemberRequest, form: AccountForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    changes = AccountChange.objects.filter(cooperative=request.cooperative).select_related("proposed_by", "approved_by")
    facts = {
        "form": form,
        "account": active_account(request.cooperative),
        "terms": OnDeliveryTerms.objects.filter(cooperative=request.cooperative).first(),
        "waiting": changes.filter(status__in=OPEN_CHANGE).first(),
        "past": changes.exclude(status__in=OPEN_CHANGE)[:HISTORY],
        "is_owner": request.membership.role == Role.OWNER,
        "asks": form.is_bound or "doi" in request.GET,
    }
    return render(request, "selling/account.html", facts, status=status)


def _read_back(request: MemberRequest, form: AccountForm) -> HttpResponseBase:
    sure = SurePinForm(request.POST if "sure" in request.POST else None)
    status = HTTPStatus.OK
    if sure.is_bound:
        status = HTTPStatus.BAD_REQUEST
        if sure.is_valid() and proves_pin(request.user, sure):
            try:
                propose_account(cooperative=request.cooperative, wish=form.wish, actor=request.actor)
            except CannotChange as fault:
                form.add_error(None, error_of(fault))
                return _page(request, form, HTTPStatus.CONFLICT)
            messages.success(request, _("Asked for. The market checks it, and every member gets a message."))
            return redirect("selling:account")
    bank = find_bank(form.wish.bank_bin)
    facts = {
        "form": form,
        "sure": sure,
        "wish": form.wish,
        "bank": bank,
        "number": in_groups(form.wish.account_number),
        "account": active_account(request.cooperative),
    }
    return render(request, "selling/account_sure.html", facts, status=status)


@require_POST
@member_required("money")
def call_off(request: MemberRequest) -> HttpResponseBase:
    change = AccountChange.objects.filter(cooperative=request.cooperative, status__in=OPEN_CHANGE).first()
    try:
        if change is None:
            raise CannotChange("moved")
        call_off_change(change=change, actor=request.actor)
    except CannotChange as fault:
        messages.error(request, sentence_of(fault))
    else:
        messages.success(request, _("Called off. Money keeps coming to the account in use."))
    return redirect("selling:account")
