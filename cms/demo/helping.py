"""The demo's digital team: Tuấn helps in three communes, Hạnh takes over from him, Nga of the bank looks; their visits,
the households they asked, and one seller under each light."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile

from community import clock
from community.accounts.models import User
from community.accounts.opening import open_account
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.mandates.acting import actor_of
from community.mandates.asking import ask_mandate
from community.mandates.ending import give_back
from community.mandates.giving import give_in_person
from community.mandates.models import Mandate
from community.mandates.on_paper import give_on_paper
from community.photos.illustrating import compose_illustration
from community.places.models import AdminUnit
from community.teams.joining import form_team, join_team
from community.teams.models import SupportingOrganisation, Team, TeamMember
from community.visits.handing_over import ask_to_take_over
from community.visits.models import Visit
from community.visits.needs import Signals, write_needs
from community.visits.writing_down import VisitFacts, write_down_visit
from marketplace.listings.drafting import start_draft
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.writing import set_price
from traceability.products.models import Pack

COMMUNES = ("31673", "31569", "31783")
"""Trần Đề, Phú Tâm, Vĩnh Châu. The first is Lan's."""
PIN = "482915"
TUAN, HANH, NGA = (
    ("Lâm Văn Tuấn", "0900000910"),
    ("Thạch Thị Hạnh", "0900000911"),
    ("Trần Thị Nga", "0900000912"),
)
DAYS_AGO = (3, 12, 41, 6, 55)
TOLD: tuple[tuple[tuple[str, ...], int, str, str, str], ...] = (
    (
        ("photos", "goods"),
        60,
        "Chụp lại ảnh ngoài nắng, đăng được hai mặt hàng.",
        "In tem cho lô mới",
        "kho hợp tác xã",
    ),
    (("orders", "packing"), 45, "Tập nhận đơn và gói hàng, chị tự bấm được.", "", "nhà văn hóa ấp 2"),
    (("cashless", "safety"), 30, "Chỉ cách xem tiền về và không đọc mã cho ai.", "Xem lại tài khoản nhận tiền", "ấp 4"),
    (("papers",), 25, "Xem giấy chứng nhận sắp hết hạn.", "Chụp giấy mới gửi chợ", "trụ sở"),
    (("diary", "labels"), 50, "Ghi nhật ký hai lô, quét thử mã.", "", "ruộng bà con"),
)
"""Topics, minutes, what came of it, the next step, the place: one visit for each seller in turn."""
PAPER = ("scroll", "memo")
HOUSEHOLDS = ("111010", "100000", "110000", "111111", "000000", "111000", "101010", "110110")
"""The six answers, 1 for yes."""


def tell_of_helpers(*, actor: Actor) -> None:
    teams = [_form(code, actor) for code in COMMUNES]
    tuan, hanh, nga = (open_account(name=name, phone=phone, pin=PIN, actor=actor) for name, phone in (TUAN, HANH, NGA))
    bank = SupportingOrganisation.objects.create(name="Agribank Trần Đề (mẫu)", kind="bank")
    places = [join_team(team=team, user=tuan, role="head", actor=actor) for team in teams]
    for team in teams:  # a paper needs a second helper of its team
        join_team(team=team, user=hanh, role="deputy", actor=actor)
    looks = join_team(team=teams[0], user=nga, role="partner", actor=actor, organisation=bank)
    sellers = list(Cooperative.objects.filter(commune__code__in=COMMUNES, status="active").order_by("pk"))
    for number, seller in enumerate(sellers[:-1]):  # the last one was never visited
        _visit(seller, _place_of(seller, places), number)
    _visit(sellers[0], looks, 4)
    _ask_households(sellers[0], places[0])
    _allow(sellers[0], places[0])
    _let_run_out(sellers[0], places[0])
    _sign_on_paper(sellers[-1], places)
    _hand_over(places[0], hanh)
    _trouble(sellers)


def _form(code: str, actor: Actor) -> Team:
    commune = AdminUnit.objects.get(code=code)
    return form_team(
        name=f"Tổ công nghệ số {commune.name_with_type} (mẫu)",
        commune=commune,
        actor=actor,
        decision_no="12/QĐ-UBND (mẫu)",
        is_demo=True,
    )


