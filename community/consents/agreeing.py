"""Saying yes and taking it back. Both hold at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.consents.models import Channel, ConsentRecord, Purpose
from community.consents.texts import TEXTS
from community.errors import DomainError
from community.photos.models import Photo
from community.photos.paper_files import CleanPaper

RIGHT = "community.add_consentrecord"
LONGEST_NUMBER = 18  # digits that a database takes

ENDS: dict[str, list[Callable[[ConsentRecord], None]]] = {purpose: [] for purpose in Purpose.values}
"""What rooms above stop when a consent is taken back; called in the same transaction (``at_end``)."""
BEGINNINGS: dict[str, list[Callable[[ConsentRecord], None]]] = {purpose: [] for purpose in Purpose.values}
"""What they do when it is given (``at_yes``)."""
NAMES_WHICH = (Purpose.STORY, Purpose.PHOTO)
NOT_GIVEN_HOLDS = (Purpose.ZALO,)
"""May be refused without having been given: what is done until somebody says no."""


class CannotConsent(DomainError):
    """``not_allowed`` (not the person, not staff; never a helper who acts for somebody), ``no_paper``, ``no_story``,

    ``no_photo`` (which one?), ``not_asked`` (a story or photo begins with a paper, or at a helper's), ``past`` (the day
    it should hold until), ``not_given`` (there is nothing to take back), ``own_phone`` (the helper is somebody else).
    """


def at_end(purpose: str, stop: Callable[[ConsentRecord], None]) -> None:
    if stop not in ENDS[purpose]:
        ENDS[purpose].append(stop)


def at_yes(purpose: str, begin: Callable[[ConsentRecord], None]) -> None:
    if begin not in BEGINNINGS[purpose]:
        BEGINNINGS[purpose].append(begin)


@transaction.atomic
def give_consent(
    *,
    person: User,
    purpose: str,
    actor: Actor,
    about: str = "",
    until: date | None = None,
    paper: CleanPaper | None = None,
    helper: User | None = None,
) -> ConsentRecord:
    """By the person; staff write down what somebody signed, with its picture. The same again is the same row.

    Who is in a story or photo, staff know from the first paper: a word takes it off, so nobody names himself into one.
    ``helper``: on whose phone the person typed the own PIN (`community.privacy.in_person`).
    """
    wanted = Purpose(purpose)
    own = _may(person, actor)
    if not own and paper is None:
        raise CannotConsent("no_paper")
    _check_which(wanted, about)
    if until is not None and until < clock.today():
        raise CannotConsent("past")
    held = last_word(person, wanted, about, lock=True)
    if wanted in NAMES_WHICH and held is None and paper is None and helper is None:
        raise CannotConsent("not_asked")
    text = TEXTS[wanted]
    if held and holds(held) and held.until == until and held.text_version == text.version and paper is None:
        return held
    channel = Channel.PAPER if paper is not None else Channel.HELPER if helper is not None else Channel.OWN
    said = ConsentRecord(person=person, purpose=wanted, about=about, is_given=True, channel=channel, until=until)
    said.taken_by = helper or actor.user
    given = _write(said, actor, paper)
    for begin in BEGINNINGS[wanted]:
        begin(given)
    return given


@transaction.atomic
def withdraw_consent(*, person: User, purpose: str, actor: Actor, about: str = "") -> ConsentRecord:
    """By the person, or by staff to whom the person said so. What was agreed to stops in this transaction."""
    own = _may(person, actor)
    held = last_word(person, Purpose(purpose), about, lock=True)
    wanted = Purpose(purpose)
    by_staff = wanted == Purpose.PHOTO and not own  # who is seen and never agreed asks the market to take it off
    if wanted not in NOT_GIVEN_HOLDS and not by_staff and (held is None or not held.is_given):
        raise CannotConsent("not_given")
    _check_which(wanted, about)
    if held is not None and not held.is_given:
        return held
    return _end(person, purpose, about, Channel.OWN if own else Channel.PAPER, actor)


def end_consents_of(*, person: User, actor: Actor) -> None:
    """For who is forgotten (`community.privacy.erasing`, in its transaction): every yes ends, and what it allowed."""
    for row in ConsentRecord.objects.filter(person=person, is_given=True).newest():
        _end(person, row.purpose, row.about, Channel.PAPER, actor)


def last_word(person: User, purpose: str, about: str = "", *, lock: bool = False) -> ConsentRecord | None:
    """The newest row; ``lock``: two presses at once queue at the person."""
    if lock:
        User.objects.select_for_update().filter(pk=person.pk).first()
    return ConsentRecord.objects.filter(person=person, purpose=purpose, about=about).order_by("-pk").first()


def holds(word: ConsentRecord | None) -> bool:
    return bool(word and word.is_given and (word.until is None or word.until >= clock.today()))


def refuses_zalo(phone: str) -> bool:
    """Whoever has this telephone took the consent back, or its day is over. Whoever never said anything gets what is
    owed: their orders' messages, by the usual way."""
    word = ConsentRecord.objects.filter(person__phone=phone, purpose=Purpose.ZALO).order_by("-pk").first()
    return word is not None and not holds(word)


def stop_what_ended(*, today: date) -> int:
    """Stop what was agreed to until a day that is over; what stopped before stays so. Returns how many ended."""
    over = ConsentRecord.objects.filter(is_given=True, until__lt=today).newest()
    with transaction.atomic():
        for row in over:
            for stop in ENDS[row.purpose]:
                stop(row)
    return len(over)


def may_tell_story(*addresses: str) -> bool:
    """Nobody in the story took it back; ``addresses``: of all its languages."""
    rows = ConsentRecord.objects.filter(purpose=Purpose.STORY, about__in=addresses).newest()
    return all(holds(row) for row in rows)


# --- inside -----------------------------------------------------------------------------------------------------------
def _may(person: User, actor: Actor) -> bool:
    """True: the person; False: staff with the right. A helper acts for others, never about consent."""
    if actor.mandate_code:
        raise CannotConsent("not_allowed")
    if actor.user is not None and actor.user.pk == person.pk:
        return True
    if actor.is_staff_with(RIGHT):
        return False
    raise CannotConsent("not_allowed")


def _check_which(purpose: Purpose, about: str) -> None:
    if purpose == Purpose.STORY and not about:
        raise CannotConsent("no_story")
    if purpose == Purpose.PHOTO and not (about.isascii() and about.isdigit() and len(about) <= LONGEST_NUMBER):
        raise CannotConsent("no_photo")
    if purpose == Purpose.PHOTO and not Photo.objects.filter(pk=int(about)).exists():
        raise CannotConsent("no_photo")
    if purpose not in NAMES_WHICH and about:
        raise CannotConsent("no_story")


def _end(person: User, purpose: str, about: str, channel: Channel, actor: Actor) -> ConsentRecord:
    said = ConsentRecord(
        person=person, purpose=purpose, about=about, is_given=False, channel=channel, taken_by=actor.user
    )
    ended = _write(said, actor, None)
    for stop in ENDS[purpose]:
        stop(ended)
    return ended


def _write(row: ConsentRecord, actor: Actor, paper: CleanPaper | None) -> ConsentRecord:
    text = TEXTS[row.purpose]
    row.text_version, row.text_sha256 = text.version, text.sha256
    row.at = clock.now()
    if paper is not None:
        row.paper.save("paper", ContentFile(paper.content), save=False)
        row.paper_sha256 = paper.sha256
    row.save()
    action = "consent.given" if row.is_given else "consent.withdrawn"
    record(actor=actor, action=action, subject=row.person, purpose=str(row.purpose), text_version=row.text_version)
    return row
