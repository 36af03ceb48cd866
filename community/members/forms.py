from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.accounts.fields import PhoneField
from community.accounts.forms import NewPinForm, PinSignInForm


class NamedSignInForm(PinSignInForm):
    """Only the PIN: who it is, a card or an invitation has said. The telephone stays on the server."""

    def __init__(self, *args: Any, phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone = phone
        del self.fields["login"]

    def clean(self) -> dict[str, Any] | None:
        self.cleaned_data["login"] = self.phone
        return super().clean()


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
