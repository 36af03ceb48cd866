"""One mandate on the helper's phone: how the cooperative says yes, until when it holds, beginning and giving back."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.accounts.proving import proves_pin
from community.cooperatives.models import Membership
from community.errors import DomainError
from community.limiting import count
from community.mandates.forms import CardForm, CodeForm, OfficerForm, PaperForm, PinForm
from community.mandates.giving import (
    CannotGive,
    give_by_code,
    give_in_person,
    note_wrong_pin,
    officers_of,
    send_code,
)
from community.mandates.models import Mandate
from community.mandates.on_paper import give_on_paper
from community.mandates.sentences import sentence_of
from community.members.cards import find_card
from community.teams.door import TeamRequest, place_required

PINS_AN_HOUR = 10
"""On the phone of one helper: five wrong ones lock an officer's number, and a commune has many officers."""

WAYS = ("code", "pin", "card", "paper")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin", "code", "card")
@place_required()
def mandate_page(request: TeamRequest, code: str) -> HttpResponseBase:
    """``?cach=``: code, pin, card or paper. The PIN is compared as at sign-in, where wrong ones are counted."""
    mine = Mandate.objects.select_related("cooperative__commune", "team", "helper", "given_by", "confirmed_by")
    mandate = get_object_or_404(mine, helper=request.user, code=code.upper())
    way = request.GET.get("cach", "")
    way = way if way in WAYS else WAYS[0]
    form: forms.Form | None = None
    if mandate.is_waiting:
        form = _form(request, mandate, way)
        if form.is_bound and form.is_valid() and _done(request, mandate, way, form):
            return redirect(request.get_full_path() if way == "code" else request.path)
    facts = {"mandate": mandate, "way": way, "form": form, "sent": bool(mandate.code_hash)}
    status = HTTPStatus.BAD_REQUEST if form is not None and form.errors else HTTPStatus.OK
    return render(request, "teams/mandate.html", facts, status=status)


def _form(request: TeamRequest, mandate: Mandate, way: str) -> forms.Form:
    told = request.POST if request.method == "POST" else None
    if way == "pin":
        return PinForm(told, officers=_officers(mandate))
    if way == "card":
        return CardForm(told)
    if way == "paper":
        return PaperForm(told, request.FILES or None)
    if mandate.code_hash and "again" not in request.GET:
        return CodeForm(told)
    return OfficerForm(told, officers=[one for one in _officers(mandate) if one.user.phone])


def _officers(mandate: Mandate) -> list[Membership]:
    return list(officers_of(mandate.cooperative).exclude(user=mandate.helper))


def _done(request: TeamRequest, mandate: Mandate, way: str, form: forms.Form) -> bool:
    acts: dict[str, Callable[[], bool]] = {
        "code": lambda: _by_code(request, mandate, form),
        "pin": lambda: _by_pin(request, mandate, form),
        "card": lambda: _by_card(request, mandate, form),
        "paper": lambda: _on_paper(request, mandate, form),
    }
    try:
        return acts[way]()
    except DomainError as fault:
        form.add_error(None, sentence_of(fault))
        return False


def _by_code(request: TeamRequest, mandate: Mandate, form: forms.Form) -> bool:
    if isinstance(form, OfficerForm):
        send_code(mandate=mandate, membership=form.membership, actor=request.actor)
        messages.success(request, _("Sent. Ask them to read the code from their phone."))
    else:
        give_by_code(mandate=mandate, code=form.cleaned_data["code"])
        messages.success(request, _("Thank you, it holds from now on."))
    return True


def _by_pin(request: TeamRequest, mandate: Mandate, form: forms.Form) -> bool:
    assert isinstance(form, PinForm)
    return _with_pin(request, mandate, form, form.membership, "pin")


def _by_card(request: TeamRequest, mandate: Mandate, form: forms.Form) -> bool:
    card = find_card(form.cleaned_data["card"])
    if card is None or card.membership.cooperative_id != mandate.cooperative_id:
        form.add_error("card", _("No valid card of this cooperative has this code."))
        return False
    return _with_pin(request, mandate, form, card.membership, "card")


def _with_pin(request: TeamRequest, mandate: Mandate, form: forms.Form, officer: Membership, way: str) -> bool:
    """Who may not say yes is not asked for a PIN: nobody's tries are used up for nothing."""
    if not officers_of(mandate.cooperative).filter(pk=officer.pk).exclude(user=request.user).exists():
        raise CannotGive("not_officer")
    if not count(f"mandate-pin:{request.user.pk}", most=PINS_AN_HOUR, seconds=3600):
        raise CannotGive("pins_too_often")
    if not proves_pin(officer.user, form):
        note_wrong_pin(mandate=mandate, actor=request.actor)
        return False
    give_in_person(mandate=mandate, membership=officer, way=way)
    messages.success(request, _("Thank you, it holds from now on."))
    return True


def _on_paper(request: TeamRequest, mandate: Mandate, form: forms.Form) -> bool:
    told = form.cleaned_data
    give_on_paper(mandate=mandate, upload=told["paper"], signed_by=told["signed_by"], actor=request.actor)
    messages.success(request, _("Kept. Now a second helper of your team looks at it; until then you prepare drafts."))
    return True
