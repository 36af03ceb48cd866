"""Which recordings are taken: small enough for a phone on 3G, and what they say they are."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_BYTES = 6 * 1024 * 1024
TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg"}


def check_audio(document: Any) -> None:
    """Raises ValidationError at ``audio`` for another kind, a file over 6 MB, or one that is not what its name says."""
    ending = str(document.file.name).rpartition(".")[2].lower()
    if ending not in TYPES:
        raise ValidationError({"audio": _("A recording is a file of mp3, m4a or ogg.")})
    if document.file.size > MOST_BYTES:
        raise ValidationError({"audio": _("This recording is too large: at most 6 MB.")})
    with document.file.open("rb") as file:
        start = file.read(12)
    if not _begins_as(ending, start):
        raise ValidationError({"audio": _("This file is not the recording that its name says.")})


def audio_type(document: Any) -> str:
    """For ``<source type>``."""
    return TYPES.get(str(document.file.name).rpartition(".")[2].lower(), "")


def _begins_as(ending: str, start: bytes) -> bool:
    if ending == "ogg":
        return start.startswith(b"OggS")
    if ending == "m4a":
        return start[4:8] == b"ftyp"
    return start.startswith(b"ID3") or (len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0)
