"""A digital team beside the cast: Tuấn and Hạnh help in Lan's commune, Chị Nga of the bank looks; another team in
Minh's commune, whom Tuấn must never see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.mandates.models import Mandate
from community.teams.joining import form_team, join_team
from community.teams.models import TeamMember
from tests.cast import Cast

MAKER = Actor.system("test")


@dataclass(frozen=True)
class Helpers:
    """Places in teams. ``tuan`` leads."""

    tuan: TeamMember
    hanh: TeamMember
    nga: TeamMember
    elsewhere: TeamMember


def make_helpers(cast: Cast) -> Helpers:
    here = form_team(name="Tổ công nghệ số Trần Đề", commune=cast.tran_de, actor=MAKER)
    there = form_team(name="Tổ công nghệ số Khe Sanh", commune=cast.other_cooperative.commune, actor=MAKER)
    return Helpers(
        tuan=join_team(team=here, user=_person("Lâm Văn Tuấn", 1), role="head", actor=MAKER),
        hanh=join_team(team=here, user=_person("Thạch Thị Hạnh", 2), role="member", actor=MAKER),
        nga=join_team(team=here, user=_person("Trần Thị Nga", 3), role="partner", actor=MAKER),
        elsewhere=join_team(team=there, user=_person("Hồ Văn Thu", 4), role="head", actor=MAKER),
    )


def acts(place: TeamMember) -> Actor:
    return Actor.of(place.user)


def make_mandate(place: TeamMember, cooperative: Cooperative, **facts: object) -> Mandate:
    """One that runs since now, given by an owner with a code; how it is given has tests of its own."""
    now = clock.now()
    owner = cooperative.memberships.get(role="owner").user
    told = {
        "scope_words": "list,record,orders,pack,import",
        "purpose": "Đăng hàng",
        "status": "running",
        "way": "code",
        "asked_at": now,
        "lapses_at": now,
        "starts_at": now,
        "ends_at": now + timedelta(days=1),
        "given_by": owner,
        "confirmed_by": owner,
        "confirmed_at": now,
    } | facts
    return Mandate.objects.create(team=place.team, helper=place.user, cooperative=cooperative, **told)


def acted(mandate: Mandate, action: str, subject: object, **facts: object) -> None:
    """A line of the audit as the helper's acts leave it."""
    who = Actor(mandate.helper, mandate.cooperative, mandate.code, mandate.helper.name)
    record(actor=who, action=action, subject=subject, cooperative=mandate.cooperative, **facts)  # type: ignore[arg-type]


def _person(name: str, number: int) -> User:
    return User.objects.create_user(phone=f"+8490700000{number}", password="482915", name=name)
