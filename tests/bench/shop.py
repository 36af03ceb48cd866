"""A market with as many goods as one likes: one product made by the site's verbs, copied inside the database.

Names, groups, provinces, prices, stars and seasons differ by arithmetic. The lots of the first ``ASKED`` have events of
their own, as pages that are asked for have; all others have a lot to buy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from community.cooperatives.models import Cooperative
from community.photos.models import Photo, Rendition
from community.photos.rendering import render_photo
from community.places.models import AdminUnit
from community.text.folding import fold_for_search
from marketplace.catalogue.cataloguing import new_catalogue
from marketplace.catalogue.entries import PRICE_BANDS, CatalogueEntry, SearchWord
from marketplace.catalogue.word_index import TABLE
from marketplace.listings.models import Listing, ListingPhoto, Offer
from tests.bench.seeding import _copy as copy_rows
from tests.bench.seeding import gather_statistics
from tests.cast import make_cooperative, make_unit
from tests.making import make_certificate, make_photo, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.events.models import Event
from traceability.gs1.public_codes import new_public_code
from traceability.products.models import Pack, Product

ASKED = 200
PICTURES = 100
GOODS = (
    "Mật ong", "Gạo thơm", "Cà phê", "Trà xanh", "Nước mắm", "Bánh pía", "Hành tím", "Xoài cát", "Cam sành", "Mì chũ",
    "Vải thiều", "Thịt trâu gác bếp", "Tiêu đen", "Chè vằng", "Khô cá lóc", "Chiếu cói", "Rượu nếp", "Quýt hồng",
    "Bún khô", "Tinh dầu sả",
)  # fmt: skip
KINDS = (
    "rừng tràm", "đồng lúa", "loại một", "sấy dẻo", "hữu cơ", "truyền thống", "thượng hạng", "nhà làm", "vườn đồi",
    "bản địa", "chín cây", "đặc sản", "mùa mới", "nguyên chất", "phơi nắng", "cổ thụ", "vùng cao", "ven biển",
    "gia truyền", "sạch",
)  # fmt: skip
SUBGROUPS = ("1.2.a", "2.1.a", "3.1", "4.1", "5.1", "6.1")
PLACES = (
    "Cần Thơ",
    "Đồng Tháp",
    "Quảng Trị",
    "Phú Thọ",
    "Bắc Ninh",
    "Hà Nội",
    "Lâm Đồng",
    "Đắk Lắk",
    "Cà Mau",
    "Lào Cai",
)
CODES = ("92", "82", "44", "25", "24", "01", "68", "66", "96", "15")


@dataclass
class Market:
    """The template's ids; ``goods``: how many there are."""

    product: Product
    pack: Pack
    listing: Listing
    batch: Batch
    events: Sequence[Event]
    paper: Certificate
    sellers: Sequence[Cooperative]
    photos: Sequence[int]
    first: int = 10_000_000
    goods: int = 0

    def paths(self) -> list[str]:
        return [f"/san-pham/{slug_of(number)}/" for number in range(ASKED)]


def slug_of(number: int) -> str:
    return f"hang-{number}"


def open_market() -> Market:
    sellers = [open_shop(_seller(number)) for number in range(len(PLACES))]
    photos = [make_photo("Ảnh mẫu", size=(1280, 960))]
    render_photo(photos[0].pk)
    goods = make_product(sellers[0], name="Hàng mẫu", photos=photos, season_months=[11], story="Chuyện của hàng. " * 60)
    batch = make_published_batch(goods.pack, packs=500)
    paper = make_certificate(goods.product, stars=4)
    _copies_of_photo(photos[0])
    ids = list(Photo.objects.order_by("-pk").values_list("pk", flat=True)[:PICTURES])
    return Market(
        goods.product, goods.pack, goods.listing, batch, list(batch.events.order_by("pk")), paper, sellers, ids
    )


def grow_market(market: Market, goods: int) -> None:
    """Copies up to ``goods`` in all."""
    if goods <= market.goods:
        return
    numbers = f"WITH RECURSIVE n(i) AS (SELECT {market.goods} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {goods}) "
    at = f"{market.first} + i"
    seller = _one_of([str(one.pk) for one in market.sellers], "i / 7")
    title = f"{_text(GOODS, 'i')} || ' ' || {_text(KINDS, 'i / 20')} || ' ' || i"
    price = "(10 + (i * 37) % 700) * 1000"
    product = {
        "id": at,
        "code": "'G' || i",
        "name": title,
        "cooperative_id": seller,
        "ocop_subgroup": _text(SUBGROUPS, "i / 3"),
    }
    _copy(Product, numbers, market.product.pk, product)
    _copy(Pack, numbers, market.pack.pk, {"id": at, "product_id": at, "code": "'P' || i", "gtin": "NULL"})
    _copy(Offer, numbers, market.pack.offer.pk, {"id": at, "pack_id": at, "price_dong": price})
    listing = {"id": at, "product_id": at, "slug": "'hang-' || i", "title": title}
    _copy(Listing, numbers, market.listing.pk, listing | {"latest_revision_id": "NULL", "live_revision_id": "NULL"})
    photo = f"{min(market.photos)} + i % {PICTURES}"
    template = ListingPhoto.objects.get(listing=market.listing).pk
    _copy(ListingPhoto, numbers, template, {"id": at, "listing_id": at, "photo_id": photo})
    batch = {"id": at, "product_id": at, "pack_id": at, "cooperative_id": seller, "lot_code": "'L-' || i"}
    stock = "CASE WHEN i % 5 = 4 THEN 0 ELSE on_hand_base END"
    _copy(Batch, numbers, market.batch.pk, batch | {"public_code": "'M' || i", "available_base": stock})
    _papers(market, numbers, at)
    _entries(market, numbers, at, title, price, photo)
    if market.goods == 0:
        _events(market)
    market.goods = goods
    new_catalogue()
    gather_statistics()


