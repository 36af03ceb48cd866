"""A computer that talks to the EPCIS interface: with a key of Lan's cooperative, of another, or without."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from community.api_keys.keeping import create_key
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative

BASE = "/epcis/v2/"


@dataclass
class Machine:
    secret: str = ""
    base: str = BASE

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=True)

    def get(self, path: str, **params: Any) -> HttpResponse:
        return self.client.get(self.base + path, params, headers=self._headers())

    def post(self, path: str, said: Any, *, media_type: str = "application/json", **headers: str) -> HttpResponse:
        body = said if isinstance(said, (str, bytes)) else json.dumps(said)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(self.base + path, body, content_type=media_type, headers=self._headers() | headers)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}"} if self.secret else {}


def machine_of(cooperative: Cooperative, scope: str = "capture") -> Machine:
    made = create_key(cooperative=cooperative, name="ERP", scope=scope, actor=Actor.system("test"))
    return Machine(made.secret)


def events_in(response: HttpResponse) -> list[dict[str, Any]]:
    return response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
