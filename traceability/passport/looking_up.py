"""From what somebody types or pastes to a batch: our code, a lot, a barcode number, or a whole link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.gs1.check_digits import BadKey, gtin14
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.lot_codes import LOT_CODE
from traceability.gs1.public_codes import ALPHABET, LENGTH, is_public_code, normalise_public_code
from traceability.passport.finding import batch_by_code, batch_by_lot, pack_by_gtin, public_batches, read_link

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Found:
    """One ``path`` to open, or several ``batches`` to choose from, or the ``trouble``: no_batch, one_sign_wrong,
    broken_link, other_site."""

    path: str = ""
    batches: tuple[Batch, ...] = ()
    trouble: str = ""


def look_up(typed: str) -> Found:
    """Reads only. ``typed`` is anything up to a few hundred signs; nothing in it raises."""
    tidy = typed.strip()
    if "/" in tidy:
        return _by_link(tidy)
    if (batch := batch_by_code(tidy)) is not None:
        return Found(path=batch_path(batch))
    return _by_gtin(tidy) or _by_lot(tidy) or Found(trouble=_why_not(tidy))


def opened_by(typed: str) -> str:
    """The page that this opens when it can only be a code of ours (ten signs that fit together, a barcode number, a
    link), "" for everything else: a lot may be called like a rice, so words are never taken for a lot. Asks the
    database only about what looks like a code."""
    tidy = typed.strip()
    if "/" in tidy:
        return _by_link(tidy).path
    if is_public_code(normalise_public_code(tidy)) and (batch := batch_by_code(tidy)) is not None:
        return batch_path(batch)
    found = _by_gtin(tidy)
    return found.path if found else ""


def _by_link(typed: str) -> Found:
    try:
        parts = urlsplit(typed if "//" in typed or typed.startswith("/") else f"//{typed}")
        host = (parts.hostname or "").casefold()
    except ValueError:
        return Found(trouble="broken_link")
    if host and host not in _our_hosts():
        return Found(trouble="other_site")
    if parts.path.startswith("/t/"):
        batch = batch_by_code(parts.path.split("/")[2])
        return Found(path=batch_path(batch)) if batch else Found(trouble="no_batch")
    try:
        scanned = read_link(parts.path)
    except BadDigitalLink:
        return Found(trouble="broken_link")
    batch = batch_by_lot(gtin=scanned.gtin, lot=scanned.lot) if scanned.lot else None
    if batch is not None:
        return Found(path=batch_path(batch))
    if not pack_by_gtin(scanned.gtin):
        return Found(trouble="no_batch")
    # The product's own page says that this lot is not registered. One "/" in front: two would lead to another site.
    return Found(path="/" + parts.path.lstrip("/\\"))


def _our_hosts() -> set[str]:
    return {(urlsplit(base).hostname or "").casefold() for base in (settings.ID_BASE_URL, settings.SITE_URL)}


def _by_gtin(typed: str) -> Found | None:
    try:
        pack = pack_by_gtin(gtin14(typed))
    except BadKey:
        return None
    return Found(path=f"/01/{pack.gtin}") if pack else None


def _by_lot(typed: str) -> Found | None:
    """Every search for goods comes by here: words that no lot can be called, or none is, ask for no page's head."""
    lot = typed.upper()
    if not LOT_CODE.fullmatch(lot) or not Batch.objects.published().filter(lot_code=lot).exists():
        return None
    batches = tuple(public_batches().filter(lot_code=lot).order_by("-packed_on", "-pk")[:MOST_SHOWN])
    if len(batches) == 1:
        return Found(path=batch_path(batches[0]))
    return Found(batches=batches) if batches else None


def _why_not(typed: str) -> str:
    """Ten signs of our alphabet whose check character does not fit: almost certainly one slip of the finger."""
    code = normalise_public_code(typed)
    looks_like_code = len(code) == LENGTH and all(sign in ALPHABET for sign in code)
    return "one_sign_wrong" if looks_like_code and not is_public_code(code) else "no_batch"