def _copy(model: type, numbers: str, of: int, changed: dict[str, str]) -> None:
    """With arithmetic in it: the statement has a parameter, so that a "%" of its own stands twice."""
    copy_rows(model, numbers, of, {column: sql.replace("%", "%%") for column, sql in changed.items()})


def _seller(number: int) -> Cooperative:
    there = AdminUnit.objects.filter(code=CODES[number]).first()
    province = there or make_unit(CODES[number], PLACES[number], "tinh")
    commune = make_unit(f"{99000 + number}", f"Xã Mẫu {number}", "xa", province)
    return make_cooperative(f"HTX Số {number}", f"htx-so-{number}", f"HTXSO{number:03d}", commune)


def _copies_of_photo(photo: Photo) -> None:
    first, numbers = photo.pk, f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PICTURES}) "
    _copy(Photo, numbers, first, {"id": f"{first} + i", "file_hash": "'h' || i"})
    for rendition in Rendition.objects.filter(image=first).order_by("-pk"):
        last = Rendition.objects.order_by("-pk").values_list("pk", flat=True)[0]
        _copy(Rendition, numbers, rendition.pk, {"id": f"{last} + i", "image_id": f"{first} + i"})


def _papers(market: Market, numbers: str, at: str) -> None:
    """Three of four goods stand on the template's certificate."""
    through = Certificate.products.through
    columns = f"({numbers} SELECT {market.paper.pk}, {at} FROM n WHERE i % 4 < 3)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {through._meta.db_table} (certificate_id, product_id) SELECT * FROM {columns} AS new"
        )


def _entries(market: Market, numbers: str, at: str, title: str, price: str, photo: str) -> None:
    folded = f"{_text(_folded(GOODS), 'i')} || ' ' || {_text(_folded(KINDS), 'i / 20')} || ' ' || i"
    places = [f"htx so {number} {name}" for number, name in enumerate(_folded(PLACES))]
    values = {
        "id": at,
        "listing_id": at,
        "words": f"' ' || {folded} || ' ' || {_text(places, 'i / 7')}",
        "title_words": f"' ' || {folded} || ' '",
        "sort_key": folded,
        "photo_id": photo,
        "ocop_group": _text([each[0] for each in SUBGROUPS], "i / 3"),
        "province": _text(CODES, "i / 7"),
        "commune": _text([f"{99000 + number}" for number in range(len(PLACES))], "i / 7"),
        "stars": "CASE WHEN i % 4 < 3 THEN 4 ELSE 0 END",
        "price_dong": price,
        "price_band": " + ".join(f"CASE WHEN {price} > {end} THEN 1 ELSE 0 END" for end in PRICE_BANDS),
        "in_stock": "(i % 5 <> 4)",
        "season": "CASE WHEN i % 3 = 0 THEN 1024 ELSE 0 END",
    }
    _copy(CatalogueEntry, numbers, CatalogueEntry.objects.get(listing=market.listing).pk, values)
    fresh = f"FROM marketplace_catalogueentry WHERE id >= {market.first + market.goods}"
    if connection.vendor == "postgresql":
        index = (
            f"INSERT INTO {TABLE} (entry_id, words) SELECT id, setweight(to_tsvector('simple', title_words), 'A') || "
            f"setweight(to_tsvector('simple', words), 'C') {fresh}"
        )
    else:
        index = f"INSERT INTO {TABLE} (rowid, title, goods, place) SELECT id, title_words, '', words {fresh}"
    with connection.cursor() as cursor:
        cursor.execute(index)
    known = {word for text in (*_folded(GOODS), *_folded(KINDS), *_folded(PLACES)) for word in text.split()}
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(known)], ignore_conflicts=True)


def _events(market: Market) -> None:
    """The lots that are asked for were harvested, dried and packed themselves."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {ASKED}) "
    for place, event in enumerate(market.events):
        first = market.first + place * ASKED
        names = {
            "id": f"{first} + i",
            "event_id": f"'ni:///bench-{place}-' || i",
            "client_uuid": _uuid(place),
            "batch_id": f"{market.first} + i",
        }
        _copy(Event, numbers, event.pk, names)
    for number in range(ASKED):  # a copy's code has no right check character
        Batch.objects.filter(pk=market.first + number).update(public_code=new_public_code())


def _uuid(place: int) -> str:
    if connection.vendor == "postgresql":
        return f"CAST('00000000-0000-4000-8{place:03d}-' || lpad(CAST(i AS text), 12, '0') AS uuid)"
    return f"'0000000000004000{8000 + place}' || printf('%012d', i)"


def _folded(words: Sequence[str]) -> list[str]:
    return [fold_for_search(each) for each in words]


def _text(values: Sequence[str], by: str) -> str:
    return _one_of([f"'{value}'" for value in values], by)


def _one_of(values: Sequence[str], by: str) -> str:
    cases = " ".join(f"WHEN {number} THEN {value}" for number, value in enumerate(values))
    return f"CASE ({by}) % {len(values)} {cases} END"
