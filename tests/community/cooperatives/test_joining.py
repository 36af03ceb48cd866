from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.founding import CannotFound, change_status, create_cooperative
from community.cooperatives.joining import CannotJoin, CannotLeave, add_member, end_membership
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import CAPABILITIES, Capability, Role, may
from community.places.models import AdminUnit
from tests.cast import Cast, make_member

pytestmark = pytest.mark.django_db
DEMO = Actor.system("demo")


def test_a_cooperative_gets_a_code_and_an_address_of_its_own(places: dict[str, AdminUnit]) -> None:
    first = create_cooperative(name="HTX  Hương Quê", commune=places["31673"], phone="0299 3822 123", actor=DEMO)
    second = create_cooperative(name="HTX Hương Quê", commune=places["31673"], actor=DEMO)
    assert (first.slug, second.slug) == ("htx-huong-que", "htx-huong-que-2")
    assert first.code != second.code and len(first.code) == 8
    assert (first.name, first.phone, first.status) == ("HTX Hương Quê", "+842993822123", "applied")
    assert AuditEntry.objects.about(first).get().action == "cooperative.created"


@pytest.mark.parametrize(("name", "code", "why"), [("  ", "31673", "name_missing"), ("HTX A", "92", "not_a_commune")])
def test_a_refused_cooperative_leaves_nothing(places: dict[str, AdminUnit], name: str, code: str, why: str) -> None:
    with pytest.raises(CannotFound) as refused:
        create_cooperative(name=name, commune=places[code], actor=DEMO)
    assert refused.value.code == why
    assert not Cooperative.objects.exists() and not AuditEntry.objects.exists()


def test_only_active_cooperatives_sell(cast: Cast) -> None:
    change_status(cooperative=cast.huong_que, status="suspended", actor=cast.hoa_acts)
    assert list(Cooperative.objects.active()) == [cast.other_cooperative]
    change_status(cooperative=cast.huong_que, status="suspended", actor=cast.hoa_acts)
    assert AuditEntry.objects.filter(action="cooperative.status_changed").count() == 1


TABLE = {
    "owner": {"list", "record", "pack", "money", "team", "view"},
    "manager": {"list", "record", "pack", "money", "team", "view"},
    "recorder": {"record", "view"},
    "packer": {"pack", "view"},
    "viewer": {"view"},
}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("capability", Capability.values)
def test_the_table_of_roles(role: str, capability: str) -> None:
    assert may(role, capability) == (capability in TABLE[role])
    assert set(CAPABILITIES) == set(Role.values)


def test_a_misspelt_capability_is_an_error_not_a_no(cast: Cast) -> None:
    with pytest.raises(ValueError, match="lists"):
        cast.lan.memberships.get().may("lists")


def test_one_active_membership_a_person_and_cooperative(cast: Cast) -> None:
    with pytest.raises(CannotJoin) as refused:
        add_member(cooperative=cast.huong_que, user=cast.son, role="viewer", actor=cast.lan_acts)
    assert (refused.value.code, refused.value.facts) == ("already_member", {"role": "packer"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.son, cooperative=cast.huong_que, role="viewer")
    assert cast.son.memberships.get().role == "packer"


def test_who_left_may_come_back(cast: Cast) -> None:
    end_membership(membership=cast.son.memberships.get(), actor=cast.lan_acts)
    again = add_member(cooperative=cast.huong_que, user=cast.son, role="recorder", actor=cast.lan_acts)
    assert again.is_active and cast.son.memberships.count() == 2


def test_ending_twice_is_refused_and_keeps_the_first_time(cast: Cast) -> None:
    membership = end_membership(membership=cast.son.memberships.get(), actor=cast.lan_acts)
    with pytest.raises(CannotLeave) as refused:
        end_membership(membership=Membership.objects.get(pk=membership.pk), actor=cast.lan_acts)
    assert refused.value.code == "already_ended"
    assert Membership.objects.get(pk=membership.pk).ended_at == membership.ended_at


def test_the_last_owner_stays(cast: Cast) -> None:
    with pytest.raises(CannotLeave) as refused:
        end_membership(membership=cast.lan.memberships.get(), actor=cast.hoa_acts)
    assert refused.value.code == "last_owner" and cast.lan.memberships.get().is_active


@pytest.mark.parametrize("who", ["son", "other_seller"])
def test_only_those_who_run_the_team_add_and_end(cast: Cast, who: str) -> None:
    actor = Actor.of(getattr(cast, who), cast.huong_que)
    before = list(Membership.objects.values_list("pk", "ended_at"))
    with pytest.raises(CannotJoin):
        add_member(cooperative=cast.huong_que, user=cast.hoa, role="viewer", actor=actor)
    with pytest.raises(CannotLeave):
        end_membership(membership=cast.lan.memberships.get(), actor=actor)
    with pytest.raises(CannotJoin):
        add_member(cooperative=cast.huong_que, user=cast.hoa, role="viewer", actor=Actor.buyer())
    assert list(Membership.objects.values_list("pk", "ended_at")) == before


def test_a_manager_does_not_decide_on_owners(cast: Cast) -> None:
    manager = make_member(cast.huong_que, "manager", "Bùi Văn Tám", "+84356789012", "184736")
    with pytest.raises(CannotJoin):
        add_member(cooperative=cast.huong_que, user=cast.hoa, role="owner", actor=Actor.of(manager))
    with pytest.raises(CannotLeave):
        end_membership(membership=cast.lan.memberships.get(), actor=Actor.of(manager))
    assert add_member(cooperative=cast.huong_que, user=cast.hoa, role="viewer", actor=Actor.of(manager)).is_active


def test_a_name_and_no_more_is_needed_to_show_a_person(cast: Cast) -> None:
    assert str(cast.son.memberships.get()).startswith("Trần Văn Sơn · ")
    assert isinstance(cast.huong_que.members.get(name="Hồ Thị Lan"), User)
