"""Where the money goes is changed by two people and a day of waiting; whatever else is refused and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.models import Membership
from community.outbox.models import OutboxMessage
from marketplace.receiving.changing import (
    DELAY,
    AccountWish,
    CannotChange,
    active_account,
    approve_change,
    bring_into_force_due,
    call_off_change,
    propose_account,
    refuse_change,
)
from marketplace.receiving.models import AccountChange, ReceivingAccount
from marketplace.receiving.states import NEXT_CHANGE, ChangeStatus
from marketplace.tasks import change_receiving_accounts
from tests.cast import Cast, make_member
from tests.making import make_account

pytestmark = pytest.mark.django_db
WISH = AccountWish("970405", "7600 2051.1883 4", "Hợp tác xã Hương Quê")


@pytest.fixture
def owner(cast: Cast) -> Actor:
    return cast.lan_acts


@pytest.fixture
def staff(cast: Cast) -> Actor:
    return cast.hoa_acts


@pytest.fixture
def old(cast: Cast) -> ReceivingAccount:
    return make_account(cast.huong_que)


def proposed(owner: Actor) -> AccountChange:
    return propose_account(cooperative=owner.cooperative, wish=WISH, actor=owner)


def everything() -> tuple[list[object], ...]:
    return (
        list(AccountChange.objects.order_by("pk").values_list()),
        list(ReceivingAccount.objects.order_by("pk").values_list()),
        list(OutboxMessage.objects.values_list("pk")),
        list(AuditEntry.objects.values_list("pk")),
    )


def refused(code: str, act, *args, **kwargs) -> None:
    before = everything()
    with pytest.raises(CannotChange) as refusal:
        act(*args, **kwargs)
    assert refusal.value.code == code
    assert everything() == before


def test_a_change_holds_a_day_after_a_second_person_checked_it(cast: Cast, owner, staff, old) -> None:
    change = proposed(owner)
    assert (change.account_number, change.holder) == ("76002051" + "18834", "HOP TAC XA HUONG QUE")
    assert active_account(cast.huong_que) == old
    approve_change(change=change, feed="sepay", actor=staff)
    assert (change.status, active_account(cast.huong_que)) == ("approved", old)
    assert bring_into_force_due(now=change.effective_from - timedelta(seconds=1)) == 0
    with clock.at(clock.now() + DELAY + timedelta(seconds=1)):
        change_receiving_accounts.call_local()
    change.refresh_from_db()
    used = active_account(cast.huong_que)
    assert (change.status, used.account_number, used.holder, used.feed) == (
        "in_force",
        "7600205118834",
        "HOP TAC XA HUONG QUE",
        "sepay",
    )
    old.refresh_from_db()
    assert not old.active and change.replaces == old and change.account == used
    assert bring_into_force_due(now=clock.now() + 3 * DELAY) == 0


def test_a_first_account_holds_once_it_is_checked(cast: Cast, owner, staff) -> None:
    change = approve_change(change=proposed(owner), feed="manual", actor=staff)
    assert change.status == "in_force" and active_account(cast.huong_que).account_number == "7600205118834"


def test_codes_shown_before_keep_their_account(cast: Cast, owner, staff, old, rice_order) -> None:
    payment = rice_order.payments.get()
    change = approve_change(change=proposed(owner), feed="simulated", actor=staff)
    bring_into_force_due(now=change.effective_from)
    payment.refresh_from_db()
    assert payment.account == old


def test_every_member_hears_each_step_once_without_the_whole_number(cast: Cast, owner, staff, old) -> None:
    change = approve_change(change=proposed(owner), feed="manual", actor=staff)
    bring_into_force_due(now=change.effective_from)
    bring_into_force_due(now=change.effective_from)
    for word in ("proposed", "approved", "in_force"):
        heard = OutboxMessage.objects.filter(kind=f"receiving_account_{word}")
        assert sorted(heard.values_list("to", flat=True)) == [cast.lan.phone, cast.son.phone]
    texts = " ".join(OutboxMessage.objects.values_list("text", flat=True))
    assert "7600205118834" not in texts and "8834" in texts
    facts = str(list(AuditEntry.objects.filter(action__startswith="receiving_account").values_list("facts", flat=True)))
    assert "7600205118834" not in facts and "8834" in facts


def test_any_owner_calls_it_off_until_it_is_in_force(cast: Cast, owner, staff, old) -> None:
    second = make_member(cast.huong_que, "owner", "Thạch Sa", "+84912000111", "482916")
    change = approve_change(change=proposed(owner), feed="manual", actor=staff)
    call_off_change(change=change, actor=Actor.of(second, cast.huong_que))
    assert bring_into_force_due(now=clock.now() + 2 * DELAY) == 0
    assert active_account(cast.huong_que) == old
    assert proposed(owner).status == "proposed"  # and another one can be asked for


def test_staff_refuse_with_a_reason_also_in_the_day_of_waiting(cast: Cast, owner, staff, old) -> None:
    change = approve_change(change=proposed(owner), feed="manual", actor=staff)
    refused("no_reason", refuse_change, change=change, reason="  ", actor=staff)
    refuse_change(change=change, reason="Chủ tài khoản là người khác", actor=staff)
    assert bring_into_force_due(now=clock.now() + 2 * DELAY) == 0 and active_account(cast.huong_que) == old
    assert "Chủ tài khoản là người khác" in OutboxMessage.objects.filter(kind="receiving_account_refused")[0].text


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (replace(WISH, bank_bin="000000"), "unknown_bank"),
        (replace(WISH, account_number="12"), "bad_number"),
        (replace(WISH, account_number="1" * 20), "bad_number"),
        (replace(WISH, account_number="76'; --"), "bad_number"),
        (replace(WISH, holder="<b>"), "bad_holder"),
        (replace(WISH, holder="។ខ្មែរ"), "bad_holder"),
    ],
)
def test_what_no_bank_knows_is_refused(wish, code, owner) -> None:
    refused(code, propose_account, cooperative=owner.cooperative, wish=wish, actor=owner)


def test_only_an_owner_in_person_may_ask(cast: Cast, owner, staff) -> None:
    manager = make_member(cast.huong_que, "manager", "Mỹ", "+84912000222", "482917")
    gone = make_member(cast.huong_que, "owner", "Cũ", "+84912000333", "482918")
    Membership.objects.filter(user=gone).update(ended_at=clock.now())
    for actor in (cast.son_acts, cast.other_acts, staff, Actor.system("x"), Actor.of(manager), Actor.of(gone)):
        refused("not_owner", propose_account, cooperative=cast.huong_que, wish=WISH, actor=actor)
    helper = replace(owner, mandate_code="UQ1")
    refused("assisted", propose_account, cooperative=cast.huong_que, wish=WISH, actor=helper)
    change = proposed(owner)
    refused("assisted", call_off_change, change=change, actor=helper)
    refused("not_owner", call_off_change, change=change, actor=cast.other_acts)
    refused("not_owner", call_off_change, change=change, actor=cast.son_acts)


def test_the_second_person_is_staff_not_the_first_and_not_of_the_cooperative(cast: Cast, owner, staff) -> None:
    change = proposed(owner)
    for actor in (owner, cast.son_acts, Actor.system("x")):
        refused("not_staff", approve_change, change=change, feed="manual", actor=actor)
        refused("not_staff", refuse_change, change=change, reason="x", actor=actor)
    User.objects.filter(pk=cast.lan.pk).update(is_staff=True)
    cast.lan.refresh_from_db()
    refused("second_person", approve_change, change=change, feed="manual", actor=Actor.of(cast.lan))
    Membership.objects.create(user=cast.hoa, cooperative=cast.huong_que, role="viewer")
    refused("own_cooperative", approve_change, change=change, feed="manual", actor=staff)


def test_the_database_wants_two_people_too(owner) -> None:
    change = proposed(owner)
    stamps = {"status": "approved", "effective_from": clock.now()}
    for wrong in (stamps, stamps | {"approved_by": owner.user}, {"status": "in_force"}, {"status": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountChange.objects.filter(pk=change.pk).update(**wrong)


def test_one_account_serves_one_seller(cast: Cast, owner, staff, old) -> None:
    make_account(cast.other_cooperative)
    taken = ReceivingAccount.objects.get(cooperative=cast.other_cooperative)
    theirs = AccountWish(taken.bank_bin, taken.account_number, "HTX")
    refused("taken", propose_account, cooperative=cast.huong_que, wish=theirs, actor=owner)
    own = AccountWish(old.bank_bin, old.account_number, "HTX")
    refused("same_account", propose_account, cooperative=cast.huong_que, wish=own, actor=owner)
    change = approve_change(change=proposed(owner), feed="manual", actor=staff)
    ReceivingAccount.objects.filter(pk=taken.pk).update(account_number=change.account_number)
    assert bring_into_force_due(now=change.effective_from) == 0  # somebody else has it meanwhile
    change.refresh_from_db()
    assert change.status == "refused" and active_account(cast.huong_que) == old


def test_one_change_waits_at_a_time(cast: Cast, owner) -> None:
    change = proposed(owner)
    refused("change_open", propose_account, cooperative=cast.huong_que, wish=WISH, actor=owner)
    twin = {
        name: getattr(change, name) for name in ("cooperative", "bank_bin", "bank_name", "account_number", "holder")
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountChange.objects.create(**twin, proposed_by=change.proposed_by)


def test_the_markets_own_account_is_decided_by_two_of_the_staff(cast: Cast, owner, staff) -> None:
    refused("not_staff", propose_account, cooperative=None, wish=WISH, actor=owner)
    change = propose_account(cooperative=None, wish=WISH, actor=staff)
    refused("change_open", propose_account, cooperative=None, wish=WISH, actor=staff)
    refused("second_person", approve_change, change=change, feed="manual", actor=staff)
    second = User.objects.create_superuser("ketoan@example.org", "x", name="Kế toán")
    approve_change(change=change, feed="sepay", actor=Actor.of(second))
    assert active_account(None).account_number == "7600205118834" and active_account(cast.huong_que) is None
    heard = OutboxMessage.objects.filter(kind="receiving_account_in_force").values_list("to", flat=True)
    assert sorted(heard) == ["hoa@example.org", "ketoan@example.org"]


STATES = [*ChangeStatus]


@pytest.mark.parametrize("old_state", STATES)
@pytest.mark.parametrize("new_state", [S for S in STATES if S != ChangeStatus.PROPOSED])
def test_every_pair_of_states(old_state, new_state, cast: Cast, owner, staff) -> None:
    """Each act from each state: done where the table says so, else refused and unchanged."""
    account = make_account(cast.huong_que)
    change = proposed(owner)
    past = clock.now() - timedelta(minutes=1)
    AccountChange.objects.filter(pk=change.pk).update(
        status=old_state,
        approved_by=cast.hoa if old_state in ("approved", "in_force") else None,
        effective_from=past,
        account=account if old_state == "in_force" else None,
    )
    acts = {
        "approved": lambda: approve_change(change=change, feed="manual", actor=staff),
        "refused": lambda: refuse_change(change=change, reason="x", actor=staff),
        "cancelled": lambda: call_off_change(change=change, actor=owner),
        "in_force": lambda: bring_into_force_due(now=clock.now()),
    }
    before = everything()
    if new_state in NEXT_CHANGE[old_state] or new_state == ChangeStatus.IN_FORCE:  # the clock refuses nothing
        acts[new_state]()
    else:
        with pytest.raises(CannotChange, match="moved"):
            acts[new_state]()
    change.refresh_from_db()
    if new_state in NEXT_CHANGE[old_state]:
        assert change.status == new_state
    else:
        assert change.status == old_state and everything() == before
