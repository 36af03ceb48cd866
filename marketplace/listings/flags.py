"""What a reader of new words should look at first, reckoned from facts: the seller sees it before sending, staff after.

A flag decides nothing. Forbidden words follow Decree 15/2018, article 27 and Decree 181/2013, article 5: food is not
advertised as medicine; cosmetics neither. Farm words ("thuốc trừ sâu") are not meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from community.photos.models import Photo
from community.text.folding import fold_for_search
from community.text.links import holds_link
from marketplace.listings.changes import WORDS
from marketplace.listings.models import Listing, ListingPhoto, Offer
from traceability.certificates.models import Certificate
from traceability.products.models import Pack, Product

MEDICAL = (
    "chữa", "trị bệnh", "điều trị", "đặc trị", "khỏi bệnh",
    "hết bệnh", "khỏi hẳn", "thần dược", "tiên dược", "biệt dược", "bài thuốc", "phòng bệnh", "ngừa bệnh",
    "chống ung thư", "ngừa ung thư", "trị ung thư", "diệt ung thư", "trị mất ngủ", "trị ho", "trị tiểu đường",
    "hạ huyết áp", "hạ mỡ máu", "thay thế thuốc", "cam kết khỏi", "bác sĩ khuyên", "y tế khuyên",
    "cure", "heals", "treats", "medicine for", "prevents cancer",
)  # fmt: skip
NEVER_MIND = (
    "không có tác dụng thay thế thuốc chữa bệnh", "không thay thế thuốc chữa bệnh", "không thay thế thuốc",
    "không phải là thuốc", "không chữa bệnh", "sửa chữa",
)  # fmt: skip
"""What the law wants on such food: not a claim."""
BEST = ("tốt nhất", "số một", "số 1", "duy nhất", "hàng đầu", "the best", "number one")
"""Law on Advertising, article 8 (11): only with a paper that proves it."""
CLAIMED = {
    "ocop": ("ocop",),
    "vietgap": ("vietgap",),
    "globalgap": ("globalgap", "global gap"),
    "organic": ("hữu cơ", "organic"),
    "haccp": ("haccp",),
    "iso22000": ("iso 22000",),
    "gi": ("chỉ dẫn địa lý",),
}
PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")
FEWEST_PEERS = 5
FAR = 4
"""Times dearer or cheaper than the middle of goods of the same kind: worth a second look at the zeros."""
FAR_CHANGE = 2
"""Times the price before: a zero too many or too few."""


@dataclass(frozen=True, slots=True)
class Flag:
    """``kind``: medical | best | unproven | contact | alcohol | price | same_title | same_photo; ``facts`` are what the
    sentence needs."""

    kind: str
    facts: dict[str, Any]


def word_flags(text: str, *, proven: Collection[str] = ()) -> Iterator[Flag]:
    """Of words alone; ``proven``: schemes of papers the goods have. Pure."""
    plain = " ".join(unicodedata.normalize("NFC", text).lower().split())
    for harmless in NEVER_MIND:
        plain = plain.replace(harmless, " ")
    if found := [word for word in MEDICAL if _has(plain, word)]:
        yield Flag("medical", {"words": found})
    if found := [word for word in BEST if _has(plain, word)]:
        yield Flag("best", {"words": found})
    for scheme, names in CLAIMED.items():
        if scheme not in proven and (found := [word for word in names if _has(plain, word)]):
            yield Flag("unproven", {"words": found, "scheme": scheme})
    if holds_link(text) or PHONE.search(text):
        yield Flag("contact", {})


def _has(plain: str, word: str) -> bool:
    """Whole words, with their accents: "chua" (sour) is not "chữa" (heal)."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain) is not None


def words_of(listing: Listing) -> str:
    return "\n".join(getattr(listing, name) for name in WORDS)


def flags_of(draft: Listing, photos: Sequence[Photo]) -> list[Flag]:
    """Of a listing, or of its newest draft. A fixed number of queries."""
    product: Product = draft.product
    proven = set(
        Certificate.objects.filter(products=product, checked_at__isnull=False).values_list("scheme", flat=True)
    )
    proven |= set(product.cover_requests.filter(status="waiting").values_list("certificate__scheme", flat=True))
    flags = list(word_flags(words_of(draft), proven=proven))
    if product.abv_percent:
        flags.append(Flag("alcohol", {"percent": product.abv_percent}))
    packs = list(product.packs.select_related("offer").filter(offer__isnull=False, status=Pack.Status.ACTIVE))
    flags += _price_flags(product, packs)
    return [*flags, *_twin_flags(draft, product, photos)]


def _twin_flags(draft: Listing, product: Product, photos: Sequence[Photo]) -> Iterator[Flag]:
    """The same title or the same picture with another seller."""
    twins = Listing.objects.filter(product__status="active").exclude(product__cooperative=product.cooperative_id)
    same = fold_for_search(draft.title)
    start = " ".join(dict.fromkeys(same.split()))  # as catalogue() writes it down
    for other in twins.filter(entry__words__startswith=f" {start}").select_related("product__cooperative")[:20]:
        if fold_for_search(other.title) == same:
            yield Flag("same_title", {"seller": other.product.cooperative.name, "slug": other.slug})
    hashes = {photo.sha256 for photo in photos if photo.sha256 and not photo.is_illustration}
    for each in (
        ListingPhoto.objects.filter(photo__sha256__in=hashes)
        .exclude(listing__product__cooperative=product.cooperative_id)
        .select_related("listing__product__cooperative")[:3]
    ):
        yield Flag("same_photo", {"seller": each.listing.product.cooperative.name, "slug": each.listing.slug})


def _price_flags(product: Product, packs: Sequence[Pack]) -> Iterator[Flag]:
    """Against the middle of live goods of the same OCOP subgroup, per kilogram, litre or piece."""
    offers = Offer.objects.filter(
        on_sale=True, pack__product__ocop_subgroup=product.ocop_subgroup, pack__product__listing__live=True
    ).exclude(pack__product=product)
    peers: dict[str, list[float]] = {}
    for price, net, unit in offers.values_list("price_dong", "pack__net_quantity_base", "pack__base_unit")[:2000]:
        peers.setdefault(unit, []).append(price / net)
    for pack in packs:
        others = peers.get(pack.base_unit, [])
        if len(others) < FEWEST_PEERS:
            continue
        own, middle = pack.offer.price_dong / pack.net_quantity_base, median(others)
        if is_far(own, middle, times=FAR):
            shown = round(middle * pack.net_quantity_base)
            yield Flag("price", {"pack": pack.shown_name, "dong": pack.offer.price_dong, "usual_dong": shown})


def is_far(one: float, other: float, *, times: int) -> bool:
    """More than so many times the other, or less than that part of it. Pure."""
    return other > 0 and not other / times <= one <= other * times
