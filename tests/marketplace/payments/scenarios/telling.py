"""The events of a scenario: each is a sentence; the first pattern that fits it wholly plays it, else it fails.

An event may begin with ``t+N`` (minutes after the order) and may end with what goes wrong meanwhile
(``; process killed before handler``). Between events a minute passes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

from marketplace.payments.arriving import capturing
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.hearing import inbox
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.models import Payment
from tests.marketplace.payments.scenarios import giving_back, pressing
from tests.marketplace.payments.scenarios.posting import post_feed
from tests.marketplace.payments.scenarios.world import START, UnknownWords, World

Play = Callable[..., Any]
PLAYS: list[tuple[re.Pattern[str], Play]] = []
BEFORE_ORDER: set[Play] = set()
BEFORE_PAYMENT: set[Play] = set()
WENT_WRONG = ("process killed before handler", "exception after ledger insert")


class Killed(BaseException):
    """The process is gone: no handler catches this."""


def event(pattern: str, *, before_order: bool = False, before_payment: bool = False) -> Callable[[Play], Play]:
    """The order is placed and its payment asked for at the start, unless the event is about just that."""

    def note(play: Play) -> Play:
        PLAYS.append((re.compile(pattern), play))
        if before_order:
            BEFORE_ORDER.add(play)
        if before_order or before_payment:
            BEFORE_PAYMENT.add(play)
        return play

    return note


def tell(world: World, sentence: str) -> None:
    """Play one event."""
    moment = re.match(r"t\+(\d+) ", sentence)
    words, _, trouble = (sentence[moment.end() :] if moment else sentence).partition("; ")
    if trouble and trouble not in WENT_WRONG:
        raise UnknownWords(f"trouble: {trouble}")
    play, told = _find(words)
    if play not in BEFORE_PAYMENT:
        world.payments()
    elif play not in BEFORE_ORDER:
        assert world.order
    if moment:
        world.clock.move_to(START)
    world.later(minutes=int(moment[1]) if moment else 1)
    with pytest.MonkeyPatch.context() as broken:
        _break(broken, trouble)
        try:
            play(world, *told)
        except Killed:
            pass
    if trouble:
        world.again = _later_worker
    if world.has_order:
        world.order_after.append(str(world.order.status))


def _find(words: str) -> tuple[Play, tuple[str | None, ...]]:
    for pattern, play in PLAYS:
        if found := pattern.fullmatch(words):
            return play, found.groups()
    raise UnknownWords(f"event: {words}")


def _break(broken: pytest.MonkeyPatch, trouble: str) -> None:
    if trouble == "process killed before handler":

        def killed(**_: Any) -> str:
            raise Killed

        broken.setattr(inbox, "process_event", killed)
    if trouble == "exception after ledger insert":
        book = capturing.book_capture

        def crash(capture: Any) -> None:
            book(capture)
            raise RuntimeError("crash")

        broken.setattr(capturing, "book_capture", crash)


def _later_worker(world: World) -> None:
    world.later(minutes=5)
    pressing.worker(world)


# --- cards -----------------------------------------------------------------------------------------------------------
@event(r"(?:checkout\.session\.)?completed(.*)")
def completed(world: World, rest: str) -> None:
    """``paid 160000``, ``evt_1``, ``currency=usd 160000``, ``payment_status=unpaid``, ``unknown session`` …"""
    session = dict(world.stripe.pay(world.payment("stripe").provider_ref))
    told: dict[str, Any] = {}
    event_id, forged, at = "", False, 0
    for word in shlex.split(rest):
        key, _, value = word.partition("=")
        if word.startswith("evt_"):
            event_id = word
        elif word == "paid":
            told["payment_status"] = "paid"
        elif word in ("unknown", "session"):
            told |= {"id": "cs_of_others", "client_reference_id": "somebody else", "metadata": {}}
        elif re.fullmatch(r"-?\d+", word):
            told["amount_total"] = int(word)
        elif key in ("amount", "amount_total"):
            told["amount_total"] = int(value)
        elif key in ("currency", "payment_status", "client_reference_id", "payment_intent"):
            told[key] = value
        elif key == "t":
            at = int(world.now().timestamp()) + int(value)
        elif word in ("wrong", "bad", "signature", "forged"):
            forged = True
        else:
            raise UnknownWords(f"completed: {word}")
    if told.get("payment_status") == "unpaid":
        told |= {"payment_intent": session["payment_intent"]}
    world.say_stripe(session | told, "checkout.session.completed", event_id, forged=forged, at=at)


@event(r"(?:checkout\.session\.)?(expired|async_payment_succeeded|async_payment_failed)(?: (evt_\w+))?")
def other_session_event(world: World, word: str, event_id: str | None) -> None:
    session = world.session()
    if word == "async_payment_succeeded":
        session = world.stripe.pay(session["id"])
    world.say_stripe(session, f"checkout.session.{word}", event_id or "")


@event(r"pay (?:by|the same order by) (stripe|vietqr)(?: too)?")
def pay_by(world: World, provider: str) -> None:
    """Both ways were opened in two tabs before the first money came."""
    for each in ("vietqr", "stripe"):
        if each not in world.asked():
            world.payments(each)
    pay(world, str(world.payment(provider).amount_dong), provider)


@event(r"pay (\d+)")
def pay(world: World, dong: str, provider: str = "") -> None:
    payment = world.payment(provider)
    if payment.provider == "stripe":
        session = world.stripe.pay(payment.provider_ref) | {"amount_total": int(dong)}
        world.say_stripe(session, "checkout.session.completed")
    else:
        world.transfer(payment, transferAmount=int(dong))


@event(r"POST session times out", before_payment=True)
def session_times_out(world: World) -> None:
    world.stripe.fail_next = ["timeout"]
    with pytest.raises(ProviderFailed):
        world.payments("stripe")
    world.again = lambda again: again.payments("stripe")


@event(r"retry|worker restarts")
def retry(world: World) -> None:
    if world.again is None:
        raise UnknownWords("retry: nothing was interrupted")
    world.again(world)


# --- bank transfers --------------------------------------------------------------------------------------------------
@event(r"transfer (.+)")
def transfer(world: World, rest: str) -> None:
    """``transfer 100000 CODE``, ``transfer 160000 memo "mat ong"``, ``transfer to another account with CODE``."""
    told: dict[str, Any] = {}
    memo: list[str] = []
    for word in shlex.split(rest):
        if re.fullmatch(r"\d+", word):
            told["transferAmount"] = int(word)
        elif found := re.fullmatch(r"CODE(\d*)", word):
            memo.append(str(_payment_number(world, int(found[1] or 1)).memo_code))
        elif word == "code":
            memo.append(str(world.payment("vietqr").memo_code).lower())
        elif word in ("another", "wrong"):
            told["accountNumber"] = "999999999"
        elif word == "out":
            told["transferType"] = "out"
        elif word in ("memo", "to", "account", "with", "and"):
            continue
        elif "memo" in rest:
            memo.append(word)
        else:
            raise UnknownWords(f"transfer: {word}")
    world.transfer(world.payment("vietqr"), content=" ".join(memo), **told)


def _payment_number(world: World, number: int) -> Payment:
    """CODE1 is this order's; further ones are of the same buyer's further orders."""
    return world.payment("vietqr") if number == 1 else world.other_payment(number)


@event(r'(?:transferAmount )?(-?[\d.]+|"[^"]*")')
def odd_amount(world: World, amount: str) -> None:
    """An amount as the feed spells it in JSON: 0, -5, "160000", 160000.5."""
    value = amount[1:-1] if amount.startswith('"') else float(amount) if "." in amount else int(amount)
    world.transfer(world.payment("vietqr"), transferAmount=value)


@event(r"(sepay|payos|casso) webhook(?: ref (\w+))?(?: (\d+))?")
def told_by_feed(world: World, feed: str, reference: str | None, dong: str | None) -> None:
    payment = world.payment("vietqr")
    post_feed(world, feed, payment, reference=reference or "", dong=int(dong) if dong else payment.amount_dong)


# --- time and other people -------------------------------------------------------------------------------------------
@event(r"hold expires")
def hold_expires(world: World) -> None:
    world.later(minutes=int(world.given.get("hold_minutes", 60)) + 40)
    expire_due(now=world.now())


@event(r"others buy all")
def others_buy_all(world: World) -> None:
    pressing.others_buy_all(world)


@event(r"expiry job and completed at the same instant")
def expiry_and_money(world: World) -> None:
    pressing.expiry_and_money(world)


@event(r"both place order concurrently", before_order=True)
def both_place(world: World) -> None:
    pressing.both_place(world)


@event(r"seller raises price after the order is placed")
def price_rises(world: World) -> None:
    pressing.raise_price(world)


@event(r"POST (?!session|simulate)(.+)", before_order=True)
def tampered(world: World, fields: str) -> None:
    pressing.tamper(world, fields)


@event(r"GET /checkout/return\?(.+)")
def forged_return(world: World, query: str) -> None:
    pressing.come_back(world, query)


@event(r"POST simulate", before_order=True)
def simulate(world: World) -> None:
    pressing.simulate(world)


# --- money back ------------------------------------------------------------------------------------------------------
@event(r"refund (?:vendor (\w+) )?(\d+)")
def refund(world: World, vendor: str | None, dong: str) -> None:
    giving_back.give_back(world, int(dong), vendor=vendor or "")


@event(r"refund call times out")
def refund_times_out(world: World) -> None:
    promised = giving_back.promise(world, int(world.given["total"]))
    world.stripe.fail_next = ["timeout"]
    giving_back.send(world, promised)
    world.again = lambda again: giving_back.send(again, promised)


@event(r"refund succeeded")
def refund_succeeded(world: World) -> None:
    giving_back.give_back(world, int(world.given["total"]))


@event(r"refund\.(failed|updated|created)")
def refund_told(world: World, word: str) -> None:
    giving_back.tell_of_refund(world, f"refund.{word}")


@event(r"(?:charge\.)?dispute\.(created|closed)(?: (won|lost))?")
def dispute(world: World, word: str, outcome: str | None) -> None:
    session = world.session()
    status = {"won": "won", "lost": "lost", None: "needs_response"}[outcome]
    thing = {
        "id": "dp_1",
        "object": "dispute",
        "amount": session["amount_total"],
        "currency": "vnd",
        "reason": "fraudulent",
        "status": status,
        "payment_intent": session["payment_intent"],
        "metadata": {},
        "balance_transactions": [{"amount": -session["amount_total"], "currency": "vnd"}],
        "evidence_details": {"due_by": int(world.now().timestamp()) + 7 * 86400},
    }
    world.say_stripe(thing, f"charge.dispute.{word}")
