"""The demo's goods: product, pack, price, papers and approved words, made by the verbs a seller and Hoa use."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from cms.demo.plan import DemoGood
from cms.demo.sellers import Seller
from community.accounts.models import User
from community.audit.actors import Actor
from community.photos.models import Photo
from marketplace.listings.models import Listing
from marketplace.listings.writing import Words, send_for_review, set_price, start_listing
from traceability.balance.certifying import check_certificate, record_certificate, revoke_certificate
from traceability.certificates.models import Certificate
from traceability.products.models import Pack, Product, ProductLine

OCOP_YEARS = timedelta(days=3 * 365)
ISSUER = "UBND tỉnh (giấy mẫu, không có giá trị)"
ISSUER_EN = "Provincial People's Committee (sample, not valid)"


def make_pack(good: DemoGood, seller: Seller) -> Pack:
    product = Product.objects.create(
        cooperative=seller.cooperative,
        line=ProductLine.objects.get(code=good.line),
        name=good.name,
        name_en=good.name_en,
        name_km=good.name_km,
        ocop_subgroup=good.subgroup,
        storage="Giữ lạnh 0–5 °C" if good.chilled else "Nơi khô ráo, thoáng mát",
        needs_cold=good.chilled,
        allergens=good.allergens,
        season_months=good.season_months,
        shelf_life_days=good.shelf_life_days,
        abv_percent=good.abv_percent,
        sale_mode=good.sale_mode,
        standards=["TCCS 01:2026/HTX (mẫu)"],
    )
    pack = Pack.objects.create(
        product=product,
        name=good.pack_name,
        name_en=good.pack_name_en,
        net_quantity_base=good.net_base,
        base_unit=good.base_unit,
        ship_weight_g=good.ship_weight_g,
        gtin=good.gtin,
    )
    set_price(pack=pack, price_dong=good.price_dong, actor=seller.actor)
    return pack


def give_papers(good: DemoGood, pack: Pack, *, checked_by: User) -> None:
    """An OCOP certificate in the state the file names; a VietGAP paper and a test for some."""
    today = timezone.localdate()
    if good.stars and good.certificate != "none":
        _ocop(good, pack, today, checked_by=checked_by)
    if good.line in {"fresh_fruit", "rice", "tea"} and good.number % 2:
        _paper(
            pack,
            scheme="vietgap",
            number=f"VietGAP-MAU-{good.number:03d}",
            issued_on=today - timedelta(days=200),
            expires_on=today + timedelta(days=530),
            checked_by=checked_by,
        )
    if good.line not in {"craft", "fresh_fruit", "general"} and good.number % 3 != 2:
        _paper(
            pack,
            scheme="lab_test",
            number=f"KN-MAU-{good.number:03d}/26",
            issued_on=today - timedelta(days=120),
            expires_on=None,
            checked_by=checked_by,
        )


def _ocop(good: DemoGood, pack: Pack, today: date, *, checked_by: User) -> None:
    ends = {
        "expired": today - timedelta(days=20),
        "expiring": today + timedelta(days=45),
    }.get(good.certificate, today + timedelta(days=300 + 7 * good.number))
    paper = Certificate.objects.create(
        cooperative=pack.product.cooperative,
        scheme="ocop",
        number=f"OCOP-MAU-{good.sku}",
        issuer=ISSUER,
        issuer_en=ISSUER_EN,
        stars=good.stars,
        issued_on=ends - OCOP_YEARS,
        expires_on=ends,
        is_demo=True,
    )
    _look_at(paper, pack, checked_by=None if good.certificate == "submitted" else checked_by)
    if good.certificate == "withdrawn":
        revoke_certificate(certificate=paper, on=today - timedelta(days=10), actor=Actor.of(checked_by))


def _paper(pack: Pack, *, scheme: str, number: str, issued_on: date, expires_on: date | None, checked_by: User) -> None:
    paper = Certificate.objects.create(
        cooperative=pack.product.cooperative,
        scheme=scheme,
        number=number,
        issuer="Tổ chức chứng nhận (giấy mẫu)" if scheme != "lab_test" else "Phòng thử nghiệm (phiếu mẫu)",
        issuer_en="Certification body (sample)" if scheme != "lab_test" else "Testing laboratory (sample)",
        issued_on=issued_on,
        expires_on=expires_on,
        is_demo=True,
    )
    _look_at(paper, pack, checked_by=checked_by)


def _look_at(paper: Certificate, pack: Pack, *, checked_by: User | None) -> None:
    """It comes from the seller; Hoa compares it with the register, unless it waits for her."""
    paper.products.add(pack.product)
    record_certificate(certificate=paper, actor=Actor.system("demo"))
    if checked_by is not None:
        check_certificate(certificate=paper, actor=Actor.of(checked_by))


def write_listing(good: DemoGood, pack: Pack, seller: Seller, *, photo: Photo) -> Listing:
    """The seller's words, sent to the moderators."""
    words = Words(
        title=_title(good.name, good.pack_name),
        title_en=_title(good.name_en, good.pack_name_en),
        title_km=good.name_km,
        summary=good.blurb,
        summary_en=good.blurb_en,
        story=(
            f"{good.blurb} Mỗi lô có mã QR riêng: quét để xem ai làm, làm lúc nào, ở đâu và ai đã kiểm tra. "
            "Người bán, giá và lô hàng trong bản dùng thử này là mẫu."
        ),
        story_en=(
            f"{good.blurb_en} Every batch has a QR code of its own: scan it to see who made it, when, where, and who "
            "checked it. Seller, price and batches in this trial are samples."
        ),
    )
    listing = start_listing(product=pack.product, words=words, photos=[photo], actor=seller.actor)
    return send_for_review(listing=listing, actor=seller.actor)


def approve(listing: Listing, *, moderator: User) -> None:
    """Through the workflow, as in the admin."""
    state = listing.current_workflow_state
    state.current_task_state.specific.approve(user=moderator)


def ask_for_changes(listing: Listing, *, moderator: User, comment: str) -> None:
    state = listing.current_workflow_state
    state.current_task_state.specific.reject(user=moderator, comment=comment)


def _title(name: str, pack_name: str) -> str:
    return f"{name}, {pack_name}" if any(digit.isdigit() for digit in pack_name) else name
