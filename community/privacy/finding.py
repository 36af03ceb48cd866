"""Who is meant by a telephone or an e-mail address."""

from __future__ import annotations

from django.core.management.base import CommandError

from community.accounts.models import User
from community.text.phones import InvalidPhone, parse_phone


def person_named(login: str) -> User:
    """Raises CommandError: only commands ask this way."""
    try:
        phone = parse_phone(login)
    except InvalidPhone:
        phone = "-"
    found = User.objects.filter(phone=phone).first() or User.objects.filter(email=login.strip().lower()).first()
    if found is None:
        raise CommandError("no such person")
    return found
