from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from community.accounts.counting import count_right, count_wrong, take_attempt
from community.accounts.models import User


class PinBackend(AuthenticationBackend):
    """allauth's backend with wrong PINs counted, whichever way the person was named (phone, e-mail, re-asking).

    It must be the only backend: beside it Django's own would compare PINs uncounted.
    """

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        person = user if isinstance(user, User) else None
        if not take_attempt(user=person, secret=password) or person is None:
            return None
        found: AbstractBaseUser | None = super()._check_password(person, password)
        if found is None:
            count_wrong(user=person)
        elif not person.is_staff:
            count_right(user=person)
        return found