def _place_of(seller: Cooperative, places: Sequence[TeamMember]) -> TeamMember:
    return next(place for place in places if place.team.commune_id == seller.commune_id)


def _visit(seller: Cooperative, place: TeamMember, number: int) -> Visit:
    topics, minutes, result, step, where = TOLD[number % len(TOLD)]
    day = clock.today() - timedelta(days=DAYS_AGO[number % len(DAYS_AGO)])
    facts = VisitFacts(
        held_on=day,
        minutes=minutes,
        topics=topics,
        place=where,
        result=result,
        next_step=step,
        next_on=clock.today() + timedelta(days=4) if step else None,
    )
    key = uuid5(NAMESPACE_URL, f"demo-visit:{seller.code}:{place.code}:{number}")
    return write_down_visit(cooperative=seller, place=place, facts=facts, key=key, actor=Actor.of(place.user))


def _ask_households(seller: Cooperative, place: TeamMember) -> None:
    for answers in HOUSEHOLDS:
        signals = Signals(*(answer == "1" for answer in answers))
        write_needs(cooperative=seller, place=place, signals=signals, actor=Actor.of(place.user))


def _allow(seller: Cooperative, place: TeamMember) -> None:
    """Lan says yes at her desk: goods and orders, for a week. He mistypes a price and puts it right."""
    asked = _ask(place, seller, ["list", "orders"], "Đăng hàng vụ mới và nhận đơn")
    mandate = give_in_person(mandate=asked, membership=seller.memberships.get(role="owner"), way="desk")
    pack = Pack.objects.select_related("offer").filter(product__cooperative=seller, offer__isnull=False).first()
    if pack is not None:
        for price in (pack.offer.price_dong + 1_000, pack.offer.price_dong):
            set_price(pack=pack, price_dong=price, actor=actor_of(mandate))


def _let_run_out(seller: Cooperative, place: TeamMember) -> None:
    """An older yes for packing, given back when the work was done: the desk shows what was as well as what is."""
    asked = _ask(place.team.places.get(role="deputy"), seller, ["pack"], "Tập gói hàng mùa lễ")
    mandate = give_in_person(mandate=asked, membership=seller.memberships.get(role="owner"), way="desk")
    give_back(mandate=mandate, actor=Actor.of(mandate.helper))


def _sign_on_paper(seller: Cooperative, places: Sequence[TeamMember]) -> None:
    """Signed on paper, waits for a second helper: only drafts until then."""
    place = _place_of(seller, places)
    asked = _ask(place, seller, ["list"], "Đăng ba mặt hàng đầu tiên")
    drawn = compose_illustration(PAPER, "gold", size=(720, 540), seed="mandate")
    upload = ContentFile(drawn, name="giay-uy-quyen.jpg")
    give_on_paper(mandate=asked, upload=upload, signed_by="Chủ nhiệm (mẫu)", actor=Actor.of(place.user))


def _ask(place: TeamMember, seller: Cooperative, scopes: Sequence[str], purpose: str) -> Mandate:
    actor = Actor.of(place.user)
    return ask_mandate(place=place, cooperative=seller, scopes=scopes, purpose=purpose, days=7, actor=actor)


def _hand_over(place: TeamMember, taker: User) -> None:
    steps = list(Visit.objects.open_steps().filter(carrier=place.user, team=place.team)[:1])
    if steps:
        note = "Tuần này em đi gặt, chị ghé giúp nhé."
        ask_to_take_over(
            place=place, giver=place.user, taker=taker, visits=steps, note=note, actor=Actor.of(place.user)
        )


def _trouble(sellers: Sequence[Cooperative]) -> None:
    """One stuck at the second question of the wizard for five days, one locked out by wrong PINs."""
    stuck, locked = sellers[1], sellers[2]
    owner = stuck.memberships.get(role="owner").user
    shown = Listing.objects.filter(product__cooperative=stuck, photos__isnull=False).first()
    if shown is not None:
        photo = shown.photos.get().photo
        draft = start_draft(cooperative=stuck, photo=photo, actor=Actor.of(owner, stuck))
        ListingDraft.objects.filter(pk=draft.pk).update(updated_at=clock.now() - timedelta(days=5))
    User.objects.filter(memberships__cooperative=locked).update(failed_pins=5, locked_at=clock.now())
