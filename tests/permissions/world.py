"""Two cooperatives that have one of everything, and the people who knock at every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cms.setting_up import set_up_site
from community import clock
from community.accounts.models import User
from community.api_keys.keeping import create_key
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.mandates.acting import MandateOver
from community.mandates.keeping import keep_form
from community.mandates.on_paper import confirm_paper, give_on_paper
from community.members.cards import issue_card
from community.members.inviting import PAUSE, invite_member
from community.onboarding.applying import add_paper
from community.outbox.models import OutboxMessage
from marketplace.claims.opening import Told, open_claim
from marketplace.claims.states import Problem
from marketplace.hand_sales.writing_down import SoldLine, write_down_sale
from marketplace.hand_sales.writing_down import Told as SoldHow
from marketplace.invoices.asking import InvoiceWish, ask_invoices
from marketplace.listings.drafting import change_draft, start_draft
from marketplace.moderation.setting_up import set_up_review
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.packing.photographing import keep_photo
from marketplace.payments.asking.starting import start_order_payments
from marketplace.reviews.models import Review
from marketplace.reviews.writing import Opinion, write_review
from marketplace.shipping.arranging import PointFacts, save_point
from marketplace.shipping.models import PickUpPoint
from marketplace.vouchers.writing import VoucherTerms, write_voucher
from tests import cast
from tests.community.mandates.stage import ask, give, make_team
from tests.harness.ground import lay_ground
from tests.making import (
    Goods,
    fill_basket,
    make_certificate,
    make_order,
    make_photo,
    make_product,
    make_published_batch,
    open_shop,
)
from tests.marketplace.claims.stage import a_picture
from traceability.balance.submitting import add_scan
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.posting import Movement, post
from traceability.events.recording import StepReport, record_step
from traceability.labels.printing import Wish, print_labels
from traceability.plots.models import Plot
from traceability.products.models import Pack

BUYER = {"name": "Phạm Thị Hoài", "phone": "+84905222333", "landmark": "sau đình Thọ Lộc"}
BUYER_SHOWN = ("Hoài", "905 222 333", "905222333", "Thọ Lộc")
ROLES = ("anonymous", "viewer", "packer", "recorder", "manager", "owner", "staff")
OTHER_OWNER = "other owner"


@dataclass(frozen=True)
class Things:
    """What one cooperative has, as it stands in addresses. Parcels by the state that their buttons ask for."""

    cooperative: Cooperative
    seller: str
    party: str
    slug: str
    product: str
    pack: str
    draft: str
    batch: str
    label_run: str
    ready_batch: str
    record: str
    plot: int
    plot_code: str
    paper: str
    member: str
    seller_paper: str
    paper_scan: str
    card: str
    invitation: str
    invite_token: str
    grown_paper: str
    gone_batch: str
    commune: int
    unpaid: str
    payment: str
    awaiting: str
    new: str
    accepted: str
    packed: str
    zone: str
    pick_up: str
    shipped: str
    sent: str
    claim: str
    claim_photo: int
    line: int
    review: str
    media: str
    photo: bytes
    key: str
    api_key: str
    hand_sale: str
    voucher: str
    mandate: str
    mandate_paper: str
    kept_form: str
    nothing: str = "KHONGCO234"


@dataclass(frozen=True)
class World:
    """``ours`` belongs to Lan and her people, ``theirs`` to Minh."""

    ours: Things
    theirs: Things
    people: dict[str, User]
    cookies: dict[str, dict[str, str]]

    def client(self, role: str) -> Client:
        """A browser in which this person has signed in."""
        client = Client()
        for name, value in self.cookies.get(role, {}).items():
            client.cookies[name] = value
        return client


def build_world() -> World:
    lay_ground()
    set_up_site("testserver", 80)
    set_up_review()
    units = {code: cast.make_unit(code, name, kind) for code, name, kind in cast._PROVINCES}
    units |= {code: cast.make_unit(code, name, kind, units[above]) for code, name, kind, above in cast._COMMUNES}
    huong_que = cast.make_cooperative("HTX Hương Quê Trần Đề", "htx-huong-que", "HQTD2345", units["31673"])
    khe_sanh = cast.make_cooperative("HTX Cà phê Khe Sanh", "htx-khe-sanh", "CPKS2345", units["19429"])
    people = _people(huong_que, khe_sanh)
    goods = {one: _goods(one, name) for one, name in ((huong_que, "Gạo thơm ST25"), (khe_sanh, "Cà phê Khe Sanh"))}
    orders = _orders([each.pack for each in goods.values()], commune=units["05089"])
    return World(
        ours=_things(huong_que, people["owner"], goods[huong_que], orders),
        theirs=_things(khe_sanh, people[OTHER_OWNER], goods[khe_sanh], orders),
        people=people,
        cookies={role: _signed_in(user) for role, user in people.items()},
    )


def _people(huong_que: Cooperative, khe_sanh: Cooperative) -> dict[str, User]:
    members = (
        ("owner", "Hồ Thị Lan", "+84912345678"),
        ("packer", "Trần Văn Sơn", "+84987654321"),
        ("recorder", "Lý Thị Hà", "+84987654322"),
        ("viewer", "Kim Văn Vỹ", "+84987654323"),
        ("manager", "Thạch Thị Mỹ", "+84987654324"),
    )
    people = {role: cast.make_member(huong_que, role, name, phone, cast.LAN_PIN) for role, name, phone in members}
    people[OTHER_OWNER] = cast.make_member(khe_sanh, "owner", "Nguyễn Văn Minh", "+84355555123", cast.MINH_PIN)
    people["staff"] = User.objects.create_superuser("hoa@example.org", cast.HOA_PASSWORD, name="Lê Thị Hoa")
    return people


def _signed_in(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _goods(cooperative: Cooperative, name: str) -> Goods:
    open_shop(cooperative)
    goods = make_product(cooperative, name=name, photos=[make_photo(cooperative=cooperative)])
    make_published_batch(goods.pack, packs=30)
    return goods


def _orders(packs: list[Pack], *, commune: object) -> dict[str, Order]:
    """One order of both cooperatives' goods for every state of a parcel."""
    states = ("awaiting", "new", "accepted", "packed", "shipped")
    orders = {
        state: make_order(fill_basket(*((pack, 1) for pack in packs)), commune=commune, **BUYER) for state in states
    }
    start_order_payments(order=orders["awaiting"], actor=Actor.buyer())
    for reached, state in enumerate(states[1:]):
        for parcel in orders[state].parcels.all():
            _walk(parcel, reached)
    for parcel in orders["shipped"].parcels.all():
        told = Told(Problem.WRONG, {parcel.lines.get().pk: 1}, "Không phải món này", [a_picture()])
        open_claim(parcel=parcel, told=told, key=uuid4(), actor=Actor.buyer())
    for parcel in _arrived(packs, commune=commune).parcels.all():
        write_review(line=parcel.lines.get(), opinion=Opinion(2, "Hơi nhạt"), actor=Actor.buyer())
    wish = InvoiceWish("company", "Công ty An", "Huế", "0101243150")
    ask_invoices(order=orders["new"], wish=wish, actor=Actor.buyer())
    return orders


