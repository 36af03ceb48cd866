"""Sessions that know whose they are, so that a lost phone can be signed out from another one.

Django's own table keeps that inside its encoded data. Neither address nor place is kept: the kind of phone and the day
are enough for its owner to know it. The key of a session opens the account, so pages name a session by its ``code``.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from community import clock
from community.accounts.models import User
from community.text.codes import new_code

DEVICE = "device"
SEEN = "seen_on"
_CODE, _SINCE = "device_code", "signed_in_at"


class Session(AbstractBaseSession):
    """One browser. ``user`` is None for guests. ``seen_on`` is the last day its desk was opened."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions")
    code = models.CharField(max_length=12, blank=True)
    device = models.CharField(max_length=60, blank=True)
    signed_in_at = models.DateTimeField(null=True, blank=True)
    seen_on = models.DateField(null=True, blank=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment]  # as everywhere; the base has plain text
        verbose_name_plural = _("sessions")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class SessionStore(DatabaseStore):
    """SESSION_ENGINE: writes beside the encoded data whose it is."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if data.get(USER_KEY) and _CODE not in data:
            data |= {_CODE: new_code(10), _SINCE: clock.now().isoformat()}
            data.setdefault(SEEN, clock.today().isoformat())
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        if data.get(USER_KEY):
            row.user_id = int(data[USER_KEY])
            row.code, row.device = data[_CODE], str(data.get(DEVICE, ""))[:60]
            row.signed_in_at, row.seen_on = parse_datetime(data[_SINCE]), parse_date(data[SEEN])
        return row


def touch(session: Any) -> None:
    """Note the day, once a day."""
    today = clock.today().isoformat()
    if session.get(SEEN) != today:
        session[SEEN] = today
