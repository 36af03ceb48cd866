"""Where the page leads inspectors to: files about the batch, the journey, how to check it all oneself."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from traceability.batches.models import Batch

_NAMES = {
    "epcis": "lot_epcis",
    "csv": "lot_kde_csv",
    "xlsx": "lot_kde_xlsx",
    "json": "dpp_by_code",
    "journey": "journey",
    "dossier": "batch_dossier",
}
_PAGES = {"how": "how_we_verify"}


def links_of(batch: Batch) -> dict[str, str]:
    """Addresses by what they lead to; "" for what this site does not have."""
    found = {word: _address(name, batch.public_code) for word, name in _NAMES.items()}
    return found | {word: _address(name) for word, name in _PAGES.items()}


def _address(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
