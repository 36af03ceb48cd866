"""Every screen of the demo and where it is. Import after `django.setup()`."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse
from wagtail.models import Page

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.members.cards import issue_card
from community.members.inviting import invite_member
from community.onboarding.applying import ask_to_sell
from community.outbox.models import OutboxMessage
from community.photos.models import Photo
from marketplace.hand_sales.writing_down import SoldLine, Told, write_down_sale
from marketplace.listings.drafting import change_draft, start_draft
from marketplace.listings.models import Listing
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.statements.periods import month_of, week_of
from marketplace.wishes.wishing import can_be_wished
from tests.harness.after_screens import after_screens
from tests.harness.claim_screens import claim_screens
from tests.harness.helping_screens import helping_screens
from tests.harness.lot_screens import lot_screens, parcel_paper_screens
from tests.harness.money_screens import money_screens
from tests.harness.screen import Screen
from tests.harness.sheet_states import brought_sheets
from tests.harness.told_screens import told_screens
from traceability.batches.models import Batch
from traceability.events.models import Event


def goods_for_a_basket() -> list[str]:
    """Product pages of two sellers; on each a button puts one pack in the basket."""
    chosen = Listing.objects.filter(live=True, product__name__regex="ST25|Cà phê").order_by("pk")[:2]
    return [f"/san-pham/{one.slug}/" for one in chosen]


def missing_goods() -> Listing:
    """Live goods of which a pack is sold out."""
    for listing in Listing.objects.live().order_by("pk"):
        if any(can_be_wished(pack) for pack in listing.product.packs.all()):
            return listing
    raise LookupError("the demo has no pack that is sold out")


def screens() -> list[Screen]:
    """Where every screen is in this demo."""
    own = Cooperative.objects.get(memberships__user__phone="+84900000001", memberships__role="owner")
    listing = Listing.objects.filter(product__cooperative=own, live=True).first()
    product, pack = listing.product, listing.product.packs.first()
    batches = Batch.objects.filter(cooperative=own)
    shown, draft_batch = batches.filter(status="published").first(), batches.filter(status="draft").first()
    plain = Batch.objects.filter(status="published", pack__gtin=None).first()
    blend = Batch.objects.filter(status="published", edges_up__isnull=False, kind="finished").first() or plain
    of_own = Parcel.objects.filter(cooperative=own, paid_at__isnull=False)
    parcel = {one.status: one.code for one in of_own.filter(asked_at=None)}
    order = {
        status: Order.objects.filter(parcels__status=status).first()
        for status in ("awaiting_payment", "new", "shipped", "delivered", "expired")
    }
    payment = order["awaiting_payment"].payments.first()
    review = Listing.objects.filter(live=False).first()
    wizard = _half_made_listing(own)
    packer = own.memberships.active().filter(role="packer").first()
    record = f"/ghi/lo/{shown.public_code}/ban-ghi/{shown.events.get(stage='pack', declarations=None).client_uuid}/"
    public = [
        Screen("home", "guest", "/"),
        Screen("list", "guest", "/san-pham/"),
        Screen("list-filtered", "guest", "/san-pham/?group=1&stars=4"),
        Screen("list-empty", "guest", "/san-pham/?q=xe+máy"),
        Screen("list-near", "guest", "/san-pham/?near=31673&in_stock=1"),
        Screen("list-meant", "guest", "/san-pham/?q=banh+pja"),
        Screen("provinces", "guest", "/tinh-thanh/"),
        Screen("suggestions", "guest", "/tim/goi-y/?q=ga"),
        Screen("product", "guest", f"/san-pham/{listing.slug}/"),
        Screen("product-fee", "guest", f"/san-pham/{listing.slug}/?to=hai+chau+da+nang#giao-hang"),
        Screen("product-wish", "guest", f"/san-pham/{missing_goods().slug}/bao-khi-co/"),
        Screen("product-report", "guest", f"/san-pham/{listing.slug}/bao-cao/"),
        Screen("booth", "guest", f"/gian-hang/{own.slug}/"),
        Screen("basket", "buyer", "/gio/?province=01"),
        Screen("basket-empty", "guest", "/gio/"),
        Screen("checkout", "buyer", "/dat-hang/?province=01"),
        *(Screen(f"order-{status}", "guest", f"/don/{one.token}/") for status, one in order.items()),
        Screen("order-invoice", "guest", f"/don/{order['new'].token}/hoa-don/"),
        Screen("bank", "guest", f"/mo-phong/ngan-hang/?payment={payment.uuid}"),
        Screen("passport", "guest", f"/01/{pack.gtin}/10/{shown.lot_code}"),
        Screen("passport-no-gtin", "guest", f"/t/{plain.public_code}"),
        Screen("journey", "guest", f"/t/{blend.public_code}/hanh-trinh"),
        Screen("passport-unknown", "guest", "/t/ABCDEFGH23"),
        Screen("product-by-gtin", "guest", f"/01/{pack.gtin}"),
        Screen("product-unknown-lot", "guest", f"/01/{pack.gtin}/10/KL8G"),
        Screen("passport-serial", "guest", f"/01/{pack.gtin}/10/{shown.lot_code}/21/7K3F2Q9XAB"),
        Screen("resolver-choice", "guest", f"/01/{pack.gtin}/10/{shown.lot_code}?linkType=gs1:certificationInfo"),
        Screen("resolver-nothing", "guest", f"/01/{pack.gtin}/10/{shown.lot_code}?linkType=gs1:eventsInfo"),
        Screen("place", "guest", f"/ma/noi/{shown.plot.code}/"),
        Screen("maker", "guest", f"/ma/nguoi-lam/{own.code}/"),
        Screen("paper", "guest", f"/ma/giay/{shown.product.certificates.first().pk}/"),
        Screen("interfaces", "guest", "/api/", "/api/"),
        Screen("log", "guest", "/nhat-ky/"),
        Screen("lookup", "guest", "/ma/"),
        Screen("lookup-unknown", "guest", "/ma/?code=ABCDEFGH23"),
        Screen("report", "guest", f"/ma/bao/{shown.public_code}/"),
        Screen("not-found", "guest", "/khong-co-trang-nay/"),
        Screen("sign-in", "guest", "/dang-nhap/"),
        Screen("sign-in-staff", "guest", "/dang-nhap/can-bo/"),
        Screen("sign-in-card", "guest", f"/the/{_card(own)}/"),
        Screen("sign-in-card-gone", "guest", "/the/KHONGCOTHE234567/"),
        Screen("invitation", "guest", f"/loi-moi/{_invitation(own)}/"),
        Screen("invitation-owner", "guest", f"/loi-moi/{_founding(own)}/"),
        Screen("apply", "guest", "/ban-hang/dang-ky/"),
    ]
    desk = [
        Screen("desk", "lan", "/ban-hang/"),
        Screen("lessons", "lan", "/bai-hoc/"),
        Screen("lesson", "lan", "/bai-hoc/nhan-don/?ve=/ban-hang/don/"),
        Screen("practise-order", "lan", "/bai-hoc/thu/nhan-don/"),
        Screen("practise-packing", "lan", "/bai-hoc/thu/dong-goi/"),
        Screen("orders", "lan", "/ban-hang/don/"),
        *(Screen(f"parcel-{status}", "lan", f"/ban-hang/don/{code}/") for status, code in parcel.items()),
        *(Screen("parcel-asked", "lan", f"/ban-hang/don/{one.code}/") for one in of_own.exclude(asked_at=None)[:1]),
        *(Screen("order-asked", "guest", f"/don/{one.order.token}/") for one in of_own.exclude(asked_at=None)[:1]),
        Screen("packing", "lan", f"/ban-hang/don/{parcel['accepted']}/dong-goi/"),
        Screen("shipping", "lan", f"/ban-hang/don/{parcel['packed']}/gui/"),
        Screen("rejecting", "lan", f"/ban-hang/don/{parcel['new']}/tu-choi/"),
        Screen("orders-sent", "lan", "/ban-hang/don/?xem=dang-gui"),
        Screen("not-enough", "lan", f"/ban-hang/don/{parcel['new']}/khong-du/"),
        Screen("not-enough-sure", "lan", f"/ban-hang/don/{parcel['new']}/khong-du/?{_one_short(parcel['new'])}"),
        Screen("weighing", "lan", f"/ban-hang/don/{parcel['accepted']}/can/1/"),
        Screen("slip", "lan", f"/ban-hang/don/{parcel['packed']}/phieu/"),
        Screen("delivery", "lan", "/ban-hang/gui-hang/?kg=2&to=Hải Châu, Đà Nẵng#thu"),
        Screen("delivery-begin", "lan", "/ban-hang/gui-hang/bat-dau/country/"),
        Screen("delivery-zone", "lan", f"/ban-hang/gui-hang/vung/{own.shipping_zones.first().code}/"),
        Screen("delivery-zone-own", "lan", "/ban-hang/gui-hang/vung/?xa=1"),
        Screen("delivery-place", "lan", "/ban-hang/gui-hang/diem-lay/"),
        Screen("delivery-days", "lan", "/ban-hang/gui-hang/ngay/"),
        Screen("delivery-cold", "lan", "/ban-hang/gui-hang/hang-lanh/"),
        Screen("money", "lan", "/ban-hang/tien/"),
        Screen("statement", "lan", f"/ban-hang/tien/{month_of(clock.today()).before.name}/"),
        Screen("statement-week", "lan", f"/ban-hang/tien/{week_of(clock.today()).name}/"),
        Screen("account", "lan", "/ban-hang/tai-khoan/"),
        Screen("account-asking", "lan", "/ban-hang/tai-khoan/?doi=1"),
        Screen("hand-sales", "lan", "/ban-hang/ban-ngoai/"),
        Screen("hand-sale-new", "lan", "/ban-hang/ban-ngoai/moi/"),
        Screen("hand-sale", "lan", f"/ban-hang/ban-ngoai/{_hand_sale(own)}/"),
        Screen("invoices", "lan", "/ban-hang/hoa-don/"),
        Screen("sheets", "lan", "/ban-hang/tep/"),
        *(Screen(f"sheet-{name}", "lan", f"/ban-hang/tep/{url}") for name, url in brought_sheets(own).items()),
        Screen("goods", "lan", "/ban-hang/hang/"),
        Screen("goods-one", "lan", f"/ban-hang/hang/{product.code}/"),
        Screen("goods-words", "lan", f"/ban-hang/hang/{product.code}/loi/"),
        Screen("goods-price", "lan", f"/ban-hang/hang/goi/{pack.code}/gia/"),
        Screen("goods-barcode", "lan", f"/ban-hang/hang/goi/{pack.code}/ma-vach/"),
        Screen("goods-size", "lan", f"/ban-hang/hang/goi/{pack.code}/quy-cach/"),
        *(
            Screen(f"goods-{name}", "lan", f"/ban-hang/hang/{product.code}/{address}/")
            for name, address in (
                ("photos", "anh"),
                ("pack", "goi-moi"),
                ("papers", "giay"),
                ("archive", "cat"),
                ("label", "nhan"),
            )
        ),
        Screen("papers", "lan", "/ban-hang/giay/"),
        Screen("paper-new", "lan", f"/ban-hang/giay/moi/?hang={product.code}"),
        Screen("wizard-1-photo", "lan", "/ban-hang/hang/moi/"),
        *(
            Screen(f"wizard-{number}-{name}", "lan", f"/ban-hang/hang/moi/{wizard}/{name}/")
            for number, name in enumerate(("loai", "quy-cach", "gia", "loi", "giay", "xem"), start=2)
        ),
        Screen("diary", "lan", "/ghi/"),
        Screen("diary-batches", "lan", "/ghi/lo/"),
        Screen("diary-new-batch", "lan", f"/ghi/lo-moi/{pack.code}/"),
        Screen("diary-store", "lan", "/ghi/kho/"),
        Screen("diary-harvest", "lan", f"/ghi/kho/nhap/thu-hoach/{product.code}/"),
        Screen("diary-choose-lots", "lan", "/ghi/kho/lam/?viec=che-bien&chon"),
        Screen("diary-batch-draft", "lan", f"/ghi/lo/{draft_batch.public_code}/"),
        Screen("diary-batch", "lan", f"/ghi/lo/{shown.public_code}/"),
        Screen("diary-step", "lan", f"/ghi/lo/{draft_batch.public_code}/buoc/pack/"),
        Screen("diary-balance-list", "lan", "/ghi/can-doi/"),
        Screen("diary-record", "lan", record),
        Screen("diary-correct", "lan", f"{record}sua/"),
        Screen("diary-withdraw", "lan", f"{record}khong-co/"),
        Screen("diary-balance", "lan", f"/ghi/lo/{shown.public_code}/can-doi/"),
        Screen("diary-count", "lan", f"/ghi/lo/{shown.public_code}/dem/"),
        Screen("diary-plots", "lan", "/ghi/thua/"),
        Screen("diary-plot", "lan", f"/ghi/thua/{shown.plot.code}/"),
        Screen("diary-plot-new", "lan", "/ghi/thua/moi/"),
        Screen("diary-outline", "lan", f"/ghi/thua/{shown.plot.code}/ranh/"),
        Screen("diary-treatment", "lan", f"/ghi/thua/{shown.plot.code}/phun/"),
        Screen("diary-units", "lan", "/ghi/don-vi/"),
        Screen("diary-unit", "lan", f"/ghi/don-vi/{product.code}/"),
        Screen("diary-again", "lan", f"/ghi/nhu-lan-truoc/{_measured(own)}/"),
        Screen("diary-capacity", "lan", "/ghi/suc-lam/"),
        Screen("diary-times", "lan", "/ghi/mua-vu/"),
        Screen("diary-times-asking", "lan", f"/ghi/mua-vu/{product.line.code}/mua-vu/"),
        Screen("diary-void-labels", "lan", f"/ghi/lo/{shown.public_code}/tem/huy/"),
        Screen("diary-close", "lan", f"/ghi/lo/{shown.public_code}/dong/"),
        Screen("diary-papers", "lan", "/ghi/giay/"),
        Screen("diary-paper", "lan", f"/ghi/giay/{shown.product.certificates.first().pk}/"),
        Screen("diary-claim", "lan", f"/ghi/lo/{shown.public_code}/giay/"),
        Screen("diary-closings", "lan", "/ghi/so-thang/"),
        Screen("diary-labels", "lan", f"/ghi/lo/{shown.public_code}/tem/"),
        Screen("members", "lan", "/ban-hang/thanh-vien/"),
        Screen("member", "lan", f"/ban-hang/thanh-vien/{packer.code}/"),
        Screen("member-invite", "lan", "/ban-hang/thanh-vien/moi/"),
        Screen("member-pin", "lan", f"/ban-hang/thanh-vien/{packer.code}/ma-pin/"),
        Screen("member-end", "lan", f"/ban-hang/thanh-vien/{packer.code}/ket-thuc/"),
        Screen("application", "lan", "/ban-hang/ho-so/"),
        Screen("application-facts", "lan", "/ban-hang/ho-so/thong-tin/"),
        Screen("application-paper", "lan", "/ban-hang/ho-so/giay/"),
        Screen("vouchers", "lan", "/ban-hang/ma-giam/"),
        Screen("voucher-new", "lan", "/ban-hang/ma-giam/moi/"),
        Screen("holiday", "lan", "/ban-hang/nghi/"),
        Screen("devices", "lan", "/tai-khoan/thiet-bi/"),
        Screen("connections", "lan", "/ket-noi/"),
        Screen("connections-new-key", "lan", "/ket-noi/moi/"),
        Screen("change-pin", "lan", "/tai-khoan/ma-pin/"),
        Screen("not-your-task", "son", "/ghi/"),
    ]
    staff = [
        Screen("admin", "hoa", "/quan-tri/"),
        Screen("admin-listings", "hoa", "/quan-tri/tin-ban/"),
        Screen("admin-review", "hoa", f"/quan-tri/tin-ban/edit/{review.pk}/"),
        Screen("admin-queue", "hoa", reverse("listing_reviews:index")),
        Screen("admin-look", "hoa", reverse("listing_reviews:one", args=[review.product.code])),
        Screen("admin-sellers", "hoa", reverse("sellers")),
        Screen("admin-seller", "hoa", reverse("sellers_one", args=[own.code])),
        Screen("admin-pages", "hoa", "/quan-tri/pages/"),
        Screen("admin-market-reports", "hoa", reverse("market_reports:index")),
        Screen("admin-orders", "hoa", reverse("orders:index")),
        Screen("admin-payouts", "hoa", reverse("payouts:index")),
        Screen("admin-dues", "hoa", reverse("dues:index")),
        Screen("admin-own-accounts", "hoa", reverse("own_accounts:index")),
        Screen("admin-tax-sheet", "hoa", reverse("tax_sheets:index")),
        Screen("admin-journal", "hoa", reverse("journal_desk")),
        Screen("admin-privacy", "hoa", reverse("privacy_desk")),
        Screen("admin-breach-new", "hoa", reverse("privacy_breach_new")),
        Screen("admin-consents", "hoa", reverse("consents_desk")),
        Screen("admin-parcel-history", "hoa", reverse("parcels:inspect", args=[of_own.first().pk])),
        Screen("desk-journal", "lan", reverse("selling:journal")),
        Screen("desk-my-data", "lan", reverse("privacy:mine")),
        Screen("admin-second-factor", "hoa", "/tai-khoan/bao-mat/"),
    ]
    pages = [
        Screen(f"page-{page.slug}", "guest", page.url, page.get_translations().live().first().url)
        for page in Page.objects.live().filter(locale__language_code="vi", depth__gt=2)
    ]
    more = [
        *told_screens(),
        *money_screens(),
        *claim_screens(own),
        *helping_screens(own),
        *after_screens(),
        *lot_screens(own),
        *parcel_paper_screens(own),
    ]
    return public + desk + staff + pages + more


def _owner_of(own: Cooperative) -> Actor:
    return Actor.of(own.memberships.get(role="owner").user, own)


def _card(own: Cooperative) -> str:
    return issue_card(membership=own.memberships.active().filter(role="packer").first(), actor=_owner_of(own)).code


def _hand_sale(own: Cooperative) -> str:
    batch = Batch.objects.of_cooperative(own).may_leave(clock.today()).filter(available_base__gt=0).first()
    told = Told("market", clock.today(), "cash", place="Chợ phiên")
    actor = Actor.of(own.memberships.get(role="owner").user, own)
    sold = [SoldLine(batch.pk, 1, 80_000)]
    return write_down_sale(cooperative=own, lines=sold, told=told, key=uuid4(), actor=actor).code


def _invitation(own: Cooperative) -> str:
    """A link as it was sent; nobody else can be asked for it."""
    invite_member(cooperative=own, phone="0900000955", name="Chu Thị Sáu", role="recorder", actor=_owner_of(own))
    return _token_sent()


def _founding(own: Cooperative) -> str:
    """Of somebody who asked to sell."""
    told = {"name": "THT Bánh pía (mẫu)", "legal_form": "group", "person": "Chu Thị Sáu", "phone": "0900000956"}
    ask_to_sell(commune=own.commune, **told)
    return _token_sent()


def _token_sent() -> str:
    text = OutboxMessage.objects.filter(kind="invitation").order_by("-pk")[0].text
    return text.rstrip("/").rpartition("/")[2]


def _measured(own: Cooperative) -> str:
    """A record that says numbers, to be done once more."""
    told = Event.objects.in_force().filter(cooperative=own, type="ObjectEvent", batch__isnull=False)
    measured = told.filter(body__contains="ocop:parameters").exclude(stage="pack")
    return str(measured.latest("event_time").client_uuid)


def _one_short(code: str) -> str:
    """The counts of a parcel as the desk's question carries them, one pack of the first line missing."""
    lines = OrderLine.objects.filter(parcel__code=code).order_by("pk")
    return "&".join(f"d{line.pk}={line.quantity - (place == 0)}" for place, line in enumerate(lines))


def _half_made_listing(own: Cooperative) -> str:
    actor = Actor.of(own.memberships.get(role="owner").user, own)
    draft = start_draft(cooperative=own, photo=Photo.objects.filter(cooperative=own).first(), actor=actor)
    said = {"line": "rice", "name": "Gạo tấm ST25", "subgroup": "1.2.a", "amount": "5", "unit": "kg"}
    said |= {"container": "bag", "net_quantity_base": 5000, "base_unit": "g", "pack_name": "túi 5 kg"}
    said |= {"pack_name_en": "5 kg bag", "ship_weight_g": 5250, "shelf_life": "9", "shelf_life_unit": "months"}
    said |= {"shelf_life_days": 270, "price_dong": 95_000, "summary": "Tấm thơm, nấu cháo dẻo.", "papers_told": True}
    return change_draft(draft=draft, actor=actor, **said).code
