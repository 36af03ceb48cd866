"""Every address × every role × one's own and another cooperative's things. The expectations are in table.py."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from config.policies import ADMIN_PREFIX
from tests.permissions.asking import ask, ask_with
from tests.permissions.table import ADDRESSES, ELSEWHERE, LOOKING_WRITES, WITHOUT_TOKEN, Address
from tests.permissions.world import OTHER_OWNER, ROLES, World

pytestmark = pytest.mark.django_db

OWNED = [address for address in ADDRESSES if address.is_owned]
METHODS = ("get", "post")
by_name = pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)
by_owned_name = pytest.mark.parametrize("address", OWNED, ids=lambda address: address.name)


def names(resolver: URLResolver, prefix: str = "", space: str = "") -> set[str]:
    """Names of all addresses that are not under the admin's path."""
    found: set[str] = set()
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if route.startswith(ADMIN_PREFIX.lstrip("/")):
            continue
        if isinstance(one, URLPattern):
            found.add(space + one.name if one.name else "")
        else:
            found |= names(one, route, space + (f"{one.namespace}:" if one.namespace else ""))
    return found - {""}


def test_no_address_is_left_out_of_the_table() -> None:
    told = [address.name for address in ADDRESSES] + list(ELSEWHERE)
    assert len(told) == len(set(told)), "named twice"
    assert set(told) == names(get_resolver())


@by_name
def test_the_table_holds(world: World, address: Address) -> None:
    wrong = []
    for role in address.roles:
        for method in METHODS:
            answer = ask(world, role, address, world.ours, method=method)
            expected = address.expected(role, method)
            if answer.outcome != expected:
                wrong.append(f"{method.upper()} as {role}: {answer.outcome}, not {expected}")
            if answer.outcome in ("sign-in", "403", "405") and answer.writes:
                wrong.append(f"{method.upper()} as {role}: refused, and yet wrote {answer.writes}")
            if method == "get" and answer.writes and address.name not in LOOKING_WRITES:
                wrong.append(f"GET as {role} writes {answer.writes}")
    assert not wrong, "\n".join(wrong)


@by_owned_name
def test_what_belongs_to_another_cooperative_is_not_found(world: World, address: Address) -> None:
    """Minh at Lan's things, and Lan's people at his: 404 where they would be let in at home, and nothing changes."""
    asked = [(role, world.theirs) for role in ROLES if role not in ("anonymous", "staff")]
    wrong = []
    for role, things in [*asked, (OTHER_OWNER, world.ours)]:
        for method in METHODS:
            answer = ask(world, role, address, things, method=method)
            expected = address.expected_elsewhere("owner" if role == OTHER_OWNER else role, method)
            if answer.outcome != expected or answer.writes:
                wrong.append(f"{method.upper()} as {role}: {answer.outcome}, not {expected}; wrote {answer.writes}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("address", [one for one in OWNED if one.does_something], ids=lambda one: one.name)
def test_the_same_post_to_ones_own_thing_does_change_something(world: World, address: Address) -> None:
    """Otherwise the test above would prove nothing."""
    assert ask(world, "owner", address, world.ours, method="post").writes


@pytest.mark.parametrize("address", [one for one in ADDRESSES if "405" not in one.post], ids=lambda one: one.name)
def test_a_post_from_another_site_is_refused(world: World, address: Address) -> None:
    """Without the token of our own form nothing is done; only what machines post to has no such token."""
    client = world.client("owner")
    client.handler.enforce_csrf_checks = True
    answer = ask_with(client, address, world.ours, method="post")
    if address.name in WITHOUT_TOKEN:
        assert answer.outcome != "403", WITHOUT_TOKEN[address.name]
    else:
        assert answer.outcome == "403" and not answer.writes
