"""Every address × every role × one's own and another cooperative's things. The expectations are in table.py."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.policies import ADMIN_PREFIX
from tests.permissions.asking import ask, ask_with
from tests.permissions.table import ADDRESSES, DOORS, ELSEWHERE, LOOKING_WRITES, Address
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
    for role in ROLES:
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
