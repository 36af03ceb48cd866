"""What people and the clock do in a scenario besides paying: buy, tamper, come back, press at the same instant."""

from __future__ import annotations

import runpy
import secrets
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.checks import run_checks
from django.test import Client, override_settings
from django.urls import reverse

from community.errors import DomainError
from marketplace.listings.writing import set_price
from marketplace.orders.reserving import packs_left
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.hearing.inbox import process_due_events, receive
from tests.concurrency.at_once import at_once
from tests.fakes.stripe_http import signed_event
from tests.making import MAKER, make_product

if TYPE_CHECKING:
    from tests.marketplace.payments.scenarios.world import World


def worker(world: World) -> None:
    process_due_events(now=world.now())


def others_buy_all(world: World) -> None:
    """Somebody else takes and pays whatever is left."""
    packs = world.packs
    left = packs_left([pack.pk for pack in packs], today=world.now().date())
    order = world.place(quantity=left[packs[0].pk])
    for payment in start_order_payments(order=order, actor=MAKER):
        world.transfer(payment)


def both_place(world: World) -> None:
    """As many buyers as the scenario has, at once, in threads of their own."""
    results = at_once([lambda: world.place()] * int(world.given["buyers"]))
    world.refusals += [each for each in results if isinstance(each, DomainError)]
    broken = [each for each in results if isinstance(each, Exception) and not isinstance(each, DomainError)]
    assert not broken, broken


def expiry_and_money(world: World) -> None:
    """The clock's last minute and Stripe's message, in two threads."""
    session = world.stripe.pay(world.payment("stripe").provider_ref)
    world.later(minutes=int(world.given["hold_minutes"]) + 40)
    headers, body = signed_event(session, event_id="evt_race", at=int(world.now().timestamp()))
    results = at_once(
        [
            lambda: expire_due(now=world.now()),
            lambda: receive(provider="stripe", headers=headers, body=body),
        ]
    )
    assert not [each for each in results if isinstance(each, Exception)], results


def raise_price(world: World) -> None:
    for pack in world.packs:
        set_price(pack=pack, price_dong=2 * world.order.total_dong, actor=MAKER)


def tamper(world: World, fields: str) -> None:
    """A buyer who writes own figures into every field that exists, and into some that do not."""
    pack = world.packs[0]
    foreign = make_product(next(iter(world.sellers.values())), name="Hàng chưa bán", live=False).pack
    for field in (each.strip() for each in fields.split(",")):
        client = Client()
        name, _, value = field.partition("=")
        match name:
            case "price":
                client.post(reverse("shopping:basket_add"), {"pack": pack.code, "quantity": "2", "price": value})
                world.http.append(_check_out(world, client, shown_total=value))
            case "qty":
                number = str(10 ** int(value.partition("**")[2])) if "**" in value else value
                client.post(reverse("shopping:basket_add"), {"pack": pack.code, "quantity": number})
                world.http.append(_check_out(world, client, shown_total="160000"))
            case "vendor of another shop":
                client.post(reverse("shopping:basket_add"), {"pack": foreign.code, "quantity": "2", "vendor": "other"})
                world.http.append(_check_out(world, client, shown_total="160000"))
            case _:
                raise AssertionError(f"unknown words: POST {field}")


def _check_out(world: World, client: Client, *, shown_total: str) -> int:
    form = {
        "name": "Nguyễn Minh",
        "phone": "0905 111 222",
        "landmark": "cổng xanh",
        "province": "92",
        "commune": world.commune.code,
        "form_token": secrets.token_urlsafe(24),
        "shown_total": shown_total,
    }
    return client.post(reverse("shopping:checkout"), form).status_code


def come_back(world: World, query: str) -> None:
    """The buyer's browser says that all went well."""
    fields = dict(parse_qsl(query))
    page = reverse("shopping:order", args=[world.order.token])
    world.http.append(world.client.get(page, fields | {"from": "stripe"}).status_code)
    world.http.append(world.client.get("/checkout/return", fields).status_code)


def simulate(world: World) -> None:
    """The demo's bank and card, asked for on a site that is none: neither addresses nor feed are there."""
    with override_settings(DEMO=False, PAYMENTS_ALLOW_SIMULATED=False):
        urls = ModuleType("urls_of_a_real_site")
        urls.__dict__.update(runpy.run_path(str(settings.BASE_DIR / "config" / "urls.py")))
        with override_settings(ROOT_URLCONF=urls):
            for path in ("/mo-phong/ngan-hang/", "/callbacks/payments/simulated/"):
                world.http.append(world.client.post(path, b"{}", content_type="application/json").status_code)


def check_of_a_real_site() -> list[Any]:
    with override_settings(DEMO=False, PAYMENTS_ALLOW_SIMULATED=True):
        return [each for each in run_checks() if each.is_serious() and "SIMULATED" in each.msg]
