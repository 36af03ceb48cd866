from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PhoneField, PinField
from community.accounts.forms import PIN_SENTENCES, PinSignInForm
from community.accounts.pins import BadPin, check_pin


class NamedSignInForm(PinSignInForm):
    """Only the PIN: who it is, a card or an invitation has said. The telephone stays on the server."""

    def __init__(self, *args: Any, phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone = phone
        del self.fields["login"]

    def clean(self) -> dict[str, Any] | None:
        self.cleaned_data["login"] = self.phone
        return super().clean()


class NewPinForm(forms.Form):
    """Six digits, twice."""

    new = PinField(label=_("New PIN"), autocomplete="new-password")
    again = PinField(label=_("New PIN once more"), autocomplete="new-password")

    def __init__(self, *args: Any, phone: str, **kwargs: Any) -> None:
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


class NewAccountForm(NewPinForm):
    """Who somebody is, and the PIN of the account that is opened now."""

    name = forms.CharField(
        label=_("Your full name"), max_length=120, error_messages={"required": _("Write your name.")}
    )
    field_order = ("name", "new", "again")


class InviteForm(forms.Form):
    """Whom to invite. The roles offered are those that the asking person may give."""

    name = forms.CharField(label=_("Full name"), max_length=120, error_messages={"required": _("Write the name.")})
    phone = PhoneField()
    role = forms.ChoiceField(
        label=_("What this person will do"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what this person will do.")},
    )

    def __init__(self, *args: Any, roles: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
