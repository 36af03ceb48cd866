"""A machine asks printed addresses, and follows what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft7Validator

from tests.vectors import load_vectors
from traceability.batches.models import Batch

VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"
LINKSET_SCHEMA = Draft7Validator(load_vectors("linkset/gs1-linkset-schema.json"))


@dataclass(frozen=True)
class Ask:
    """``Accept: */*`` unless said otherwise."""

    batch: Batch

    @property
    def gtin(self) -> str:
        return str(self.batch.pack.gtin)

    @property
    def lot(self) -> str:
        """Path of the lot."""
        return f"/01/{self.gtin}/10/{self.batch.lot_code}"

    def __call__(self, path: str, accept: str = "*/*", *, method: str = "get", **headers: str) -> HttpResponse:
        told = {"Accept": accept} | {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(Client(), method)(path, headers=told)

    def linkset(self, path: str = "") -> list[dict[str, Any]]:
        answer = self(path or self.lot, LINKSET)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(LINKSET)
        document = answer.json()
        assert [error.message for error in LINKSET_SCHEMA.iter_errors(document)] == []
        return document["linkset"]

    def follow(self, href: str, media_type: str) -> HttpResponse:
        """As a client of that media type would: through the redirects of our own pages."""
        parts = urlsplit(href)
        assert f"{parts.scheme}://{parts.netloc}" in (settings.SITE_URL, settings.ID_BASE_URL)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return Client(headers={"Accept": media_type}).get(path, follow=True)


def relations(level: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The links of a context object by the short name of their type."""
    return {key.removeprefix(VOC): links for key, links in level.items() if key.startswith(VOC)}


def location(answer: HttpResponse) -> str:
    assert answer.status_code == 307, answer.status_code
    return str(answer["Location"])
