"""Papers as files: a picture (turned, stripped, re-encoded) or a PDF as it is, where no address of the site leads."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.core.files.base import File
from django.db.models import Model

from community.errors import DomainError
from community.photos.private import private_storage
from community.photos.taking_in import clean_picture, looks_like_photo

MOST_PDF_BYTES = 10 * 1024 * 1024
PICTURE, PDF = "image/jpeg", "application/pdf"


class BadPaper(DomainError):
    """`bad_paper` (neither picture nor PDF), `too_large` (a PDF; fact `most`, bytes)."""


@dataclass(frozen=True, slots=True)
class CleanPaper:
    """``content_type`` is image/jpeg or application/pdf."""

    content: bytes
    content_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


paper_storage = private_storage  # by this name migrations know it


def paper_path(_paper: Model, _name: str) -> str:
    return f"papers/{secrets.token_hex(16)}"


def clean_paper(upload: File[bytes]) -> CleanPaper:
    """Believes bytes, never the name. Raises BadPaper, BadPhoto. Call it outside a transaction: it decodes pictures."""
    upload.seek(0)
    start = upload.read(32)
    upload.seek(0)
    if looks_like_photo(start):
        return CleanPaper(clean_picture(upload).jpeg, PICTURE)
    if not start.startswith(b"%PDF-"):
        raise BadPaper("bad_paper")
    if upload.size > MOST_PDF_BYTES:
        raise BadPaper("too_large", most=MOST_PDF_BYTES)
    return CleanPaper(upload.read(), PDF)
