"""The same few people and places in every test. Lan and Sơn work for HTX Hương Quê Trần Đề; Minh runs another
cooperative and must never see their things; Hoa moderates."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client

from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative, Membership
from community.places.models import AdminUnit, UnitAlias
from community.text.folding import fold
from community.text.sorting import sort_key

LAN_PIN = "482915"
SON_PIN = "739106"
MINH_PIN = "260584"
HOA_PASSWORD = "hai-con-trau-den-9"

_PROVINCES = (("92", "Cần Thơ", "thanh_pho"), ("44", "Quảng Trị", "tinh"), ("25", "Phú Thọ", "tinh"))
_COMMUNES = (
    ("31673", "Trần Đề", "xa", "92"),
    ("31783", "Vĩnh Châu", "phuong", "92"),
    ("19429", "Khe Sanh", "xa", "44"),
    ("19564", "Đakrông", "xa", "44"),
    ("05089", "Cao Phong", "xa", "25"),
    ("05200", "Mai Châu", "xa", "25"),
)
_OLD_NAMES = (
    ("92", "old_province", "Sóc Trăng", "soc trang"),
    ("31673", "old_district", "Huyện Trần Đề", "tran de"),
    ("19429", "old_district", "Huyện Hướng Hóa", "huong hoa"),
    ("25", "old_province", "Hòa Bình", "hoa binh"),
)


@dataclass(frozen=True)
class Cast:
    """Everybody at once: `cast.lan`, `cast.huong_que` …"""

    lan: User
    son: User
    other_seller: User
    hoa: User
    huong_que: Cooperative
    other_cooperative: Cooperative
    tran_de: AdminUnit
    can_tho: AdminUnit

    @property
    def lan_acts(self) -> Actor:
        return Actor.of(self.lan, self.huong_que)

    @property
    def son_acts(self) -> Actor:
        return Actor.of(self.son, self.huong_que)

    @property
    def other_acts(self) -> Actor:
        return Actor.of(self.other_seller, self.other_cooperative)

    @property
    def hoa_acts(self) -> Actor:
        return Actor.of(self.hoa)


def make_unit(code: str, name: str, kind: str, parent: AdminUnit | None = None) -> AdminUnit:
    types = {"thanh_pho": "Thành phố", "tinh": "Tỉnh", "xa": "Xã", "phuong": "Phường", "dac_khu": "Đặc khu"}
    return AdminUnit.objects.create(
        code=code,
        level="commune" if parent else "province",
        kind=kind,
        name=name,
        name_with_type=f"{types[kind]} {name}",
        parent=parent,
        folded=fold(name),
        sort_key=sort_key(name),
    )


def make_cooperative(name: str, slug: str, code: str, commune: AdminUnit, **fields: object) -> Cooperative:
    return Cooperative.objects.create(name=name, slug=slug, code=code, commune=commune, status="active", **fields)


def make_member(cooperative: Cooperative, role: str, name: str, phone: str, pin: str) -> User:
    user = User.objects.create_user(phone=phone, password=pin, name=name)
    Membership.objects.create(user=user, cooperative=cooperative, role=role)
    return user


def sign_in(client: Client, user: User) -> Client:
    """Signed in without playing the sign-in page (which has its own tests)."""
    client.force_login(user)
    return client


@pytest.fixture
def places(db: None) -> dict[str, AdminUnit]:
    """Three provinces and six communes by code."""
    units = {code: make_unit(code, name, kind) for code, name, kind in _PROVINCES}
    units |= {code: make_unit(code, name, kind, units[above]) for code, name, kind, above in _COMMUNES}
    UnitAlias.objects.bulk_create(
        UnitAlias(unit=units[code], kind=kind, name=name, folded=folded) for code, kind, name, folded in _OLD_NAMES
    )
    return units


@pytest.fixture
def huong_que(places: dict[str, AdminUnit]) -> Cooperative:
    return make_cooperative(
        "HTX Hương Quê Trần Đề", "htx-huong-que-tran-de", "HQTD2345", places["31673"], phone="+842993822123"
    )


@pytest.fixture
def other_cooperative(places: dict[str, AdminUnit]) -> Cooperative:
    return make_cooperative("HTX Cà phê Khe Sanh", "htx-ca-phe-khe-sanh", "CPKS2345", places["19429"])


@pytest.fixture
def lan(huong_que: Cooperative) -> User:
    """Owner of HTX Hương Quê Trần Đề, PIN 482915."""
    return make_member(huong_que, "owner", "Hồ Thị Lan", "+84912345678", LAN_PIN)


@pytest.fixture
def son(huong_que: Cooperative) -> User:
    """Packer of the same cooperative."""
    return make_member(huong_que, "packer", "Trần Văn Sơn", "+84987654321", SON_PIN)


@pytest.fixture
def other_seller(other_cooperative: Cooperative) -> User:
    """Minh, owner of another cooperative."""
    return make_member(other_cooperative, "owner", "Nguyễn Văn Minh", "+84355555123", MINH_PIN)


@pytest.fixture
def hoa(db: None) -> User:
    """Moderator: superuser who signs in by e-mail."""
    return User.objects.create_superuser("hoa@example.org", HOA_PASSWORD, name="Lê Thị Hoa")


@pytest.fixture
def cast(
    lan: User,
    son: User,
    other_seller: User,
    hoa: User,
    huong_que: Cooperative,
    other_cooperative: Cooperative,
    places: dict[str, AdminUnit],
) -> Cast:
    return Cast(lan, son, other_seller, hoa, huong_que, other_cooperative, places["31673"], places["92"])
