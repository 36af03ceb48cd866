"""Does a photo still fit its record? The record holds the SHA-256 of the picture it was made with."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from traceability.events.models import Evidence

CHUNK = 1 << 16


class Fit(StrEnum):
    MATCHES = "matches"
    DIFFERS = "differs"  # the file, or the hash beside it, is not what the record says
    LOST = "lost"


def fit_of(evidence: Evidence, *, in_record: tuple[str, ...]) -> Fit:
    """Read the stored file anew and compare it with the hashes that stand in the record (``in_record``, hex)."""
    digest = hashlib.sha256()
    try:
        with evidence.photo.file.storage.open(evidence.photo.file.name, "rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return Fit.LOST
    found = digest.hexdigest()
    return Fit.MATCHES if found == evidence.sha256 and found in in_record else Fit.DIFFERS
