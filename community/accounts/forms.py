from __future__ import annotations

from typing import Any

from allauth.account.fields import EmailField, PasswordField
from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PhoneField, PinField
from community.accounts.pins import BadPin, check_pin

PIN_SENTENCES = {
    "not_six_digits": _("The PIN has 6 digits."),
    "too_easy": _("This PIN is too easy to guess. Choose six digits that are neither a row nor the same."),
    "staff_use_a_password": _("Staff sign in with a password, not with a PIN."),
}


class PinSignInForm(LoginForm):
    """Phone and PIN. allauth does the rest: limits, comparing, session, second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = PhoneField()
        self.fields["password"] = PinField()


class StaffSignInForm(LoginForm):
    """E-mail and password, for staff."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailField(
            label=_("E-mail"), error_messages={"required": _("Enter the e-mail address.")}
        )
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"] = PasswordField(label=_("Password"), autocomplete="current-password")
        self.fields["password"].error_messages["required"] = _("Enter the password.")
        self.fields["password"].widget.attrs.pop("placeholder", None)


class NewPinForm(forms.Form):
    """Six digits, twice. ``phone``: nobody's PIN is a part of the own number."""

    new = PinField(label=_("New PIN"), autocomplete="new-password")
    again = PinField(label=_("New PIN once more"), autocomplete="new-password")

    def __init__(self, *args: Any, phone: str | None, **kwargs: Any) -> None:
        self.phone = phone
        super().__init__(*args, **kwargs)

    def clean_new(self) -> str:
        try:
            return check_pin(self.cleaned_data["new"], phone=self.phone)
        except BadPin as error:
            raise forms.ValidationError(PIN_SENTENCES[error.code], code=error.code) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two new PINs differ."))
        return cleaned


class ChangePinForm(NewPinForm):
    """The PIN of today, and the new one twice. The view compares the present one, where wrong ones are counted."""

    present = PinField(label=_("Present PIN"))
    field_order = ("present", "new", "again")
