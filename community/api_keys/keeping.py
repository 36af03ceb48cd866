"""Making and revoking keys, and finding the key a computer shows us."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from community import clock
from community.api_keys.models import ApiKey
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError

MOST_KEYS = 20
LONGEST_NAME = 80
USE_NOTED_EVERY = timedelta(hours=1)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SHAPE = re.compile(r"cn_([0-9a-z]{8})_([0-9a-z]{40})")
_NOTHING = "0" * 64


class BadKeyRequest(DomainError):
    """A key we do not make. Codes: name_missing, name_too_long (fact: most), unknown_scope, too_many_keys (most)."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """``secret`` ("cn_…_…") exists only here: the database keeps its hash."""

    key: ApiKey
    secret: str


@transaction.atomic
def create_key(*, cooperative: Cooperative, name: str, scope: str, actor: Actor) -> NewKey:
    """A fresh key of 200 random bits for ``cooperative``. Raises :class:`BadKeyRequest` and makes nothing."""
    name = name.strip()
    if not name:
        raise BadKeyRequest("name_missing")
    if len(name) > LONGEST_NAME:
        raise BadKeyRequest("name_too_long", most=LONGEST_NAME)
    if scope not in ApiKey.Scope.values:
        raise BadKeyRequest("unknown_scope")
    Cooperative.objects.select_for_update().get(pk=cooperative.pk)  # so that two at once cannot pass the limit
    if ApiKey.objects.in_force().filter(cooperative=cooperative).count() >= MOST_KEYS:
        raise BadKeyRequest("too_many_keys", most=MOST_KEYS)
    prefix = _random(8)
    secret = f"cn_{prefix}_{_random(40)}"
    key = ApiKey.objects.create(
        cooperative=cooperative,
        name=name,
        prefix=prefix,
        secret_sha256=_digest(secret),
        scope=scope,
        created_by=actor.user,
        created_at=clock.now(),
    )
    record(actor=actor, action="api_key.created", subject=key, cooperative=cooperative, scope=scope)
    return NewKey(key, secret)


@transaction.atomic
def revoke_key(*, key: ApiKey, actor: Actor) -> ApiKey:
    """From now on the key opens nothing. Revoking twice changes nothing."""
    if ApiKey.objects.in_force().filter(pk=key.pk).update(revoked_at=clock.now()):
        record(actor=actor, action="api_key.revoked", subject=key, cooperative=key.cooperative)
    key.refresh_from_db()
    return key


def find_key(shown: str) -> ApiKey | None:
    """The key in force that ``shown`` is the secret of, its cooperative loaded, or None. One query.

    A cooperative that is suspended or has ceased has no keys in force.
    """
    shape = _SHAPE.fullmatch(shown)
    key = ApiKey.objects.in_force().select_related("cooperative").filter(prefix=shape[1]).first() if shape else None
    # Compared also when nothing was found, so that the time taken tells nothing.
    if not hmac.compare_digest(_digest(shown), key.secret_sha256 if key else _NOTHING) or key is None:
        return None
    return key if key.cooperative.is_active else None


def note_use(key: ApiKey) -> None:
    """Remember that the key was used; written at most once an hour."""
    now = clock.now()
    if key.last_used_at is None or key.last_used_at <= now - USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).filter(
            Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        ).update(last_used_at=now)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _digest(secret: str) -> str:
    """Plain SHA-256 is enough for 200 random bits; a slow hash would only slow the caller down."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
