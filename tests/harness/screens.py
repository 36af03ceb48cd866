"""Every screen of the demo and where it is. Import after `django.setup()`."""

from __future__ import annotations

from django.urls import reverse
from wagtail.models import Page

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.members.cards import issue_card
from community.members.inviting import invite_member
from community.outbox.models import OutboxMessage
from community.photos.models import Photo
from marketplace.listings.drafting import change_draft, start_draft
from marketplace.listings.models import Listing
from marketplace.orders.models import Order, Parcel
from marketplace.statements.periods import month_of, week_of
from tests.harness.money_screens import money_screens
from tests.harness.screen import Screen
from tests.harness.sheet_states import brought_sheets
from traceability.batches.models import Batch


def goods_for_a_basket() -> list[str]:
    """Product pages of two sellers; on each a button puts one pack in the basket."""
    chosen = Listing.objects.filter(live=True, product__name__regex="ST25|Cà phê").order_by("pk")[:2]
    return [f"/san-pham/{one.slug}/" for one in chosen]


def screens() -> list[Screen]:
    """Where every screen is in this demo."""
    own = Cooperative.objects.get(memberships__user__phone="+84900000001", memberships__role="owner")
    listing = Listing.objects.filter(product__cooperative=own, live=True).first()
    product, pack = listing.product, listing.product.packs.first()
    batches = Batch.objects.filter(cooperative=own)
    shown, draft_batch = batches.filter(status="published").first(), batches.filter(status="draft").first()
    plain = Batch.objects.filter(status="published", pack__gtin=None).first()
    blend = Batch.objects.filter(status="published", edges_up__isnull=False, kind="finished").first() or plain
    parcel = {one.status: one.code for one in Parcel.objects.filter(cooperative=own, paid_at__isnull=False)}
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
        Screen("product", "guest", f"/san-pham/{listing.slug}/"),
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
        Screen("apply", "guest", "/ban-hang/dang-ky/"),
    ]
    desk = [
        Screen("desk", "lan", "/ban-hang/"),
        Screen("orders", "lan", "/ban-hang/don/"),
        *(Screen(f"parcel-{status}", "lan", f"/ban-hang/don/{code}/") for status, code in parcel.items()),
        Screen("packing", "lan", f"/ban-hang/don/{parcel['accepted']}/dong-goi/"),
        Screen("shipping", "lan", f"/ban-hang/don/{parcel['packed']}/gui/"),
        Screen("rejecting", "lan", f"/ban-hang/don/{parcel['new']}/tu-choi/"),
        Screen("slip", "lan", f"/ban-hang/don/{parcel['packed']}/phieu/"),
        Screen("money", "lan", "/ban-hang/tien/"),
        Screen("statement", "lan", f"/ban-hang/tien/{month_of(clock.today()).before.name}/"),
        Screen("statement-week", "lan", f"/ban-hang/tien/{week_of(clock.today()).name}/"),
        Screen("account", "lan", "/ban-hang/tai-khoan/"),
        Screen("account-asking", "lan", "/ban-hang/tai-khoan/?doi=1"),
        Screen("invoices", "lan", "/ban-hang/hoa-don/"),
        Screen("sheets", "lan", "/ban-hang/tep/"),
        *(Screen(f"sheet-{name}", "lan", f"/ban-hang/tep/{url}") for name, url in brought_sheets(own).items()),
        Screen("goods", "lan", "/ban-hang/hang/"),
        Screen("goods-one", "lan", f"/ban-hang/hang/{product.code}/"),
        Screen("goods-words", "lan", f"/ban-hang/hang/{product.code}/loi/"),
        Screen("goods-price", "lan", f"/ban-hang/hang/goi/{pack.code}/gia/"),
        Screen("goods-barcode", "lan", f"/ban-hang/hang/goi/{pack.code}/ma-vach/"),
        Screen("wizard-1-photo", "lan", "/ban-hang/hang/moi/"),
        *(
            Screen(f"wizard-{number}-{name}", "lan", f"/ban-hang/hang/moi/{wizard}/{name}/")
            for number, name in enumerate(("loai", "quy-cach", "gia", "loi", "xem"), start=2)
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
        Screen("admin-sellers", "hoa", reverse("sellers")),
        Screen("admin-seller", "hoa", reverse("sellers_one", args=[own.code])),
        Screen("admin-pages", "hoa", "/quan-tri/pages/"),
        Screen("admin-orders", "hoa", reverse("orders:index")),
        Screen("admin-payouts", "hoa", reverse("payouts:index")),
        Screen("admin-dues", "hoa", reverse("dues:index")),
        Screen("admin-own-accounts", "hoa", reverse("own_accounts:index")),
        Screen("admin-tax-sheet", "hoa", reverse("tax_sheets:index")),
        Screen("admin-second-factor", "hoa", "/tai-khoan/bao-mat/"),
    ]
    pages = [
        Screen(f"page-{page.slug}", "guest", page.url, page.get_translations().live().first().url)
        for page in Page.objects.live().filter(locale__language_code="vi", depth__gt=2)
    ]
    return public + desk + staff + pages + list(money_screens())


def _owner_of(own: Cooperative) -> Actor:
    return Actor.of(own.memberships.get(role="owner").user, own)


def _card(own: Cooperative) -> str:
    return issue_card(membership=own.memberships.active().filter(role="packer").first(), actor=_owner_of(own)).code


def _invitation(own: Cooperative) -> str:
    """A link as it was sent; nobody else can be asked for it."""
    invite_member(cooperative=own, phone="0900000955", name="Chu Thị Sáu", role="recorder", actor=_owner_of(own))
    text = OutboxMessage.objects.filter(kind="invitation").order_by("-pk")[0].text
    return text.rstrip("/").rpartition("/")[2]


def _half_made_listing(own: Cooperative) -> str:
    actor = Actor.of(own.memberships.get(role="owner").user, own)
    draft = start_draft(cooperative=own, photo=Photo.objects.filter(cooperative=own).first(), actor=actor)
    said = {"line": "rice", "name": "Gạo tấm ST25", "subgroup": "1.2.a", "amount": "5", "unit": "kg"}
    said |= {"container": "bag", "net_quantity_base": 5000, "base_unit": "g", "pack_name": "túi 5 kg"}
    said |= {"pack_name_en": "5 kg bag", "ship_weight_g": 5250, "shelf_life": "9", "shelf_life_unit": "months"}
    said |= {"shelf_life_days": 270, "price_dong": 95_000, "summary": "Tấm thơm, nấu cháo dẻo."}
    return change_draft(draft=draft, actor=actor, **said).code
