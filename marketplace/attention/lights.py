"""From facts to a light and the things to do, the most urgent first. Pure: decision 0175 says why in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

ENDS_SOON = timedelta(days=30)
LONG_ENDED = timedelta(days=180)
"""A paper that ended longer ago is given up, not forgotten."""
LEFT_ALONE = timedelta(days=2)
"""A half-made listing that nobody touched for so long is stuck."""
NO_BATCH = timedelta(days=30)
CLAIM_RUNS_OUT = timedelta(hours=12)
FEW_PACKS = 5
MANY_WRONG_PINS = 3


class Light(StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Kind(StrEnum):
    """In the order of urgency under one light: who waits by a clock, who cannot work at all, then what sells less."""

    ORDERS = "orders"
    CLAIMS = "claims"
    SENDING = "sending"
    LOCKED = "locked"
    BALANCE = "balance"
    SUSPENDED = "suspended"
    PAPER = "paper"
    QUESTIONS = "questions"
    APPLICATION = "application"
    DRAFT = "draft"
    START = "start"
    STOCK = "stock"
    BATCH = "batch"
    PINS = "pins"


_LIGHTS, _KINDS = list(Light), list(Kind)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that wants a hand. ``count``: of how many; ``hours`` somebody has waited, or has left; ``day``: the
    last one; ``word``: the certificate, the screen, the goods, the state of the application or the step it is about."""

    kind: Kind
    light: Light
    count: int = 1
    hours: int = 0
    day: date | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one cooperative. Nothing known: nothing is wrong."""

    status: str = "active"
    application: str = ""  # state of the seller's application
    papers: tuple[tuple[str, date], ...] = ()  # certificates that end: name, last day
    unanswered: tuple[datetime, ...] = ()  # orders not accepted: since when
    late_to_send: int = 0  # accepted or packed, the promised day is over
    claims: tuple[datetime | None, ...] = ()  # that wait for the seller: until when
    questions: tuple[date, ...] = ()  # passed on to the seller: until which day
    drafts: tuple[tuple[str, datetime], ...] = ()  # listings not sent: the screen they stand at, last touched
    sells: bool = False  # goods that are made in batches are on sale
    last_batch_on: date | None = None
    stopped: int = 0  # batches that the balance stops
    unexplained: int = 0  # batches whose figures wait for a word
    locked: int = 0  # members
    wrong_pins: int = 0  # members who typed several wrong ones
    scarce: tuple[tuple[str, int], ...] = ()  # goods on sale with few packs: name, packs left
    missing_start: str = ""  # the first step without which nothing sells: account, delivery, goods


def troubles_of(facts: Facts, *, now: datetime) -> list[Trouble]:
    """Red before amber, then as :class:`Kind` stands. ``now`` is aware."""
    found = [trouble for rule in _RULES for trouble in rule(facts, now)]
    return sorted(found, key=urgency)


def urgency(trouble: Trouble) -> tuple[int, int]:
    """Sorts the most urgent first, also among sellers."""
    return _LIGHTS.index(trouble.light), _KINDS.index(trouble.kind)


def light_of(troubles: list[Trouble]) -> Light:
    return troubles[0].light if troubles else Light.GREEN


# --- the rules --------------------------------------------------------------------------------------------------------
def _standing(facts: Facts, now: datetime) -> Iterator[Trouble]:
    if facts.status == "suspended":
        yield Trouble(Kind.SUSPENDED, Light.RED)
    if facts.status == "applied" and facts.application in ("draft", "returned", "refused"):
        yield Trouble(Kind.APPLICATION, Light.AMBER, word=facts.application)


def _orders(facts: Facts, now: datetime) -> Iterator[Trouble]:
    """Amber from a quarter of the time in which the seller should answer, red when it is over."""
    if facts.unanswered:
        hours = int((now - min(facts.unanswered)) / timedelta(hours=1))
        if hours * 4 >= settings.ACCEPT_HOURS:
            light = Light.RED if hours >= settings.ACCEPT_HOURS else Light.AMBER
            yield Trouble(Kind.ORDERS, light, len(facts.unanswered), hours)
    if facts.late_to_send:
        yield Trouble(Kind.SENDING, Light.RED, facts.late_to_send)


def _answers(facts: Facts, now: datetime) -> Iterator[Trouble]:
    if facts.claims:
        left = min((until for until in facts.claims if until), default=None)
        soon = left is not None and left - now <= CLAIM_RUNS_OUT
        hours = max(0, int((left - now) / timedelta(hours=1))) if left else 0
        yield Trouble(Kind.CLAIMS, Light.RED if soon else Light.AMBER, len(facts.claims), hours)
    if facts.questions:
        due = min(facts.questions)
        light = Light.RED if due < _day(now) else Light.AMBER
        yield Trouble(Kind.QUESTIONS, light, len(facts.questions), day=due)


def _papers(facts: Facts, now: datetime) -> Iterator[Trouble]:
    today = _day(now)
    for name, last in sorted(facts.papers, key=lambda paper: paper[1]):
        if today - LONG_ENDED <= last <= today + ENDS_SOON:
            yield Trouble(Kind.PAPER, Light.RED if last < today else Light.AMBER, day=last, word=name)


def _goods(facts: Facts, now: datetime) -> Iterator[Trouble]:
    if facts.status == "active" and facts.missing_start:
        yield Trouble(Kind.START, Light.AMBER, word=facts.missing_start)
    stuck = sorted((touched, screen) for screen, touched in facts.drafts if now - touched >= LEFT_ALONE)
    if stuck:
        yield Trouble(Kind.DRAFT, Light.AMBER, len(stuck), day=_day(stuck[0][0]), word=stuck[0][1])
    few = sorted((packs, name) for name, packs in facts.scarce if packs < FEW_PACKS)
    if few and facts.status == "active":
        yield Trouble(Kind.STOCK, Light.AMBER, few[0][0], word=few[0][1])


def _work(facts: Facts, now: datetime) -> Iterator[Trouble]:
    if facts.stopped:
        yield Trouble(Kind.BALANCE, Light.RED, facts.stopped)
    elif facts.unexplained:
        yield Trouble(Kind.BALANCE, Light.AMBER, facts.unexplained)
    last = facts.last_batch_on
    if facts.sells and (last is None or _day(now) - last >= NO_BATCH):
        yield Trouble(Kind.BATCH, Light.AMBER, day=last)


def _people(facts: Facts, now: datetime) -> Iterator[Trouble]:
    if facts.locked:
        yield Trouble(Kind.LOCKED, Light.RED, facts.locked)
    if facts.wrong_pins:
        yield Trouble(Kind.PINS, Light.AMBER, facts.wrong_pins)


_RULES: tuple[Callable[[Facts, datetime], Iterator[Trouble]], ...] = (
    _standing,
    _orders,
    _answers,
    _papers,
    _goods,
    _work,
    _people,
)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