def _arrived(packs: list[Pack], *, commune: object) -> Order:
    order = make_order(fill_basket(*((pack, 1) for pack in packs)), commune=commune, **BUYER)
    order.parcels.update(status="delivered", paid_at=clock.now(), delivered_at=clock.now())
    return order


def _walk(parcel: Parcel, reached: int) -> None:
    """Paid, then so many steps on."""
    actor = Actor.of(parcel.cooperative.memberships.get(role="owner").user, parcel.cooperative)
    parcel = mark_parcel_paid(parcel=parcel, actor=Actor.system("worker"))
    if reached >= 1:
        parcel = accept_parcel(parcel=parcel, actor=actor)
    if reached >= 2:
        parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=actor)
    if reached >= 3:
        ship_parcel(parcel=parcel, courier="VNPost", courier_code="EM1", actor=actor)


def _things(cooperative: Cooperative, owner: User, goods: Goods, orders: dict[str, Order]) -> Things:
    actor = Actor.of(owner, cooperative)
    draft = start_draft(cooperative=cooperative, photo=make_photo(cooperative=cooperative), actor=actor)
    change_draft(draft=draft, actor=actor, name="Bánh pía", line="short", subgroup="1.2.a")
    parcels = {state: order.parcels.get(cooperative=cooperative) for state, order in orders.items()}
    unpaid = orders["awaiting"]
    plot = Plot.objects.create(cooperative=cooperative, name="Ruộng", commune=cooperative.commune)
    with draft.photo.file.open() as file:
        photo = file.read()
        keep_photo(parcel=parcels["shipped"], upload=file, actor=actor)
    return Things(
        cooperative=cooperative,
        seller=cooperative.slug,
        party=cooperative.code,
        slug=goods.listing.slug,
        product=goods.product.code,
        pack=goods.pack.code,
        zone=cooperative.shipping_zones.get().code,
        pick_up=_pick_up(cooperative, actor).code,
        draft=draft.code,
        hand_sale=_hand_sale(Batch.objects.get(product=goods.product), actor),
        batch=Batch.objects.get(product=goods.product).public_code,
        label_run=_label_run(Batch.objects.get(product=goods.product), actor),
        ready_batch=(ready := _ready_batch(goods.pack, actor)).public_code,
        record=str(ready.events.get(stage="pack").client_uuid),
        plot=plot.pk,
        plot_code=plot.code,
        **_team(cooperative, actor),
        paper=str((certificate := make_certificate(goods.product)).pk),
        paper_scan=add_scan(certificate=certificate, upload=_pdf(), actor=actor).code,
        grown_paper=str(make_certificate(goods.product, scheme="vietgap").pk),
        gone_batch=_gone_batch(goods.pack),
        commune=cooperative.commune_id,
        unpaid=unpaid.token,
        sent=orders["shipped"].token,
        claim=(claim := parcels["shipped"].claims.get()).code,
        claim_photo=claim.photos.get().pk,
        line=parcels["shipped"].lines.get().pk,
        review=Review.objects.get(product=goods.product).code,
        payment=str(unpaid.payments.get(parcel=parcels["awaiting"]).uuid),
        media=draft.photo.file.name,
        photo=photo,
        key=str(uuid4()),
        api_key=create_key(cooperative=cooperative, name="Cân", scope="read", actor=actor).key.prefix,
        voucher=_voucher(cooperative, actor),
        **_helped(cooperative),
        **{state: parcel.code for state, parcel in parcels.items()},
    )


