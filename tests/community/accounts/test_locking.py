"""A hundred guesses at once: at most five are ever compared."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test import RequestFactory

from community.accounts.counting import count_right, count_wrong, take_attempt
from community.accounts.models import MAX_FAILED_PINS, User
from community.accounts.unlocking import NotAllowed, unlock_user
from community.audit.actors import Actor
from community.audit.models import AuditEntry


def at_once(times: int, act: Callable[[], None]) -> None:
    """Run `act` in so many threads that all start together."""
    start = threading.Barrier(times)

    def run() -> None:
        try:
            start.wait()
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def look_then_write(user: User) -> bool:
    """How one would write it without a guard: read the count, then write it."""
    fresh = User.objects.get(pk=user.pk)
    if fresh.failed_pins >= MAX_FAILED_PINS:
        return False
    looked.wait()
    User.objects.filter(pk=user.pk).update(failed_pins=fresh.failed_pins + 1)
    return True


looked = threading.Barrier(12)


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_every_guess_at_once_is_compared(lan: User) -> None:
    compared: list[bool] = []
    at_once(12, lambda: compared.append(look_then_write(lan)))
    assert sum(compared) == 12


@pytest.mark.django_db(transaction=True)
def test_with_the_guard_five_guesses_are_compared_and_the_number_is_locked_once(lan: User) -> None:
    compared: list[bool] = []

    def guess() -> None:
        taken = take_attempt(user=lan, secret="111222")
        compared.append(taken)
        if taken:
            count_wrong(user=lan)

    at_once(12, guess)
    lan.refresh_from_db()
    assert sum(compared) == MAX_FAILED_PINS
    assert lan.is_locked and lan.failed_pins == MAX_FAILED_PINS
    assert AuditEntry.objects.about(lan).filter(action="user.locked").count() == 1


def test_a_right_pin_does_not_unlock(lan: User) -> None:
    User.objects.filter(pk=lan.pk).update(failed_pins=5, locked_at="2026-11-01T00:00Z")
    count_right(user=lan)
    lan.refresh_from_db()
    assert lan.is_locked and lan.failed_pins == 5


def test_the_backend_is_the_only_way_to_compare_a_secret(lan: User) -> None:
    request = RequestFactory().post("/")
    for _ in range(5):
        assert authenticate(request, phone=lan.phone, password="111222") is None
    assert authenticate(request, phone=lan.phone, password="482915") is None


@pytest.mark.parametrize("helper", ["hoa", "lan"])
def test_staff_and_owners_unlock(request: pytest.FixtureRequest, son: User, helper: str) -> None:
    actor = Actor.of(request.getfixturevalue(helper))
    User.objects.filter(pk=son.pk).update(failed_pins=5, locked_at="2026-11-01T00:00Z")
    unlock_user(user=son, actor=actor)
    unlock_user(user=son, actor=actor)  # twice is once
    assert not son.is_locked and son.failed_pins == 0
    assert AuditEntry.objects.about(son).get().actor == actor.user


@pytest.mark.parametrize("helper", ["son", "other_seller"])
def test_others_do_not_unlock(request: pytest.FixtureRequest, lan: User, son: User, helper: str) -> None:
    User.objects.filter(pk=lan.pk).update(failed_pins=5, locked_at="2026-11-01T00:00Z")
    with pytest.raises(NotAllowed):
        unlock_user(user=lan, actor=Actor.of(request.getfixturevalue(helper)))
    with pytest.raises(NotAllowed):
        unlock_user(user=lan, actor=Actor.buyer())
    lan.refresh_from_db()
    assert lan.is_locked and not AuditEntry.objects.about(lan).exists()
