from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.pins import PIN_LENGTH, is_pin, tidy_pin
from community.text.phones import InvalidPhone, parse_phone


class PhoneField(forms.CharField):
    """A Vietnamese telephone number as people type it → E.164."""

    default_error_messages = {
        "not_a_phone": _("This is not a Vietnamese phone number. Example: 0912 345 678."),
        "required": _("Enter the phone number."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": "24"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        kwargs.setdefault("label", _("Phone number"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return text
        try:
            return parse_phone(text)
        except InvalidPhone as error:
            raise forms.ValidationError(self.error_messages["not_a_phone"], code=error.code) from error


class PinField(forms.CharField):
    """Six digits on a big numeric keypad, hidden while typed."""

    default_error_messages = {
        "not_six_digits": _("The PIN has 6 digits."),
        "required": _("Enter the PIN."),
    }

    def __init__(self, *, autocomplete: str = "current-password", **kwargs: Any) -> None:
        attributes = {
            "inputmode": "numeric",
            "pattern": f"[0-9]{{{PIN_LENGTH}}}",
            "maxlength": str(PIN_LENGTH),
            "autocomplete": autocomplete,
            "class": "pin",
        }
        kwargs.setdefault("widget", forms.PasswordInput(attrs=attributes))
        kwargs.setdefault("label", _("PIN (6 digits)"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        pin = tidy_pin(super().clean(value))
        if pin and not is_pin(pin):
            raise forms.ValidationError(self.error_messages["not_six_digits"], code="not_six_digits")
        return pin
