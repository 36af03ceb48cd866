"""Somebody who is known already types the own PIN once more: on the own phone, or on a helper's."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError

from community.accounts.models import User

WRONG = "incorrect_password"
"""Code of the error at a PIN that is not the person's; at a locked number it is another."""


def proves_pin(person: User, form: forms.Form, field: str = "pin") -> bool:
    """Whether ``field`` of the valid form is the PIN of this person; else the form says what is wrong.

    Wrong ones count like at sign-in; the fifth locks the number. Nobody is signed in by it.
    """
    adapter = get_adapter()
    try:
        if adapter.reauthenticate(person, form.cleaned_data[field]):
            return True
        form.add_error(field, adapter.validation_error(WRONG))
    except ValidationError as error:
        form.add_error(field, error)
    return False
