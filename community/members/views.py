"""Two doors beside the sign-in page: a card that names the person, and an invitation. They only translate."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from community.accounts.models import User
from community.accounts.views import SignInView
from community.consents.models import Purpose
from community.consents.texts import TEXTS
from community.cooperatives.current import choose_cooperative
from community.cooperatives.models import Cooperative, Membership
from community.limiting import is_within
from community.members.accepting import (
    CannotAccept,
    accept_invitation,
    accept_with_new_account,
    account_of,
    asks_for_number,
    find_invitation,
)
from community.members.cards import find_card
from community.members.forms import NamedSignInForm, NewAccountForm

LOOKS_PER_HOUR = 60  # of one visitor at cards and invitations: nobody tries codes


class NamedSignInView(SignInView):
    """Sign-in where the address has said who it is. Subclasses find the person."""

    form_class = NamedSignInForm
    person: User
    cooperative: Cooperative

    def find(self, secret: str) -> bool:
        """Sets `person` and `cooperative`; False when the secret opens nothing."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_within(request, action="named-sign-in", most=LOOKS_PER_HOUR):
            return render(request, "account/secret_gone.html", {"too_many": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
        if not self.find(next(iter(kwargs.values()))):
            return render(request, "account/secret_gone.html", {"card": True}, status=HTTPStatus.NOT_FOUND)
        if request.user.is_authenticated and request.user != self.person:
            return render(request, "account/somebody_else.html", {"person": self.person}, status=HTTPStatus.CONFLICT)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"phone": self.person.phone or ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Never more of a person than the first name: a stranger may have found the card."""
        facts = {"person_name": self.person.get_short_name(), "cooperative_name": self.cooperative.name}
        return dict(super().get_context_data(**kwargs)) | facts

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if self.request.user.is_authenticated:
            choose_cooperative(self.request, self.cooperative)
        return response


class CardSignInView(NamedSignInView):
    """The QR code of a member's card: "Lan · HTX …", then the PIN."""

    template_name = "account/login_card.html"

    def find(self, secret: str) -> bool:
        card = find_card(secret)
        if card is None:
            return False
        self.person, self.cooperative = card.membership.user, card.membership.cooperative
        return True


class InvitationSignInView(NamedSignInView):
    """Somebody invited who has an account: the PIN, then back to the invitation."""

    template_name = "account/login_card.html"

    def find(self, secret: str) -> bool:
        invitation = find_invitation(secret)
        person = account_of(invitation) if invitation else None
        if invitation is None or person is None or person.is_staff or not person.is_active:
            return False
        self.person, self.cooperative = person, invitation.cooperative
        return True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super(NamedSignInView, self).form_valid(form)
        if self.request.user.is_authenticated:
            return redirect("account_invitation", token=self.kwargs["token"])
        return response


@never_cache
@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, as what; then a name and a PIN for a new account, or the way to sign in with the one there is."""
    if not is_within(request, action="invitation", most=LOOKS_PER_HOUR):
        return render(request, "account/secret_gone.html", {"too_many": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    invitation = find_invitation(token)
    if invitation is None:
        return _gone(request)
    account = account_of(invitation)
    form = NewAccountForm(
        request.POST if request.method == "POST" and account is None else None,
        phone=invitation.phone,
        initial={"name": invitation.name},
    )
    facts = {"invitation": invitation, "token": token, "has_account": account is not None, "form": form}
    facts["is_closed"] = account is not None and not account.is_active
    facts |= {"is_me": account is not None and request.user == account}
    facts["phone_words"] = TEXTS[Purpose.PHONE].words if asks_for_number(invitation) else ""
    if not form.is_bound:
        return render(request, "account/invitation.html", facts)
    if not form.is_valid():
        return render(request, "account/invitation.html", facts, status=HTTPStatus.BAD_REQUEST)
    if request.user.is_authenticated:  # on a shared phone: the page says who, and offers to sign out
        return render(request, "account/invitation.html", facts, status=HTTPStatus.CONFLICT)
    try:
        told = form.cleaned_data
        membership = accept_with_new_account(
            token=token, name=told["name"], pin=told["new"], shows_phone="show_phone" in request.POST
        )
    except CannotAccept as error:
        return _refused(request, error, token)
    get_adapter().login(request, membership.user)
    return _welcome(request, membership)


@require_POST
def join(request: HttpRequest, token: str) -> HttpResponse:
    """One press by who is signed in with the invited number."""
    if not is_within(request, action="invitation", most=LOOKS_PER_HOUR):
        return render(request, "account/secret_gone.html", {"too_many": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    if not isinstance(request.user, User):
        return redirect("account_invitation", token=token)
    try:
        membership = accept_invitation(token=token, user=request.user, shows_phone="show_phone" in request.POST)
    except CannotAccept as error:
        return _refused(request, error, token)
    return _welcome(request, membership)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    choose_cooperative(request, membership.cooperative)
    said = _("You work for %(cooperative)s from now on.") % {"cooperative": membership.cooperative.name}
    messages.success(request, said)
    return redirect("selling:home")


def _refused(request: HttpRequest, error: CannotAccept, token: str) -> HttpResponse:
    if error.code == "already_member":
        messages.info(request, _("You belong to this cooperative already."))
        return redirect("selling:home")
    if error.code == "closed_account":
        return redirect("account_invitation", token=token)
    if error.code in ("other_phone", "has_account"):
        messages.error(request, _("This invitation is for another telephone number. Sign out, then open it again."))
        return redirect("account_invitation", token=token)
    return _gone(request)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "account/secret_gone.html", {"card": False}, status=HTTPStatus.NOT_FOUND)
