from __future__ import annotations

from django.db import IntegrityError, transaction

from community.accounts.models import User
from community.accounts.pins import check_pin
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.text.phones import parse_phone


class PhoneTaken(DomainError):
    """`phone_taken`: somebody already signs in with this number."""


@transaction.atomic
def open_account(*, name: str, phone: str, pin: str, actor: Actor, language: str = "vi") -> User:
    """A person who signs in by phone and PIN. Sign-up is closed: staff, a team or a manager opens accounts.

    Raises InvalidPhone, BadPin, PhoneTaken. The PIN is chosen by the person and stored only as a hash.
    """
    number = parse_phone(phone)
    check_pin(pin, phone=number)
    try:
        with transaction.atomic():
            user = User.objects.create_user(phone=number, password=pin, name=" ".join(name.split()), language=language)
    except IntegrityError as error:
        raise PhoneTaken("phone_taken") from error
    record(actor=actor, action="user.opened", subject=user)
    return user
