"""The demo's sellers: a cooperative of one's own for each good, its people, fields, delivery and bank account."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group

from cms.demo.plan import DemoGood
from community.accounts.models import User
from community.accounts.opening import open_account
from community.audit.actors import Actor
from community.cooperatives.founding import create_cooperative
from community.cooperatives.joining import add_member
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from community.text.folding import fold
from marketplace.moderation.setting_up import MODERATORS
from marketplace.receiving.models import FeedCode, ReceivingAccount
from marketplace.shipping.models import ShippingZone
from traceability.plots.models import Plot

DEMO_PIN = "482915"
STAFF_EMAIL = "hoa@cho-nguon.example"
STAFF_PASSWORD = "duyet-hang-dang-vao-vu"  # printed when the demo starts; a demo only
FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Lý",
    "Thạch",
)
MIDDLE = ("Thị", "Văn", "Thị Ngọc", "Minh", "Thị Kim", "Đức", "Thị Thu", "Hữu", "Thị Mai", "Quốc")
GIVEN = ("Lan", "Sơn", "Hạnh", "Tâm", "Phượng", "Bình", "Hiền", "Dũng", "Thảo", "Long", "Nga", "Hải", "Yến", "Cường")


@dataclass(frozen=True, slots=True)
class Seller:
    cooperative: Cooperative
    owner: User
    plot: Plot

    @property
    def actor(self) -> Actor:
        return Actor.of(self.owner, self.cooperative)


def open_moderator() -> User:
    """Hoa of the province: checks certificates, reviews listings, edits pages; asked as one of the moderators."""
    hoa = User.objects.filter(email=STAFF_EMAIL).first()
    if hoa is None:
        hoa = User.objects.create_superuser(email=STAFF_EMAIL, password=STAFF_PASSWORD, name="Lê Thị Hoa")
    hoa.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    return hoa


def open_seller(good: DemoGood, *, actor: Actor) -> Seller:
    commune = AdminUnit.objects.select_related("parent").get(code=good.commune_code)
    phone = f"0900000{good.number:03d}"
    good_in_words = good.name[0].lower() + good.name[1:]  # "gạo thơm ST25": only the first letter
    cooperative = create_cooperative(
        name=good.seller,
        commune=commune,
        actor=actor,
        legal_form=good.legal_form,
        status="active",
        address_line=f"Ấp/thôn {1 + good.number % 9}",
        phone=phone,
        intro=f"{good.seller.removesuffix(' (mẫu)')} ở {commune.name_with_type} làm {good_in_words}. {good.blurb}",
        intro_en=f"From {commune.name}, {commune.parent.name if commune.parent else ''}. {good.blurb_en}",
        is_demo=True,
    )
    owner = open_account(name=_owner_name(good), phone=phone, pin=DEMO_PIN, actor=actor)
    add_member(cooperative=cooperative, user=owner, role="owner", actor=actor)
    plot = Plot.objects.create(
        cooperative=cooperative,
        name=f"{'Ruộng' if good.line == 'rice' else 'Khu'} {commune.name} {1 + good.number % 4}",
        commune=commune,
        area_m2=1000 * good.chance("plot").randint(3, 60),
    )
    _open_delivery(cooperative, commune, good)
    _open_bank_account(cooperative, good)
    return Seller(cooperative, owner, plot)


def open_packer(seller: Seller, *, actor: Actor) -> User:
    """Sơn, who only packs: shows what a second member may and may not do."""
    son = open_account(name="Trần Văn Sơn", phone="0900000901", pin=DEMO_PIN, actor=actor)
    add_member(cooperative=seller.cooperative, user=son, role="packer", actor=actor)
    return son


def _owner_name(good: DemoGood) -> str:
    if good.number == 1:
        return "Nguyễn Thị Lan"
    chance = good.chance("owner")
    return f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"


def _open_delivery(cooperative: Cooperative, commune: AdminUnit, good: DemoGood) -> None:
    near = ShippingZone.objects.create(
        cooperative=cooperative,
        position=0,
        name="Trong tỉnh",
        name_en="Same province",
        first_grams=2000,
        first_dong=18_000,
        step_grams=1000,
        step_dong=3_000,
        days_min=1,
        days_max=2,
    )
    if commune.parent is not None:
        near.provinces.add(commune.parent)
    ShippingZone.objects.create(
        cooperative=cooperative,
        position=1,
        name="Giao lạnh toàn quốc" if good.chilled else "Toàn quốc",
        name_en="Chilled, all provinces" if good.chilled else "All provinces",
        first_grams=2000,
        first_dong=48_000 if good.chilled else 30_000,
        step_grams=1000,
        step_dong=9_000 if good.chilled else 5_000,
        days_min=2,
        days_max=3 if good.chilled else 5,
    )


def _open_bank_account(cooperative: Cooperative, good: DemoGood) -> None:
    ReceivingAccount.objects.create(
        cooperative=cooperative,
        bank_bin="970405",
        bank_name="Agribank",
        account_number=f"7600{good.chance('bank').randrange(10**9):09d}",
        holder=fold(good.seller.removesuffix(" (mẫu)")).upper()[:80],
        feed=FeedCode.SIMULATED,
    )
