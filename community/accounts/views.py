"""The sign-in pages. They only translate between the browser, allauth and the rules of this room."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.accounts.changing_pin import change_pin
from community.accounts.forms import ChangePinForm, PinSignInForm, StaffSignInForm
from community.accounts.models import User
from community.accounts.proving import WRONG, proves_pin
from community.accounts.signing_out import devices_of, sign_out_device, sign_out_everywhere
from community.audit.actors import Actor


class SignInView(LoginView):
    """Members: phone and PIN."""

    form_class = PinSignInForm
    template_name = "account/login.html"

    def get_form_class(self) -> type[Form]:
        return self.form_class

    def form_invalid(self, form: Form) -> HttpResponse:
        """400 for what was typed wrongly, 429 when there were too many tries. Never says which half was wrong."""
        response: HttpResponse = super().form_invalid(form)
        limited = form.has_error("__all__", code="too_many_login_attempts")
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS if limited else HTTPStatus.BAD_REQUEST
        return response


class StaffSignInView(SignInView):
    """Staff: e-mail and password, then the second factor."""

    form_class = StaffSignInForm
    template_name = "account/login_staff.html"


class StaffPasswordChangeView(PasswordChangeView):
    """Only for staff: a member who set a long password could not type it into the PIN field."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            return redirect("account_change_pin")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ActivateTotpView(ActivateTOTPView):
    """Who has just proved a new second factor need not show it again in this session."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        return response


class AddSecurityKeyView(AddWebAuthnView):
    """See `ActivateTotpView`."""

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="webauthn")
        return response


@never_cache
@login_required
@sensitive_post_parameters("present", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def change_pin_page(request: HttpRequest) -> HttpResponse:
    """A member chooses a new PIN. Wrong present PINs count like at sign-in, and the fifth locks the number."""
    user = request.user
    assert isinstance(user, User)
    if user.is_staff:
        return redirect("account_change_password")
    form = ChangePinForm(request.POST or None, phone=user.phone)
    if request.method == "POST" and form.is_valid():
        return _change_pin(request, user, form)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "account/change_pin.html", {"form": form}, status=status)


def _change_pin(request: HttpRequest, user: User, form: ChangePinForm) -> HttpResponse:
    if not proves_pin(user, form, "present"):
        status = HTTPStatus.BAD_REQUEST if form.has_error("present", WRONG) else HTTPStatus.TOO_MANY_REQUESTS
        return render(request, "account/change_pin.html", {"form": form}, status=status)
    key = request.session.session_key or ""
    change_pin(user=user, pin=form.cleaned_data["new"], actor=Actor.of(user), but_key=key)
    update_session_auth_hash(request, user)
    messages.success(request, _("The new PIN holds from now on."))
    return HttpResponseRedirect(get_adapter().get_login_redirect_url(request))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def devices_page(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; ends one of the others, or all of them. This one is ended by signing out."""
    user = request.user
    assert isinstance(user, User)
    key = request.session.session_key or ""
    if request.method != "POST":
        return render(request, "account/devices.html", {"devices": devices_of(user, this_key=key)})
    if "others" in request.POST:
        sign_out_everywhere(user=user, actor=Actor.of(user), but_key=key)
        messages.success(request, _("Signed out everywhere but here."))
    else:
        known = {device.code for device in devices_of(user, this_key=key) if not device.is_this}
        code = request.POST.get("code", "")
        if code in known and sign_out_device(user=user, code=code, actor=Actor.of(user)):
            messages.success(request, _("Signed out there."))
        else:
            messages.info(request, _("Nobody is signed in there any more."))
    return redirect("account_devices")
