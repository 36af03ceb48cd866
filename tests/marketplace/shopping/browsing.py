"""How the tests of the shop's pages buy and look."""

from __future__ import annotations

import gzip
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.test import Client

from traceability.products.models import Pack

TRAN_DE = {"province": "92", "commune": "31673"}
BUYER = {"name": "Nguyễn Minh", "phone": "0905 111 222", "landmark": "cổng xanh, qua chợ 200 m"} | TRAN_DE


def put(client: Client, pack: Pack, quantity: object = 1, **more: str) -> Any:
    """Put packs in the basket as the product page's form does."""
    return client.post("/gio/them/", {"pack": pack.code, "quantity": str(quantity)} | more)


class Inputs(HTMLParser):
    """Names and values of the inputs of a page, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "input" and own.get("name") and own.get("type") != "radio":
            self.found[str(own["name"])] = own.get("value") or ""


def inputs(response: Any) -> dict[str, str]:
    return Inputs(response.content.decode()).found


def checkout_form(client: Client, *, province: str = "92") -> dict[str, str]:
    """What the buyer sends who opened the checkout page, chose the province and filled everything in."""
    shown = inputs(client.get(f"/dat-hang/?province={province}"))
    return BUYER | {name: shown[name] for name in ("form_token", "shown_total")}


def place(client: Client, **changes: str) -> Any:
    return client.post("/dat-hang/", checkout_form(client) | changes)


def text_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ")


def wire_size(response: Any) -> int:
    """Bytes of the page and its style sheet as they go over the wire."""
    css = (settings.BASE_DIR / "static/css/site.css").read_bytes()
    return len(gzip.compress(response.content, 6)) + len(gzip.compress(css, 6))
