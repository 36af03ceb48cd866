from __future__ import annotations

import pytest

from community.accounts.changing_pin import change_pin
from community.accounts.models import User
from community.accounts.opening import PhoneTaken, open_account
from community.accounts.pins import BadPin, check_pin, tidy_pin
from community.accounts.unlocking import NotAllowed
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.text.phones import InvalidPhone


@pytest.mark.parametrize(
    "pin",
    ["000000", "111111", "123456", "654321", "987654", "012345", "890123", "121212", "123123", "112233", "332211",
     "111222", "147258", "345678"],
)  # fmt: skip
def test_pins_that_anybody_tries_first_are_refused(pin: str) -> None:
    with pytest.raises(BadPin) as refused:
        check_pin(pin)
    assert refused.value.code == "too_easy"


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "48291a", "48 915", "４８２９１５", "-48291", "４82915"])
def test_a_pin_is_six_digits(pin: str) -> None:
    with pytest.raises(BadPin) as refused:
        check_pin(pin)
    assert refused.value.code == "not_six_digits"


def test_the_end_of_the_phone_number_is_no_pin() -> None:
    with pytest.raises(BadPin):
        check_pin("482915", phone="+84912482915")
    assert check_pin("482915", phone="+84912345678") == "482915"


def test_full_width_digits_and_spaces_are_forgiven_when_typed() -> None:
    assert tidy_pin(" ４８２ 915 ") == "482915"


def test_an_account_is_opened_with_a_hashed_pin(db: None) -> None:
    user = open_account(name="  Hồ  Thị Lan ", phone="0912 345 678", pin="482915", actor=Actor.system("demo"))
    assert (user.name, user.phone, user.email) == ("Hồ Thị Lan", "+84912345678", None)
    assert "482915" not in user.password and user.check_password("482915")
    entry = AuditEntry.objects.about(user).get()
    assert entry.action == "user.opened" and "912345678" not in str(entry.facts)


@pytest.mark.parametrize(
    ("phone", "pin", "error"),
    [("0912 345 678", "111111", BadPin), ("123", "482915", InvalidPhone), ("0987654321", "482915", PhoneTaken)],
)
def test_a_refused_account_leaves_nothing(db: None, phone: str, pin: str, error: type[Exception]) -> None:
    open_account(name="Sơn", phone="0987654321", pin="739106", actor=Actor.system("demo"))
    with pytest.raises(error):
        open_account(name="Lan", phone=phone, pin=pin, actor=Actor.system("demo"))
    assert User.objects.count() == 1 and AuditEntry.objects.count() == 1


def test_a_manager_sets_a_new_pin_for_her_member_and_unlocks(lan: User, son: User) -> None:
    User.objects.filter(pk=son.pk).update(failed_pins=5, locked_at="2026-11-01T00:00Z")
    son.refresh_from_db()
    change_pin(user=son, pin="605928", actor=Actor.of(lan))
    son.refresh_from_db()
    assert son.check_password("605928") and not son.is_locked and son.failed_pins == 0


def test_nobody_else_sets_it(lan: User, son: User, other_seller: User, hoa: User) -> None:
    for user, helper in ((son, other_seller), (lan, son), (hoa, lan)):
        with pytest.raises(NotAllowed):
            change_pin(user=user, pin="605928", actor=Actor.of(helper))
        user.refresh_from_db()
        assert not user.check_password("605928")


def test_staff_have_no_pin(hoa: User) -> None:
    with pytest.raises(BadPin) as refused:
        change_pin(user=hoa, pin="605928", actor=Actor.of(hoa))
    assert refused.value.code == "staff_use_a_password"
