"""What is hashed: one record as RFC 8785 JSON, kept for ever as the text it was when it was appended."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from traceability.epcis.canonical import Canonical, canonical_json

LEAF_VERSION = 1
SALT_BYTES = 32

EPCIS_EVENT = "epcis-event"
ERROR_DECLARATION = "error-declaration"
BATCH_PUBLISHED = "batch-published"
CERTIFICATE = "certificate"
RECALL = "recall"
LABEL_RUN = "label-run"
MOVEMENTS = "movements"
KINDS = frozenset({EPCIS_EVENT, ERROR_DECLARATION, BATCH_PUBLISHED, CERTIFICATE, RECALL, LABEL_RUN, MOVEMENTS})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One record to append.

    ``subject`` names the row it tells of ("event:12") and is not part of what is hashed; ``payload`` is the record
    itself (or its canonical text), public for ever; ``about`` the URIs of the lots or packs it concerns; ``actor`` a
    party's URI or an opaque id, never a name. ``private`` is hashed with a salt and kept apart, so that it can be
    erased. ``received`` is when the record came in, where it was not now (aware).
    """

    kind: str
    subject: str
    payload: Mapping[str, Any] | Canonical
    about: tuple[str, ...] = ()
    actor: str = ""
    private: Mapping[str, Any] | None = None
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when the log takes a record: its name, the record's number and the log's own time."""

    log: str
    seq: int
    at: datetime


def leaf_text(leaf: Leaf, place: Place, *, payload: str, commitment: str = "") -> str:
    """The leaf as it is stored and hashed (in UTF-8): RFC 8785 of all it says, with ``payload`` already written so.

    The members come in the order RFC 8785 wants; a test compares with ``canonical_json`` of the whole.
    """
    parts = [
        f'{{"actor":{_text(leaf.actor)},"kind":{_text(leaf.kind)},"log":{_text(place.log)},"payload":{payload}',
        f',"private":"{commitment}"' if commitment else "",
        f',"received":"{instant(leaf.received)}"' if leaf.received is not None else "",
        f',"recordTime":"{instant(place.at)}","seq":{place.seq},"subjects":[{",".join(map(_text, leaf.about))}]',
        f',"v":{LEAF_VERSION}}}',
    ]
    return "".join(parts)


def _text(value: str) -> str:
    """RFC 8785 writes a text as Python's encoder does."""
    return encode_basestring(value)


@lru_cache(maxsize=16)  # the leaves of one append share theirs
def instant(moment: datetime) -> str:
    """ "2026-11-22T03:52:20.123456Z": in UTC and of one length, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def commit_to(private: Mapping[str, Any], salt: bytes) -> str:
    """base64(SHA-256(salt ‖ RFC 8785 of ``private``)): binds to the words without telling them."""
    return base64.b64encode(hashlib.sha256(salt + canonical_json(private)).digest()).decode()
