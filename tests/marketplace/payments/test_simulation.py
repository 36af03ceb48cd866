"""The simulated bank app: same door, same signature, a red banner, and no such thing outside a demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from community.audit.actors import Actor
from marketplace.payments import checks  # noqa: F401 - registers them
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Capture, InboxEvent, Payment
from marketplace.payments.showing.summaries import payment_cards
from marketplace.simulation.views import bank
from tests.marketplace.payments.stage import make_cooperative, make_order, tables

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    [payment] = start_order_payments(order=make_order(make_cooperative()), actor=Actor.buyer())
    return payment


def _scan(client, payment: Payment) -> dict[str, str]:
    """Open the app from the order page; the fields it would send."""
    form = client.get(reverse("simulation:bank"), {"payment": payment.uuid}).context["form"]
    return {name: str(form[name].value()) for name in form.fields}


def _pay(client, fields: dict[str, str], action: str = "pay"):
    return client.post(reverse("simulation:bank"), fields | {"action": action})


def test_the_scanned_code_is_shown_under_the_banner(client, payment):
    page = client.get(payment_cards(payment.order)[0].simulated_pay_url)
    text = page.content.decode()
    assert page.status_code == 200
    assert gettext("SIMULATION – THIS IS NOT REAL MONEY") in text
    assert "no-store" in page["Cache-Control"]
    for shown in ("Agribank", payment.account.account_number, "HTX HUONG HIEP", "185.000", payment.memo_code):
        assert shown in text


def test_a_pasted_payload_is_decoded_and_gives_no_way_to_the_order(client, payment):
    payload = payment_cards(payment.order)[0].payload
    text = client.get(reverse("simulation:bank"), {"payload": payload}).content.decode()
    assert payment.memo_code in text
    assert payment.order.token not in text


def test_paying_leads_back_to_the_paid_order(client, payment):
    page = _pay(client, _scan(client, payment))
    assert page.status_code == 200
    assert payment.order.token in page.content.decode()
    payment.refresh_from_db()
    assert (payment.status, payment.livemode) == ("confirmed", False)


@pytest.mark.parametrize(
    ("action", "status", "received", "rows"),
    [
        ("pay", "confirmed", 185_000, 1),
        ("short", "partially_received", 92_500, 1),
        ("over", "confirmed", 195_000, 1),
        ("repeat", "confirmed", 185_000, 1),
        ("forge", "pending", 0, 0),
        ("unknown word", "confirmed", 185_000, 1),
    ],
)
def test_every_button_goes_through_the_inbox(client, payment, action, status, received, rows):
    page = _pay(client, _scan(client, payment), action)
    payment.refresh_from_db()
    assert (page.status_code, payment.status, payment.received_dong) == (200, status, received)
    assert (InboxEvent.objects.count(), Capture.objects.count()) == (rows, rows)
    assert len(page.context["answers"]) == (5 if action == "repeat" else 1)


def test_reloading_the_answer_sends_the_same_transfer_again(client, payment):
    fields = _scan(client, payment)
    _pay(client, fields)
    before = tables()
    assert _pay(client, fields).status_code == 200
    assert tables() == before


def test_amount_and_memo_can_be_changed(client, payment):
    _pay(client, _scan(client, payment) | {"amount": "100.000 ₫", "memo": "quên mã"})
    assert Capture.objects.get().payment is None
    payment.refresh_from_db()
    assert payment.status == "pending"


@pytest.mark.parametrize("amount", ["", "0", "-1", "1,5", "abc", "1e9", "9" * 14])
def test_a_bad_amount_names_the_field_and_sends_nothing(client, payment, amount):
    before = tables()
    page = _pay(client, _scan(client, payment) | {"amount": amount})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"amount"}
    assert tables() == before


@pytest.mark.parametrize("payload", ["xin chào", "00020101021138", "6304FFFF"])
def test_a_text_that_is_no_code_is_told_as_such(client, payload):
    assert client.get(reverse("simulation:bank"), {"payload": payload}).status_code == 400
    assert client.post(reverse("simulation:bank"), {"payload": payload}).status_code == 400


def test_without_a_code_it_asks_for_one(client):
    assert client.get(reverse("simulation:bank")).status_code == 200
    assert client.get(reverse("simulation:bank"), {"payment": "not-a-uuid"}).status_code == 200


def _ids(settings) -> set[str]:
    return {message.id for message in run_checks(tags=["payments"])}


def test_the_check_refuses_it_outside_demo(settings):
    assert _ids(settings) == set()
    settings.DEMO = False
    assert _ids(settings) == {"payments.E001"}
    settings.PAYMENTS_ALLOW_SIMULATED = False
    assert _ids(settings) == set()


def test_the_check_refuses_half_a_stripe_and_short_secrets(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_0123456789"
    assert _ids(settings) == {"payments.E002"}
    settings.STRIPE_WEBHOOK_SECRETS = ["short"]
    assert _ids(settings) == {"payments.E003"}


def test_outside_demo_the_page_is_not_there_even_where_it_is_mounted(client, rf, payment, settings):
    fields = _scan(client, payment)
    settings.DEMO = False
    before = tables()
    for request in (rf.get("/", {"payment": payment.uuid}), rf.post("/", fields)):
        with pytest.raises(Http404):
            bank(request)
    assert tables() == before


def test_outside_demo_the_address_does_not_exist(tmp_path):
    """In a process of its own: the map of addresses is built once, when the site starts."""
    code = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "try:\n    print(resolve('/mo-phong/ngan-hang/').view_name)\n"
        "except Resolver404:\n    print('none')\n"
    )
    for demo, expected in (("1", "simulation:bank"), ("0", "wagtail_serve")):
        env = os.environ | {
            "DEMO": demo,
            "SECRET_KEY": "x" * 50,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        env.pop("PAYMENTS_ALLOW_SIMULATED", None)
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected


RED = {"vi": "MÔ PHỎNG", "en": "SIMULATION – THIS IS NOT REAL MONEY"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_bank_speaks_the_language_asked_for_and_keeps_it_to_the_end(client, payment, language):
    address = f"{reverse('simulation:bank')}?payment={payment.uuid}&lang={language}"
    page = client.get(address)
    text = page.content.decode()
    assert RED[language] in text and f'<html lang="{language}">' in text
    assert ("Transfer by QR code" in text) == ("Pay half" in text) == (language == "en")
    form = page.context["form"]
    fields = {name: str(form[name].value()) for name in form.fields}
    paid = client.post(page.context["here"], fields | {"action": "pay"}).content.decode()
    assert RED[language] in paid and ("The shop has the full amount." in paid) == (language == "en")


def test_without_a_wish_it_speaks_the_language_of_the_order(client, payment):
    type(payment.order).objects.update(language="en")
    text = client.get(reverse("simulation:bank"), {"payment": payment.uuid}).content.decode()
    assert RED["en"] in text and "lang=vi" in text