def _helped(cooperative: Cooperative) -> dict[str, str]:
    """A mandate on paper that was confirmed, another that runs, and what its helper left half-way."""
    helped = make_team(cooperative, phones=(f"+8496200000{cooperative.pk % 10}", f"+8496300000{cooperative.pk % 10}"))
    on_paper = give_on_paper(mandate=ask(helped), upload=_pdf(), signed_by="Tư", actor=helped.tuan_acts)
    confirm_paper(mandate=on_paper, actor=helped.hanh_acts)
    mandate = give(helped)
    kept = keep_form(over=MandateOver(mandate, "expired"), path="/ghi/", posted=[("title", ["Gạo"])])
    assert kept is not None
    return {"mandate": mandate.code, "mandate_paper": on_paper.code, "kept_form": kept.code}


def _voucher(cooperative: Cooperative, actor: Actor) -> str:
    today = clock.today()
    terms = VoucherTerms(starts_on=today, ends_on=today, most_uses=5, percent=10)
    return write_voucher(cooperative=cooperative, code=f"MUA{cooperative.code}", terms=terms, actor=actor).code


def _team(cooperative: Cooperative, actor: Actor) -> dict[str, str]:
    """A packer who is locked and has a card, and somebody who is invited."""
    packer = cooperative.memberships.filter(role="packer").first()
    if packer is None:
        helper = cast.make_member(cooperative, "packer", "Hồ Văn Ba", "+84987654329", cast.SON_PIN)
        packer = helper.memberships.get()
    User.objects.filter(pk=packer.user_id).update(failed_pins=5, locked_at=clock.now())
    with clock.at(clock.now() - PAUSE):
        phone = f"+8497000000{cooperative.pk % 10}"
        invitation = invite_member(cooperative=cooperative, phone=phone, name="Tư", role="packer", actor=actor)
    token = OutboxMessage.objects.get(to=phone).text.rstrip("/").rpartition("/")[2]
    card = issue_card(membership=packer, actor=actor)
    Cooperative.objects.filter(pk=cooperative.pk).update(status="applied")  # when papers are added
    paper = add_paper(cooperative=cooperative, kind="registration", upload=_pdf(), actor=actor)
    Cooperative.objects.filter(pk=cooperative.pk).update(status=cooperative.status)
    codes = {"member": packer.code, "seller_paper": paper.code, "card": card.code}
    return codes | {"invitation": invitation.code, "invite_token": token}


def _pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("giay.pdf", b"%PDF-1.4 giay", content_type="application/pdf")


def _label_run(batch: Batch, actor: Actor) -> str:
    return print_labels(batch=batch, wish=Wish("single", 1), key=uuid4(), actor=actor).code


def _hand_sale(batch: Batch, actor: Actor) -> str:
    """By phone, so that there is a buyer to forget."""
    told = SoldHow("phone", timezone.localdate(), "cash", buyer_name="Cô Bảy", buyer_phone="+84905111333")
    lines = [SoldLine(batch.pk, 1, 80_000)]
    sale = write_down_sale(cooperative=batch.cooperative, lines=lines, told=told, key=uuid4(), actor=actor)
    return sale.code


def _gone_batch(pack: Pack) -> str:
    """Published and sold out: it can be closed."""
    batch = make_published_batch(pack, packs=2)
    post(batch_id=batch.pk, movement=Movement("own_use", batch.on_hand_base))
    return batch.public_code


def _ready_batch(pack: Pack, actor: Actor) -> Batch:
    """A draft that lacks nothing: the next press on "publish" makes it public."""
    day = timezone.localdate() - timedelta(days=2)
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    batch = open_batch(pack=pack, day=day, actor=actor)
    for step in pack.product.line.steps.filter(mandatory=True):
        packs = 5 if step.kind == "pack" else None
        report = StepReport(stage=step.code, event_time=noon, parameters={}, packs=packs)
        record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=noon, actor=actor)
    return batch


def _pick_up(cooperative: Cooperative, actor: Actor) -> PickUpPoint:
    facts = PointFacts("Kho", cooperative.commune, "ấp 3", "7–17 giờ", "+842993822123")
    return save_point(cooperative=cooperative, facts=facts, actor=actor)
