from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from community.accounts.devices import device_of
from community.accounts.fields import PhoneField
from community.accounts.models import User
from community.accounts.sessions import DEVICE
from community.outbox.queueing import queue_message

WRONG_PIN = _(
    "The phone number or the PIN is not right, or this number is locked after 5 wrong PINs. "
    "If the PIN is forgotten or the number is locked, call the support person or the manager of the cooperative."
)
TOO_MANY = _(
    "Too many wrong tries: this number may be locked now. "
    "Call the support person to unlock it, or wait 5 minutes and try again."
)


class AccountAdapter(DefaultAccountAdapter):
    """How allauth meets our people: closed sign-up, phones as logins, our own sentences.

    The sentences are the same for a number nobody has, a wrong PIN and a locked number: a stranger learns nothing.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "phone_password_mismatch": WRONG_PIN,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "username_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("The password or PIN is not right."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": _("Too many requests. Wait a minute and try again."),
        "account_inactive": _("This account is closed. Call the support person."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Notes by what kind of phone, for the page where one signs phones out."""
        super().login(request, user)
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_phone(self, user: AbstractBaseUser) -> tuple[str, bool] | None:
        """Numbers are entered by who met the person, so they count as verified."""
        phone = getattr(user, "phone", None)
        return (phone, True) if phone else None

    def get_user_by_phone(self, phone: str) -> AbstractBaseUser | None:
        return User.objects.filter(phone=phone).first()

    def set_phone(self, user: AbstractBaseUser, phone: str, verified: bool) -> None:
        User.objects.filter(pk=user.pk).update(phone=phone)

    def set_phone_verified(self, user: AbstractBaseUser, phone: str) -> None:
        """Nothing to keep: see `get_phone`."""

    def send_verification_code_sms(self, user: AbstractBaseUser, phone: str, code: str, **kwargs: Any) -> None:
        text = _("Your code for Chợ Nguồn: %(code)s. Tell it to nobody.") % {"code": code}
        mark = salted_hmac("sign_in_code", code).hexdigest()[:16]  # staff see the keys of messages
        queue_message(kind="sign_in_code", key=f"{user.pk}:{mark}", to=phone, text=str(text), about=user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff to the admin, members to their desk, in the language they signed in with."""
        if getattr(request.user, "is_staff", False):
            return reverse("wagtailadmin_home")
        return str(super().get_login_redirect_url(request))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """After the last allowed try say at once what to do, not only on the next one."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        if not ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One counter a login. allauth's own key leaves phones out, so all phones would share one counter."""
        return str(credentials.get("phone") or credentials.get("email") or credentials.get("username") or "").lower()
