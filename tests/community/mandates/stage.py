"""Tuấn of the digital team of Trần Đề, who helps Lan's cooperative; Hạnh is the team's head and second helper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.test import Client

from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.current import ACTING
from community.cooperatives.models import Cooperative
from community.mandates.asking import ask_mandate
from community.mandates.giving import give_in_person
from community.mandates.models import Mandate
from community.mandates.scopes import Scope
from community.teams.joining import form_team, join_team
from community.teams.models import Team, TeamMember

STAFF = Actor.system("test")
TUAN_PIN = "395718"


@dataclass(frozen=True)
class Helped:
    """A team with two helpers, and the cooperative they help."""

    cooperative: Cooperative
    team: Team
    tuan: User
    hanh: User
    place: TeamMember

    @property
    def tuan_acts(self) -> Actor:
        return Actor.of(self.tuan)

    @property
    def hanh_acts(self) -> Actor:
        return Actor.of(self.hanh)


def make_team(cooperative: Cooperative, *, phones: tuple[str, str] = ("+84961000001", "+84961000002")) -> Helped:
    name = f"Tổ công nghệ số {cooperative.commune.name_with_type}"
    team = form_team(name=name, commune=cooperative.commune, actor=STAFF, is_demo=True)
    tuan = User.objects.create_user(phone=phones[0], password=TUAN_PIN, name="Lê Anh Tuấn")
    hanh = User.objects.create_user(phone=phones[1], password=TUAN_PIN, name="Đỗ Thị Hạnh")
    place = join_team(team=team, user=tuan, role="member", actor=STAFF)
    join_team(team=team, user=hanh, role="head", actor=STAFF)
    return Helped(cooperative, team, tuan, hanh, place)


def ask(helped: Helped, *, scopes: Iterable[str] = Scope.values, days: int = 7) -> Mandate:
    return ask_mandate(
        place=helped.place,
        cooperative=helped.cooperative,
        scopes=list(scopes),
        purpose="Đăng bán 6 loại hàng",
        days=days,
        actor=helped.tuan_acts,
    )


def give(helped: Helped, *, scopes: Iterable[str] = Scope.values, days: int = 7) -> Mandate:
    """Asked for, and said yes to by an owner at the desk."""
    owner = helped.cooperative.memberships.active().get(role="owner")
    return give_in_person(mandate=ask(helped, scopes=scopes, days=days), membership=owner, way="desk")


def acting(mandate: Mandate) -> Client:
    """The helper's phone, after "act for them"."""
    client = Client()
    client.force_login(mandate.helper)
    session = client.session
    session[ACTING] = mandate.code
    session.save()
    return client
