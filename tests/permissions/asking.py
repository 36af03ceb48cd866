"""Asks one address as one person, and watches what it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import uuid4

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community import bulk_rows
from marketplace.orders.models import OrderLine
from tests.permissions.table import Address
from tests.permissions.world import Things, World

WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
NOT_OURS = ("community_session", "django_content_type")


@dataclass(frozen=True)
class Answer:
    """``outcome`` in the words of the table: a status, or "sign-in" with the way back here."""

    outcome: str
    writes: tuple[str, ...]
    response: HttpResponseBase


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collects the statements that change rows; a COPY of PostgreSQL passes by Django's own watchers."""
    seen: list[str] = []
    copied = bulk_rows._copy

    def watch_copy(table: str, *more: Any) -> list[int]:
        seen.append(f"COPY {table}")
        return copied(table, *more)

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITE.match(sql) and not any(table in sql for table in NOT_OURS):
            seen.append(sql[:90])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch), patch.object(bulk_rows, "_copy", watch_copy):
        yield seen


def path_of(address: Address, things: Things) -> str:
    if address.of and address.of[0].startswith("/"):
        return address.of[0]
    words = [word[1:] if word.startswith("'") else getattr(things, word) for word in address.of]
    return reverse(address.name, args=words)


def sent_to(address: Address, things: Things) -> dict[str, Any]:
    """What a person would post there."""
    now = timezone.localtime()
    form = f"client_uuid={uuid4()}&recorded_at={now:%Y-%m-%dT%H:%M:%S}"
    known = vars(things) | {"today": now.date(), "form": form, "picks": _picks(things)}
    told: dict[str, Any] = dict(parse_qsl(address.sends.format("", **known)))
    if told.get("photo") == "@":
        told["photo"] = SimpleUploadedFile("anh.jpg", things.photo, content_type="image/jpeg")
    if told.get("file") == "@":
        told["file"] = SimpleUploadedFile("hang.csv", "Tên hàng;Giá bán\r\nGạo;185.000".encode())
    return told


def _picks(things: Things) -> str:
    line = OrderLine.objects.get(parcel__code=things.accepted)
    return f"batch-{line.pk}={things.batch}"


def ask(world: World, role: str, address: Address, things: Things, *, method: str) -> Answer:
    """One request; everything it did is undone."""
    return ask_with(world.client(role), address, things, method=method)


def ask_with(client: Client, address: Address, things: Things, *, method: str) -> Answer:
    cache.clear()  # nobody has asked too often
    client.raise_request_exception = False
    path = path_of(address, things)
    told = sent_to(address, things) if method == "post" else {}
    with transaction.atomic(), watched() as writes:
        response = getattr(client, method)(path, told)
        transaction.set_rollback(True)
    return Answer(_outcome(response, path), tuple(writes), response)


def _outcome(response: HttpResponseBase, path: str) -> str:
    where = urlsplit(response.headers.get("Location", ""))
    if response.status_code == 302 and where.path == reverse("account_login"):
        return "sign-in" if parse_qs(where.query).get("next") == [path] else "302"
    return str(response.status_code)
