"""Helpers under a mandate at every address of the site: only what its scopes open, nothing else, and not one second
after its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from community import clock
from community.audit.models import AuditEntry
from community.mandates.models import Mandate
from tests.community.mandates.stage import Helped, acting, give, make_team
from tests.permissions.asking import Answer, ask_with
from tests.permissions.assisted import ALL, DRAFTS, LINES, OPENED_BY, scopes_of
from tests.permissions.table import ADDRESSES, MEMBER_DOORS, Address
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
METHODS = ("get", "post")
DESK = [one for one in ADDRESSES if one.door in MEMBER_DOORS]
KEEPS = ("community_keptform", "community_auditentry", 'UPDATE "community_session"')
on_the_desk = pytest.mark.parametrize("address", DESK, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def stage(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    """Tuấn helps Lan's cooperative with everything a mandate can hold; made once, each test leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        helped = make_team(world.ours.cooperative, phones=("+84964000001", "+84964000002"))
        mandate = give(helped)
        yield SimpleNamespace(helped=helped, mandate=mandate, session=acting(mandate).cookies["sessionid"].value)
        transaction.set_rollback(True)


def test_the_twin_names_addresses_of_the_table() -> None:
    names = {one.name for one in DESK}
    assert set(OPENED_BY) <= names and names >= DRAFTS


def told(answer: Answer) -> str:
    return f"{answer.outcome}, wrote {answer.writes}"


def changed(answer: Answer) -> list[str]:
    """Besides keeping what was typed for the members."""
    return [sql for sql in answer.writes if not any(table in sql for table in KEEPS)]


def phone(stage: SimpleNamespace, kind: type[Client] = Client) -> Client:
    """Tuấn's, acting."""
    client = kind()
    client.cookies["sessionid"] = stage.session
    return client


@on_the_desk
def test_a_mandate_opens_what_its_scopes_name(world: World, stage: SimpleNamespace, address: Address) -> None:
    """All scopes at once: in where one of them opens; else refused, and nothing is written."""
    wrong = []
    for method in METHODS:
        answer = ask_with(phone(stage), address, world.ours, method=method)
        inside = address.get if method == "get" else address.post
        expected = inside if inside == "405" or scopes_of(address) else "403"
        if answer.outcome != expected or (expected == "403" and answer.writes):
            wrong.append(f"{method.upper()}: {told(answer)}, not {expected}")
        lines = sum('INTO "community_auditentry"' in sql for sql in answer.writes)
        is_done = method == "post" and answer.outcome in ("302", "303") and address.does_something
        if is_done and lines != LINES.get(address.name, 1):
            wrong.append(f"{lines} lines in the log")
    assert not wrong, "\n".join(wrong)


@on_the_desk
def test_each_scope_opens_only_its_own(world: World, stage: SimpleNamespace, address: Address) -> None:
    method = "get" if address.post == "405" else "post"
    inside, wrong = address.get if method == "get" else address.post, []
    for scope in ALL:
        Mandate.objects.filter(pk=stage.mandate.pk).update(scope_words=scope)
        answer = ask_with(phone(stage), address, world.ours, method=method)
        expected = inside if scope in scopes_of(address) else "403"
        if answer.outcome != expected or (expected == "403" and answer.writes):
            wrong.append(f"{method.upper()} with {scope}: {told(answer)}, not {expected}")
    assert not wrong, "\n".join(wrong)


@on_the_desk
def test_the_end_bites_on_the_next_request(world: World, stage: SimpleNamespace, address: Address) -> None:
    """Taken back or run out: refused, and nothing of the act is done."""
    method = "get" if address.post == "405" else "post"
    wrong = []
    for name, change in ENDS.items():
        before = Mandate.objects.filter(pk=stage.mandate.pk).values().get()
        change(stage.helped, stage.mandate)
        answer = ask_with(phone(stage), address, world.ours, method=method)
        Mandate.objects.filter(pk=stage.mandate.pk).update(**before)
        if answer.outcome != "403" or changed(answer):
            wrong.append(f"{method.upper()} when {name}: {told(answer)}")
    assert not wrong, "\n".join(wrong)


def revoked(helped: Helped, mandate: Mandate) -> None:
    Mandate.objects.filter(pk=mandate.pk).update(status="ended", ended_at=clock.now(), ended_why="revoked")


def run_out(helped: Helped, mandate: Mandate) -> None:
    Mandate.objects.filter(pk=mandate.pk).update(ends_at=clock.now() - timedelta(seconds=1))


ENDS = {"revoked": revoked, "run out": run_out}


@pytest.mark.parametrize("address", [one for one in DESK if one.is_owned and scopes_of(one)], ids=lambda one: one.name)
def test_what_belongs_to_another_cooperative_is_not_found(
    world: World, stage: SimpleNamespace, address: Address
) -> None:
    wrong = []
    for method in METHODS:
        answer = ask_with(phone(stage), address, world.theirs, method=method)
        inside = address.get if method == "get" else address.post
        expected = "405" if inside == "405" else "404"
        if answer.outcome != expected or answer.writes:
            wrong.append(f"{method.upper()}: {told(answer)}, not {expected}")
    assert not wrong, "\n".join(wrong)


BEFORE_THE_YES = {"selling:home", "selling:listings"}


@pytest.mark.parametrize(
    "address",
    [one for one in DESK if one.does_something and one.name not in DRAFTS],
    ids=lambda one: one.name,
)
def test_an_unconfirmed_paper_lets_out_nothing(world: World, stage: SimpleNamespace, address: Address) -> None:
    Mandate.objects.filter(pk=stage.mandate.pk).update(
        status="paper", way="paper", evidence="x", signed_by="Lan", lapses_at=clock.now() + timedelta(days=2)
    )
    answer = ask_with(phone(stage), address, world.ours, method="post")
    assert answer.outcome == "403" and not changed(answer), told(answer)
    if address.name not in BEFORE_THE_YES:  # red before: every page but those of orders was read, plots and papers too
        assert ask_with(phone(stage), address, world.ours, method="get").outcome in ("403", "405")


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one not in DESK], ids=lambda one: one.name)
def test_elsewhere_nobody_acts_for_the_cooperative(world: World, stage: SimpleNamespace, address: Address) -> None:
    """Shop, sign-in, own account, team pages, programs: what a helper does there, the helper does as oneself."""
    seen: list[str] = []

    class Watching(Client):
        def request(self, **told: object) -> object:
            response = super().request(**told)
            lines = AuditEntry.objects.filter(mandate_code=stage.mandate.code)
            seen.extend(lines.exclude(action__startswith="mandate.").values_list("action", flat=True))
            return response

    client = phone(stage, Watching)
    if address.name != "teams:stop":
        ask_with(client, address, world.ours, method="post")
    assert seen == []
