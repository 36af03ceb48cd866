"""Zalo's keys: one that lets us send for a day, and one that fetches the next pair and is good once only.

POST ``/v4/oa/access_token`` as a form (refresh_token, app_id, grant_type=refresh_token) with the header secret_key;
the answer has access_token, refresh_token and expires_in in seconds. Because the second changes with every use, the
pair lives in the database, sealed with a key made from SECRET_KEY; the environment only has the one it began with.
Source: developers.zalo.me, "Xác thực và ủy quyền cho Official Account".
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from community.calling import CallFailed, post_form
from community.outbox.carriers.sent import undelivered
from community.outbox.models import CarrierToken
from community.outbox.states import Undelivered, Way, Why

NAME = "zalo"
BEFORE_ITS_END = timedelta(minutes=5)
AT_MOST_REFRESHING = timedelta(minutes=2)
USUAL_SECONDS = 90_000


def access_token() -> str:
    """The key for the next message. Raises :class:`Undelivered`: not_allowed, unreachable."""
    row, now = _row(), timezone.now()
    if row.sealed and row.expires_at and row.expires_at > now + BEFORE_ITS_END and (pair := _opened(row)):
        return pair["access"]
    free = Q(refreshing_at=None) | Q(refreshing_at__lt=now - AT_MOST_REFRESHING)
    if not CarrierToken.objects.filter(free, pk=row.pk).update(refreshing_at=now):
        raise Undelivered(Why.UNREACHABLE, way=Way.ZNS)  # another worker fetches it just now
    try:
        return _fetched(row)
    finally:
        CarrierToken.objects.filter(pk=row.pk).update(refreshing_at=None)


def drop_access() -> None:
    """Zalo does not take it any more: fetch another before the next message."""
    CarrierToken.objects.filter(name=NAME).update(expires_at=None)


def _row() -> CarrierToken:
    """Begun anew when the environment has another key than the one it began with."""
    mark = hashlib.sha256(settings.ZALO_REFRESH_TOKEN.encode()).hexdigest()
    row, _made = CarrierToken.objects.get_or_create(name=NAME, defaults={"born_of": mark})
    if row.born_of != mark:
        CarrierToken.objects.filter(pk=row.pk).update(born_of=mark, sealed="", expires_at=None)
        row.refresh_from_db()
    return row


def _fetched(row: CarrierToken) -> str:
    row.refresh_from_db()  # the pair may be newer than what was read before the row was taken
    pair = _opened(row)
    refresh = pair["refresh"] if pair else settings.ZALO_REFRESH_TOKEN
    told = {"refresh_token": refresh, "app_id": settings.ZALO_APP_ID, "grant_type": "refresh_token"}
    try:
        answer = post_form(
            f"{settings.ZALO_OAUTH_URL}/v4/oa/access_token", told, headers={"secret_key": settings.ZALO_APP_SECRET}
        )
    except CallFailed as failed:
        raise undelivered(failed, Way.ZNS) from None
    access, following = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(access, str) or not isinstance(following, str) or not access or not following:
        raise Undelivered(Why.NOT_ALLOWED, way=Way.ZNS)
    seconds = str(answer.get("expires_in", ""))
    lasts = timedelta(seconds=int(seconds) if seconds.isdecimal() and len(seconds) < 9 else USUAL_SECONDS)
    sealed = _box().encrypt(json.dumps({"access": access, "refresh": following}).encode()).decode()
    CarrierToken.objects.filter(pk=row.pk).update(sealed=sealed, expires_at=timezone.now() + lasts)
    return access


def _opened(row: CarrierToken) -> dict[str, str] | None:
    """None when there is nothing yet, or when SECRET_KEY has changed since."""
    try:
        return dict(json.loads(_box().decrypt(row.sealed.encode()))) if row.sealed else None
    except InvalidToken:
        return None


def _box() -> Fernet:
    own = hashlib.sha256(f"carrier-keys:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(own))
