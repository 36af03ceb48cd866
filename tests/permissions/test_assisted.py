"""Helpers under a mandate at every address of the site: only what its scopes open, nothing else, and not one second
after its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from community import clock
from community.audit.models import AuditEntry
from community.cooperatives.current import FOR, SESSION_KEY
from community.cooperatives.models import Cooperative
from community.mandates.models import Mandate
from community.teams.models import Team, TeamMember
from tests.community.mandates.stage import Helped, acting, give, make_team
from tests.permissions.asking import Answer, ask_with
from tests.permissions.assisted import ALL, DRAFTS, OPENED_BY, scopes_of
from tests.permissions.doing import PREPARED, SENDS, WRITES_NOTHING
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
    """However it ends: refused, and nothing of the act is done."""
    method = "get" if address.post == "405" else "post"
    wrong = []
    for end in ENDS:
        with transaction.atomic():
            end(stage.helped, stage.mandate)
            answer = ask_with(phone(stage), address, world.ours, method=method)
            transaction.set_rollback(True)
        if answer.outcome != "403" or changed(answer):
            wrong.append(f"{method.upper()} when {end.__name__}: {told(answer)}")
    assert not wrong, "\n".join(wrong)


def revoked(helped: Helped, mandate: Mandate) -> None:
    Mandate.objects.filter(pk=mandate.pk).update(status="ended", ended_at=clock.now(), ended_why="revoked")


def run_out(helped: Helped, mandate: Mandate) -> None:
    Mandate.objects.filter(pk=mandate.pk).update(ends_at=clock.now() - timedelta(seconds=1))


def place_ended(helped: Helped, mandate: Mandate) -> None:
    TeamMember.objects.filter(pk=helped.place.pk).update(ended_at=clock.now())


def team_dissolved(helped: Helped, mandate: Mandate) -> None:
    Team.objects.filter(pk=helped.team.pk).update(ended_on=clock.today())


def only_looks(helped: Helped, mandate: Mandate) -> None:
    TeamMember.objects.filter(pk=helped.place.pk).update(role="partner")


def moved_elsewhere(helped: Helped, mandate: Mandate) -> None:
    other = Cooperative.objects.exclude(commune=helped.cooperative.commune_id).first()
    assert other is not None
    Cooperative.objects.filter(pk=helped.cooperative.pk).update(commune=other.commune_id)


def ceased(helped: Helped, mandate: Mandate) -> None:
    Cooperative.objects.filter(pk=helped.cooperative.pk).update(status="ceased")


ENDS = (revoked, run_out, place_ended, team_dissolved, only_looks, moved_elsewhere, ceased)


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


@contextmanager
def lan_owns_both(world: World) -> Iterator[None]:
    """Who said yes for ours owns theirs too, next door: only the mandate stands between."""
    with transaction.atomic():
        Cooperative.objects.filter(pk=world.theirs.cooperative.pk).update(commune=world.ours.commune)
        world.theirs.cooperative.memberships.create(user=world.people["owner"], role="owner")
        yield
        transaction.set_rollback(True)


@on_the_desk
def test_a_mandate_reaches_no_other_cooperative_of_who_gave_it(
    world: World, stage: SimpleNamespace, address: Address
) -> None:
    """Its things are not found at any address; no page names it, no form written for it is taken, nothing is written
    of it; also when the phone once chose it."""
    second, wrong = world.theirs.cooperative, []
    client, seen = watching(stage)
    with lan_owns_both(world):
        session = client.session
        session[SESSION_KEY] = second.code
        session.save()
        for method, things in [(method, things) for method in METHODS for things in (world.ours, world.theirs)]:
            if things is world.theirs and not address.is_owned:
                continue
            answer = ask_with(client, address, things, method=method)
            inside = address.get if method == "get" else address.post
            allowed = scopes_of(address) or inside == "405"
            if things is world.theirs and (answer.outcome in ("200", "201", "302", "303") or answer.writes):
                wrong.append(f"{method.upper()} of the second: {told(answer)}")
            if allowed and things is world.theirs and answer.outcome != ("405" if inside == "405" else "404"):
                wrong.append(f"{method.upper()} of the second: {told(answer)}, not 404")
            if second.name.encode() in getattr(answer.response, "content", b""):
                wrong.append(f"{method.upper()} names the second")
        if address.post != "405":
            form = replace(address, sends=f"{address.sends}&{FOR}={second.code}")
            answer = ask_with(client, form, world.ours, method="post")
            if answer.outcome not in ("403", "404", "409") or answer.writes:
                wrong.append(f"POST meant for the second: {told(answer)}")
    wrong += [f"wrote of the second: {line}" for line in seen.mine if line[1] == second.pk]
    assert not wrong, "\n".join(wrong)


def test_nobody_chooses_the_second_cooperative_while_helping(world: World, stage: SimpleNamespace) -> None:
    chooses = next(one for one in ADDRESSES if one.name == "account_choose_cooperative")
    with lan_owns_both(world):
        answer = ask_with(phone(stage), replace(chooses, sends="code={party}"), world.theirs, method="post")
        own = ask_with(world.client("owner"), replace(chooses, sends="code={party}"), world.theirs, method="post")
    assert (answer.outcome, own.outcome) == ("404", "302") and not answer.writes


@dataclass(frozen=True)
class Seen:
    """What the log got while one address was asked; ``mine``: of the helper, as (action, for whom, by which paper)."""

    mine: list[tuple[str, int | None, str]]
    others: list[str]


def watching(stage: SimpleNamespace) -> tuple[Client, Seen]:
    seen = Seen([], [])

    class Watching(Client):
        def request(self, **told: object) -> object:
            last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            response = super().request(**told)
            for one in AuditEntry.objects.filter(pk__gt=last).order_by("pk"):
                if one.actor_id == stage.helped.tuan.pk:
                    seen.mine.append((one.action, one.cooperative_id, one.mandate_code))
                elif not (one.actor_id is None and one.actor_label.startswith("system:")):
                    seen.others.append(f"{one.actor_label} {one.action}")
            return response

    return phone(stage, Watching), seen


@pytest.mark.parametrize(
    "address",
    [one for one in DESK if scopes_of(one) and (one.does_something or one.name in PREPARED)],
    ids=lambda one: one.name,
)
def test_each_act_is_one_line_with_both_names(world: World, stage: SimpleNamespace, address: Address) -> None:
    """Whatever a helper does leaves one line: who, for whom, by which paper. What the system does because of it (a lot
    stopped by the balance) is the system's own line."""
    client, seen = watching(stage)
    with transaction.atomic():
        PREPARED.get(address.name, lambda world, stage: None)(world, stage)
        form = SENDS[address.name](world) if address.name in SENDS else address.sends
        answer = ask_with(client, replace(address, sends=form), world.ours, method="post")
        transaction.set_rollback(True)
    if address.name in WRITES_NOTHING:
        assert not changed(answer) and not seen.mine, told(answer)
        return
    assert answer.outcome in ("200", "201", "302", "303") and answer.writes, told(answer)
    assert [line[1:] for line in seen.mine] == [(world.ours.cooperative.pk, stage.mandate.code)], seen
    assert seen.others == []


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
