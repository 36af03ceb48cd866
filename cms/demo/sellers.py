"""The demo's sellers: a cooperative of one's own for each good, its people, fields, delivery and bank account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import Group

from cms.demo.plan import DemoGood
from community.accounts.models import User
from community.accounts.opening import open_account
from community.audit.actors import Actor
from community.cooperatives.founding import create_cooperative
from community.cooperatives.joining import add_member
from community.cooperatives.models import Cooperative
from community.onboarding.models import SellerApplication
from community.places.models import AdminUnit
from community.text.folding import fold
from marketplace.moderation.setting_up import MODERATORS
from marketplace.receiving.models import FeedCode, ReceivingAccount
from marketplace.shipping.arranging import PointFacts, save_point, set_dispatch_days
from marketplace.shipping.zoning import FAR, NEAR, save_zone
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
    _open_delivery(cooperative, commune, good, actor=actor)
    _open_bank_account(cooperative, good)
    SellerApplication.objects.create(
        cooperative=cooperative,
        status=SellerApplication.Status.APPROVED,
        representative=owner.name,
        registration_no=f"MAU-{good.number:03d}",
        registered_by=f"UBND {commune.name_with_type} (giấy mẫu)",
        identity_seen=SellerApplication.Identity.IN_PERSON,
    )
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


def _open_delivery(cooperative: Cooperative, commune: AdminUnit, good: DemoGood, *, actor: Actor) -> None:
    cold: dict[str, Any] = {"carries_chilled": True, "chilled_dong": 18_000} if good.chilled else {}
    near = replace(NEAR, first_dong=18_000, step_dong=3_000, days_min=1, days_max=2, **cold)
    far = replace(FAR, first_dong=30_000, step_dong=5_000, days_min=2, days_max=3 if good.chilled else 5, **cold)
    provinces = [commune.parent] if commune.parent else []
    save_zone(cooperative=cooperative, figures=replace(near, free_from_dong=800_000), places=provinces, actor=actor)
    save_zone(cooperative=cooperative, figures=replace(far, most_grams=30_000), places=[], actor=actor)
    set_dispatch_days(cooperative=cooperative, weekdays=range(6), cut_off_hour=15, actor=actor)
    if good.number % 3 == 1:
        point = PointFacts(
            name="Kho hợp tác xã",
            commune=commune,
            address_line="cạnh nhà văn hóa thôn",
            hours="7–17 giờ, trừ Chủ nhật",
            phone=cooperative.phone,
        )
        save_point(cooperative=cooperative, facts=point, actor=actor)


def _open_bank_account(cooperative: Cooperative, good: DemoGood) -> None:
    ReceivingAccount.objects.create(
        cooperative=cooperative,
        bank_bin="970405",
        bank_name="Agribank",
        account_number=f"7600{good.chance('bank').randrange(10**9):09d}",
        holder=fold(good.seller.removesuffix(" (mẫu)")).upper()[:80],
        feed=FeedCode.SIMULATED,
    )
