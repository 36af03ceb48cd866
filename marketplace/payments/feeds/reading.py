"""What every feed needs to read a stranger's message: JSON, numbers, bank time, and comparing secrets."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from marketplace.payments.facts import ParkedFact, clean_text
from marketplace.payments.interface import CLOCK_DRIFT_SECONDS, BadSignature
from marketplace.payments.states import ExceptionKind

# Feeds and statements write local bank time without an offset.
BANK_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ACCOUNT_LENGTH = 64
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")


def unreadable(field: str) -> ParkedFact:
    """A signed message whose ``field`` cannot be used: a person must look."""
    return ParkedFact(kind=ExceptionKind.MALFORMED, reason=f"unusable {field}")


def is_number(value: object) -> bool:
    """A positive JSON integer of a sane size: an id."""
    return type(value) is int and 0 < value < 10**18


def same_secret(given: str, wanted: str) -> bool:
    """In constant time; an empty secret matches nothing."""
    return bool(wanted) and hmac.compare_digest(given.encode(errors="replace"), wanted.encode(errors="replace"))


def same_as_any(given: str, wanted: Iterable[str]) -> bool:
    return any(same_secret(given, each) for each in wanted)


def bank_time(value: object) -> datetime | None:
    """ "2026-11-21 14:02:37" in Viet Nam's time; with an offset as it says; a day alone is its start."""
    for form in _FORMATS:
        try:
            told = datetime.strptime(str(value), form)
        except ValueError:
            continue
        return told if told.tzinfo else told.replace(tzinfo=BANK_ZONE)
    return None


def check_moment(seconds: float, now: datetime) -> None:
    """Raises BadSignature for a timestamp more than five minutes away, either side."""
    if abs(now.timestamp() - seconds) > CLOCK_DRIFT_SECONDS:
        raise BadSignature("clock_drift")


def account_of(value: object) -> str:
    return clean_text(value, ACCOUNT_LENGTH)


def hash_name(body: bytes) -> str:
    """The name of a message that has no number of its own."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def text_of(body: bytes) -> str:
    """The body as a text every database can store."""
    return clean_text(body.decode("utf-8", errors="replace"), len(body))


def compact_json(value: object) -> str:
    """As JavaScript's JSON.stringify writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
