"""Every door through which an amount can come in: each tells one payment's money, in its own shape and signature."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from marketplace.payments.arriving.confirming import Seen, confirm_received
from marketplace.payments.bank_files.taking_in import (
    apply_statement,
    choose_columns,
    confirm_statement,
    preview_key,
    read_statement,
    upload_statement,
)
from marketplace.payments.feeds import lists
from marketplace.payments.feeds.casso import sign_casso
from marketplace.payments.feeds.payos import sign_payos
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.sepay import sign_sepay
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.hearing.reconciling import reconcile
from marketplace.payments.models import Payment, Refund
from marketplace.payments.refunds.refunding import Wish, ask_refund
from marketplace.payments.states import RefundKind
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import SYSTEM

SECRET = "a secret of every feed, long enough"
numbers = itertools.count(1)


@dataclass
class Door:
    """One telling. ``number`` names it for its sender: told again it is the same transfer."""

    payment: Payment
    dong: Any
    fake: FakeStripe
    patch: pytest.MonkeyPatch
    account: str = ""
    number: int = 0
    told_at: str = ""
    currency: str = "VND"

    def __post_init__(self) -> None:
        self.number = self.number or next(numbers)
        owner = self.payment.account
        self.account = self.account or (owner.account_number if owner else "")
        self.told_at = self.told_at or f"{clock.now().astimezone(BANK_ZONE):%Y-%m-%d %H:%M:%S}"


# --- posted ----------------------------------------------------------------------------------------------------------
def sepay(door: Door) -> None:
    told = {
        "id": door.number,
        "transactionDate": door.told_at,
        "accountNumber": door.account,
        "content": door.payment.memo_code,
        "transferType": "in",
        "transferAmount": door.dong,
        "referenceCode": f"FT{door.number:06}",
    }
    body, at = json.dumps(told).encode(), int(clock.now().timestamp())
    signature = sign_sepay(secret=SECRET, timestamp=at, body=body)
    receive(provider="sepay", headers={"X-SePay-Signature": signature, "X-SePay-Timestamp": str(at)}, body=body)


def payos(door: Door) -> None:
    data = {
        "orderCode": door.number,
        "amount": door.dong,
        "description": door.payment.memo_code,
        "accountNumber": door.account,
        "reference": f"FT{door.number:06}",
        "transactionDateTime": door.told_at,
        "currency": door.currency,
        "paymentLinkId": f"link{door.number}",
        "code": "00",
    }
    body = {"code": "00", "data": data, "signature": sign_payos(key=SECRET, data=data)}
    receive(provider="payos", headers={}, body=json.dumps(body).encode())


def casso(door: Door) -> None:
    told = {"error": 0, "data": {"id": door.number, "reference": f"FT{door.number:06}"} | _casso(door)}
    stamp = int(clock.now().timestamp() * 1000)
    header = {"X-Casso-Signature": sign_casso(key=SECRET, milliseconds=stamp, told=told)}
    receive(provider="casso", headers=header, body=json.dumps(told).encode())


def _casso(door: Door) -> dict[str, Any]:
    return {
        "description": door.payment.memo_code,
        "amount": door.dong,
        "accountNumber": door.account,
        "transactionDateTime": door.told_at,
    }


# --- asked -----------------------------------------------------------------------------------------------------------
def _poll(door: Door, source: str, answer: dict[str, Any]) -> None:
    door.patch.setattr(lists, "get_json", lambda *_, **__: answer)
    reconcile(source=source, since=clock.now() - timedelta(hours=1))


def sepay_list(door: Door) -> None:
    row = {
        "id": str(door.number),
        "transaction_date": door.told_at,
        "account_number": door.account,
        "amount_in": door.dong,
        "transaction_content": door.payment.memo_code,
        "reference_number": f"FT{door.number:06}",
    }
    _poll(door, "sepay", {"transactions": [row]})


def casso_list(door: Door) -> None:
    told = _casso(door)
    row = {
        "id": door.number,
        "tid": f"FT{door.number:06}",
        "description": told["description"],
        "amount": door.dong,
        "when": door.told_at,
        "bankSubAccId": door.account,
    }
    _poll(door, "casso", {"data": {"totalPages": 1, "records": [row]}})


# --- by hand ---------------------------------------------------------------------------------------------------------
def statement(door: Door) -> None:
    """A file whose one row says so; its preview is looked at, and then it is taken in."""
    day = f"{door.told_at[8:10]}/{door.told_at[5:7]}/{door.told_at[:4]}"
    rows = ("Ngày;Tham chiếu;Ghi nợ;Ghi có;Nội dung", f"{day};FT{door.number};;{door.dong};{door.payment.memo_code}")
    staff = Actor.of(User.objects.create_user(email=f"s{next(numbers)}@example.vn", name="Thu", is_staff=True))
    account = door.payment.account
    assert account is not None
    if door.account != account.account_number:
        account = type(account).objects.get(account_number=door.account)
    kept = upload_statement(account=account, name="s.csv", body="\n".join(rows).encode(), actor=staff)
    columns = {"day": 0, "reference": 1, "debit": 2, "amount": 3, "memo": 4}
    read_statement(statement=kept)
    choose_columns(statement=kept, fields=columns, actor=staff)
    kept = read_statement(statement=kept)
    confirm_statement(statement=kept, looked_at=preview_key(kept), actor=staff)
    apply_statement(statement=read_statement(statement=kept))


def by_hand(door: Door) -> None:
    seen = Seen(door.dong, f"FT{door.number:06}", date.fromisoformat(door.told_at[:10]))
    confirm_received(payment=door.payment, seen=seen, actor=SYSTEM)


# --- cards -----------------------------------------------------------------------------------------------------------
def _event(door: Door, thing: dict[str, Any], kind: str) -> None:
    headers, body = signed_event(thing | {"currency": door.currency.lower()}, type_=kind, event_id=f"evt_{door.number}")
    receive(provider="stripe", headers=headers, body=body)


def card(door: Door) -> None:
    """A paid Checkout Session."""
    session = dict(door.fake.sessions[door.payment.provider_ref])
    session |= {"payment_status": "paid", "payment_intent": f"pi_{session['id']}", "amount_total": door.dong}
    _event(door, session, "checkout.session.completed")


def card_refund(door: Door) -> None:
    """Our own refund of a paid card, told as arrived."""
    refund = Refund.objects.get()
    thing = door.fake.refunds[refund.provider_ref] | {"status": "succeeded", "amount": door.dong}
    _event(door, thing, "refund.updated")


def card_dispute(door: Door) -> None:
    thing = door.fake.dispute(door.payment.provider_ref) | {"amount": door.dong}
    _event(door, thing, "charge.dispute.created")


def card_total(door: Door) -> None:
    """How much of the charge has gone back."""
    thing = door.fake.charge(door.payment.provider_ref) | {"amount_refunded": door.dong}
    _event(door, thing, "charge.refunded")


# --- our own verbs ---------------------------------------------------------------------------------------------------
def refund_wish(door: Door) -> None:
    parcel = door.payment.parcel or door.payment.order.parcels.get()
    ask_refund(wish=Wish(door.payment, door.dong, RefundKind.PARCEL, "broken", parcel=parcel), actor=SYSTEM)


Telling = Callable[[Door], None]
POSTED: dict[str, Telling] = {"SePay posts": sepay, "payOS posts": payos, "Casso posts": casso}
ASKED: dict[str, Telling] = {"SePay is asked": sepay_list, "Casso is asked": casso_list}
BY_HAND: dict[str, Telling] = {"a statement": statement, "a person": by_hand}
CARD: dict[str, Telling] = {"a card": card}
CARD_LATER: dict[str, Telling] = {"a refund": card_refund, "a dispute": card_dispute, "a sum of refunds": card_total}
VERBS: dict[str, Telling] = {"a wish for a refund": refund_wish}
TRANSFERS = POSTED | ASKED | BY_HAND
DOORS = TRANSFERS | CARD | CARD_LATER | VERBS
