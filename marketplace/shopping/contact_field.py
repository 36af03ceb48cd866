"""One field for a telephone or an e-mail: people write whichever they use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from community.text.phones import InvalidPhone, parse_phone

is_email = EmailValidator()


class ContactField(forms.CharField):
    """→ E.164, an e-mail in lower case, or "" where it is not required."""

    default_error_messages = {
        "no_contact": _("Write a phone number (0912 345 678) or an e-mail (lan@example.vn)."),
        "required": _("Write a phone number (0912 345 678) or an e-mail (lan@example.vn)."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "tel", "autocapitalize": "none"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return text
        try:
            if "@" in text:
                is_email(text)
                return text.lower()
            return parse_phone(text)
        except (InvalidPhone, ValidationError) as fault:
            raise ValidationError(self.error_messages["no_contact"], code="no_contact") from fault
